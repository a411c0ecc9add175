//! Where migrations are written, and what their place in the order is.

use super::{make, migration, models, shop};
use crate::support::{Project, repository};

#[test]
fn among_migrations_without_versions_a_new_one_follows_the_last() {
    let shop = shop("make-unversioned");
    let old = "//! Migrations.\n\nuse glim::{Db, Migration, Result};\n\n/// Nothing.\npub struct First;\n\n\
               impl Migration for First {\n    fn run(&self, _: &mut Db) -> Result<()> {\n        Ok(())\n    }\n}\n\n\
               glim::submit!(First, irreversible);\n";
    shop.write("src/migrations.rs", old);
    make(&shop, "create_shop").succeeds();
    let text = shop.read("src/migrations/create_shop.rs");
    assert!(text.contains("glim::submit!(CreateShop, after = [\"First\"]);"), "{text}");
    make(&shop, "First --empty").run().exits(2).stderr_has("there is a migration `First` already");
}

#[test]
fn versions_are_said_where_the_others_say_theirs() {
    let shop = shop("make-versioned");
    make(&shop, "create_shop").succeeds();
    let text = migration(&shop, "_create_shop.rs");
    assert!(text.contains("glim::submit!(CreateShop);"), "the file's name says it: {text}");
    let module = shop.read("src/migrations.rs");
    let old = "\n/// Nothing.\npub struct Far;\n\nimpl glim::Migration for Far {\n    \
               fn run(&self, _: &mut glim::Db) -> glim::Result<()> {\n        Ok(())\n    }\n}\n\n\
               glim::submit!(Far, version = \"20261122_000000\", irreversible);\n";
    shop.write("src/migrations.rs", &format!("{module}{old}"));
    make(&shop, "nothing --empty").succeeds();
    assert!(migration(&shop, "_nothing.rs").contains("glim::submit!(Nothing, version = \"20"));
}

#[test]
fn two_made_at_once_have_two_versions() {
    let shop = shop("make-twice");
    for name in ["one", "two", "three"] {
        make(&shop, &format!("{name} --empty")).succeeds();
    }
    let module = shop.read("src/migrations.rs");
    let names: Vec<&str> = module.lines().filter_map(|line| line.strip_prefix("mod m")).collect();
    assert_eq!(names.len(), 3, "{module}");
    let versions: Vec<&str> = names.iter().map(|name| &name[..15]).collect();
    assert!(versions[0] < versions[1] && versions[1] < versions[2], "{module}");
}

#[test]
fn a_folder_that_the_crate_takes_in_gets_the_file() {
    let build = repository().join("build-support/build").display().to_string();
    let manifest = crate::support::manifest("make-folder");
    let manifest = format!("{manifest}\n[build-dependencies]\nglim-build = {{ path = {build:?} }}\n");
    let root = models("").replace("mod migrations;", "glim::migrations!();");
    let project = Project::own(
        "make-folder",
        &[
            ("Cargo.toml", &manifest),
            ("build.rs", "fn main() {\n    glim_build::migrations(\"migrations\").emit();\n}\n"),
            ("src/lib.rs", &root),
            ("migrations/1_first.sql", "-- glim:run\nSELECT 1;\n-- glim:rollback\nSELECT 1;\n"),
        ],
    );
    make(&project, "create_shop").succeeds().stderr_has("Wrote migrations/m20");
    assert_eq!(project.read("src/lib.rs"), root, "nothing has to be declared");
    project.cargo(&["check", "--quiet"]).succeeds();
    make(&project, "again").succeeds().stderr_has("nothing to write");
}

#[test]
fn names_that_cannot_be_are_refused() {
    let shop = shop("make-names");
    for name in ["2nd", "größe", "a.b", "../up"] {
        make(&shop, name).run().exits(2).stderr_has("is no name for a migration");
    }
    make(&shop, "").run().exits(2);
    make(&shop, "Table --empty").succeeds();
    assert!(migration(&shop, "_table.rs").contains("pub struct TableMigration;"));
}

#[test]
fn sql_is_written_for_the_database_in_use_in_the_layout_of_the_folder() {
    let shop = shop("make-sql");
    let sqlite = |args: &str| make(&shop, args).env("TEST_DATABASE_URL", "sqlite:app.db");
    let text = sqlite("create_shop --sql --dry-run").succeeds().stdout;
    let (run, rollback) = text.split_once("-- glim:rollback\n").expect("two directions");
    assert!(run.starts_with("-- create shop\n-- glim:run\nCREATE TABLE `users` ("), "{text}");
    assert!(rollback.contains("-- drops the table `orders` and its rows\nDROP TABLE `orders`;\n"), "{text}");
    shop.write("migrations/1_first.up.sql", "SELECT 1;\n");
    shop.write("migrations/1_first.down.sql", "SELECT 1;\n");
    sqlite("create_shop --sql").succeeds();
    assert!(migration(&shop, "_create_shop.up.sql").contains("CREATE TABLE `orders`"));
    assert!(migration(&shop, "_create_shop.down.sql").contains("DROP TABLE `users`"));
    make(&shop, "again --check").succeeds();
}

#[test]
fn models_of_another_alias_are_recorded_apart() {
    let shop = shop("make-alias");
    let report = "/// A report.\n#[derive(Model)]\n#[glim(db = \"protected\")]\npub struct Report {\n    /// The key.\n    \
                  #[glim(primary_key)]\n    pub id: i64,\n}\n";
    shop.write("src/lib.rs", &format!("{}\n{report}", models("")));
    make(&shop, "create_shop").succeeds().stdout_is("create table `users`\ncreate table `orders`\n");
    make(&shop, "create_reports --db protected").succeeds().stdout_is("create table `report`\n");
    assert!(migration(&shop, "_create_reports.rs").contains("glim::submit!(CreateReports, db = \"protected\");"));
    assert!(shop.read("migrations/schema.protected.lock").contains("table report\n"));
    assert!(!shop.read("migrations/schema.lock").contains("report"));
    make(&shop, "--check").succeeds();
    make(&shop, "--check --db protected").succeeds();
    make(&shop, "--check --db protetced").run().exits(2).stderr_has("did you mean `protected`?");
}
