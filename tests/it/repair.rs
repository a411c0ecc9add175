//! `cargo glim repair`: a migration that failed in the middle, where no transaction undoes it, and the ways to settle it.

use serde_json::Value;

use crate::sql::project;
use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(
    how_far_it_came_is_shown,
    it_goes_on_once_it_is_mended,
    a_person_says_that_it_is_applied,
    a_person_says_that_it_is_undone,
    it_is_undone_by_its_own_rollback,
    what_was_run_and_changed_since_is_shown,
    a_protected_alias_asks,
    what_nobody_can_tell_is_left_to_a_person,
);

const RUN: &str = "-- glim:no-transaction\nCREATE TABLE one (id INT);\nINSERT INTO one\n  VALUES (1);\nCREATE TABLE two (id INT);\n\
    INSERT INTO nowhere VALUES (1);\nINSERT INTO one VALUES (2);\n";
const ROLLBACK: &str = "-- glim:no-transaction\nDROP TABLE IF EXISTS two;\nDROP TABLE IF EXISTS one;\n";

/// A migration that has failed at its fourth statement of five.
fn failed(database: &Database, name: &str) -> Project {
    let project = project(name, &[("migrations/1_bad.run.sql", RUN), ("migrations/1_bad.rollback.sql", ROLLBACK)]);
    let output = project.glim(database, "run").run().exits(1);
    output.stderr_has("at least 3 statements").stderr_has("`cargo glim repair 1_bad`");
    assert_eq!(database.tables(), ["one", "two"]);
    project
}

/// What the log says of the newest action.
fn newest(project: &Project, database: &Database) -> String {
    project.glim(database, "log -n 1").succeeds().stdout
}

fn how_far_it_came_is_shown(database: &Database) {
    let project = failed(database, "repair-shown");
    let before = database.contents();
    let output = project.glim(database, "repair 1_bad").succeeds();
    let lines: Vec<_> = output.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "done       1  migrations/1_bad.run.sql:2  CREATE TABLE one (id INT)",
            "done       2  migrations/1_bad.run.sql:3  INSERT INTO one VALUES (1)",
            "done       3  migrations/1_bad.run.sql:5  CREATE TABLE two (id INT)",
            "not run    4  migrations/1_bad.run.sql:6  INSERT INTO nowhere VALUES (1)",
            "not run    5  migrations/1_bad.run.sql:7  INSERT INTO one VALUES (2)",
        ],
        "{output}"
    );
    let output = output.stderr_has("`1_bad` failed in the middle");
    for flag in ["--resume", "--mark-applied", "--mark-rolled-back", "--rollback"] {
        assert!(output.stderr.contains(&format!("`cargo glim repair 1_bad {flag}`")), "{output}");
    }
    let output = project.glim(database, "repair 1_bad --format json").succeeds();
    let document: Value = serde_json::from_str(&output.stdout).expect("one document");
    assert_eq!((&document["state"], &document["direction"]), (&"failed".into(), &"run".into()));
    assert_eq!(document["statements"].as_array().map(Vec::len), Some(5));
    assert_eq!(database.contents(), before, "it only looks");
    project.glim(database, "repair nothing").run().exits(2).stderr_has("no migration is named `nothing`");
    project.glim(database, "rollback").run().exits(1).stderr_has("`cargo glim repair 1_bad`");
}

fn it_goes_on_once_it_is_mended(database: &Database) {
    let project = failed(database, "repair-resumed");
    project.glim(database, "repair 1_bad --resume").run().exits(1).stderr_has("nowhere");
    project.write("migrations/1_bad.run.sql", &RUN.replace("nowhere", "two"));
    let output = project.glim(database, "repair 1_bad --resume --reason ticket-7").succeeds();
    output.stdout_is("Migrating 1_bad..\nDone.\n");
    assert_eq!(database.column("SELECT id FROM one ORDER BY id"), ["1", "2"]);
    assert_eq!(database.column("SELECT id FROM two"), ["1"]);
    let log = project.glim(database, "log -n 2").succeeds();
    log.stdout_has("applied ").stdout_has("repaired").stdout_has("resumed: ticket-7");
    project.glim(database, "run").succeeds().silent();
    project.glim(database, "repair 1_bad").run().exits(1).stderr_has("there is nothing to repair");
}

fn a_person_says_that_it_is_applied(database: &Database) {
    let project = failed(database, "repair-applied");
    project.glim(database, "repair 1_bad --mark-applied --reason by-hand").succeeds().silent();
    assert_eq!(database.column("SELECT state FROM glim_migrations"), ["applied"]);
    assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
    let log = newest(&project, database);
    assert!(log.contains("repaired") && log.contains("marked as applied: by-hand"), "{log}");
    project.glim(database, "run").succeeds().silent();
}

fn a_person_says_that_it_is_undone(database: &Database) {
    let project = failed(database, "repair-undone");
    database.query("DROP TABLE two");
    database.query("DROP TABLE one");
    project.glim(database, "repair 1_bad --mark-rolled-back").succeeds().silent();
    assert_eq!(database.ledger(), Vec::<String>::new());
    assert!(newest(&project, database).contains("marked as rolled back"));
    project.write("migrations/1_bad.run.sql", &RUN.replace("nowhere", "two"));
    project.glim(database, "run").succeeds();
    assert_eq!(database.column("SELECT id FROM one ORDER BY id"), ["1", "2"]);
}

