//! Who holds the lock keeps it for exactly as long as its session may still do something.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::projects::{gated, misbehave};
use crate::support::{Database, Kind, Running, for_each_database};

for_each_database!(
    a_holder_that_is_only_stopped_keeps_the_lock_and_is_named,
    a_holder_whose_session_the_server_has_ended_does_nothing_more,
    a_killed_holder_keeps_the_lock_until_the_server_has_ended_its_statement,
    a_migration_that_cannot_have_a_lock_of_the_database_runs_again,
    while_a_statement_waits_for_a_lock_it_is_said_who_holds_it,
);

/// A gate that is shut.
pub(crate) fn gate(database: &Database) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gate-of-{}", database.name()));
    let _ = std::fs::remove_file(&folder);
    folder
}

/// A run that has come to the gate.
pub(crate) fn at_the_gate(database: &Database, gate: &std::path::Path) -> Running {
    gated().glim(database, "run --name Prepare").succeeds();
    let mut running = gated().glim(database, "run -v").env("GATE", gate).spawn();
    running.until_said("the gate is reached\n");
    running
}

/// The sessions that hold a lock of ours.
const HOLDERS: &str = "SELECT l.pid::text FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                       WHERE l.locktype = 'advisory' AND d.datname = current_database()";

fn a_holder_that_is_only_stopped_keeps_the_lock_and_is_named(database: &Database) {
    let gate = gate(database);
    let mut holder = at_the_gate(database, &gate);
    let process = holder.child().id();
    holder.signal("STOP");
    let other = gated().glim(database, "run --lock-timeout 1s").run().exits(4).silent();
    let other = other.stderr_has("error: the database is still locked after 1 s, by ");
    match database.kind() {
        Kind::Sqlite => other.stderr_has(&format!("by process {process} (")),
        Kind::Postgres => other.stderr_has(&format!("by connection {} (cargo-glim, ", database.value(HOLDERS))),
        Kind::Mysql => other.stderr_has("by connection "),
    };
    assert!(!database.ledger().contains(&"Afterwards".to_owned()));
    holder.signal("CONT");
    std::fs::write(&gate, "").expect("a file");
    holder.wait().exits(0).stdout_has("Migrating Afterwards..\nDone.\n");
    assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["afterwards", "gated"]);
    let _ = std::fs::remove_file(&gate);
}

fn a_holder_whose_session_the_server_has_ended_does_nothing_more(database: &Database) {
    let end = match database.kind() {
        Kind::Sqlite => return,
        Kind::Postgres => format!("SELECT pg_terminate_backend(pid::int)::text FROM ({HOLDERS}) AS holder (pid)"),
        Kind::Mysql => {
            let held = "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()";
            held.to_owned()
        }
    };
    let gate = gate(database);
    let holder = at_the_gate(database, &gate);
    for id in database.column(&end) {
        if database.kind() == Kind::Mysql {
            database.query(&format!("KILL {id}"));
        }
    }
    // The lock went with the session, and so did what it had not committed.
    let next = gated().glim(database, "run --lock-timeout 20s").run().exits(0);
    assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["afterwards", "gated"]);
    let before = database.contents();
    std::fs::write(&gate, "").expect("a file");
    let output = holder.wait().exits(1);
    assert!(!output.stdout.contains("Afterwards") && !output.stdout.ends_with("Done.\n"), "{output}");
    // What is said of the failure may be logged, if by then it can be.
    for table in ["glim_migrations", "notes"] {
        assert_eq!(database.contents()[table], before[table], "{next}\nthen {output}");
    }
    assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
    let _ = std::fs::remove_file(&gate);
}

