//! What a build does: modules, constants, and no work where nothing has changed.

use super::{ADA, CREATE, package};
use crate::support::Project;

/// A program that says what it was built with, and runs the migrations on a database that only repeats what it is sent.
const MAIN: &str = r#"//! Says what it was built with.
#![forbid(unsafe_code, unused_imports, dead_code, missing_docs)]
#![deny(warnings, unreachable_pub, unused)]

glim::migrations!();

struct Echo;

impl glim::Backend for Echo {
    fn dialect(&self) -> glim::Dialect {
        glim::Dialect::Sqlite
    }
    fn execute(&mut self, sql: &str, _: Vec<glim::Value>) -> glim::Result<u64> {
        println!("execute {sql}");
        Ok(1)
    }
    fn execute_many(&mut self, _: &str, _: &mut dyn Iterator<Item = Vec<glim::Value>>) -> glim::Result<u64> {
        Ok(0)
    }
    fn execute_batch(&mut self, sql: &str) -> glim::Result<()> {
        println!("batch {}", sql.trim());
        Ok(())
    }
    fn query(&mut self, _: &str, _: Vec<glim::Value>) -> glim::Result<Vec<glim::Row>> {
        Ok(Vec::new())
    }
    fn change(&mut self, _: glim::schema::Change) -> glim::Result<()> {
        Ok(())
    }
    fn backfill(&mut self, _: glim::Backfill) -> glim::Result<u64> {
        Ok(0)
    }
}

fn main() -> glim::Result<()> {
    println!("{} {:?}", migrations::COUNT, migrations::NEWEST);
    println!("fingerprint {}", migrations::FINGERPRINT);
    for registration in glim::registry::migrations() {
        println!("{}", registration.identity());
        let mut db = glim::Db::new(Box::new(Echo));
        registration.migration().run(&mut db)?;
        registration.migration().rollback(&mut db)?;
    }
    Ok(())
}
"#;

/// What the program says, and whether it was built for that.
#[track_caller]
fn says(project: &Project, name: &str) -> (String, bool) {
    let output = project.cargo(&["run"]).succeeds();
    assert!(!output.stderr.contains("warning"), "{output}");
    let built = output.stderr.contains(&format!("Compiling {name} "));
    (output.stdout, built)
}

#[test]
fn a_change_of_the_folder_is_a_build_and_nothing_else_is() {
    const NAME: &str = "build-script-changes";
    let project =
        package(NAME, &[("src/main.rs", MAIN), ("migrations/1_users.sql", CREATE), ("migrations/2_ada.rs", ADA)]);
    let says = || says(&project, NAME);
    let fingerprint = |said: &str| said.lines().find(|line| line.starts_with("fingerprint ")).map(str::to_owned);

    let (first, built) = says();
    assert!(built && first.starts_with("2 Some(\"2\")\n"), "{first}");
    let sql = "1_users\nbatch CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);\n\
               batch DROP TABLE users;\n";
    assert!(first.contains(sql), "{first}");
    assert!(first.contains("AddAda\nexecute INSERT INTO "), "{first}");
    assert_eq!(says(), (first.clone(), false));

    project.write("migrations/10_later.sql", &CREATE.replace("users", "others"));
    let (added, built) = says();
    assert!(built && added.starts_with("3 Some(\"10\")\n") && added.contains("CREATE TABLE others"), "{added}");
    assert_ne!(fingerprint(&added), fingerprint(&first));
    assert_eq!(says(), (added.clone(), false));

    // All that could be taken for something else in a text of Rust.
    let odd = "CREATE TABLE changed; -- \"{x}\" \\ '\\n' ü \u{202e} */ \u{1f980}\t\u{7f}.";
    project.write("migrations/10_later.sql", &CREATE.replace("CREATE TABLE users", odd));
    let (changed, built) = says();
    assert!(built && changed.contains(odd) && !changed.contains("others"), "{changed}");
    assert_ne!(fingerprint(&changed), fingerprint(&added));

    project.remove("migrations/10_later.sql");
    assert_eq!(says(), (first.clone(), true));

    project.write("migrations/11-more.rs", &ADA.replace("AddAda", "AddMore"));
    let (added, built) = says();
    assert!(built && added.starts_with("3 Some(\"2\")\n") && added.contains("\nAddMore\n"), "{added}");
    project.remove("migrations/11-more.rs");
    assert_eq!(says(), (first.clone(), true));
    assert_eq!(says(), (first, false));
}

#[test]
fn an_error_of_the_compiler_names_the_users_file() {
    let broken = ADA.replace("db.insert", "db.insrt");
    let project = package(
        "build-script-broken",
        &[("src/main.rs", "glim::migrations!();\nfn main() {}\n"), ("migrations/20261122_150203_ada.rs", &broken)],
    );
    let line = broken.lines().position(|line| line.contains("db.insrt")).map_or(0, |line| line + 1);
    let place = format!("{}:{line}:", project.path("migrations/20261122_150203_ada.rs").display());
    // The command builds it from a folder of links, in which nobody should look for the error.
    let status = project.command().arg("status").env("TEST_DATABASE_URL", "sqlite:never.db");
    for command in [project.cargo(&["build"]), status] {
        let output = command.run().exits(101).stderr_has("no method named `insrt`");
        output.stderr_has(&place).lacks("glim_migrations/mod.rs:");
    }
}
