//! `status`: what is applied and what is not, from a database that it does not touch.

use crate::projects::shop;
use crate::support::{Database, Project, for_each_database};

for_each_database!(
    status_shows_applied_and_pending_in_order,
    status_of_an_empty_database_changes_nothing,
    status_needs_no_right_to_write,
    status_as_json_is_one_document,
    a_changed_migration_is_shown,
    what_differs_is_said_while_nothing_is_pending,
);

fn status_shows_applied_and_pending_in_order(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "status").succeeds();
    let line = |name: &str| {
        let line = output.stdout.lines().position(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{name} is not shown\n{output}"))
    };
    let lines = ["AddUserMigration", "AddOrderMigration", "CloseOrders"].map(line);
    assert!(lines.is_sorted(), "{output}");
    let text = |index: usize| output.stdout.lines().nth(index).unwrap_or_default().to_lowercase();
    assert!(text(lines[0]).contains("applied") && text(lines[1]).contains("applied"), "{output}");
    assert!(text(lines[2]).contains("pending"), "{output}");
    assert_eq!(database.contents(), before);
}

fn status_of_an_empty_database_changes_nothing(database: &Database) {
    let shop = shop();
    shop.glim(database, "status").succeeds().stdout_has("AddUserMigration");
    assert_eq!(database.all_tables(), Vec::<String>::new());
    if let Some(file) = database.file() {
        assert!(!file.exists(), "a question made a database");
    }
}

fn status_needs_no_right_to_write(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    let Some(url) = database.read_only_url() else {
        return;
    };
    let output = shop.glim(database, "status").env("TEST_DATABASE_URL", url).succeeds();
    output.stdout_has("CloseOrders");
}

fn status_as_json_is_one_document(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    let output = shop.glim(database, "status --format json").succeeds();
    let document: serde_json::Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    assert!(document["version"].is_u64(), "{output}");
    let names: Vec<_> = document["migrations"].as_array().expect("an array").iter().map(|m| &m["name"]).collect();
    assert_eq!(names, ["AddUserMigration", "AddOrderMigration", "CloseOrders"], "{output}");
}

fn a_changed_migration_is_shown(database: &Database) {
    let source = include_str!("projects/shop.rs");
    let own = Project::own("edited", &[("src/lib.rs", source)]);
    own.glim(database, "run --sync").succeeds();
    // Neither a comment nor the formatting is a change.
    own.write("src/lib.rs", &source.replace("        db.insert(", "\n        // As a test.\n        db .insert("));
    own.glim(database, "status").succeeds().lacks("changed");
    own.write("src/lib.rs", &source.replace("\"Aras\"", "\"Sara\""));
    own.glim(database, "status").run().stdout_has("changed");
}

fn what_differs_is_said_while_nothing_is_pending(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    shop.glim(database, "status").succeeds().lacks("difference");
    database.query("ALTER TABLE users ADD COLUMN extra int");
    database.query("CREATE TABLE others (id int)");
    let before = database.contents();
    let output = shop.glim(database, "status").succeeds().lacks("others");
    output.stderr_has("1 difference between `default` and the models").stderr_has("- column users.extra int32");
    let output = shop.glim(database, "status --format json").succeeds();
    let document: serde_json::Value = serde_json::from_str(&output.stdout).expect("one document");
    assert_eq!(document["differences"][0]["table"], "users", "{output}");
    assert_eq!(document["differences"][0]["differences"][0], "- column users.extra int32 null", "{output}");
    assert_eq!(database.contents(), before);
    shop.glim(database, "rollback --steps 1").succeeds();
    shop.glim(database, "status").succeeds().lacks("difference");
}
