//! `cargo glim log`: what was done, by whom and when.

use serde_json::Value;

use crate::projects::{misbehave, shop};
use crate::support::{Database, for_each_database};

for_each_database!(each_action_is_logged_and_shown, a_failure_is_logged_with_its_cause);

fn each_action_is_logged_and_shown(database: &Database) {
    let shop = shop();
    // There is no database and no log yet, and none is made.
    shop.glim(database, "log").succeeds().silent();
    assert!(database.all_tables().is_empty());
    shop.glim(database, "run --sync").succeeds();
    shop.glim(database, "rollback --steps 1").succeeds();
    let output = shop.glim(database, "log --format json").succeeds();
    let document: Value = serde_json::from_str(&output.stdout).expect("one document");
    let said = |line: &Value| {
        let word = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        assert!(line["at"].as_str().is_some_and(|at| at.starts_with("20")), "{line}");
        assert!(line["duration_ms"].is_u64() && line["host"].is_string(), "{line}");
        assert_eq!(word("glim_version"), env!("CARGO_PKG_VERSION"));
        format!("{} {}", word("action"), word("migration"))
    };
    let lines: Vec<_> = document["log"].as_array().expect("a list").iter().map(said).collect();
    let expected = ["rolled back CloseOrders", "applied CloseOrders", "applied AddOrderMigration"];
    assert_eq!(lines, [&expected[..], &["applied AddUserMigration"]].concat());

    let newest = shop.glim(database, "log -n 1").succeeds();
    assert_eq!(newest.stdout.lines().count(), 1, "{newest}");
    newest.stdout_has("rolled back  CloseOrders");
    let one = shop.glim(database, "log --name AddUserMigration").succeeds();
    assert_eq!(one.stdout.lines().count(), 1, "{one}");

    let Some(url) = database.read_only_url() else { return };
    shop.glim(database, "log -n 1").env("TEST_DATABASE_URL", &url).succeeds().stdout_has("CloseOrders");
}

fn a_failure_is_logged_with_its_cause(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    project.glim(database, "run").env("MISBEHAVIOUR", "fail").run().exits(1);
    let output = project.glim(database, "log -n 1").succeeds();
    output.stdout_has("failed  Misbehave").stdout_has("no_such_table");
}
