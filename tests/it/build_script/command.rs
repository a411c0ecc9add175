//! What the command makes of a crate with such a build script.

use super::{ADA, BUILD, CREATE, package, with_build_script};
use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(sql_and_rust_of_the_folder_are_applied_in_one_order);

/// A library and a program without one, both with models in the files of their folders.
fn members() -> Project {
    let member = |name: &str| with_build_script(name).replace("\n[workspace]\n", "");
    // Undone with its table: how an index is dropped differs between databases.
    let index = "-- glim:run\nCREATE INDEX users_by_name ON users (name);\n-- glim:rollback\nSELECT 1;\n";
    Project::shared(
        "build-script-members",
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"library\", \"program\"]\nresolver = \"3\"\n"),
            ("library/Cargo.toml", &member("build-script-library")),
            ("library/build.rs", &BUILD.replace("\"migrations\"", "\"db/steps\"")),
            ("library/src/lib.rs", "glim::migrations!(\"db/steps\");\n"),
            ("library/db/steps/20261122_150203_users.sql", CREATE),
            ("library/db/steps/20261122_150204_ada.rs", ADA),
            ("library/db/steps/20261122_150205_index.sql", index),
            ("program/Cargo.toml", &member("build-script-program")),
            ("program/build.rs", BUILD),
            ("program/src/main.rs", "glim::migrations!();\nfn main() {}\n"),
            ("program/migrations/20261123_090000_bob.rs", &ADA.replace("Ada", "Bob").replace("id: 1", "id: 2")),
        ],
    )
}

fn sql_and_rust_of_the_folder_are_applied_in_one_order(database: &Database) {
    let project = members();
    let output = project.glim(database, "run").succeeds();
    let done = "Migrating 20261122_150203_users..\nDone.\nMigrating AddAda..\nDone.\n\
                Migrating 20261122_150205_index..\nDone.\nMigrating AddBob..\nDone.\n";
    output.stdout_is(done).lacks("warning");
    assert_eq!(database.column("SELECT name FROM users ORDER BY id"), ["Ada", "Bob"]);
    let missing = "SELECT count(*) FROM glim_migrations WHERE checksum IS NULL";
    assert_eq!(database.value(missing), "0", "each has a checksum");
    project.glim(database, "status").succeeds().lacks("warning").lacks("cannot be seen");
    project.glim(database, "rollback --all --yes").succeeds();
    assert_eq!(database.tables(), [""; 0]);
}

#[test]
fn a_migration_of_the_folder_that_changed_is_said_to_have() {
    let database = Database::new(Kind::Sqlite, module_path!()).expect("SQLite is always there");
    let project = package(
        "build-script-changed",
        &[("src/lib.rs", "glim::migrations!();\n"), ("migrations/1_users.sql", CREATE), ("migrations/2_ada.rs", ADA)],
    );
    project.glim(&database, "run").succeeds();
    project.write("migrations/1_users.sql", &CREATE.replace("VARCHAR(40)", "VARCHAR(50)"));
    project.write("migrations/2_ada.rs", &ADA.replace("\"Ada\"", "\"Eve\""));
    let output = project.glim(&database, "status").run();
    assert!(output.stdout.contains("1_users") && output.stdout.contains("AddAda"), "{output}");
    assert_eq!(output.stdout.matches("changed").count(), 2, "{output}");
}

#[test]
fn a_file_and_its_registration_are_one_migration_and_a_stale_build_is_said() {
    let database = Database::new(Kind::Sqlite, module_path!()).expect("SQLite is always there");
    let project = package(
        "build-script-stale",
        &[("src/lib.rs", "glim::migrations!();\n"), ("migrations/1_users.sql", CREATE), ("migrations/2_ada.rs", ADA)],
    );
    project.glim(&database, "run").succeeds().lacks("warning");
    assert_eq!(database.ledger(), ["1_users", "AddAda"]);
    project.glim(&database, "rollback --all --yes").succeeds();
    project.write("migrations/1_users.sql", &CREATE.replace("VARCHAR(40)", "VARCHAR(50)"));
    let stale = project.glim(&database, "status --no-build").succeeds();
    stale.stderr_has("warning: the program was built with another text of `1_users`");
    project.glim(&database, "run").succeeds().lacks("warning");
}
