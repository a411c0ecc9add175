//! A migration that does what the variable MISBEHAVIOUR says, after it has written a row.

use std::io::{Read, Write};

use glim::{Db, Dialect, Migration, Result, inventory};

pub struct Prepare;

impl Migration for Prepare {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE notes (note VARCHAR(200) NOT NULL)", ())?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DROP TABLE notes", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Prepare) }

pub struct Misbehave;

impl Migration for Misbehave {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("INSERT INTO notes VALUES ($1)", ("before",))?;
        match std::env::var("MISBEHAVIOUR").unwrap_or_default().as_str() {
            "panic" => panic!("a panic on purpose"),
            "exit" => std::process::exit(0),
            "abort" => std::process::abort(),
            "overflow" => {
                recurse(0);
            }
            "say and loop" => {
                eprintln!("looping");
                loop {
                    std::hint::black_box(());
                }
            }
            "loop" => loop {
                std::hint::black_box(());
            },
            "query for ever" => {
                let forever = match db.dialect() {
                    Dialect::Sqlite => {
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                    }
                    Dialect::Postgres => "SELECT 1 FROM pg_sleep(1000)",
                    Dialect::Mysql => "SELECT sleep(1000)",
                };
                db.query(forever, ())?;
            }
            "print" => {
                let line = [b'x'; 1023];
                for _ in 0..10 * 1024 {
                    println!("{}", String::from_utf8_lossy(&line));
                }
            }
            "print to stderr" => eprintln!("said by the migration"),
            "bytes" => {
                // As a migration of ours would look on the channel, for all that anybody can guess.
                std::io::stdout().write_all(&[0, 255, 1, 0, 0, 0, 13, 10]).expect("stdout is open");
            }
            "read" => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).expect("stdin can be read");
            }
            "fail" => {
                db.execute("INSERT INTO no_such_table VALUES (1)", ())?;
            }
            "swallow" => {
                // PostgreSQL refuses everything after an error in a transaction; the migration does not look.
                let _ = db.execute("INSERT INTO no_such_table VALUES (1)", ());
                let _ = db.execute("INSERT INTO notes VALUES ($1)", ("after",));
            }
            "commit" => {
                db.execute("COMMIT", ())?;
            }
            "unlock" => {
                let unlock = match db.dialect() {
                    Dialect::Sqlite => panic!("no statement reaches the lock of SQLite"),
                    Dialect::Postgres => "SELECT 1 FROM pg_advisory_unlock_all()",
                    Dialect::Mysql => "SELECT RELEASE_ALL_LOCKS()",
                };
                db.query(unlock, ())?;
            }
            "" => {}
            other => panic!("no such misbehaviour: {other}"),
        }
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DELETE FROM notes", ())?;
        if std::env::var("MISBEHAVIOUR").is_ok_and(|what| what == "panic") {
            panic!("a panic on purpose");
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(Misbehave) }

/// Never ends, and is not turned into a loop.
#[allow(unconditional_recursion)]
fn recurse(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    recurse(depth + 1) + here[0]
}
