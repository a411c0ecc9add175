//! Migrations that do what no migration should. Whatever one does, the database is as before, and the message says who
//! did what.

use std::time::Duration;

use crate::projects::misbehave;
use crate::support::{Database, Kind, Output, for_each_database};

for_each_database!(
    a_panic_is_rolled_back,
    an_early_exit_is_rolled_back,
    an_abort_is_rolled_back,
    a_stack_overflow_is_rolled_back,
    an_endless_loop_ends_at_the_time_limit,
    an_endless_query_ends_at_the_time_limit,
    a_failed_statement_is_rolled_back,
    a_swallowed_error_does_not_pass_for_success,
    a_transaction_that_the_migration_ends_itself_is_noticed,
    a_migration_that_gives_the_lock_away_is_not_committed,
    printing_a_lot_does_no_harm,
    printing_bytes_does_no_harm,
    reading_from_stdin_does_no_harm,
    a_panic_while_rolling_back_keeps_the_migration_applied,
);

/// Runs a misbehaviour that fails, checks that nothing is left of it, and that the same migration can then be run.
fn fails(database: &Database, misbehaviour: &str, arguments: &str) -> Output {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let before = database.contents();
    let output = project.glim(database, &format!("run {arguments}")).env("MISBEHAVIOUR", misbehaviour).run().exits(1);
    let output = output.stdout_is("Migrating Misbehave..\n").stderr_has("Misbehave").lacks("please report");
    assert_eq!(database.ledger(), ["Prepare"], "{output}");
    assert_eq!(database.column("SELECT note FROM notes"), Vec::<String>::new(), "{output}");
    // The other tables of glim may keep a record of the failure.
    assert_eq!(database.contents()["glim_migrations"], before["glim_migrations"], "{output}");

    project.glim(database, "run").succeeds().stdout_is("Migrating Misbehave..\nDone.\n");
    assert_eq!(database.column("SELECT note FROM notes"), ["before"]);
    output
}

/// Runs a misbehaviour that does no harm.
fn works(database: &Database, misbehaviour: &str, stdin: &str) -> Output {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let output = project.glim(database, "run").env("MISBEHAVIOUR", misbehaviour).stdin(stdin).succeeds();
    assert_eq!(database.ledger(), ["Misbehave", "Prepare"], "{output}");
    assert_eq!(database.column("SELECT note FROM notes"), ["before"], "{output}");
    output
}

fn a_panic_is_rolled_back(database: &Database) {
    fails(database, "panic", "").stderr_has("panic").stderr_has("a panic on purpose");
}

fn an_early_exit_is_rolled_back(database: &Database) {
    fails(database, "exit", "").stderr_has("exit");
}

fn an_abort_is_rolled_back(database: &Database) {
    fails(database, "abort", "").stderr_has("abort");
}

fn a_stack_overflow_is_rolled_back(database: &Database) {
    fails(database, "overflow", "").stderr_has("stack");
}

fn an_endless_loop_ends_at_the_time_limit(database: &Database) {
    let output = fails(database, "loop", "--timeout 2s").stderr_has("2s");
    assert!(output.took >= Duration::from_secs(2) && output.took < Duration::from_secs(20), "{output}");
}

fn an_endless_query_ends_at_the_time_limit(database: &Database) {
    let output = fails(database, "query for ever", "--timeout 2s").stderr_has("2s");
    assert!(output.took >= Duration::from_secs(2) && output.took < Duration::from_secs(20), "{output}");
}

fn a_failed_statement_is_rolled_back(database: &Database) {
    fails(database, "fail", "").stderr_has("no_such_table");
}

fn a_swallowed_error_does_not_pass_for_success(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let output = project.glim(database, "run").env("MISBEHAVIOUR", "swallow").run();
    // PostgreSQL rolls back a transaction in which anything failed; elsewhere the migration may go on.
    if output.code == Some(0) {
        assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["after", "before"], "{output}");
        assert_eq!(database.ledger(), ["Misbehave", "Prepare"], "{output}");
    } else {
        let output = output.exits(1).stderr_has("Misbehave");
        assert_eq!(database.column("SELECT note FROM notes"), Vec::<String>::new(), "{output}");
        assert_eq!(database.ledger(), ["Prepare"], "{output}");
    }
}

fn a_transaction_that_the_migration_ends_itself_is_noticed(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let output = project.glim(database, "run").env("MISBEHAVIOUR", "commit").run();
    output.exits(1).stderr_has("Misbehave").stderr_has("transaction").lacks("please report");
    assert_eq!(database.ledger(), ["Prepare"]);
}

fn a_migration_that_gives_the_lock_away_is_not_committed(database: &Database) {
    if database.kind() == Kind::Sqlite {
        eprintln!("not on SQLite: its lock is a file, which no statement reaches");
        return;
    }
    fails(database, "unlock", "").stderr_has("the lock was lost while the migration ran");
}

fn printing_a_lot_does_no_harm(database: &Database) {
    let output = works(database, "print", "");
    assert!(output.stdout.ends_with("Done.\n"), "{output}");
}

fn printing_bytes_does_no_harm(database: &Database) {
    works(database, "bytes", "");
}

fn reading_from_stdin_does_no_harm(database: &Database) {
    works(database, "read", "a line of input\n");
}

fn a_panic_while_rolling_back_keeps_the_migration_applied(database: &Database) {
    let project = misbehave();
    project.glim(database, "run").succeeds();
    let before = database.contents();
    let output = project.glim(database, "rollback").env("MISBEHAVIOUR", "panic").run().exits(1);
    let output = output.stdout_is("Rolling back Misbehave\n").stderr_has("Misbehave").stderr_has("a panic on purpose");
    assert_eq!(database.ledger(), ["Misbehave", "Prepare"], "{output}");
    assert_eq!(database.contents()["notes"], before["notes"], "{output}");
}
