//! Crates whose build script makes a folder of migrations part of them, with real cargo.

mod build;
mod command;
mod models;
mod problems;

use crate::support::{Project, manifest, repository};

/// The manifest of a package with such a build script.
fn with_build_script(name: &str) -> String {
    let build = repository().join("build-support/build").display().to_string();
    format!("{}\n[build-dependencies]\nglim-build = {{ path = {build:?} }}\n", manifest(name))
}

/// The build script, as the documentation has it.
const BUILD: &str = "fn main() {\n    glim_build::migrations(\"migrations\").emit();\n}\n";

const CREATE: &str = "-- glim:run\nCREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);\n\
                      -- glim:rollback\nDROP TABLE users;\n";

/// A migration in Rust with a row shape of its own.
const ADA: &str = "//! Puts a first user in.\n\nuse glim::{Db, Migration, Model, Result};\n\n\
                   /// A user, as the table has them here.\n#[derive(Model)]\n#[glim(table = \"users\", frozen)]\n\
                   pub struct Person {\n    /// The key.\n    #[glim(primary_key)]\n    pub id: i32,\n    \
                   /// The name.\n    #[glim(length = 40)]\n    pub name: String,\n}\n\n\
                   /// Puts Ada in.\npub struct AddAda;\n\n\
                   impl Migration for AddAda {\n    fn run(&self, db: &mut Db) -> Result<()> {\n        \
                   db.insert(&Person { id: 1, name: \"Ada\".to_owned() })\n    }\n\n    \
                   fn rollback(&self, db: &mut Db) -> Result<()> {\n        \
                   db.execute(\"DELETE FROM users\", ()).map(drop)\n    }\n}\n\nglim::submit!(AddAda);\n";

/// A package `name` of its own, with the folder `migrations` that these files fill.
fn package(name: &str, files: &[(&str, &str)]) -> Project {
    let manifest = with_build_script(name);
    let defaults = [("Cargo.toml", manifest.as_str()), ("build.rs", BUILD)];
    let given = |path: &str| files.iter().any(|(given, _)| *given == path);
    let defaults = defaults.iter().filter(|(path, _)| !given(path));
    Project::own(name, &defaults.chain(files).copied().collect::<Vec<_>>())
}
