//! A program on tokio that migrates its database when it starts: `cargo run --example tokio --features sqlite -- app.db`.

#![expect(clippy::print_stdout, reason = "it is what a service would log")]

use std::error::Error;
use std::path::PathBuf;

use glim::{Db, Migration, Result};
use glim_engine::{Applied, Migrator};
use tokio::task::spawn_blocking;

/// Makes the table of visits.
struct CreateVisits;

impl Migration for CreateVisits {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, page TEXT NOT NULL)", ()).map(drop)
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.drop_table("visits")
    }
}

// Without `db = ..`, it would take part whatever the database is called.
glim::submit!(CreateVisits, version = "20261122_150203", db = "visits");

/// Applies what is pending, on a thread that may block.
pub async fn migrate(file: PathBuf) -> std::result::Result<Vec<Applied>, Box<dyn Error + Send + Sync>> {
    spawn_blocking(move || {
        let mut connection = rusqlite::Connection::open(file)?;
        let mut migrator = Migrator::new(&mut connection).db("visits");
        let applied = migrator.run()?;
        migrator.assert_current()?;
        Ok(applied)
    })
    .await?
}

/// The program.
pub fn main() -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
    let file = std::env::args_os().nth(1).ok_or("usage: tokio app.db")?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for migration in runtime.block_on(migrate(file.into()))? {
        println!("applied {} in {:?}", migration.name, migration.took);
    }
    Ok(())
}
