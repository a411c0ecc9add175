//! Fifty migrations, each of which makes a table and counts itself in another.

use glim::{Db, Migration, Result, inventory};

pub struct Count;

impl Migration for Count {
    fn run(&self, db: &mut Db) -> Result<()> {
        // No key: a migration that is applied twice shows.
        db.execute("CREATE TABLE counted (number INTEGER NOT NULL)", ())?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DROP TABLE counted", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Count) }
