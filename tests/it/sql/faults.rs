//! What is wrong with an SQL migration is shown where it is, and leaves nothing behind that is not said.

use super::project;
use crate::support::{Database, Kind, for_each_database};

for_each_database!(
    a_failing_statement_is_shown_in_its_file,
    what_cannot_run_in_a_transaction_is_refused_before_anything_runs,
    a_transaction_of_the_files_own_is_refused_or_taken_over,
    a_text_that_cannot_be_split_is_refused,
    folders_that_are_wrong_are_refused,
    what_another_tool_has_applied_is_not_applied_again,
    a_migration_that_mends_its_tools_history_finds_it,
    what_holds_for_many_files_is_said_once,
    one_of_many_quick_files_fails_by_itself,
);

fn a_failing_statement_is_shown_in_its_file(database: &Database) {
    let text = "CREATE TABLE one (id INT);\n\nINSERT INTO one VALUES (1);\nINSERT INTO nowhere\n  VALUES (2);\nCREATE TABLE two (id INT);\n";
    let project = project("sql-failing", &[("migrations/1_bad.sql", text)]);
    let output = project.glim(database, "run").run().exits(1).stdout_is("Migrating 1_bad..\n");
    let output = output.stderr_has("error: the migration `1_bad` failed").stderr_has("nowhere");
    let output = output.stderr_has("it is statement 3 of 4").stderr_has("--> migrations/1_bad.sql:4:");
    if database.kind() == Kind::Mysql {
        output.stderr_has("a part of it stays applied (at least 2 statements)");
        assert_eq!(database.tables(), ["one"]);
        project.glim(database, "run").run().exits(1).stderr_has("1_bad");
    } else {
        output.stderr_has("it was rolled back: nothing of it is in the database");
        assert_eq!(database.tables(), Vec::<String>::new());
        project.write("migrations/1_bad.sql", "CREATE TABLE one (id INT);\n");
        project.glim(database, "run").succeeds();
        assert_eq!(database.tables(), ["one"]);
    }
}

fn what_cannot_run_in_a_transaction_is_refused_before_anything_runs(database: &Database) {
    let first = "CREATE TABLE one (id INT);";
    let second = match database.kind() {
        Kind::Sqlite => "VACUUM;",
        Kind::Postgres => "CREATE INDEX CONCURRENTLY one_id ON one (id);",
        // Nothing is refused there: such statements commit by themselves.
        Kind::Mysql => "OPTIMIZE TABLE one;",
    };
    let project = project("sql-outside", &[("migrations/1_one.sql", first), ("migrations/2_two.sql", second)]);
    if database.kind() == Kind::Mysql {
        project.glim(database, "run").succeeds();
        return;
    }
    for command in ["run --dry-run", "run"] {
        let output = project.glim(database, command).run().exits(1);
        output
            .stderr_has("migrations/2_two.sql:1:1")
            .stderr_has("cannot run inside a transaction")
            .stderr_has("no-transaction");
        assert_eq!(database.tables(), Vec::<String>::new(), "{command}");
    }
    project.write("migrations/2_two.sql", &format!("-- glim:no-transaction\n{second}"));
    project.write("migrations/1_one.sql", &format!("-- glim:run\n{first}"));
    project.glim(database, "run").succeeds();
    assert_eq!(database.ledger(), ["1_one", "2_two"]);
}

#[test]
fn what_runs_in_vain_is_said_once_and_runs() {
    let database = Database::new(Kind::Sqlite, module_path!()).expect("SQLite is always there");
    let text = "CREATE TABLE one (id INT);\nPRAGMA foreign_keys = OFF;\n";
    let project = project("sql-in-vain", &[("migrations/1_one.sql", text), ("migrations/2_two.sql", "SELECT 1;\n")]);
    let warning = "warning: in the migration `1_one`, `PRAGMA foreign_keys` does nothing inside a transaction";
    for command in ["run --dry-run", "run"] {
        let output = project.glim(&database, command).succeeds().stderr_has("migrations/1_one.sql:2:1");
        assert_eq!(output.stderr.matches(warning).count(), 1, "{output}");
    }
    assert_eq!(database.ledger(), ["1_one", "2_two"]);
}

