//! Steps that cannot have a lock of the database: those of which nothing is left run again, and of others a backfill's batch.

use std::sync::mpsc;
use std::time::Duration;

use glim::{Backfill, Direction};
use glim_engine::catalog::{Catalog, Entry, Scope};
use glim_engine::driver::Connection;
use glim_engine::migrator::{Aftermath, Locked, MigrateError};
use glim_engine::plan::{RollbackRequest, RunRequest, rollback, run};
use glim_engine::progress::{Filled, Progress, Retry};
use glim_engine::session::Session;
use glim_engine::source::{Source, Stopped};
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    a_step_that_could_not_have_a_lock_runs_again,
    a_step_that_never_has_the_lock_fails_and_leaves_nothing,
    a_pause_before_another_attempt_can_be_interrupted,
    a_step_of_which_a_part_stays_does_not_run_again,
    the_victim_of_a_deadlock_runs_again,
    a_batch_that_could_not_have_a_lock_runs_again_by_itself,
    a_first_batch_that_could_not_have_a_lock_lets_the_migration_run_again,
    a_batch_that_never_has_the_lock_leaves_those_before_it,
}

/// How long statements wait for a lock.
const SOON: Duration = Duration::from_millis(50);

/// A migration of rows alone, so that it can be undone on every database.
struct Code<'a>(&'a mut dyn FnMut(&mut Session<'_>) -> glim::Result<()>);

impl Source for Code<'_> {
    fn apply(&mut self, _: &Entry, _: Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        (self.0)(session).map_err(Stopped::Error)
    }
}

/// Does something whenever a step is to run again.
struct Told<'a>(&'a mut dyn FnMut(&Retry<'_>));

impl Progress for Told<'_> {
    fn retrying(&mut self, entry: &Entry, _: Direction, retry: &Retry<'_>) {
        assert_eq!(entry.name, "Code");
        (self.0)(retry);
    }
}

