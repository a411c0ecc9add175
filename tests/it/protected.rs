//! What applying migrations or undoing them takes away from a protected database is said, and asked for.

use crate::projects::losing;
use crate::sql::project;
use crate::support::{Database, Output, Project, for_each_database};

for_each_database!(
    what_sql_takes_away_is_said_and_asked_for,
    what_code_takes_away_is_said_and_asked_for,
    what_undoing_by_code_takes_away_is_said_and_asked_for,
    what_is_left_of_a_migration_is_asked_for_as_well,
);

/// Runs commands that nobody may answer for, and requires that they change nothing.
fn refused(project: &Project, database: &Database, command: &str) -> Output {
    let before = database.contents();
    let output = project.glim(database, command).run().exits(3).silent();
    assert_eq!(database.contents(), before, "{output}");
    output.stderr_has("is protected, and nobody is there to ask").stderr_has("pass `--yes` if you mean it")
}

fn what_sql_takes_away_is_said_and_asked_for(database: &Database) {
    let files = [
        (
            "migrations/1_make.sql",
            "CREATE TABLE users (id INT, name VARCHAR(20));\nCREATE TABLE orders (id INT);\n\
            INSERT INTO users VALUES (1, 'a'), (2, NULL), (3, 'c');\n",
        ),
        (
            "migrations/2_pass.sql",
            "CREATE TABLE passing (id INT);\nDROP TABLE passing;\n\
            DELETE FROM users WHERE id = 3;\nUPDATE users SET name = 'DROP TABLE' WHERE id = 4;\n",
        ),
        ("migrations/3_lose.sql", "ALTER TABLE users DROP COLUMN name;\nDELETE FROM orders;\n"),
        ("migrations/4_drop.sql", "DROP TABLE orders;\n"),
    ];
    let project = project("protected-sql", &files);
    // All of it at once loses nothing that is there, but for what is only there by then.
    project.glim(&database.another(), "run --db protected").succeeds();
    project.glim(database, "run --to 2_pass --db protected").succeeds().lacks("Losing");
    project.glim(database, "run --dry-run --db protected").succeeds();
    for command in ["run --db protected", "run --sync --db protected", "run --name 3_lose", "run --db lax"] {
        let output = refused(&project, database, command);
        let output = output.stderr_has("Losing column `name` of table `users` (1 row)\n");
        output.stderr_has("Losing all rows of table `orders` (0 rows)\n");
    }
    project.glim(database, "run --to 3_lose --db protected --yes").succeeds();
    let ended = "note: the database is not protected any more";
    project.glim(database, "run --db lax --yes").succeeds().stderr_has(ended);
    assert_eq!(database.tables(), ["users"]);
}

fn what_code_takes_away_is_said_and_asked_for(database: &Database) {
    losing().glim(database, "run --to Passing --db protected").succeeds().lacks("Losing");
    for command in ["run --db protected", "run"] {
        let output = refused(&losing(), database, command);
        output
            .stderr_has("Losing column `name` of table `users` (1 row)\n")
            .stderr_has(
                "note: `Drops` is code with `DROP TABLE {table}`: what is lost by that cannot be told in advance",
            )
            .stderr_has("note: `Drops` is code with `drop_table`: what is lost by that cannot be told in advance");
    }
    losing().glim(database, "run --db protected --yes").succeeds().stdout_is("Migrating Drops..\nDone.\n");
    assert_eq!(database.tables(), ["extra", "users"]);
}

fn what_undoing_by_code_takes_away_is_said_and_asked_for(database: &Database) {
    losing().glim(database, "run --to Grow --db protected").succeeds();
    database.query("UPDATE users SET note = 1 WHERE id = 1");
    database.query("INSERT INTO orders VALUES (1), (2), (3)");
    for command in ["rollback --steps 1 --db protected", "rollback --name Grow", "redo"] {
        refused(&losing(), database, command)
            .stderr_has("Losing column `note` of table `users` (1 row)\n")
            .stderr_has("Losing all rows of table `orders` (3 rows)\n")
            .stderr_has(
                "note: `Grow` is code with `DROP TABLE {EXTRA}`: what is lost by that cannot be told in advance",
            );
    }
    losing().glim(database, "redo --yes").succeeds().lacks("Losing");
    assert_eq!(database.column("SELECT count(*) FROM orders"), ["0"]);
    // Begun, and left in the middle: `repair` undoes it with the same rollback.
    database.query("UPDATE glim_migrations SET state = 'running' WHERE name = 'Grow'");
    let output = refused(&losing(), database, "repair Grow --rollback");
    output.stderr_has("Losing all rows of table `orders` (0 rows)\n");
}

fn what_is_left_of_a_migration_is_asked_for_as_well(database: &Database) {
    let text = "-- glim:no-transaction\nCREATE TABLE one (id INT);\nINSERT INTO nowhere VALUES (1);\nDROP TABLE old;\n";
    let project = project("protected-rest", &[("migrations/1_rest.sql", text)]);
    database.query("CREATE TABLE old (id INT)");
    project.glim(database, "run").run().exits(1);
    database.query("CREATE TABLE nowhere (id INT)");
    // The database learns of it by the first command.
    project.glim(database, "run --db protected").run().exits(3);
    for command in ["run --db protected", "repair 1_rest --resume --db protected"] {
        refused(&project, database, command).stderr_has("Losing table `old` (0 rows)\n");
    }
    project.glim(database, "repair 1_rest --resume --db protected --yes").succeeds();
    assert_eq!(database.tables(), ["nowhere", "one"]);
}