fn a_transaction_of_the_files_own_is_refused_or_taken_over(database: &Database) {
    let frame = "BEGIN;\nCREATE TABLE one (id INT);\nINSERT INTO one VALUES (1);\nCOMMIT;\n";
    let halves = "CREATE TABLE two (id INT);\nCOMMIT;\nINSERT INTO two VALUES (1);\n";
    let project = project("sql-own-transaction", &[("migrations/1_frame.sql", frame)]);
    project.glim(database, "run").succeeds();
    assert_eq!(database.column("SELECT id FROM one"), ["1"]);
    project.write("migrations/2_halves.sql", halves);
    let output = project.glim(database, "run").run().exits(1);
    output.stderr_has("migrations/2_halves.sql:2:1").stderr_has("`COMMIT` begins or ends a transaction");
    assert_eq!(database.tables(), ["one"]);
}

fn a_text_that_cannot_be_split_is_refused(database: &Database) {
    let project = project("sql-unsplit", &[("migrations/1_open.sql", "CREATE TABLE one (id INT);\nSELECT 'open;\n")]);
    let output = project.glim(database, "run").run().exits(1);
    output.stderr_has("a string is not closed").stderr_has("migrations/1_open.sql:2:8");
    assert_eq!(database.tables(), Vec::<String>::new());
}

