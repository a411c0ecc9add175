//! What is registered in this program, by aliases that tests choose.

use glim::{Db, Migration, Result, SqlMigration, SqlText, inventory};

/// Makes a table; the file of SQL that follows needs it.
struct CreateNotes;

impl Migration for CreateNotes {
    fn description(&self) -> &'static str {
        "makes the table of notes"
    }

    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE notes (id int PRIMARY KEY, text varchar(100))", ()).map(drop)
    }
}

inventory::submit! { glim::migration!(CreateNotes, version = "1", db = "app", irreversible) }

const FIRST_NOTE: SqlText = SqlText {
    file: "migrations/2_first_note.sql",
    line: 1,
    transaction: true,
    text: "INSERT INTO notes VALUES (1, 'one; two');\nINSERT INTO notes VALUES (2, 'two');\n",
};

/// SQL as `glim-build` registers it, but for an alias.
macro_rules! sql {
    ($name:literal, $version:literal, $db:literal, $text:expr) => {
        inventory::submit! {
            glim::registry::Registration::of_sql(
                &SqlMigration { title: "a file", layout: "glim", run: $text, rollback: None },
                $name,
                glim::registry::Origin { package: "app", module: "app", file: "migrations.rs", line: 1 },
            )
            .version($version)
            .db($db)
        }
    };
}

sql!("2_first_note", "2", "app", FIRST_NOTE);

/// Reads what the ones before it have written, through every method that a migration has.
struct CopyNotes;

impl Migration for CopyNotes {
    fn run(&self, db: &mut Db) -> Result<()> {
        let many = (10..2_010).map(|id| (id, "x".repeat(100)));
        let written = db.execute_many("INSERT INTO notes VALUES ($1, $2)", many)?;
        let rows = db.query("SELECT id, text FROM notes WHERE id > $1 ORDER BY id", (1,))?;
        let first: String = rows[0].get("text")?;
        db.execute_batch("DELETE FROM notes WHERE id = 10; DELETE FROM notes WHERE id = 11")?;
        db.execute("UPDATE notes SET text = $1 WHERE id = $2", (format!("{first} {written} {}", rows.len()), 1))?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(CopyNotes, version = "3", db = "app", irreversible) }

/// Makes something, and then panics.
struct Panics;

impl Migration for Panics {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE half (id int)", ())?;
        let missing: Option<i32> = db.query("SELECT id FROM half", ())?.first().map(|row| row.get("id")).transpose()?;
        db.execute("INSERT INTO half VALUES ($1)", (missing.expect("there is one"),)).map(drop)
    }
}

inventory::submit! { glim::migration!(Panics, version = "1", db = "panics", irreversible) }

const BAD: SqlText = SqlText {
    file: "migrations/12_bad.sql",
    line: 3,
    transaction: true,
    text: "CREATE TABLE half (id int);\n\nINSERT INTO missing VALUES (1);\n",
};

const GOOD: SqlText =
    SqlText { file: "migrations/11_good.sql", line: 1, transaction: true, text: "CREATE TABLE good (id int);" };

sql!("11_good", "11", "bad", GOOD);
sql!("12_bad", "12", "bad", BAD);

/// Sets what would outlive it.
const SETS: SqlText = SqlText {
    file: "migrations/1_sets.sql",
    line: 1,
    transaction: true,
    text: "SET lock_timeout = '7s'; CREATE TABLE here (id int);",
};

sql!("1_sets", "1", "sets", SETS);

/// Ends nothing that it should not, but outside a transaction.
struct Bare;

impl Migration for Bare {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE bare (id int)", ())?;
        db.execute("INSERT INTO missing VALUES (1)", ()).map(drop)
    }
}

inventory::submit! { glim::migration!(Bare, version = "1", db = "bare", transaction = false, irreversible) }
