//! Migrations that do not need each other, and one that cannot be undone.

use glim::{Db, Migration, Result, inventory};

fn create(db: &mut Db, table: &str) -> Result<()> {
    db.execute(format!("CREATE TABLE {table} (id INTEGER)"), ())?;
    Ok(())
}

fn drop(db: &mut Db, table: &str) -> Result<()> {
    db.execute(format!("DROP TABLE {table}"), ())?;
    Ok(())
}

pub struct First;

impl Migration for First {
    fn run(&self, db: &mut Db) -> Result<()> {
        create(db, "first")
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        drop(db, "first")
    }
}

inventory::submit! { glim::migration!(First) }

pub struct Second;

impl Migration for Second {
    fn run(&self, db: &mut Db) -> Result<()> {
        create(db, "second")
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        drop(db, "second")
    }
}

inventory::submit! { glim::migration!(Second) }

pub struct Stubborn;

impl Migration for Stubborn {
    fn run(&self, db: &mut Db) -> Result<()> {
        create(db, "stubborn")
    }
}

inventory::submit! { glim::migration!(Stubborn, irreversible) }

pub struct Fourth;

impl Migration for Fourth {
    fn run(&self, db: &mut Db) -> Result<()> {
        create(db, "fourth")
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        drop(db, "fourth")
    }
}

inventory::submit! { glim::migration!(Fourth) }
