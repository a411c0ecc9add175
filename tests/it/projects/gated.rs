//! A migration that goes on when a file is there, and one after it.

use std::path::PathBuf;
use std::time::Duration;

use glim::{Db, Dialect, Migration, Result, inventory};

pub struct Prepare;

impl Migration for Prepare {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE notes (note VARCHAR(40) NOT NULL)", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Prepare, irreversible) }

pub struct Gated;

impl Migration for Gated {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("INSERT INTO notes VALUES ('gated')", ())?;
        if std::env::var_os("COMPUTE").is_some() && db.dialect() == Dialect::Mysql {
            // The server does not look whether anybody waits for it.
            db.query("SELECT benchmark(6000000, sha2('x', 512)) AS computed", ())?;
        }
        if let Some(gate) = std::env::var_os("GATE").map(PathBuf::from) {
            println!("the gate is reached");
            while !gate.exists() {
                std::thread::sleep(Duration::from_millis(10));
            }
            db.execute("UPDATE notes SET note = note", ())?;
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(Gated, irreversible) }

pub struct Afterwards;

impl Migration for Afterwards {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("INSERT INTO notes VALUES ('afterwards')", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Afterwards, irreversible) }
