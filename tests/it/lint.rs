//! `lint`: what migrations would do to live tables, judged by rules and by what was measured on real servers.

use serde_json::Value;

use crate::support::{Database, Glim, Kind, Project, SarifSchema, for_each_database, target};

for_each_database!(
    what_a_statement_does_is_measured,
    a_table_that_no_database_has_yet_is_nobodys_concern,
    findings_can_be_suppressed_with_a_reason,
    statements_of_a_rust_migration_are_judged_where_they_are_sent,
    the_size_of_a_table_becomes_an_estimate,
    nothing_is_made_for_a_protected_alias,
    only_what_is_new_since_a_revision_is_judged,
    programs_get_the_same_findings,
    a_rule_is_explained,
    an_invalid_index_is_found,
    numbers_that_run_out_are_found,
    a_foreign_key_of_another_type_is_seen,
    an_index_on_a_partitioned_table_is_seen,
);

const ONE: &str =
    "CREATE TABLE one (id bigint NOT NULL PRIMARY KEY, a int, v varchar(20));\nCREATE INDEX one_a ON one (a);\n";

fn lint(project: &Project, database: &Database, args: &str) -> Glim {
    let folder = target().with_file_name("");
    project.glim(database, &format!("lint {args}")).env("GIT_CEILING_DIRECTORIES", folder.as_os_str())
}

/// A project of which the first migration is applied, and the second is not.
fn pending(name: &str, database: &Database, sql: &str) -> Project {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let files = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", ""), ("migrations/1_one.sql", ONE)];
    let project = Project::own(name, &files);
    project.glim(database, "run").succeeds();
    project.write("migrations/2_two.sql", sql);
    project
}

fn what_a_statement_does_is_measured(database: &Database) {
    let before = database.contents();
    match database.kind() {
        Kind::Postgres => {
            let project = pending("lint-measured", database, "ALTER TABLE one ALTER COLUMN a TYPE bigint;\n");
            let output = lint(&project, database, "").run().exits(1);
            let output = output.stderr_has("migrations/2_two.sql:1:1").stderr_has("(type-change)");
            let output = output.stderr_has("measured: it takes ACCESS EXCLUSIVE on `one`: nobody can read or write");
            output.stderr_has("measured: it rewrites `one`").stdout_has("1 migration pending, measured on PostgreSQL");
            // What only widens a text rewrites nothing, whatever a list of rules says.
            project.write("migrations/2_two.sql", "ALTER TABLE one ALTER COLUMN v TYPE varchar(40);\n");
            lint(&project, database, "").succeeds().lacks("type-change").lacks("it rewrites");
            project.write("migrations/2_two.sql", "ALTER TABLE one ADD COLUMN u float DEFAULT random();\n");
            let output = lint(&project, database, "").run().exits(1);
            output.stderr_has("(volatile-default)").stderr_has("it rewrites `one`");
            project.write("migrations/2_two.sql", "ALTER TABLE one ADD COLUMN u timestamptz DEFAULT now();\n");
            lint(&project, database, "").succeeds().lacks("it rewrites");
            project.write("migrations/2_two.sql", "CREATE INDEX one_v ON one (v);\n");
            let output = lint(&project, database, "").run().exits(1);
            output.stderr_has("it takes SHARE on `one`: others can read, and nobody can write");
            project.write("migrations/2_two.sql", "ALTER TABLE one SET (fillfactor = 70);\n");
            lint(&project, database, "").succeeds().stderr_has("it takes SHARE UPDATE EXCLUSIVE on `one`");
        }
        Kind::Mysql => {
            let project = pending("lint-measured", database, "ALTER TABLE one MODIFY a bigint;\n");
            let output = lint(&project, database, "").run().exits(1);
            let output = output.stderr_has("migrations/2_two.sql:1:1").stderr_has("(blocking-alter)");
            output.stderr_has("the best that the server accepts for `one` is ALGORITHM=COPY, LOCK=SHARED");
            project.write("migrations/2_two.sql", "ALTER TABLE one ADD COLUMN c int;\n");
            let output = lint(&project, database, "").succeeds().stderr_has("(assert-algorithm)");
            output.stderr_has("write behind the statement: ALGORITHM=INSTANT");
            project.write("migrations/2_two.sql", "CREATE INDEX one_v ON one (v);\n");
            lint(&project, database, "").succeeds().stderr_has("LOCK=NONE: others can read and write");
            // A virtual column turns what is instant elsewhere into a copy.
            let sql = "ALTER TABLE one ADD COLUMN w int AS (a * 2) VIRTUAL;\nALTER TABLE one ADD COLUMN c int FIRST;\n";
            project.write("migrations/2_two.sql", sql);
            let output = lint(&project, database, "").run();
            output.stderr_has("(add-column-not-last)").stderr_has("ALGORITHM=COPY, LOCK=SHARED");
            // One more member than a byte has bits.
            let of = |members: &str| members.chars().map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", ");
            let (few, many) = (of("abcdefgh"), of("abcdefghi"));
            let sql = format!("ALTER TABLE one ADD s SET({few});\nALTER TABLE one MODIFY s SET({many});\n");
            project.write("migrations/2_two.sql", &sql);
            let output = lint(&project, database, "").run().exits(1);
            output.stderr_has("migrations/2_two.sql:2:1").stderr_has("(blocking-alter)");
        }
        Kind::Sqlite => {
            let sql = "CREATE TABLE two (id bigint PRIMARY KEY, a text);\nINSERT INTO two SELECT id, a FROM one;\n\
                       DROP TABLE one;\nALTER TABLE two RENAME TO one;\n";
            let project = pending("lint-measured", database, sql);
            let output = lint(&project, database, "").run().exits(1);
            let output = output.stderr_has("migrations/2_two.sql:4:1").stderr_has("(sqlite-rebuild)");
            let output = output.stderr_has("`one` is built anew, with all of its rows copied");
            output.stderr_has("`one` no longer has the index `one_a`").stderr_has("(sqlite-rebuild-with-fk-on)");
            project.write("migrations/2_two.sql", "ALTER TABLE one ADD COLUMN c int;\n");
            lint(&project, database, "").succeeds().lacks("(sqlite");
        }
    }
    // What was measured is on a scratch database.
    assert_eq!(database.tables(), ["one"]);
    assert!(before.is_empty(), "{before:?}");
}

