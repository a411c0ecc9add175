//! A table that is filled in batches, and attempts to do so inside a transaction.

use std::time::Duration;

use glim::{Db, Migration, Result};

pub struct Prepare;

impl Migration for Prepare {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(40), n INTEGER NOT NULL)", ())?;
        db.execute_many("INSERT INTO users (id, email, n) VALUES ($1, $2, 0)", (1..=7).map(|id| (id, format!("U{id}@X"))))?;
        Ok(())
    }
}

glim::submit!(Prepare, version = "1", irreversible);

pub struct Fill;

impl Migration for Fill {
    fn run(&self, db: &mut Db) -> Result<()> {
        let pause = std::env::var("PAUSE").map_or(0, |seconds| seconds.parse().unwrap_or(0));
        let filling = db.backfill("users").set("email = lower(email)").set("n = n + 1");
        let changed = filling.where_("email <> 'U4@X'").pause(Duration::from_secs(pause)).batch(2)?;
        println!("changed {changed}");
        Ok(())
    }
}

glim::submit!(Fill, version = "2", irreversible, transaction = false);

pub struct Inside;

impl Migration for Inside {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("UPDATE users SET n = 100", ())?;
        db.backfill("users").set("n = 200").batch(2)?;
        Ok(())
    }
}

glim::submit!(Inside, version = "3", irreversible);