fn it_is_undone_by_its_own_rollback(database: &Database) {
    let project = failed(database, "repair-rolled-back");
    let output = project.glim(database, "repair 1_bad --rollback --reason oops").succeeds();
    output.stdout_is("Rolling back 1_bad\nDone.\n");
    assert_eq!((database.tables(), database.ledger()), (vec![], vec![]));
    assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0);
    let log = project.glim(database, "log -n 2").succeeds();
    log.stdout_has("rolled back").stdout_has("undone by its rollback: oops");
}

fn what_was_run_and_changed_since_is_shown(database: &Database) {
    let project = failed(database, "repair-changed");
    let before = database.contents();
    project.write("migrations/1_bad.run.sql", &RUN.replace("VALUES (1);\nCREATE", "VALUES (3);\nCREATE"));
    let output = project.glim(database, "run").run().exits(1);
    let output = output.stderr_has("the migration `1_bad` cannot go on where it stopped");
    let output = output.stderr_has("statement 2 is not the one that was run in its place");
    output.stderr_has("it was: INSERT INTO one").stderr_has("it is: INSERT INTO one").stderr_has("VALUES (3)");
    for table in ["one", "two", "glim_migrations", "glim_journal"] {
        assert_eq!(database.contents()[table], before[table], "{table}");
    }
}

fn a_protected_alias_asks(database: &Database) {
    let project = failed(database, "repair-protected");
    // The database learns of it by the first command.
    project.glim(database, "repair 1_bad --mark-applied --db protected").run().exits(3);
    for flag in ["--mark-applied", "--mark-rolled-back", "--rollback"] {
        let before = database.contents();
        for alias in ["protected", "default"] {
            let command = format!("repair 1_bad {flag} --db {alias}");
            let output = project.glim(database, &command).run().exits(3).silent();
            let output = output.stderr_has(&format!("the alias `{alias}` is protected")).stderr_has("`--yes`");
            if flag == "--rollback" {
                output.stderr_has("Losing table `two` (0 rows)").stderr_has("Losing table `one` (1 row)");
            }
            assert_eq!(database.contents(), before, "{command}");
        }
    }
    project.glim(database, "repair 1_bad --rollback --db protected --yes").succeeds();
    assert_eq!(database.tables(), Vec::<String>::new());
}

fn what_nobody_can_tell_is_left_to_a_person(database: &Database) {
    // A procedure that commits in its middle, and comes to its end when it can have a lock.
    let name = database.name();
    let (procedure, take, give, is_there) = match database.kind() {
        // It has no procedures, and undoes what is not at its end.
        Kind::Sqlite => return,
        Kind::Postgres => (
            "CREATE PROCEDURE halves() LANGUAGE plpgsql AS $$ BEGIN UPDATE one SET id = id + 1; COMMIT; \
             PERFORM pg_advisory_lock(7); UPDATE one SET id = id + 1; END $$"
                .to_owned(),
            "SELECT pg_advisory_lock(7)::text".to_owned(),
            "SELECT pg_advisory_unlock(7)".to_owned(),
            "SELECT count(*)::text FROM pg_locks JOIN pg_database d ON d.oid = database \
             WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
                .to_owned(),
        ),
        Kind::Mysql => (
            format!(
                "CREATE PROCEDURE halves() BEGIN UPDATE one SET id = id + 1; COMMIT; DO GET_LOCK('{name}', 60); \
                 UPDATE one SET id = id + 1; END"
            ),
            format!("SELECT CAST(GET_LOCK('{name}', 0) AS CHAR)"),
            format!("SELECT RELEASE_LOCK('{name}')"),
            format!(
                "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%GET_LOCK(%{name}%' \
                 AND id <> connection_id()"
            ),
        ),
    };
    database.query(&procedure);
    let text = "-- glim:no-transaction\nCREATE TABLE one (id INT);\nINSERT INTO one VALUES (1);\nCALL halves();\n";
    let project = project("repair-unclear", &[("migrations/1_call.sql", text)]);
    database.query(&take);
    let mut running = project.glim(database, "run").spawn();
    while database.value(&is_there) == "0" {
        std::thread::yield_now();
    }
    running.child().kill().expect("it can be killed");
    running.wait();
    while database.kind() == Kind::Postgres && database.value(&is_there) != "0" {
        std::thread::yield_now();
    }
    database.query(&give);
    // One server ends what nobody waits for, and the other brings it to its end.
    let output = project.glim(database, "run --lock-timeout 30s").run().exits(1);
    let half = database.value("SELECT id FROM one");
    assert_eq!(half, if database.kind() == Kind::Postgres { "2" } else { "3" }, "{output}");
    for _ in 0..2 {
        let output = project.glim(database, "run").run().exits(1);
        let output = output.stderr_has("the migration `1_call` cannot go on where it stopped");
        let output = output.stderr_has("nothing tells whether statement 3 was run to its end");
        output.stderr_has("CALL halves()").stderr_has("`cargo glim repair 1_call`");
        assert_eq!(database.value("SELECT id FROM one"), half);
    }
    let output = project.glim(database, "repair 1_call").succeeds();
    output.stdout_has("done       2  ").stdout_has("3  migrations/1_call.sql:4  CALL halves()");
    project.glim(database, "repair 1_call --mark-applied").succeeds();
    project.glim(database, "run").succeeds().silent();
    assert_eq!(database.value("SELECT id FROM one"), half);
}
