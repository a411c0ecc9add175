//! What is seen of statements that take long.

use std::sync::mpsc;
use std::time::Duration;

use glim_engine::activity::{Activity, Observed};
use glim_engine::driver::Connection;
use glim_engine::migrator::Locked;
use glim_engine::progress::Silent;
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    how_far_a_definition_is_can_be_seen,
    who_holds_a_row_can_be_seen,
    what_is_fast_or_over_is_not_seen,
}

fn locked(connection: Box<dyn Connection>) -> Locked<'static> {
    Locked::lock(connection, Duration::from_secs(30), &mut Silent, &|| false).expect("the lock").0
}

/// Runs a statement under the lock on another thread, and gives what is seen first of what it does. It is ended by another.
fn seen(database: &Database, sql: &str, end: impl FnOnce()) -> Activity {
    let (sender, receiver) = mpsc::channel::<Observed>();
    std::thread::scope(|scope| {
        let connector = database.connector();
        scope.spawn(move || {
            let mut locked = locked(connector.connect());
            sender.send(locked.observed().expect("a server")).expect("the test waits for this");
            // How it ends makes no difference.
            drop(locked.connection().batch(sql));
        });
        let observed = receiver.recv().expect("the lock is had");
        let mut looking = database.connect();
        let activity = loop {
            match observed.look(&mut *looking).expect("it may be looked at") {
                Some(activity) => break activity,
                None => std::thread::yield_now(),
            }
        };
        end();
        activity
    })
}

fn how_far_a_definition_is_can_be_seen(database: &Database) {
    match database.dialect {
        Dialect::Sqlite => assert!(locked(database.connect()).observed().is_none()),
        Dialect::Postgres => {
            database.batch("CREATE TABLE t AS SELECT generate_series(1, 20000) AS id");
            // In the middle it goes on when it can have a lock, but does not wait for it in the server's sense.
            database.batch(
                "CREATE FUNCTION slow(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN \
                 WHILE id > 10000 AND NOT pg_try_advisory_xact_lock_shared(1) LOOP PERFORM pg_sleep(0.01); END LOOP; \
                 RETURN id; END $$",
            );
            database.batch("SELECT pg_advisory_lock(1)");
            let activity =
                seen(database, "CREATE INDEX ON t (slow(id))", || database.batch("SELECT pg_advisory_unlock(1)"));
            assert_eq!(activity.to_string(), "CREATE INDEX: scanning table, 49 %");
        }
        Dialect::Mysql => {
            database.batch("CREATE TABLE t (id int PRIMARY KEY)");
            database.batch("INSERT INTO t SELECT seq FROM seq_1_to_5000");
            let sql = "ALTER TABLE t ADD COLUMN h char(128) AS (sha2(repeat(id, 1000000), 512)) STORED";
            let activity = seen(database, sql, || {
                let ids = "SELECT id FROM information_schema.processlist WHERE db = database() AND info LIKE 'ALTER%'";
                database.query(ids).iter().for_each(|id| database.batch(&format!("KILL QUERY {id}")));
            });
            let Activity::Working { phase, percent: Some(0..=100), .. } = &activity else { panic!("{activity:?}") };
            assert_eq!(phase, "copy to tmp table, stage 1 of 2");
        }
    }
}

fn who_holds_a_row_can_be_seen(database: &Database) {
    let id = match database.dialect {
        Dialect::Sqlite => return,
        Dialect::Postgres => "SELECT pg_backend_pid()",
        Dialect::Mysql => "SELECT connection_id()",
    };
    for sql in ["CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)", "BEGIN", "UPDATE t SET id = 2"] {
        database.batch(sql);
    }
    let activity = seen(database, "UPDATE t SET id = 3", || database.batch("ROLLBACK"));
    let Activity::Waiting { holder: Some(holder), .. } = activity else { panic!("{activity:?}") };
    assert!(holder.to_string().starts_with(&format!("connection {} (", database.query(id)[0])), "{holder}");
}

fn what_is_fast_or_over_is_not_seen(database: &Database) {
    let mut locked = locked(database.connect());
    let Some(observed) = locked.observed() else { return };
    locked.connection().batch("CREATE TABLE t (id int)").expect("a table");
    let look = || observed.look(&mut *database.connect());
    assert_eq!(look(), Ok(None));
    // Nobody holds the lock.
    locked.release().expect("it was held");
    assert_eq!(look(), Ok(None));
}