fn a_table_that_no_database_has_yet_is_nobodys_concern(database: &Database) {
    let sql = "CREATE TABLE two (id bigint NOT NULL PRIMARY KEY, a int);\nALTER TABLE two ADD COLUMN b int NOT NULL;\n\
               CREATE UNIQUE INDEX two_a ON two (a);\nALTER TABLE two DROP COLUMN b;\n";
    let project = pending("lint-new", database, sql);
    let output = lint(&project, database, "").succeeds();
    output.lacks("error:").lacks("warning:").stdout_has("lint           passed    1 migration pending");
    project.glim(database, "run").succeeds();
    lint(&project, database, "").succeeds().stdout_has("nothing: no migration is pending");
}

fn findings_can_be_suppressed_with_a_reason(database: &Database) {
    let drop = |allow: &str| format!("SELECT 1;\n-- glim:allow({allow})\nDROP TABLE one;\n");
    let project =
        pending("lint-allowed", database, &drop("drop-table, reason = \"unused since 1.4\", until = \"9999-01-01\""));
    lint(&project, database, "").succeeds().lacks("(drop-table)").lacks("(allow-");
    for (allow, rule) in [
        ("drop-table", "allow-unreasoned"),
        ("drop-table, reason = \"x\", until = \"2020-01-01\"", "allow-expired"),
        ("drop-tabel, reason = \"x\"", "allow-unknown"),
    ] {
        project.write("migrations/2_two.sql", &drop(allow));
        let output = lint(&project, database, "").run().exits(1);
        output.stderr_has("(drop-table)").stderr_has(&format!("({rule})")).stderr_has("migrations/2_two.sql:2:1");
    }
    project.write("migrations/2_two.sql", "-- glim:allow(drop-table, reason = \"x\")\n\nSELECT 1;\n");
    lint(&project, database, "").succeeds().stderr_has("(allow-unused)");
}

const RUST: &str = "\
use glim::{Db, Migration, Result};

pub struct Two;

