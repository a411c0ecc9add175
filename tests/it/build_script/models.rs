//! What a build says of models that are not as they are recorded.

use super::{BUILD, package};
use crate::support::Project;

const NAME: &str = "build-script-models";

/// A program with a model that has these fields beside its key.
fn main(fields: &str) -> String {
    format!(
        "//! Says which schema it was built with.\n\nglim::migrations!();\n\nmod model {{\n    /// A user.\n    \
         #[derive(glim::Model)]\n    #[glim(table = \"users\")]\n    pub struct User {{\n        /// The key.\n        \
         #[glim(primary_key)]\n        pub id: i64,\n{fields}    }}\n}}\n\nfn main() {{\n    \
         println!(\"{{:?}}\", migrations::SCHEMA);\n    let _ = std::any::type_name::<model::User>();\n}}\n"
    )
}

/// What the program and the build say; no other warning comes from this package's sources than ours.
#[track_caller]
fn says(project: &Project) -> (String, Vec<String>) {
    let output = project.cargo(&["run"]).succeeds();
    let warnings = output.stderr.lines().filter(|line| line.contains(&format!("warning: {NAME}@")));
    (output.stdout.trim().to_owned(), warnings.map(str::to_owned).collect())
}

#[test]
fn a_model_that_changed_is_a_warning_until_a_migration_is_made() {
    let build = BUILD.replace(".emit()", ".models(\"src\").emit()");
    let project = package(NAME, &[("build.rs", &build), ("src/main.rs", &main("")), ("migrations/.gitkeep", "")]);
    let warning = |what: &str| format!("warning: {NAME}@0.1.0: src/main.rs:9: {what}");
    let unrecorded = warning("the schema of the models is not recorded yet: run `cargo glim make`");
    assert_eq!(says(&project), ("None".to_owned(), vec![unrecorded]));

    let make = |name: &str| project.command().arg("make").arg(name).succeeds();
    make("create_users");
    let (first, warnings) = says(&project);
    assert!(first.starts_with("Some(\"") && warnings.is_empty(), "{first} {warnings:?}");

    project.write("src/main.rs", &main("        /// The age.\n        pub age: Option<i32>,\n"));
    let changed = warning("the model `User` changed: run `cargo glim make`");
    // Cargo repeats what a build script said, also where it has nothing to do.
    for _ in 0..2 {
        assert_eq!(says(&project), (first.clone(), vec![changed.clone()]));
    }
    make("add_age");
    let (second, warnings) = says(&project);
    assert_eq!(warnings, [""; 0]);
    assert_ne!(second, first);

    // What is recorded is the same in another order.
    let record = project.read("migrations/schema.lock");
    let (head, columns) = record.split_once("column ").expect("there are columns");
    let (one, rest) = columns.split_once('\n').expect("there are more");
    project.write("migrations/schema.lock", &format!("{head}{rest}column {one}\n"));
    assert_eq!(says(&project), (second, vec![]));
}
