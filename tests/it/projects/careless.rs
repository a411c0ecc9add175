//! A migration that does something else the second time: what is not in the database is not rolled back with it.

use glim::{Db, Migration, Result, inventory};

pub struct Careless;

impl Migration for Careless {
    fn run(&self, db: &mut Db) -> Result<()> {
        let file: String = db.query_one("SELECT file FROM pragma_database_list WHERE name = 'main'", ())?.get("file")?;
        let marker = std::path::PathBuf::from(file).with_extension("seen");
        let note = if marker.exists() { "again" } else { "first" };
        std::fs::write(marker, "").map_err(|error| glim::Error::msg(error))?;
        db.execute("CREATE TABLE notes (note TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP)", ())?;
        db.execute("INSERT INTO notes (note) VALUES ($1)", (note,))?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Careless, irreversible) }
