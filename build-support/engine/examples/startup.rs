//! A program that migrates its database when it starts.
#![allow(clippy::print_stdout, reason = "an example says what it does")]

fn migrate() -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = rusqlite::Connection::open("app.db")?;
    let mut migrator = glim_engine::Migrator::new(&mut connection);
    for migration in migrator.run()? {
        println!("applied {} in {:?}", migration.name, migration.took);
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    migrate()
}
