//! `init`: from a bare crate to one that can be run.

use crate::support::{Database, Project, for_each_database};

for_each_database!(init_makes_the_ledger);

/// A crate without anything of glim's but the dependency.
fn bare(name: &str) -> Project {
    let project = Project::own(name, &[("src/lib.rs", "//! A crate.\n\npub fn answer() -> u32 {\n    42\n}\n")]);
    project.remove("glim.toml");
    project
}

#[test]
fn a_bare_crate_gets_what_is_missing() {
    let project = bare("bare");
    let output = project.command().arg("init").succeeds();
    output.lacks("panicked");
    assert!(project.read("glim.toml").contains("driver = \"sqlite\""), "{}", project.read("glim.toml"));
    assert!(project.path("src/migrations.rs").exists());
    let root = project.read("src/lib.rs");
    assert!(root.contains("mod migrations;") && root.contains("fn answer()"), "{root}");

    // What it wrote works.
    project.command().arg("run").succeeds().silent();
    project.command().arg("status").succeeds();
}

#[test]
fn a_second_init_changes_nothing() {
    let project = bare("bare-twice");
    project.command().arg("init").succeeds();
    let files = ["glim.toml", "src/lib.rs", "src/migrations.rs", "Cargo.toml"];
    let before = files.map(|file| project.read(file));
    project.command().arg("init").succeeds();
    assert_eq!(files.map(|file| project.read(file)), before);
}

#[test]
fn what_is_there_is_left_as_it_is() {
    let project = bare("bare-kept");
    let settings = "[db.default]\ndriver = \"sqlite\"\npath = \"kept.db\"\n";
    project.write("glim.toml", settings);
    project.write("src/lib.rs", "pub mod migrations;\n");
    project.write("src/migrations.rs", "//! Mine.\n");
    project.command().arg("init").succeeds();
    assert_eq!(project.read("glim.toml"), settings);
    assert_eq!(project.read("src/lib.rs"), "pub mod migrations;\n");
    assert_eq!(project.read("src/migrations.rs"), "//! Mine.\n");
    assert!(project.path("kept.db").exists());
}

#[test]
fn a_database_url_is_referred_to_and_not_copied() {
    let project = bare("bare-url");
    let url = format!("sqlite://{}", project.path("from-url.db").display());
    project.command().arg("init").env("DATABASE_URL", &url).succeeds();
    let settings = project.read("glim.toml");
    assert!(settings.contains("${DATABASE_URL}") && !settings.contains("from-url"), "{settings}");
    assert!(project.path("from-url.db").exists());
}

fn init_makes_the_ledger(database: &Database) {
    let project = bare("ledger-maker");
    project.write("glim.toml", &database.settings("default"));
    project.glim(database, "init").succeeds();
    assert!(database.all_tables().contains(&"glim_migrations".to_owned()), "{:?}", database.all_tables());
    assert_eq!(database.value("SELECT count(*) FROM glim_migrations"), "0");
    let before = database.contents();
    project.glim(database, "init").succeeds();
    assert_eq!(database.contents(), before);
}
