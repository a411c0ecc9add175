//! What the sources say, what the compiler makes of them, and that a difference is said.

use crate::support::{Database, Project, for_each_database, manifest};

for_each_database!(
    a_model_that_a_macro_makes_is_named,
    a_migration_that_a_macro_makes_is_applied_and_its_blindness_said
);

/// One model and one migration stand in the sources, one of each is made by a macro.
fn made_by_macros() -> Project {
    Project::shared(
        "made-by-macros",
        &[
            ("Cargo.toml", &manifest("made-by-macros")),
            ("src/lib.rs", "mod models;\nmod migrations;\n"),
            (
                "src/models.rs",
                "macro_rules! model {\n    ($name:ident) => {\n        #[derive(glim::Model)]\n        \
                 pub struct $name {\n            #[glim(primary_key)]\n            pub id: i32,\n        }\n    };\n}\n\
                 model!(Hidden);\n\n#[derive(glim::Model)]\npub struct Plain {\n    #[glim(primary_key)]\n    \
                 pub id: i32,\n}\n",
            ),
            (
                "src/migrations.rs",
                "use glim::{Db, Migration, Result};\n\nmacro_rules! migration {\n    ($name:ident) => {\n        \
                 pub struct $name;\n        impl Migration for $name {\n            \
                 fn run(&self, _: &mut Db) -> Result<()> {\n                Ok(())\n            }\n        }\n        \
                 glim::submit!($name, irreversible);\n    };\n}\nmigration!(FromMacro);\n\npub struct Written;\n\
                 impl Migration for Written {\n    fn run(&self, _: &mut Db) -> Result<()> {\n        Ok(())\n    }\n}\n\
                 glim::submit!(Written, irreversible);\n",
            ),
        ],
    )
}

fn a_model_that_a_macro_makes_is_named(database: &Database) {
    let output = made_by_macros().glim(database, "status").succeeds();
    let output = output.stderr_has("warning: the model `Hidden` of made_by_macros::models is not seen in the sources");
    output.stderr_has("src/models.rs:").lacks("`Plain`");
    // What is a warning elsewhere stands in the way of a release.
    let output = made_by_macros().glim(database, "check --only models").run().exits(1);
    let output = output.stderr_has("error: the model `Hidden` of made_by_macros::models is not seen in the sources");
    output.stdout_has("1 model of `default` in the sources, 2 registered").stdout_has("verdict: failed (models)");
}

fn a_migration_that_a_macro_makes_is_applied_and_its_blindness_said(database: &Database) {
    let project = made_by_macros();
    project.glim(database, "run").succeeds().stdout_has("Migrating FromMacro..\nDone.\n");
    let output = project.glim(database, "status").succeeds();
    output.stderr_has("note: changes of FromMacro cannot be seen: the code was not found in the sources");
    assert_eq!(database.value("SELECT count(*) FROM glim_migrations WHERE checksum IS NULL"), "1");
}

#[test]
fn a_file_that_does_not_parse_is_shown_and_the_others_are_read() {
    let project = Project::own(
        "does-not-parse",
        &[
            ("Cargo.toml", &manifest("does-not-parse")),
            ("src/lib.rs", "mod broken;\nmod whole;\n"),
            ("src/broken.rs", "#[derive(glim::Model)]\npub struct Broken {\n    pub id: \n}\n"),
            (
                "src/whole.rs",
                "#[derive(glim::Model)]\npub struct Whole {\n    #[glim(primary_key)]\n    pub id: i32,\n}\n",
            ),
        ],
    );
    let output = project.command().arg("models").run().exits(1);
    let output = output.stdout_has("Whole -> whole  src/whole.rs:2\n").stderr_has("--> src/broken.rs:");
    output.stderr_has("error: ").lacks("Broken ->");
    let refused = project.command().arg("sync").env("TEST_DATABASE_URL", "sqlite:refused.db").run().exits(1);
    refused.stderr_has("not all of the sources can be read; nothing was changed");
    assert!(!project.path("refused.db").exists(), "a part of the truth was acted on");
}
