//! An application's connection to `SQLite`, as a file.

use std::cell::RefCell;
use std::time::Duration;

use glim::Direction;
use glim_engine::catalog::Entry;
use glim_engine::driver::Access;
use glim_engine::ledger::Ledger;
use glim_engine::{Error, Migrator, Progress, Standing};
use rusqlite::Connection;

struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn open(&self) -> Connection {
        Connection::open(self.folder.path().join("app.db")).expect("a database")
    }
}

fn names(applied: &[glim_engine::Applied]) -> Vec<&str> {
    applied.iter().map(|it| it.name.as_str()).collect()
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).expect(sql)
}

#[test]
fn what_is_pending_is_applied_once_and_in_order() {
    let file = File::new();
    let mut connection = file.open();
    let mut migrator = Migrator::new(&mut connection).db("app");
    let pending: Vec<_> = migrator.pending().expect("nothing is wrong").into_iter().map(|it| it.name).collect();
    assert_eq!(pending, ["CreateNotes", "2_first_note", "CopyNotes"]);
    assert_eq!(names(&migrator.run().expect("all go well")), pending);
    assert_eq!(migrator.run().expect("nothing is left"), []);
    migrator.assert_current().expect("it is");
    drop(migrator);
    let copied: String =
        connection.query_row("SELECT text FROM notes WHERE id = 1", [], |row| row.get(0)).expect("one");
    assert_eq!(copied, "two 2000 2001");
    assert_eq!(count(&connection, "SELECT count(*) FROM notes"), 2000);
    // The connection may be given away, too.
    assert_eq!(Migrator::new(connection).db("app").run().expect("nothing is left"), []);
}

#[test]
fn a_look_changes_nothing_and_takes_no_lock() {
    let file = File::new();
    let mut migrator = Migrator::new(file.open()).db("app");
    match migrator.assert_current() {
        Err(Error::NotCurrent(behind)) => {
            assert_eq!(behind.len(), 3);
            assert!(behind.iter().all(|(_, standing)| *standing == Standing::Pending));
        }
        other => panic!("all are pending: {other:?}"),
    }
    assert!(!migrator.status().expect("a status").is_current());
    assert_eq!(count(&file.open(), "SELECT count(*) FROM sqlite_schema"), 0);
    assert!(!file.folder.path().join("app.db-glim.lock").exists());
}

