//! Several commands on one database at once.

use crate::projects::fifty;
use crate::support::{Database, for_each_database};

for_each_database!(eight_runs_at_once_apply_each_migration_once, run_and_rollback_at_once_leave_a_whole_state);

fn eight_runs_at_once_apply_each_migration_once(database: &Database) {
    let fifty = fifty();
    // Built by one before, as it is in a deployment; the eight then meet at the database.
    fifty.glim(database, "run --dry-run").succeeds();
    let running: Vec<_> = (0..8).map(|_| fifty.glim(database, "run --lock-timeout 60s").spawn()).collect();
    let outputs: Vec<_> = running.into_iter().map(|running| running.wait().exits(0)).collect();

    let mut migrated: Vec<&str> = outputs.iter().flat_map(|output| output.stdout.lines()).collect();
    migrated.retain(|line| line.starts_with("Migrating "));
    assert_eq!(migrated.len(), 51, "{outputs:#?}");
    assert_eq!(database.ledger().len(), 51);
    let numbers: Vec<String> = (1..=50).map(|number: u8| number.to_string()).collect();
    assert_eq!(database.column("SELECT number FROM counted ORDER BY number"), numbers);
}

fn run_and_rollback_at_once_leave_a_whole_state(database: &Database) {
    let fifty = fifty();
    fifty.glim(database, "run --to Step25").succeeds();
    let commands = ["run --lock-timeout 60s", "rollback --all --yes --lock-timeout 60s", "run --lock-timeout 60s"];
    let running: Vec<_> = commands.iter().map(|command| fifty.glim(database, command).spawn()).collect();
    for running in running {
        running.wait().exits(0);
    }
    // Whoever came last, the ledger says what the tables say.
    let ledger = database.ledger();
    let tables = database.tables();
    assert!(ledger.is_empty() || ledger.len() == 51, "{ledger:?}");
    assert_eq!(ledger.len(), tables.len(), "{ledger:?} {tables:?}");
    if !ledger.is_empty() {
        assert_eq!(database.value("SELECT count(*) FROM counted"), "50");
    }
}