fn migrate(
    database: &Database,
    patience: Duration,
    direction: Direction,
    work: &mut dyn FnMut(&mut Session<'_>) -> glim::Result<()>,
    told: &mut dyn FnMut(&Retry<'_>),
    interrupted: &dyn Fn() -> bool,
) -> Result<(), MigrateError> {
    apply(database, patience, true, direction, work, &mut Told(told), interrupted)
}

fn apply(
    database: &Database,
    patience: Duration,
    transaction: bool,
    direction: Direction,
    work: &mut dyn FnMut(&mut Session<'_>) -> glim::Result<()>,
    told: &mut dyn Progress,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), MigrateError> {
    let entry = Entry { name: "Code".to_owned(), transaction, has_rollback: Some(true), ..Entry::default() };
    let catalog = Catalog::new(vec![entry], &Scope::all("default")).expect("a valid catalogue");
    let connection = database.connect_impatiently(patience);
    let (locked, rows) = Locked::lock(connection, Duration::from_secs(30), told, &|| false).expect("the lock");
    let plan = match direction {
        Direction::Run => run(&catalog, &rows, &RunRequest::default()),
        Direction::Rollback => rollback(&catalog, &rows, &RollbackRequest { all: true, ..RollbackRequest::default() }),
    };
    let mut locked = locked.pausing(&[Duration::from_millis(20), Duration::from_millis(40)]);
    locked.apply(&plan.expect("a plan"), &mut Code(work), told, interrupted)
}

fn prepare(database: &Database) {
    database.batch("CREATE TABLE t (id int PRIMARY KEY, n int)");
    database.batch("INSERT INTO t VALUES (1, 0), (2, 0)");
    // So that the ledger is there before anything is locked.
    drop(Locked::lock(database.connect(), Duration::ZERO, &mut glim_engine::progress::Silent, &|| false));
}

/// A session that has locked the second row, or all.
fn holder(database: &Database) -> Box<dyn Connection> {
    let mut holder = database.connect();
    let begin = if database.dialect == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
    holder.batch(begin).expect("a transaction");
    holder.batch("UPDATE t SET n = n WHERE id = 2").expect("a lock");
    holder
}

/// Changes both rows.
fn change(session: &mut Session<'_>) -> glim::Result<()> {
    session.execute("UPDATE t SET n = n + 1 WHERE id = 1", &[])?;
    session.execute("UPDATE t SET n = n + 1 WHERE id = 2", &[])?;
    Ok(())
}

fn log(database: &Database) -> Vec<String> {
    database.query("SELECT action FROM glim_log ORDER BY id")
}

#[track_caller]
fn assert_clean(database: &Database, ledger: &[&str], n: &[&str]) {
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ledger);
    assert_eq!(database.query("SELECT n FROM t ORDER BY id"), n);
    assert_eq!(database.query("SELECT * FROM glim_journal"), Vec::<String>::new());
}

fn a_step_that_could_not_have_a_lock_runs_again(database: &Database) {
    prepare(database);
    // On SQLite the log is locked with all else.
    let refusals = |action| if database.dialect == Dialect::Sqlite { vec![] } else { vec![action] };
    let mut expected = Vec::new();
    for (direction, ledger, n, refused, done) in [
        (Direction::Run, &["applied"][..], ["1", "1"], "failed", "applied"),
        (Direction::Rollback, &[][..], ["2", "2"], "rollback failed", "rolled back"),
    ] {
        let mut held = holder(database);
        let mut attempts = Vec::new();
        let mut told = |retry: &Retry<'_>| {
            attempts.push((retry.attempt, retry.of));
            assert!(!retry.reason.is_empty());
            held.batch("COMMIT").expect("it lets go");
        };
        migrate(database, SOON, direction, &mut change, &mut told, &|| false).expect("the lock is free");
        assert_eq!(attempts, [(2, 3)]);
        assert_clean(database, ledger, &n);
        expected.extend(refusals(refused));
        expected.push(done);
        assert_eq!(log(database), expected);
    }
}

fn a_step_that_never_has_the_lock_fails_and_leaves_nothing(database: &Database) {
    prepare(database);
    let mut held = holder(database);
    let mut attempts = Vec::new();
    let mut told = |retry: &Retry<'_>| attempts.push(retry.attempt);
    let failed = migrate(database, SOON, Direction::Run, &mut change, &mut told, &|| false);
    held.batch("COMMIT").expect("it lets go");
    let Err(MigrateError::Step(failure)) = failed else { panic!("it was to fail: {failed:?}") };
    assert_eq!((failure.aftermath, attempts), (Aftermath::RolledBack, vec![2, 3]));
    assert_clean(database, &[], &["0", "0"]);
    if database.dialect != Dialect::Sqlite {
        assert_eq!(log(database), ["failed", "failed", "failed"]);
    }
}

fn a_pause_before_another_attempt_can_be_interrupted(database: &Database) {
    prepare(database);
    let mut held = holder(database);
    let is_told = std::cell::Cell::new(false);
    let mut told = |_: &Retry<'_>| is_told.set(true);
    let failed = migrate(database, SOON, Direction::Run, &mut change, &mut told, &|| is_told.get());
    held.batch("COMMIT").expect("it lets go");
    let Err(MigrateError::Step(failure)) = failed else { panic!("it was to fail: {failed:?}") };
    assert!(matches!(failure.stopped, Stopped::Interrupted), "{failure:?}");
    assert_clean(database, &[], &["0", "0"]);
}

fn a_step_of_which_a_part_stays_does_not_run_again(database: &Database) {
    if database.dialect != Dialect::Mysql {
        return;
    }
    // What a definition has committed stays, and so do rows of tables without transactions.
    for first in ["CREATE TABLE another (id int)", "INSERT INTO plain VALUES (1)"] {
        let database = &Database::new(Dialect::Mysql).expect("there was one");
        prepare(database);
        database.batch("CREATE TABLE plain (id int) ENGINE = MyISAM");
        let mut held = holder(database);
        let mut work = |session: &mut Session<'_>| {
            session.execute(first, &[])?;
            change(session)
        };
        let failed = migrate(database, SOON, Direction::Run, &mut work, &mut |_| panic!("{first}"), &|| false);
        held.batch("COMMIT").expect("it lets go");
        let Err(MigrateError::Step(failure)) = failed else { panic!("it was to fail: {failed:?}") };
        assert!(matches!(failure.aftermath, Aftermath::Partial { .. }), "{first}: {failure:?}");
        assert_eq!(database.query("SELECT state FROM glim_migrations"), ["failed"]);
        // It goes on with the next run, and does nothing twice.
        migrate(database, SOON, Direction::Run, &mut work, &mut |_| panic!("{first}"), &|| false)
            .expect("the lock is free");
        assert_clean(database, &["applied"], &["1", "1"]);
        assert_eq!(database.query("SELECT count(*) FROM plain"), [if first.contains("plain") { "1" } else { "0" }]);
    }
}

