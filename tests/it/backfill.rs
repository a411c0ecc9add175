//! `db.backfill`: a column filled in batches, stopped in the middle, and finished by the next run.

use std::time::Duration;

use serde_json::Value;

use crate::projects::filling;
use crate::support::{Database, Kind, Running, for_each_database};

for_each_database!(
    a_column_is_filled_and_programs_are_told_how_far,
    what_is_sent_is_shown_as_one_statement,
    what_stops_it_between_two_batches_is_taken_up_by_the_next_run,
    a_batch_that_cannot_have_a_lock_of_the_database_runs_again,
    inside_a_transaction_it_is_refused_with_what_to_write,
);

/// How many rows were changed how often.
fn counts(database: &Database) -> Vec<String> {
    database.column("SELECT n FROM users ORDER BY id")
}

const FILLED: [&str; 7] = ["1", "1", "1", "0", "1", "1", "1"];

fn a_column_is_filled_and_programs_are_told_how_far(database: &Database) {
    filling().glim(database, "run --to Prepare").succeeds();
    let output = filling().glim(database, "run --to Fill --format json").succeeds().stderr_has("changed 6\n");
    assert_eq!(counts(database), FILLED);
    assert_eq!(database.column("SELECT email FROM users WHERE id IN (1, 4) ORDER BY id"), ["u1@x", "U4@X"]);
    let events: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let told: Vec<_> = events.iter().filter(|event| event["type"] == "backfilled").collect();
    let first_and_last =
        |key: &str| [told.first(), told.last()].map(|event| event.map_or(Value::Null, |it| it[key].clone()));
    assert_eq!(first_and_last("rows"), [Value::from(0), Value::from(6)], "{output}");
    assert_eq!(first_and_last("done"), [Value::from(false), Value::from(true)], "{output}");
    assert!(told.iter().all(|event| event["migration"] == "Fill" && event["table"] == "users"), "{output}");
    assert!(told.iter().all(|event| event["of"].is_u64()), "{output}");
}

fn what_is_sent_is_shown_as_one_statement(database: &Database) {
    let quote = if database.kind() == Kind::Postgres { "\"" } else { "`" };
    let (table, id) = (format!("{quote}users{quote}"), format!("{quote}id{quote}"));
    filling().glim(database, "sql Fill").succeeds().stdout_is(&format!(
        "-- in batches of 2 rows, each committed, by primary key\nUPDATE {table} SET email = lower(email), n = n + 1 \
         WHERE (email <> 'U4@X') AND {id} > $1 AND {id} <= $2;\n"
    ));
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

/// Waits until two rows are filled: then it rests.
fn until_it_rests(database: &Database) {
    while counts(database).iter().filter(|n| *n == "1").count() < 2 {
        std::thread::yield_now();
    }
}

/// What stops a run, and what the command then exits with, if it can say so.
type Way = (&'static str, Option<i32>, fn(&mut Running));

fn what_stops_it_between_two_batches_is_taken_up_by_the_next_run(database: &Database) {
    let ways: [Way; 3] = [
        ("", Some(130), |running| running.signal("INT")),
        ("", None, |running| running.child().kill().expect("it can be killed")),
        (" --timeout 2s", Some(1), |_| ()),
    ];
    let rubbish = tempfile::tempdir().expect("a temporary folder can be made");
    for (arguments, code, stop) in ways {
        let database = database.another();
        filling().glim(&database, "run --to Prepare").succeeds();
        let run = filling().glim(&database, &format!("run --to Fill{arguments}")).env("PAUSE", "600");
        let mut running = run.env("TMPDIR", rubbish.path()).spawn();
        until_it_rests(&database);
        stop(&mut running);
        let output = running.wait();
        assert_eq!(output.code, code, "{output}");
        assert!(output.took < Duration::from_mins(1), "{output}");
        assert_eq!(counts(&database), ["1", "1", "0", "0", "0", "0", "0"], "{output}");
        let output = filling().glim(&database, "run --to Fill").succeeds();
        output.stderr_has("goes on where it stopped").stderr_has("changed 6\n");
        assert_eq!(counts(&database), FILLED);
        assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
    }
}

fn a_batch_that_cannot_have_a_lock_of_the_database_runs_again(database: &Database) {
    if database.kind() == Kind::Sqlite {
        // The engine's own tests have it: here, nobody can lock the file between two batches.
        return;
    }
    filling().glim(database, "run --to Prepare").succeeds();
    // The last row: MariaDB locks the one behind a batch with it.
    database.query("BEGIN; UPDATE users SET n = n WHERE id = 7");
    let mut running = filling().glim(database, "run --to Fill --db timed --format json").spawn();
    running.until_said(
        "note: a batch of `Fill`, which fills `users`, could not have a lock of the database, and was undone; \
         attempt 2 of 5 in ",
    );
    assert_eq!(counts(database), ["1", "1", "1", "0", "1", "0", "0"]);
    database.query("COMMIT");
    let output = running.wait().exits(0).stderr_has("changed 6\n");
    let again = output.stdout.lines().find(|line| line.contains(r#""type":"retrying""#)).expect("an event");
    assert!(again.contains(r#""migration":"Fill""#) && again.ends_with(r#","table":"users"}"#), "{again}");
    assert_eq!(counts(database), FILLED);
    // What was committed before was not undone, and no attempt at the migration has failed.
    assert_eq!(database.column("SELECT action FROM glim_log ORDER BY id"), ["applied", "applied"]);
    assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
}

fn inside_a_transaction_it_is_refused_with_what_to_write(database: &Database) {
    filling().glim(database, "run --to Fill").succeeds();
    let output = filling().glim(database, "run").run().exits(1);
    output
        .stderr_has("the backfill of `users`: each of its batches is committed")
        .stderr_has("register the migration with `transaction = false`");
    assert_eq!(counts(database), FILLED);
    assert_eq!(database.ledger(), ["Fill", "Prepare"]);
}
