//! `--format json`: one object a line for what happens, and nothing else on stdout.

use serde_json::Value;

use crate::projects::{misbehave, shop};
use crate::support::{Database, Output, for_each_database};

for_each_database!(
    events_are_one_json_object_a_line,
    a_failure_and_an_idle_run_are_events_too,
    sync_tells_what_differs_and_changes_nothing,
);

/// The type and the subject of each event.
fn events(output: &Output) -> Vec<(String, String)> {
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}\n{output}"));
        assert_eq!(event["version"], 1, "{line}");
        let word = |key: &str| event[key].as_str().map(str::to_owned);
        let subject = word("migration").or_else(|| word("model"));
        (word("type").expect("it has a type"), subject.expect("it is about something"))
    };
    output.stdout.lines().map(event).collect()
}

#[track_caller]
fn is(output: &Output, expected: &[(&str, &str)]) {
    let events = events(output);
    let events: Vec<_> = events.iter().map(|(event, subject)| (event.as_str(), subject.as_str())).collect();
    assert_eq!(events, expected, "{output}");
}

fn events_are_one_json_object_a_line(database: &Database) {
    let shop = shop();
    let glim = |command: &str| shop.glim(database, &format!("{command} --format json")).succeeds();
    is(&glim("sync"), &[("created", "User"), ("created", "Order")]);
    is(&glim("sync"), &[("up_to_date", "User"), ("up_to_date", "Order")]);
    let planned = [("planned", "AddUserMigration"), ("planned", "AddOrderMigration")];
    is(&glim("run --dry-run --to AddOrderMigration"), &planned);
    let both = |name| [("started", name), ("finished", name)];
    is(&glim("run --to AddOrderMigration"), &[both("AddUserMigration"), both("AddOrderMigration")].concat());
    is(&glim("rollback --steps 1"), &both("AddOrderMigration"));
    is(&glim("redo"), &[both("AddUserMigration"), both("AddUserMigration")].concat());
    is(&glim("rollback"), &both("AddUserMigration"));
    is(&glim("rollback"), &[]);
}

fn a_failure_and_an_idle_run_are_events_too(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    is(&project.glim(database, "run --name Prepare --format json").succeeds(), &[("already_migrated", "Prepare")]);
    let output = project.glim(database, "run --format json").env("MISBEHAVIOUR", "panic").run().exits(1);
    is(&output, &[("started", "Misbehave"), ("failed", "Misbehave")]);
    let failed: Value = serde_json::from_str(output.stdout.lines().last().unwrap_or_default()).expect("one object");
    let message = failed["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("the migration `Misbehave` panicked: panicked at src/"), "{message}");
}

fn sync_tells_what_differs_and_changes_nothing(database: &Database) {
    let shop = shop();
    database.query("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, age INTEGER)");
    database.query("INSERT INTO users VALUES (1, 'kept', 30)");
    let before = database.contents();
    let output = shop.glim(database, "sync --name User").succeeds();
    // A column too few, one too many, and one of another length, which SQLite does not keep to but shows.
    let said = format!("{}{}", output.stdout, output.stderr);
    for word in ["users", "fullname", "age", "name"] {
        assert!(said.contains(word), "`{word}` is not named\n{output}");
    }
    assert_eq!(database.contents()["users"], before["users"]);
    assert_eq!(database.tables(), ["users"]);
}