#[test]
fn a_panic_is_an_error_that_leaves_nothing_behind() {
    let file = File::new();
    let error = Migrator::new(file.open()).db("panics").run().expect_err("it panics");
    let said = error.to_string();
    assert!(said.starts_with("the migration `Panics` failed: it panicked at "), "{said}");
    assert!(said.contains("migrations.rs:") && said.contains("there is one"), "{said}");
    assert!(said.ends_with("nothing of it is in the database"), "{said}");
    assert_eq!(count(&file.open(), "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

#[test]
fn a_failing_statement_is_named_with_its_line_and_what_came_before_stays() {
    let file = File::new();
    let error = Migrator::new(file.open()).db("bad").run().expect_err("a table is missing");
    assert_eq!(
        error.to_string(),
        "the migration `12_bad` failed at migrations/12_bad.sql:5: statement 2 of 2: no such table: missing; nothing of \
         it is in the database"
    );
    let connection = file.open();
    assert_eq!(count(&connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
    let status = Migrator::new(connection).db("bad").status().expect("a status");
    let standing: Vec<_> = status
        .lines()
        .iter()
        .map(|line| (line.name, line.standing))
        .map(|(name, standing)| (name.to_owned(), standing))
        .collect();
    assert_eq!(standing, [("11_good".to_owned(), Standing::Applied), ("12_bad".to_owned(), Standing::Pending)]);
}

#[test]
fn migrations_of_another_database_take_no_part() {
    let file = File::new();
    assert_eq!(Migrator::new(file.open()).db("nobody's").run().expect("nothing to do"), []);
    assert_eq!(Migrator::new(file.open()).run().expect("nothing to do"), []);
}

#[test]
fn what_only_a_newer_release_knows_is_refused_unless_it_is_accepted() {
    let file = File::new();
    Migrator::new(file.open()).db("app").run().expect("all go well");
    let connection = file.open();
    let newer = "INSERT INTO glim_migrations (id, name, applied_order, package, state, checksum)
                 VALUES ('x', 'Newer', 9, 'app', 'applied', 'sql1:0')";
    connection.execute(newer, []).expect("a row");
    let error = Migrator::new(&connection).db("app").run().expect_err("its code is not here");
    assert!(error.to_string().contains("`Newer`"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("accept_unknown")));
    assert_eq!(Migrator::new(&connection).db("app").accept_unknown().run().expect("it is accepted"), []);
    Migrator::new(&connection).db("app").assert_current().expect("it is ahead, not behind");
}

#[test]
fn a_checksum_that_the_command_has_recorded_stays_and_does_not_count_here() {
    let file = File::new();
    Migrator::new(file.open()).db("app").run().expect("all go well");
    let connection = file.open();
    let checksum = |name: &str| -> Option<String> {
        let sql = "SELECT checksum FROM glim_migrations WHERE name = ?1";
        connection.query_row(sql, [name], |row| row.get(0)).expect("a row")
    };
    assert_eq!(checksum("CreateNotes"), None);
    assert!(checksum("2_first_note").is_some_and(|checksum| checksum.starts_with("sql")));
    connection.execute("UPDATE glim_migrations SET checksum = 'abc' WHERE name = 'CreateNotes'", []).expect("a change");
    assert_eq!(Migrator::new(&connection).db("app").run().expect("nothing is left"), []);
    assert_eq!(checksum("CreateNotes").as_deref(), Some("abc"));
    connection
        .execute("UPDATE glim_migrations SET checksum = 'sql1:0' WHERE name = '2_first_note'", [])
        .expect("a change");
    let error = Migrator::new(&connection).db("app").run().expect_err("its text is another");
    assert!(error.to_string().contains("2_first_note"), "{error}");
    assert!(Migrator::new(&connection).db("app").assert_current().is_err());
}

#[test]
fn an_open_transaction_is_refused_and_left_alone() {
    let file = File::new();
    let connection = file.open();
    connection.execute_batch("BEGIN; CREATE TABLE mine (id int)").expect("a transaction");
    let error = Migrator::new(&connection).db("app").run().expect_err("a transaction is open");
    assert!(matches!(error, Error::TransactionOpen), "{error}");
    connection.execute_batch("COMMIT").expect("it is still there");
    assert_eq!(count(&connection, "SELECT count(*) FROM sqlite_schema"), 1);
}

#[test]
fn the_lock_is_waited_for_and_given_back_after_a_failure() {
    let file = File::new();
    Migrator::new(file.open()).db("bad").lock_timeout(Duration::ZERO).run().expect_err("a table is missing");
    Migrator::new(file.open()).db("bad").lock_timeout(Duration::ZERO).run().expect_err("a table is missing still");
    let lock = std::fs::File::open(file.folder.path().join("app.db-glim.lock")).expect("the file of the lock");
    lock.lock().expect("nobody holds it");
    let error = Migrator::new(file.open()).db("app").lock_timeout(Duration::ZERO).run().expect_err("it is locked");
    assert!(error.to_string().starts_with("the database is locked by"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("`lock_timeout`")));
}

#[test]
fn an_observer_hears_of_each_migration_and_a_stop_comes_between_two() {
    struct Told<'a>(&'a RefCell<Vec<String>>);

    impl Progress for Told<'_> {
        fn started(&mut self, entry: &Entry, _: Direction) {
            self.0.borrow_mut().push(format!("started {}", entry.name));
        }

        fn finished(&mut self, entry: &Entry, _: Direction, _: Duration) {
            self.0.borrow_mut().push(format!("finished {}", entry.name));
        }
    }

    let file = File::new();
    let told = RefCell::new(Vec::new());
    let stop = || told.borrow().len() >= 2;
    let error = Migrator::new(file.open()).db("app").progress(Told(&told)).stop_when(stop).run();
    assert_eq!(error.expect_err("it was stopped").to_string(), "interrupted");
    assert_eq!(told.into_inner(), ["started CreateNotes", "finished CreateNotes"]);
    assert_eq!(Migrator::new(file.open()).db("app").pending().expect("two").len(), 2);
}

#[test]
fn a_database_in_memory_is_migrated() {
    let mut connection = Connection::open_in_memory().expect("a database");
    assert_eq!(Migrator::new(&mut connection).db("app").run().expect("all go well").len(), 3);
    assert_eq!(count(&connection, "SELECT count(*) FROM notes"), 2000);
}

#[test]
fn the_engine_reads_what_an_application_has_recorded() {
    let file = File::new();
    Migrator::new(file.open()).db("app").run().expect("all go well");
    let mut connection = glim_engine::IntoConnection::into_connection(file.open()).expect("a connection");
    let (_, rows) = Ledger::open(&mut *connection, Access::ReadOnly).expect("the ledger");
    let packages: Vec<_> = rows.iter().map(|row| row.package.as_deref()).collect();
    assert_eq!(packages, [Some(env!("CARGO_PKG_NAME")), Some("app"), Some(env!("CARGO_PKG_NAME"))]);
    assert_eq!(rows[0].description.as_deref(), Some("makes the table of notes"));
}
