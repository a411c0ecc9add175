//! `check`: one verdict before a release, and what it is made of.

mod formats;
mod upgrade;

use crate::projects::shop;
use crate::support::{Database, Glim, Kind, Project, for_each_database, target};

for_each_database!(
    a_sound_project_passes_and_nothing_is_changed,
    what_is_applied_is_compared_with_the_models,
    drift_is_seen_while_migrations_are_pending,
    a_model_without_its_migration_is_found,
    a_rollback_that_leaves_something_behind_is_found,
    a_rollback_that_loses_something_is_found,
    what_the_migrations_make_is_compared_with_the_models,
    a_migration_that_fails_ends_no_other_stage,
    a_stage_that_could_not_run_fails_unless_it_is_left_out,
    registrations_that_contradict_each_other_are_found,
);

/// `cargo glim check ARGS`. The repository that the test's project happens to lie in is not its own.
fn check(project: &Project, database: &Database, args: &str) -> Glim {
    let folder = target().with_file_name("");
    project.glim(database, &format!("check {args}")).env("GIT_CEILING_DIRECTORIES", folder.as_os_str())
}

/// A package without Rust migrations.
fn of_files(name: &str, files: &[(&str, &str)]) -> Project {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let given = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")];
    Project::own(name, &given.into_iter().chain(files.iter().copied()).collect::<Vec<_>>())
}

fn a_sound_project_passes_and_nothing_is_changed(database: &Database) {
    let output = check(&shop(), database, "").succeeds();
    let begin: Vec<_> = output.stdout.lines().map(|line| line.split("  ").next().unwrap_or_default().trim()).collect();
    let stages = ["registry", "lint", "models", "scratch-apply", "roundtrip", "upgrade", "target", "verdict: passed"];
    assert_eq!(begin, stages, "{output}");
    let output = output.stdout_has("2 models of `default` in the sources, 2 registered");
    let output = output.stdout_has("3 migrations rolled back and applied again, then all rolled back");
    output.stdout_has("0 applied, 3 pending");
    assert_eq!(database.all_tables(), Vec::<String>::new());
    if let Some(file) = database.file() {
        assert!(!file.exists(), "a question made a database");
    }
}

