//! `sql` and `run --dry-run --sql`: what migrations send, seen on a database that is none of the user's.

use crate::projects::shop;
use crate::support::{Database, Kind, Output, Project, for_each_database, manifest};

for_each_database!(
    a_rust_migration_shows_the_statements_that_it_sends,
    a_rollback_shows_what_undoes_it,
    an_sql_migration_is_shown_as_it_stands,
    a_dry_run_shows_what_pending_migrations_send,
    a_dry_run_on_the_target_leaves_it_as_it_was,
    nothing_is_made_on_the_server_of_a_protected_alias,
    a_migration_that_fails_is_said_to_have_failed_elsewhere,
    tables_are_left_to_the_migrations_that_make_them,
    statements_are_events_for_programs,
    an_unknown_migration_has_near_misses,
);

/// Names as model operations quote them, with commas between them.
fn quoted(database: &Database, names: &[&str]) -> String {
    let quote = if database.kind() == Kind::Postgres { "\"" } else { "`" };
    names.iter().map(|name| format!("{quote}{name}{quote}")).collect::<Vec<_>>().join(", ")
}

fn a_rust_migration_shows_the_statements_that_it_sends(database: &Database) {
    let output = shop().glim(database, "sql CloseOrders").succeeds();
    output.stdout_is("UPDATE orders SET state = $1;\n-- $1 = 'closed'\n");
    let columns = quoted(database, &["id", "user_id", "state"]);
    let table = quoted(database, &["orders"]);
    let insert = format!("INSERT INTO {table} ({columns}) VALUES ($1, $2, $3);\n-- $1 = 1, $2 = 5, $3 = 'open'\n");
    shop().glim(database, "sql AddOrderMigration").succeeds().stdout_is(&insert);
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn a_rollback_shows_what_undoes_it(database: &Database) {
    let output = shop().glim(database, "sql AddOrderMigration --rollback").succeeds();
    output.stdout_is("DELETE FROM orders WHERE id = $1;\n-- $1 = 1\n");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn an_sql_migration_is_shown_as_it_stands(database: &Database) {
    let text = "-- A comment.\nCREATE TABLE things (id int);\n\nINSERT INTO things VALUES (1);\n";
    let files = [
        ("Cargo.toml", "[package]\nname = \"sql-as-it-stands\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("src/lib.rs", ""),
        ("migrations/1_things.up.sql", text),
        ("migrations/1_things.down.sql", "DROP TABLE things;\n"),
        ("migrations/2_more.up.sql", "INSERT INTO things VALUES (2)"),
    ];
    let project = Project::own("sql-as-it-stands", &files);
    project.glim(database, "sql 1_things").succeeds().stdout_is(text);
    project.glim(database, "sql 1_things --rollback").succeeds().stdout_is("DROP TABLE things;\n");
    let output = project.glim(database, "sql 2_more --rollback").run().exits(1).silent();
    output.stderr_has("error: the migration `2_more` cannot be undone");
    let output = project.glim(database, "run --dry-run --sql").succeeds();
    output.stdout_is(&format!("-- 1_things\n{text}-- 2_more\nINSERT INTO things VALUES (2)\n"));
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn a_dry_run_shows_what_pending_migrations_send(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddUserMigration").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "run --dry-run --sql").succeeds();
    let expected = "-- CloseOrders\nUPDATE orders SET state = $1;\n-- $1 = 'closed'\n";
    assert!(output.stdout.starts_with("-- AddOrderMigration\nINSERT INTO "), "{output}");
    assert!(output.stdout.ends_with(expected), "{output}");
    assert_eq!(database.contents(), before);
}

fn a_dry_run_on_the_target_leaves_it_as_it_was(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "run --dry-run --sql --on-target").run();
    if database.kind() == Kind::Mysql {
        let output = output.exits(1).silent();
        output.stderr_has("migrations cannot be tried out on MySQL/MariaDB").stderr_has("commits by itself");
    } else {
        output.exits(0).stdout_is("-- CloseOrders\nUPDATE orders SET state = $1;\n-- $1 = 'closed'\n");
    }
    assert_eq!(database.contents(), before);
}

fn nothing_is_made_on_the_server_of_a_protected_alias(database: &Database) {
    let output = shop().glim(database, "sql CloseOrders --db protected").run();
    if database.kind() == Kind::Sqlite {
        // A file of our own is on nobody's server.
        output.exits(0);
        return;
    }
    output
        .exits(1)
        .silent()
        .stderr_has("error: no scratch database can be made for `protected`")
        .stderr_has("protected alias")
        .stderr_has("`scratch = \"URL\"`");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn a_migration_that_fails_is_said_to_have_failed_elsewhere(database: &Database) {
    let files = [
        ("Cargo.toml", manifest("sql-fails")),
        (
            "src/lib.rs",
            "pub struct Wrong;\nimpl glim::Migration for Wrong {\n    fn run(&self, db: &mut glim::Db) -> glim::Result<()> {\n        \
             db.execute(\"INSERT INTO nowhere VALUES (1)\", ())?;\n        Ok(())\n    }\n}\n\
             glim::submit!(Wrong, irreversible);\n"
                .to_owned(),
        ),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let project = Project::shared("sql-fails", &files);
    let output = project.glim(database, "sql Wrong").run().exits(1).silent();
    output
        .stderr_has("error: the migration `Wrong` failed")
        .stderr_has("on a scratch database; `default` is as it was");
    project.glim(database, "sql Wrong --rollback").run().exits(1).stderr_has("cannot be undone");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

/// One table is made by a migration, one by `sync`.
fn tables_are_left_to_the_migrations_that_make_them(database: &Database) {
    let source = "#[derive(glim::Model)]\n#[glim(table = \"made\")]\npub struct Made {\n    #[glim(primary_key)]\n    \
                  pub id: i32,\n}\n\n#[derive(glim::Model)]\n#[glim(table = \"synced\")]\npub struct Synced {\n    \
                  #[glim(primary_key)]\n    pub id: i32,\n}\n\npub struct Fill;\nimpl glim::Migration for Fill {\n    \
                  fn run(&self, db: &mut glim::Db) -> glim::Result<()> {\n        db.insert(&Synced { id: 1 })\n    }\n}\n\
                  glim::submit!(Fill, irreversible);\n\npub struct Make;\nimpl glim::Migration for Make {\n    \
                  fn run(&self, db: &mut glim::Db) -> glim::Result<()> {\n        \
                  db.execute_batch(\"CREATE TABLE made (id int PRIMARY KEY)\")?;\n        db.insert(&Made { id: 2 })\n    \
                  }\n}\nglim::submit!(Make, irreversible, after = [\"Fill\"]);\n";
    let project = Project::shared("sql-made", &[("src/lib.rs", source)]);
    let output = project.glim(database, "sql Make").succeeds();
    let insert = format!("INSERT INTO {} ({}) VALUES ($1);", quoted(database, &["made"]), quoted(database, &["id"]));
    output.stdout_is(&format!("CREATE TABLE made (id int PRIMARY KEY);\n{insert}\n-- $1 = 2\n"));
}

fn events(output: &Output) -> Vec<serde_json::Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}\n{output}"));
    output.stdout.lines().map(parse).collect()
}

fn statements_are_events_for_programs(database: &Database) {
    let shop = shop();
    let output = shop.glim(database, "sql CloseOrders --format json").succeeds();
    let events = events(&output);
    let [event] = events.as_slice() else { panic!("{output}") };
    assert_eq!(event["type"], "statement", "{output}");
    assert_eq!(event["migration"], "CloseOrders", "{output}");
    assert_eq!(event["sql"], "UPDATE orders SET state = $1", "{output}");
    assert_eq!(event["parameters"][0][0], "'closed'", "{output}");
}

fn an_unknown_migration_has_near_misses(database: &Database) {
    let output = shop().glim(database, "sql CloseOrder").run().exits(2).silent();
    output.stderr_has("CloseOrders");
}

/// What waits for a lock makes all wait that come after it.
fn a_dry_run_on_the_target_does_not_queue_up_behind_others(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    database.query("BEGIN");
    database.query("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
    let output = shop.glim(database, "run --dry-run --sql --on-target").run().exits(1).silent();
    assert!(output.took < std::time::Duration::from_secs(30), "{output}");
    output.stderr_has("the migration `CloseOrders` failed").stderr_has("lock timeout").stderr_has("rolled back");
    database.query("ROLLBACK");
}

mod a_dry_run_on_the_target_does_not_queue_up_behind_others {
    use super::{Database, Kind};

    #[test]
    fn postgres() {
        Database::test(Kind::Postgres, module_path!(), super::a_dry_run_on_the_target_does_not_queue_up_behind_others);
    }
}