fn folders_that_are_wrong_are_refused(database: &Database) {
    let settings =
        |keys: &str| format!("[extensions.migration]\n{keys}\n\n[db.default]\nurl = \"${{TEST_DATABASE_URL}}\"\n");
    let project = project("sql-folder", &[("db/1_one.sql", "SELECT 1;"), ("db/1_uno.sql", "SELECT 1;")]);
    for (keys, message) in [
        ("migrations = \"nowhere\"", "nowhere"),
        ("migrations = \"glim.toml\"", "glim.toml"),
        ("migrations = \"\"", "`migrations` in `[extensions.migration]` is empty"),
        ("migrations = [\"db\", 3]", "is a number, not text in quotes, or a list of such"),
        ("migrations = \"db\"\nlayout = \"sqlxx\"", "unknown layout `sqlxx`"),
        ("migrations = \"db\"\nlayout = \"sqlx\"", "1_uno.sql"),
    ] {
        project.write("glim.toml", &settings(keys));
        let output = project.glim(database, "run").run().exits(2);
        output.stderr_has(message).lacks("please report");
    }
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn what_another_tool_has_applied_is_not_applied_again(database: &Database) {
    let text = "CREATE TABLE one (id INT);";
    let project =
        project("sql-unadopted", &[("migrations/1_one.up.sql", text), ("migrations/1_one.down.sql", "SELECT 1;")]);
    database.query("CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description VARCHAR(40))");
    database.query("INSERT INTO _sqlx_migrations VALUES (1, 'one')");
    let output = project.glim(database, "run").run().exits(1).stdout_is("");
    output.stderr_has("sqlx has a history in this database").stderr_has("cargo glim adopt");
    assert_eq!(database.tables(), ["_sqlx_migrations"]);
    // An empty one says nothing.
    database.query("DELETE FROM _sqlx_migrations");
    project.glim(database, "run").succeeds();
    assert_eq!(database.tables(), ["_sqlx_migrations", "one"]);
}

fn a_migration_that_mends_its_tools_history_finds_it(database: &Database) {
    let text = "CREATE TABLE one (id INT);\nDELETE FROM _sqlx_migrations WHERE version = 7;";
    let project =
        project("sql-mends", &[("migrations/1_one.up.sql", text), ("migrations/1_one.down.sql", "SELECT 1;")]);
    // Where a migration is refused, not even that table is made.
    project.write("migrations/1_one.up.sql", &format!("{text}\nCOMMIT;\nSELECT 1;"));
    project.glim(database, "run").run().exits(1).stderr_has("`COMMIT` begins or ends a transaction");
    assert_eq!(database.tables(), Vec::<String>::new());
    project.write("migrations/1_one.up.sql", text);
    project.glim(database, "run").succeeds().stderr_has("`_sqlx_migrations` is made, and stays empty");
    assert_eq!(database.tables(), ["_sqlx_migrations", "one"]);
}

fn what_holds_for_many_files_is_said_once(database: &Database) {
    let files: Vec<_> = (1..=6)
        .flat_map(|n| [(format!("migrations/{n}_a/up.sql"), "SELECT 1;"), (format!("migrations/{n}_a/down.sql"), "")])
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let output = project("sql-alike", &files).glim(database, "run").succeeds();
    assert_eq!(output.stderr.matches("warning").count(), 1, "{output}");
    output.stderr_has("the same holds for migrations/2_a/down.sql, migrations/3_a/down.sql and 3 more");
}

/// They may go together in one message, of which nothing may show.
fn one_of_many_quick_files_fails_by_itself(database: &Database) {
    let plain =
        |number: usize| format!("CREATE TABLE n{number} (id INT);\nCREATE INDEX i{number} ON n{number} (id);\n");
    let text = |number: usize| match number {
        // What changes rows goes by itself on MariaDB.
        5 => "CREATE TABLE n5 (id INT);\nINSERT INTO n5 VALUES (1);\n".to_owned(),
        _ => plain(number),
    };
    let files = |faulty: &str| -> Vec<(String, String)> {
        let text = |number| if number == 25 { faulty.to_owned() } else { text(number) };
        (1..=40).map(|number| (format!("migrations/{number}_n.sql"), text(number))).collect()
    };
    // The server finds out when it comes to it, or before it has begun with anything.
    let second = |line: &str| format!("CREATE TABLE n25 (id INT);\n{line};\nCREATE INDEX i25 ON n25 (id);\n");
    let faults = [
        (second("CREATE INDEX x ON nowhere (id)"), 2, "nowhere"),
        (second("CREATED INDEX x"), 2, "CREATED"),
        (
            "\nCREATE INDEX x ON nowhere (id);\nCREATE TABLE n25 (id INT);\nCREATE TABLE o25 (id INT)".to_owned(),
            1,
            "nowhere",
        ),
        ("\nCREATE TABLE n24 (id INT);\nCREATE TABLE n25 (id INT);\nCREATE TABLE o25 (id INT)".to_owned(), 1, "n24"),
    ];
    for (faulty, statement, word) in faults {
        let another = database.another();
        let first = files(&faulty);
        let first: Vec<_> = first.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let project = project("sql-many", &first);
        let output = project.glim(&another, "run").run().exits(1).stderr_has("error: the migration `25_n` failed");
        let place = format!("it is statement {statement} of 3");
        let output = output.stderr_has("--> migrations/25_n.sql:2:").stderr_has(&place).stderr_has(word);
        let lines: Vec<String> = (1..25).map(|number| format!("Migrating {number}_n..\nDone.\n")).collect();
        let output = output.stdout_is(&(lines.concat() + "Migrating 25_n..\n"));
        let applied = another.column("SELECT name FROM glim_migrations WHERE state = 'applied' ORDER BY applied_order");
        assert_eq!(applied, (1..25).map(|number| format!("{number}_n")).collect::<Vec<_>>(), "{output}");
        let is_partial = database.kind() == Kind::Mysql && statement == 2;
        assert_eq!(another.ledger().len(), 24 + usize::from(is_partial), "{output}");
        assert_eq!(another.tables().contains(&"n25".to_owned()), is_partial, "{output}");
        assert!(!another.tables().contains(&"n26".to_owned()), "{output}");
        // Its first statement stays, and is not to be changed.
        project
            .write("migrations/25_n.sql", &if is_partial { second("CREATE INDEX x ON n25 (id)") } else { plain(25) });
        project.glim(&another, "run").succeeds().stdout_has("Migrating 25_n..\nDone.\nMigrating 26_n..\n");
        let orders: Vec<String> = (1..=40).map(|number: usize| number.to_string()).collect();
        assert_eq!(another.column("SELECT applied_order FROM glim_migrations ORDER BY applied_order"), orders);
        let log = another.column("SELECT action FROM glim_log ORDER BY id");
        assert_eq!(log.iter().filter(|action| *action == "failed").count(), 1, "{log:?}");
    }
}