fn the_victim_of_a_deadlock_runs_again(database: &Database) {
    let waiting = match database.dialect {
        Dialect::Sqlite => return,
        Dialect::Postgres => "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'",
        Dialect::Mysql => "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    };
    prepare(database);
    let (sender, receiver) = mpsc::channel();
    let (holds, is_held) = mpsc::channel();
    let dialect = database.dialect;
    std::thread::scope(|scope| {
        // So that the other ends with us.
        let sender = sender;
        let connector = database.connector();
        scope.spawn(move || {
            let mut other = connector.connect();
            let mut run = |sql: &str| other.batch(sql).expect("it is not the victim");
            if dialect == Dialect::Postgres {
                // Whoever looks first is the victim.
                run("SET deadlock_timeout = '1h'");
            }
            run("BEGIN");
            // On MySQL, whoever has changed less is.
            run("INSERT INTO t VALUES (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0)");
            run("DELETE FROM t WHERE id > 2");
            run("UPDATE t SET n = n + 10 WHERE id = 2");
            holds.send(()).expect("the migration waits for this");
            receiver.recv().expect("the migration has the first row");
            run("UPDATE t SET n = n + 10 WHERE id = 1");
            run("COMMIT");
        });
        is_held.recv().expect("the other has the second row");
        let mut attempts = 0;
        let mut work = |session: &mut Session<'_>| {
            session.execute("UPDATE t SET n = n + 1 WHERE id = 1", &[])?;
            attempts += 1;
            if attempts == 1 {
                sender.send(()).expect("the other listens");
                while database.query(waiting).is_empty() {
                    std::thread::yield_now();
                }
            }
            session.execute("UPDATE t SET n = n + 1 WHERE id = 2", &[])?;
            Ok(())
        };
        let mut told = 0;
        migrate(database, Duration::from_secs(30), Direction::Run, &mut work, &mut |_| told += 1, &|| false)
            .expect("the other is done");
        assert_eq!((attempts, told), (2, 1));
    });
    assert_clean(database, &["applied"], &["11", "11"]);
    assert_eq!(log(database), ["failed", "applied"]);
}

/// Somebody who has the lock after so many rows of a backfill, and lets go when it is said that this attempt comes.
struct Rival<'a> {
    database: &'a Database,
    after: u64,
    until: usize,
    held: Option<Box<dyn Connection>>,
    told: Vec<(Option<String>, usize, usize)>,
}

impl<'a> Rival<'a> {
    fn new(database: &'a Database, after: u64, until: usize) -> Self {
        Self { database, after, until, held: None, told: Vec::new() }
    }
}

impl Progress for Rival<'_> {
    fn filled(&mut self, filled: &Filled<'_>) {
        // The batch behind that has the second row.
        if filled.rows == self.after && self.held.is_none() && self.told.is_empty() {
            self.held = Some(holder(self.database));
        }
    }

    fn retrying(&mut self, _: &Entry, _: Direction, retry: &Retry<'_>) {
        self.told.push((retry.table.map(str::to_owned), retry.attempt, retry.of));
        if retry.attempt == self.until
            && let Some(mut held) = self.held.take()
        {
            held.batch("COMMIT").expect("it lets go");
        }
    }
}

/// Fills row by row, the second one last.
fn fill(database: &Database, rival: &mut Rival<'_>) -> Result<(), MigrateError> {
    let backfill = Backfill {
        table: "t".to_owned(),
        assignments: vec!["n = n + 1".to_owned()],
        conditions: Vec::new(),
        batch: 1,
        pause: Duration::ZERO,
        share: 100,
    };
    let mut work = |session: &mut Session<'_>| session.backfill(&backfill, &mut |_| true).map(drop);
    apply(database, SOON, false, Direction::Run, &mut work, rival, &|| false)
}

fn a_batch_that_could_not_have_a_lock_runs_again_by_itself(database: &Database) {
    prepare(database);
    let mut rival = Rival::new(database, 1, 3);
    fill(database, &mut rival).expect("the lock is free");
    let table = || Some("t".to_owned());
    assert_eq!(rival.told, [(table(), 2, 3), (table(), 3, 3)]);
    assert_clean(database, &["applied"], &["1", "1"]);
    assert_eq!(log(database), ["applied"]);
}

fn a_first_batch_that_could_not_have_a_lock_lets_the_migration_run_again(database: &Database) {
    if database.dialect == Dialect::Sqlite {
        // What was announced cannot be taken back while the file is locked.
        return;
    }
    prepare(database);
    database.batch("DELETE FROM t WHERE id = 1");
    let mut rival = Rival::new(database, 0, 2);
    fill(database, &mut rival).expect("the lock is free");
    assert_eq!(rival.told, [(None, 2, 3)]);
    assert_clean(database, &["applied"], &["1"]);
    assert_eq!(log(database), ["failed", "applied"]);
}

fn a_batch_that_never_has_the_lock_leaves_those_before_it(database: &Database) {
    prepare(database);
    let mut rival = Rival::new(database, 1, usize::MAX);
    let failed = fill(database, &mut rival);
    drop(rival.held.take());
    let Err(MigrateError::Step(failure)) = failed else { panic!("it was to fail: {failed:?}") };
    assert!(matches!(failure.aftermath, Aftermath::Partial { .. }), "{failure:?}");
    // Not the migration as a whole after that.
    assert_eq!(rival.told.iter().map(|(_, attempt, _)| *attempt).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(database.query("SELECT n FROM t ORDER BY id"), ["1", "0"]);
    fill(database, &mut Rival::new(database, u64::MAX, 0)).expect("the lock is free");
    assert_clean(database, &["applied"], &["1", "1"]);
}
