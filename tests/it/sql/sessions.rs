//! What a migration does to its session ends with it, and the engine's own tables stay where they are.

use super::project;
use crate::support::{Database, Kind, for_each_database};

for_each_database!(a_setting_does_not_leak_into_the_next_migration, bodies_with_semicolons_are_one_statement);

fn a_setting_does_not_leak_into_the_next_migration(database: &Database) {
    let (set, ask, expected) = match database.kind() {
        Kind::Sqlite => {
            eprintln!("not on SQLite: a session has no settings there that a migration could change in a transaction");
            return;
        }
        Kind::Postgres => (
            "CREATE SCHEMA other;\nSET search_path TO other;\nCREATE TABLE elsewhere (id INT);",
            "CREATE TABLE seen AS SELECT current_setting('search_path') AS setting;",
            "\"$user\", public",
        ),
        Kind::Mysql => (
            "SET foreign_key_checks = 0;\nSET sql_mode = 'ANSI_QUOTES';\nUSE information_schema;",
            "CREATE TABLE seen AS SELECT @@foreign_key_checks + 0 AS setting;",
            "1",
        ),
    };
    let project = project("sql-session", &[("migrations/1_set.sql", set), ("migrations/2_ask.sql", ask)]);
    project.glim(database, "run").succeeds();
    assert_eq!(database.value("SELECT setting FROM seen"), expected);
    assert_eq!(database.ledger(), ["1_set", "2_ask"]);
}

fn bodies_with_semicolons_are_one_statement(database: &Database) {
    let (text, call) = match database.kind() {
        Kind::Sqlite => (
            "CREATE TRIGGER grown AFTER INSERT ON one BEGIN\n  UPDATE one SET id = CASE WHEN id > 9 THEN 9 ELSE id + 1 END;\n  DELETE FROM one WHERE id = 0;\nEND;",
            "INSERT INTO one VALUES (1)",
        ),
        Kind::Postgres => (
            "CREATE FUNCTION grow() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n  NEW.id := NEW.id + 1; -- ; $$\n  RETURN NEW;\nEND;\n$body$;\n\
             CREATE TRIGGER grown BEFORE INSERT ON one FOR EACH ROW EXECUTE FUNCTION grow();\nDO $$ BEGIN PERFORM 1; END $$;",
            "INSERT INTO one VALUES (1)",
        ),
        Kind::Mysql => (
            "CREATE TRIGGER grown BEFORE INSERT ON one FOR EACH ROW\nBEGIN\n  IF NEW.id < 9 THEN\n    SET NEW.id = NEW.id + 1;\n  END IF;\nEND;\n\
             DELIMITER //\nCREATE PROCEDURE fill() BEGIN INSERT INTO one VALUES (1); END//\nDELIMITER ;\n",
            "CALL fill()",
        ),
    };
    let text = format!("CREATE TABLE one (id INT);\n{text}");
    let project = project("sql-bodies", &[("migrations/1_bodies.sql", &text)]);
    project.glim(database, "run").succeeds();
    database.query(call);
    assert_eq!(database.value("SELECT id FROM one"), "2");
}
