//! The ledger as others may have left it: by the original tool, or by somebody's hand.

use crate::projects::shop;
use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(
    the_ledger_of_the_original_tool_is_taken_over,
    a_row_without_a_name_is_refused,
    two_rows_of_one_name_are_refused,
    a_row_of_an_unknown_migration_is_named,
    text_in_the_date_is_refused,
    a_dropped_column_is_refused,
    a_renamed_ledger_is_refused,
    a_changed_history_of_the_ledger_is_refused,
    a_state_that_nobody_wrote_is_refused,
);

/// The ledger as the original tool makes it, with these rows of id, name, date and description.
fn original(database: &Database, rows: &[&str]) {
    let date = match database.kind() {
        Kind::Sqlite | Kind::Mysql => "DATETIME",
        Kind::Postgres => "TIMESTAMP",
    };
    database.query(&format!(
        "CREATE TABLE glim_migrations (
            id VARCHAR(255) NOT NULL PRIMARY KEY, name VARCHAR(255), created_at {date}, description TEXT)"
    ));
    for row in rows {
        database.query(&format!("INSERT INTO glim_migrations (id, name, created_at, description) VALUES ({row})"));
    }
}

/// Each command says what is wrong, in these words among others, and changes nothing.
fn refused(project: &Project, database: &Database, words: &[&str]) {
    let before = database.contents();
    for command in ["run", "rollback --all", "redo", "run --dry-run", "sync"] {
        let output = project.glim(database, command).run();
        if command == "sync" && output.code == Some(0) {
            // It may not need the ledger.
        } else {
            assert!(matches!(output.code, Some(1 | 2)), "{output}");
            for word in words {
                assert!(output.stderr.contains(word), "expected `{word}` on stderr\n{output}");
            }
        }
        let output = output.lacks("panicked").lacks("please report");
        assert_eq!(database.contents(), before, "{output}");
    }
    let output = project.glim(database, "status").run().lacks("panicked");
    assert!(matches!(output.code, Some(0..=2)), "{output}");
    assert_eq!(database.contents(), before, "{output}");
}

fn the_ledger_of_the_original_tool_is_taken_over(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync").succeeds();
    database.query("INSERT INTO users (id, name) VALUES (5, 'Aras')");
    for table in database.all_tables().iter().filter(|table| table.starts_with("glim_")) {
        database.query(&format!("DROP TABLE {table}"));
    }
    original(database, &["'7f0e8a', 'AddUserMigration', '2021-03-04 05:06:07', 'creates a sample user'"]);
    let row = "SELECT id, name, created_at, description FROM glim_migrations WHERE name = 'AddUserMigration'";
    let before = database.query(row);

    let tables = database.all_tables();
    shop.glim(database, "status").succeeds().stdout_has("AddUserMigration");
    assert_eq!(database.all_tables(), tables, "status changes nothing");

    let rest = "Migrating AddOrderMigration..\nDone.\nMigrating CloseOrders..\nDone.\n";
    shop.glim(database, "run").succeeds().stdout_is(rest);
    assert_eq!(database.query(row), before);
    assert_eq!(database.ledger(), ["AddOrderMigration", "AddUserMigration", "CloseOrders"]);
    // It was applied first, and so is undone last.
    let output = shop.glim(database, "rollback").succeeds();
    assert!(output.stdout.ends_with("Rolling back AddUserMigration\nDone.\n"), "{output}");
    assert_eq!(database.column("SELECT name FROM users"), Vec::<String>::new());
}

fn a_row_without_a_name_is_refused(database: &Database) {
    original(database, &["'a', NULL, '2021-03-04 05:06:07', NULL"]);
    refused(&shop(), database, &["glim_migrations", "name"]);
}

fn two_rows_of_one_name_are_refused(database: &Database) {
    let row = |id: &str| format!("'{id}', 'AddUserMigration', '2021-03-04 05:06:07', NULL");
    original(database, &[&row("a"), &row("b")]);
    refused(&shop(), database, &["glim_migrations", "AddUserMigration"]);
}

fn a_row_of_an_unknown_migration_is_named(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    database.query("UPDATE glim_migrations SET name = 'LongGone' WHERE name = 'CloseOrders'");
    let before = database.contents();
    shop.glim(database, "status").run().stdout_has("LongGone").lacks("panicked");
    for command in ["rollback", "rollback --name LongGone", "rollback --steps 1"] {
        shop.glim(database, command).run().exits(1).silent().stderr_has("LongGone");
        assert_eq!(database.contents(), before, "{command}");
    }
}

fn text_in_the_date_is_refused(database: &Database) {
    let row = "'a', 'AddUserMigration', 'last Tuesday', NULL";
    if database.kind() == Kind::Sqlite {
        original(database, &[row]);
    } else {
        // The others keep nothing but dates in a column for dates.
        let columns =
            "id VARCHAR(255) NOT NULL PRIMARY KEY, name VARCHAR(255), created_at VARCHAR(255), description TEXT";
        database
            .query(&format!("CREATE TABLE glim_migrations ({columns}); INSERT INTO glim_migrations VALUES ({row})"));
    }
    refused(&shop(), database, &["glim_migrations", "created_at", "last Tuesday"]);
}

fn a_dropped_column_is_refused(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    database.query("ALTER TABLE glim_migrations DROP COLUMN description");
    refused(&shop, database, &["glim_migrations", "description"]);
}

fn a_renamed_ledger_is_refused(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    database.query("ALTER TABLE glim_migrations RENAME TO our_migrations");
    refused(&shop, database, &["glim_migrations"]);
}

fn a_changed_history_of_the_ledger_is_refused(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    database.query("UPDATE glim_ledger_history SET checksum = 'not a number'");
    refused(&shop, database, &["glim_ledger_history", "checksum"]);
    database.query("DELETE FROM glim_ledger_history");
    let before = database.contents()["glim_migrations"].clone();
    let output = shop.glim(database, "run").run().lacks("panicked");
    assert_eq!(database.contents()["glim_migrations"], before, "{output}");
}

fn a_state_that_nobody_wrote_is_refused(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    database.query("UPDATE glim_migrations SET state = 'half' WHERE name = 'CloseOrders'");
    refused(&shop, database, &["CloseOrders", "half"]);
}