impl Migration for Two {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute(\"UPDATE one SET a = $1\", (1,))?;
        db.execute(\"DROP TABLE one\", ())?;
        Ok(())
    }
}

glim::submit!(Two, version = \"2\", irreversible ALLOW);
";

fn statements_of_a_rust_migration_are_judged_where_they_are_sent(database: &Database) {
    let rust = |allow: &str| RUST.replace(" ALLOW", allow);
    let project = Project::own("lint-rust", &[("src/lib.rs", &rust(""))]);
    project.write("migrations/1_one.sql", "CREATE TABLE one (id int NOT NULL PRIMARY KEY, a int);\n");
    project.glim(database, "run --name 1_one").succeeds();
    let output = lint(&project, database, "").run().exits(1);
    let output = output.stderr_has("`Two`: DROP TABLE (drop-table)").stderr_has("src/lib.rs:8:");
    output.stderr_has("it sends: DROP TABLE one").stderr_has("(dml-without-where)").stderr_has("src/lib.rs:7:");
    assert!(database.all_tables().iter().any(|table| table.ends_with("one")));
    let allow = ", allow(drop-table, dml-without-where, reason = \"unused\"), allow(drop-fk, reason = \"x\")";
    project.write("src/lib.rs", &rust(allow));
    let output = lint(&project, database, "").run();
    output.lacks("(drop-table)").lacks("(dml-without-where)").stderr_has("(allow-unused)").stderr_has("src/lib.rs:13:");
}

fn the_size_of_a_table_becomes_an_estimate(database: &Database) {
    let project = pending("lint-sizes", database, "ALTER TABLE one DROP COLUMN v;\n");
    match database.kind() {
        Kind::Sqlite => {
            database.query("INSERT INTO one (rowid, id) VALUES (3000000, 1)");
        }
        Kind::Postgres => {
            database.query("UPDATE pg_class SET reltuples = 3000000 WHERE relname = 'one'");
        }
        Kind::Mysql => {
            database.query("INSERT INTO one (id) VALUES (1), (2), (3)");
            database.query("ANALYZE TABLE one");
        }
    }
    let output = lint(&project, database, "").run().exits(1);
    match database.kind() {
        Kind::Mysql => output.stderr_has("`one` has about 3 rows there"),
        Kind::Sqlite | Kind::Postgres => {
            output.stderr_has("has about 3,000,000 rows there: to read them takes about 3 s")
        }
    };
}

fn nothing_is_made_for_a_protected_alias(database: &Database) {
    let project = pending("lint-protected", database, "DROP TABLE one;\n");
    let output = lint(&project, database, "--db protected").run().exits(1).stderr_has("(drop-table)");
    if database.kind() == Kind::Sqlite {
        // A file in the target folder is on nobody's server.
        output.stdout_has("measured on SQLite");
    } else {
        output.stderr_has("no scratch database can be made for `protected`").stderr_has("judged by its words alone");
    }
}

fn only_what_is_new_since_a_revision_is_judged(database: &Database) {
    let project = pending("lint-since", database, "ALTER TABLE one DROP COLUMN v;\n");
    let git = |line: &str| {
        let identity = "-c user.name=test -c user.email=test@example.org -c commit.gpgsign=false";
        Glim::shell(&project.path(""), &format!("git {identity} {line}")).succeeds();
    };
    git("init -q");
    git("add -A");
    git("commit -q -m release");
    lint(&project, database, "--since HEAD").succeeds().stdout_has("no migration is new or changed since HEAD");
    project.write("migrations/3_three.sql", "DROP TABLE one;\n");
    let output = lint(&project, database, "--since HEAD").run().exits(1);
    output.stderr_has("(drop-table)").lacks("(drop-column)").stdout_has("1 migration new or changed since HEAD");
    lint(&project, database, "--since nowhere").run().exits(2);
}

fn programs_get_the_same_findings(database: &Database) {
    let project = pending("lint-formats", database, "DROP TABLE one;\n");
    let output = lint(&project, database, "--format json").run().exits(1);
    let document: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    let findings = document["stages"][0]["findings"].as_array().expect("an array");
    let found = findings.iter().find(|finding| finding["rule"] == "lint/drop-table").expect("it is found");
    assert_eq!((found["file"].as_str(), found["line"].as_u64()), (Some("migrations/2_two.sql"), Some(1)), "{output}");
    let output = lint(&project, database, "--format github").run().exits(1);
    output.stdout_has("::error file=migrations/2_two.sql,line=1,title=lint/drop-table::");
    let output = lint(&project, database, "--format sarif").run().exits(1);
    let log: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    assert_eq!(SarifSchema::official().faults(&log), "", "{output}");
    let result = &log["runs"][0]["results"][0];
    let rule = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("a small one");
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"], "{output}");
    // The gate has the same as one of its stages.
    let output = project.glim(database, "check --only lint").run().exits(1);
    output.stderr_has("(drop-table)").stdout_has("verdict: failed (lint)");
}

fn an_invalid_index_is_found(database: &Database) {
    if database.kind() != Kind::Postgres {
        return;
    }
    let project = pending("lint-invalid", database, "SELECT 1;\n");
    lint(&project, database, "").succeeds().lacks("invalid-index-left");
    database.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'one_a'::regclass");
    let output = lint(&project, database, "").run().exits(1);
    output.stderr_has("the index `one_a` in `default` is invalid").stderr_has("DROP INDEX CONCURRENTLY one_a;");
}

fn numbers_that_run_out_are_found(database: &Database) {
    let (numbered, next) = match database.kind() {
        Kind::Sqlite => return,
        Kind::Postgres => ("integer GENERATED ALWAYS AS IDENTITY", "ALTER TABLE many ALTER id RESTART WITH 1900000000"),
        Kind::Mysql => ("int AUTO_INCREMENT", "ALTER TABLE many AUTO_INCREMENT = 1900000000"),
    };
    let project = pending("lint-numbers", database, "SELECT 1;\n");
    database.query(&format!("CREATE TABLE many (id {numbered} PRIMARY KEY, n int)"));
    database.query("INSERT INTO many (n) VALUES (1)");
    lint(&project, database, "").succeeds().lacks("auto-inc-capacity");
    database.query(next);
    database.query("INSERT INTO many (n) VALUES (1)");
    let output = lint(&project, database, "").run().exits(1);
    output.stderr_has("the column `many.id` in `default` has given 88 % of the numbers of its type, int");
}

fn a_foreign_key_of_another_type_is_seen(database: &Database) {
    let two = |ty: &str| format!("CREATE TABLE two (id bigint PRIMARY KEY, o {ty} REFERENCES one (id));\n");
    let project = pending("lint-foreign", database, &two("bigint"));
    let said = |project: &Project| lint(project, database, "").run().stderr;
    assert!(!said(&project).contains("fk-type-mismatch"));
    let (ty, measured) = match database.kind() {
        Kind::Sqlite => ("text", "measured: `two.o` is TEXT, and `one.id`, which it refers to, bigint"),
        Kind::Postgres => ("int", "measured: `two.o` is integer, and `one.id`, which it refers to, bigint"),
        // It refuses that.
        Kind::Mysql => ("int", "Foreign key constraint is incorrectly formed"),
    };
    project.write("migrations/2_two.sql", &two(ty));
    let said = said(&project);
    assert!(said.contains(measured), "{said}");
    assert_eq!(said.contains("(fk-type-mismatch)"), database.kind() != Kind::Mysql, "{said}");
}

fn an_index_on_a_partitioned_table_is_seen(database: &Database) {
    if database.kind() != Kind::Postgres {
        return;
    }
    let project = pending("lint-parts", database, "");
    let parts = "CREATE TABLE parts (id bigint) PARTITION BY RANGE (id);\n\
                 CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9);\n";
    project.write("migrations/2_two.sql", parts);
    project.glim(database, "run").succeeds();
    project.write("migrations/3_three.sql", "CREATE INDEX parts_id ON parts (id);\n");
    let output = lint(&project, database, "").run().exits(1).lacks("(create-index-nonconcurrent)");
    output.stderr_has("(index-on-partitioned)").stderr_has("CREATE INDEX parts_id ON ONLY parts");
    project.write("migrations/3_three.sql", "CREATE INDEX parts_id ON ONLY parts (id);\n");
    lint(&project, database, "").run().lacks("(index-on-partitioned)");
}

fn a_rule_is_explained(database: &Database) {
    let project = pending("lint-explained", database, "");
    let output = lint(&project, database, "--explain drop-table").succeeds();
    output.stdout_has("drop-table (error; SQLite, PostgreSQL").stdout_has("DROP TABLE my_table;");
    let output = lint(&project, database, "--explain drop-tabel").run().exits(2);
    output.stderr_has("there is no rule `drop-tabel`").stderr_has("did you mean `drop-table`?");
}