fn a_killed_holder_keeps_the_lock_until_the_server_has_ended_its_statement(database: &Database) {
    let (mut holder, is_running) = match database.kind() {
        // The lock of a file is the process's.
        Kind::Sqlite => return,
        Kind::Postgres => {
            misbehave().glim(database, "run --name Prepare").succeeds();
            let holder = misbehave().glim(database, "run").env("MISBEHAVIOUR", "query for ever").spawn();
            let running = "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() \
                           AND query = 'SELECT 1 FROM pg_sleep(1000)' AND state = 'active'";
            (holder, running)
        }
        Kind::Mysql => {
            gated().glim(database, "run --name Prepare").succeeds();
            let holder = gated().glim(database, "run").env("COMPUTE", "yes").spawn();
            let running = "SELECT count(*) FROM information_schema.processlist \
                           WHERE db = database() AND info LIKE 'SELECT benchmark%'";
            (holder, running)
        }
    };
    let pause = || std::thread::sleep(Duration::from_millis(20));
    while database.value(is_running) == "0" {
        pause();
    }
    holder.child().kill().expect("it can be killed");
    holder.wait();
    let killed = Instant::now();
    match database.kind() {
        Kind::Postgres => {
            while !database.column(HOLDERS).is_empty() {
                assert!(killed.elapsed() < Duration::from_secs(10), "the lock is not given back");
                pause();
            }
            let freed = killed.elapsed();
            assert_eq!(database.value(is_running), "0");
            eprintln!("the lock of a killed holder was free after {freed:.1?}");
            assert!(freed < Duration::from_secs(1), "{freed:?}");
            misbehave().glim(database, "run").succeeds();
            assert_eq!(database.column("SELECT note FROM notes"), ["before"]);
        }
        Kind::Mysql | Kind::Sqlite => {
            // The server goes on for a client that is gone, and everybody else keeps out.
            assert_eq!(database.value(is_running), "1");
            gated().glim(database, "run --lock-timeout 0s").run().exits(4).silent().stderr_has("by connection ");
            let next = gated().glim(database, "run --lock-timeout 50s").run().exits(0);
            assert_eq!(database.value(is_running), "0", "{next}");
            assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["afterwards", "gated"], "{next}");
            assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
        }
    }
}

fn a_migration_that_cannot_have_a_lock_of_the_database_runs_again(database: &Database) {
    if database.kind() == Kind::Sqlite {
        // The engine's own tests have it: here, nobody can keep a file locked.
        return;
    }
    gated().glim(database, "run --name Prepare").succeeds();
    database.lock("notes");
    let mut running = gated().glim(database, "run --db timed --format json").spawn();
    running.until_said("note: `Gated` could not have a lock of the database, and was undone; attempt 2 of 5 in ");
    database.unlock();
    let event = r#"{"type":"retrying","version":1,"migration":"Gated","direction":"run","attempt":2,"pause_ms":"#;
    running.wait().exits(0).stdout_has(event).stdout_has(r#"{"type":"finished","version":1,"migration":"Afterwards""#);
    assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["afterwards", "gated"]);
    assert_eq!(database.ledger(), ["Afterwards", "Gated", "Prepare"]);
    let log = database.column("SELECT action FROM glim_log ORDER BY id");
    assert_eq!(log.first().zip(log.get(1)), Some((&"applied".to_owned(), &"failed".to_owned())), "{log:?}");
}

fn while_a_statement_waits_for_a_lock_it_is_said_who_holds_it(database: &Database) {
    let (what, event) = match database.kind() {
        // The file is locked as a whole, for moments, and nobody tells by whom.
        Kind::Sqlite => return,
        Kind::Postgres => {
            let id = database.value("SELECT pg_backend_pid()::text");
            let what = format!("waiting for a lock held by connection {id} (");
            let event = format!(r#""lock":"lock","holder":"connection {id} ("#);
            (what, event)
        }
        Kind::Mysql => {
            let event = r#""lock":"table metadata lock","holder":null}"#.to_owned();
            ("waiting for a table metadata lock\n".to_owned(), event)
        }
    };
    gated().glim(database, "run --name Prepare").succeeds();
    database.lock("notes");
    let mut running = gated().glim(database, "run -v --format json").spawn();
    running.until_said(&format!("Gated: {what}"));
    database.unlock();
    let output = running.wait().exits(0);
    output.stdout_has(&format!(r#"{{"type":"blocked","version":1,"migration":"Gated",{event}"#));
    assert_eq!(database.ledger(), ["Afterwards", "Gated", "Prepare"]);
}
