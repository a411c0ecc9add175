//! The lock between connections.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use glim_engine::driver::Connection;
use glim_engine::lock::{Holder, Lock, LockError, Wait};
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    a_second_run_is_refused_and_told_who_holds_it,
    a_released_lock_can_be_had,
    the_lock_goes_with_its_connection,
    a_waiting_run_gets_the_lock,
    a_wait_can_be_stopped,
    a_lost_lock_is_noticed,
    other_databases_are_not_locked,
    one_at_a_time,
}

fn acquire(conn: &mut dyn Connection, timeout: Duration) -> Result<Lock, LockError> {
    Lock::acquire(conn, &mut Wait { timeout, on_wait: &mut |_| {}, stopped: &|| false })
}

fn take(conn: &mut dyn Connection) -> Lock {
    acquire(conn, Duration::ZERO).expect("nobody holds it")
}

fn a_second_run_is_refused_and_told_who_holds_it(database: &Database) {
    let (mut first, mut second) = (database.connect(), database.connect());
    let lock = take(&mut *first);
    lock.verify(&mut *first).expect("it is held");
    let Err(LockError::Busy { holder, .. }) = acquire(&mut *second, Duration::ZERO) else { panic!("it is held") };
    assert!(holder.id.is_some(), "{holder}");
    let mut told = Vec::new();
    let mut on_wait = |holder: &Holder| told.push(holder.clone());
    let mut wait = Wait { timeout: Duration::from_millis(200), on_wait: &mut on_wait, stopped: &|| false };
    let error = Lock::acquire(&mut *second, &mut wait).expect_err("it is held");
    assert!(error.is_busy() && error.to_string().starts_with("the database is locked by "), "{error}");
    assert_eq!(told, [*holder]);
    lock.verify(&mut *first).expect("it is still held");
}

fn a_released_lock_can_be_had(database: &Database) {
    let (mut first, mut second) = (database.connect(), database.connect());
    take(&mut *first).release(&mut *first).expect("it was held");
    take(&mut *second).release(&mut *second).expect("it was held");
}

fn the_lock_goes_with_its_connection(database: &Database) {
    let mut first = database.connect();
    let lock = take(&mut *first);
    drop((first, lock));
    // The server notices the end of a connection a moment later.
    let mut second = database.connect();
    let _lock = acquire(&mut *second, Duration::from_secs(20)).expect("nobody holds it");
}

fn a_waiting_run_gets_the_lock(database: &Database) {
    let mut first = database.connect();
    let lock = Cell::new(Some(take(&mut *first)));
    let mut second = database.connect();
    let first = Cell::new(Some(first));
    // The first run ends when the second begins to wait.
    let mut on_wait = |_: &Holder| drop((lock.take(), first.take()));
    let mut wait = Wait { timeout: Duration::from_secs(20), on_wait: &mut on_wait, stopped: &|| false };
    let second_lock = Lock::acquire(&mut *second, &mut wait).expect("the first one has gone");
    second_lock.verify(&mut *second).expect("it is held");
}

fn a_wait_can_be_stopped(database: &Database) {
    let (mut first, mut second) = (database.connect(), database.connect());
    let _lock = take(&mut *first);
    let asked = Cell::new(0);
    let stopped = || asked.replace(asked.get() + 1) >= 2;
    let mut wait = Wait { timeout: Duration::from_mins(10), on_wait: &mut |_| {}, stopped: &stopped };
    assert_eq!(Lock::acquire(&mut *second, &mut wait).map(drop), Err(LockError::Stopped));
}

fn a_lost_lock_is_noticed(database: &Database) {
    let mut first = database.connect();
    let lock = take(&mut *first);
    match database.dialect {
        Dialect::Sqlite => std::fs::remove_file(database.folder().join("app.db-glim.lock")).expect("the file is there"),
        Dialect::Postgres => first.batch("SELECT pg_advisory_unlock_all()").expect("it is allowed"),
        Dialect::Mysql => first.batch("DO RELEASE_ALL_LOCKS()").expect("it is allowed"),
    }
    assert_eq!(lock.verify(&mut *first), Err(LockError::Lost));
    if database.dialect != Dialect::Sqlite {
        let mut second = database.connect();
        let _other = take(&mut *second);
        assert_eq!(lock.verify(&mut *first), Err(LockError::Lost));
    }
}

fn other_databases_are_not_locked(database: &Database) {
    let other = Database::new(database.dialect).expect("there was a server for the first one");
    let (mut first, mut second) = (database.connect(), other.connect());
    let _locks = (take(&mut *first), take(&mut *second));
}

/// A wait that blocked would hold a snapshot, which this statement waits for.
#[cfg(feature = "postgres")]
#[test]
fn an_index_is_built_concurrently_while_another_run_waits() {
    let Some(database) = Database::new(Dialect::Postgres) else { return };
    let mut first = database.connect();
    first.batch("CREATE TABLE t (a integer)").expect("an empty database");
    let lock = take(&mut *first);
    let connector = database.connector();
    let (waits, until_it_waits) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut on_wait = |_: &Holder| waits.send(()).expect("the other thread listens");
            let mut wait = Wait { timeout: Duration::from_mins(2), on_wait: &mut on_wait, stopped: &|| false };
            let _lock = Lock::acquire(&mut *connector.connect(), &mut wait).expect("it is given back");
        });
        until_it_waits.recv().expect("the other thread waits");
        first.batch("CREATE INDEX CONCURRENTLY i ON t (a)").expect("nobody holds a snapshot");
        lock.release(&mut *first).expect("it was held");
    });
}

fn one_at_a_time(database: &Database) {
    let (inside, done) = (AtomicU32::new(0), AtomicU32::new(0));
    let connector = database.connector();
    let run = || {
        let mut conn = connector.connect();
        let lock = acquire(&mut *conn, Duration::from_mins(2)).expect("each comes in turn");
        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold the lock");
        std::thread::yield_now();
        lock.verify(&mut *conn).expect("it is held");
        inside.fetch_sub(1, Ordering::SeqCst);
        done.fetch_add(1, Ordering::SeqCst);
        lock.release(&mut *conn).expect("it was held");
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(run);
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), 8);
}
