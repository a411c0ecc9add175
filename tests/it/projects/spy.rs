//! A migration that writes down what it can see of its own process and of the others.

use std::fs;

use glim::{Db, Migration, Result, inventory};

pub struct Spy;

impl Migration for Spy {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE spied (id INTEGER)", ())?;
        look();
        if std::env::var_os("SPY_FAILS").is_some() {
            db.execute("INSERT INTO nowhere VALUES ($1)", (1,))?;
        }
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        look();
        db.execute("DROP TABLE spied", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Spy) }

/// Writes a line for each variable, and for each argument list of a process that can be seen.
fn look() {
    let mut report = String::new();
    for (name, value) in std::env::vars_os() {
        report += &format!("variable {name:?}={value:?}\n");
    }
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if let Ok(line) = fs::read(process.path().join("cmdline")) {
            report += &format!("arguments {}\n", String::from_utf8_lossy(&line));
        }
    }
    fs::write(std::env::var_os("SPY_REPORT").expect("the test sets it"), report).expect("the test can read it");
}