fn what_is_applied_is_compared_with_the_models(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    check(&shop, database, "--only target").succeeds().stdout_has("target         passed    3 applied, 0 pending");
    database.query("ALTER TABLE users ADD COLUMN extra int");
    let before = database.contents();
    let output = check(&shop, database, "--only target").run().exits(1);
    let output = output.stdout_has("verdict: failed (target)").stderr_has("differs from the model `User`");
    output.stderr_has("- column users.extra int32").stderr_has("--> src/lib.rs");
    database.query("UPDATE glim_migrations SET checksum = 'rust:0' WHERE name = 'CloseOrders'");
    let output = check(&shop, database, "--only target").run().exits(1);
    output.stderr_has("the migration `CloseOrders` has changed since it was applied");
    assert_eq!(database.contents().keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    database.query("UPDATE glim_migrations SET name = 'Vanished' WHERE name = 'CloseOrders'");
    let output = check(&shop, database, "--only target").run().exits(1);
    output.stderr_has("the migration `Vanished` is applied, and its code is gone");
    database.query("ALTER TABLE glim_migrations DROP COLUMN checksum");
    let output = check(&shop, database, "--only target").run().exits(1).stdout_has("target         not run");
    output.stderr_has("the ledger `glim_migrations` lacks the column `checksum`");
}

fn drift_is_seen_while_migrations_are_pending(database: &Database) {
    let project = of_files(
        "check-drift",
        &[
            ("migrations/1_one.sql", "CREATE TABLE one (a int, b int);\nCREATE INDEX one_b ON one (b);\n"),
            ("migrations/2_two.sql", "ALTER TABLE one ADD COLUMN c int;\n"),
        ],
    );
    project.glim(database, "run --to 1_one").succeeds();
    database.query("CREATE TABLE others (a int)");
    let output = check(&project, database, "--only target").succeeds();
    output.stdout_has("1 applied, 1 pending").stdout_has("what is applied there and on a scratch database");
    database.query(match database.kind() {
        Kind::Mysql => "DROP INDEX one_b ON one",
        Kind::Sqlite | Kind::Postgres => "DROP INDEX one_b",
    });
    let output = check(&project, database, "--only target").run().exits(1);
    output.stderr_has("is not the one that the applied migrations make").stderr_has("one_b").lacks("others");
}

fn a_model_without_its_migration_is_found(database: &Database) {
    let model = "#[derive(glim::Model)]\n#[glim(table = \"notes\")]\npub struct Note {\n    #[glim(primary_key)]\n    \
                 pub id: i32,\n}\n";
    let project = Project::own("check-unwritten", &[("src/lib.rs", model)]);
    project.glim(database, "make notes --sql").succeeds();
    check(&project, database, "--only models").succeeds().stdout_has("the recorded schema");
    project.write("src/lib.rs", &model.replace("pub id: i32,", "pub id: i32,\n    pub size: Option<i32>,"));
    let output = check(&project, database, "--only models").run().exits(1);
    output.stderr_has("the models are not as they are recorded: 1 change without a migration").stderr_has("size");
    // What the two sides of a merge have both changed is named.
    let lines = "<<<<<<< ours\ncolumn notes.size int32 null\n=======\ncolumn notes.size int64 null\n>>>>>>> theirs\n";
    let record = project.read("migrations/schema.lock");
    project.write("migrations/schema.lock", &format!("{record}{lines}"));
    let output = check(&project, database, "--only models").run().exits(1).stdout_has("verdict: failed (models)\n");
    let output = output.stdout_has("models         not run   the recorded schema cannot be read");
    output.stderr_has("both sides of a merge have changed column `notes`.`size`").stderr_has("migrations/schema.lock");
    let output = check(&project, database, "--skip target").run().exits(1);
    let output = output.stdout_has("upgrade        not run   it is not known what the models are\n");
    output.stdout_has("verdict: failed (registry, lint, models, scratch-apply, roundtrip, upgrade)\n");
}

fn a_rollback_that_leaves_something_behind_is_found(database: &Database) {
    let project = of_files(
        "check-left",
        &[
            ("migrations/1_one.up.sql", "CREATE TABLE one (a int);\nCREATE TABLE IF NOT EXISTS two (a int);\n"),
            ("migrations/1_one.down.sql", "DROP TABLE one;\n"),
        ],
    );
    let output = check(&project, database, "--only roundtrip").run().exits(1);
    let output = output.stderr_has("the migration `1_one`: after its rollback, the schema is not what it was before");
    output
        .stderr_has("two")
        .stderr_has("is left over")
        .stdout_has("verdict: failed (roundtrip)")
        .lacks("again, it makes");
}

fn a_rollback_that_loses_something_is_found(database: &Database) {
    let project = of_files(
        "check-lost",
        &[
            ("migrations/1_one.up.sql", "CREATE TABLE one (a int, b int);\nCREATE INDEX one_b ON one (b);\n"),
            ("migrations/1_one.down.sql", "DROP TABLE one;\n"),
            ("migrations/2_two.up.sql", "ALTER TABLE one ADD COLUMN c int;\n"),
            ("migrations/2_two.down.sql", "DROP TABLE one;\nCREATE TABLE one (a int, b int);\n"),
        ],
    );
    let output = check(&project, database, "").run().exits(1);
    let output = output.stderr_has("the migration `2_two`: after its rollback").stderr_has("one_b");
    output.stderr_has("is missing").stdout_has("verdict: failed (roundtrip)").lacks("the migration `1_one`:");
}

/// A model, and a migration that makes its table without one of its columns.
fn what_the_migrations_make_is_compared_with_the_models(database: &Database) {
    let source = "#[derive(glim::Model)]\n#[glim(table = \"pages\")]\npub struct Page {\n    #[glim(primary_key)]\n    \
                  pub id: i32,\n    pub number: i32,\n}\n\npub struct Make;\nimpl glim::Migration for Make {\n    \
                  fn run(&self, db: &mut glim::Db) -> glim::Result<()> {\n        \
                  db.execute_batch(\"CREATE TABLE pages (id int NOT NULL PRIMARY KEY)\")\n    }\n}\nglim::submit!(Make);\n";
    let project = Project::shared("check-differs", &[("src/lib.rs", source)]);
    let output = check(&project, database, "--skip roundtrip").run().exits(1);
    let output = output.stderr_has("the table `pages` differs from the model `Page`");
    let output = output.stderr_has("+ column pages.number int32").stderr_has("the migration `Make` has no rollback");
    output.stdout_has("roundtrip      left out").stdout_has("verdict: failed (registry, scratch-apply)");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn a_migration_that_fails_ends_no_other_stage(database: &Database) {
    let project = of_files("check-fails", &[("migrations/1_one.up.sql", "INSERT INTO nowhere VALUES (1);\n")]);
    let output = check(&project, database, "").run().exits(1);
    let output = output.stderr_has("the migration `1_one` failed").stderr_has("`default` is as it was");
    let output = output.stdout_has("roundtrip      not run   the migrations cannot be applied");
    let output = output.stderr_has("warning: 1 SQL migration without a rollback: 1_one");
    output.stdout_has("target         passed").stdout_has("verdict: failed (scratch-apply, roundtrip)");
}

fn a_stage_that_could_not_run_fails_unless_it_is_left_out(database: &Database) {
    let output = check(&shop(), database, "--db protected").run();
    if database.kind() == Kind::Sqlite {
        output.exits(0);
        return;
    }
    let output = output.exits(1).stdout_has("verdict: failed (lint, scratch-apply, roundtrip)");
    output.stderr_has("no scratch database can be made for `protected`").stderr_has("`scratch = \"URL\"`");
    check(&shop(), database, "--db protected --skip lint --skip scratch-apply --skip roundtrip").succeeds();
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn registrations_that_contradict_each_other_are_found(database: &Database) {
    let one = "-- glim:after 2_two\n-- glim:run\nSELECT 1;\n-- glim:rollback\nSELECT 1;\n";
    let two = "-- glim:after 1_one\n-- glim:run\nSELECT 1;\n-- glim:rollback\nSELECT 1;\n";
    let files = [("migrations/20260101_000001_one.sql", one), ("migrations/20260101_000002_two.sql", two)];
    let project = of_files("check-circle", &files);
    let output = check(&project, database, "").run().exits(1);
    let output = output.stdout_has("registry       failed").stdout_has("scratch-apply  not run");
    output.stdout_has("verdict: failed (registry, lint, scratch-apply, roundtrip, upgrade, target)");
}
