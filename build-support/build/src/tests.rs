//! Folders as a build script finds them: what is generated, and what cargo is told.

use std::fs;
use std::path::PathBuf;

use glim_parse::scan::CfgSet;
use tempfile::TempDir;

use crate::environment::Environment;
use crate::{Layout, Migrations, migrations};

/// A package in a temporary directory.
struct Package {
    folder: TempDir,
}

const RUST: &str = "pub struct Add;\nimpl glim::Migration for Add { fn run(&self) {} }\nglim::submit!(Add);\n";
const SQL: &str = "-- glim:run\nCREATE TABLE a (b TEXT DEFAULT '\"\\');\n-- glim:rollback\nDROP TABLE a;\n";

impl Package {
    fn new(files: &[(&str, &str)]) -> Self {
        let package = Self { folder: tempfile::tempdir().expect("a temporary directory") };
        for (name, text) in files {
            let path = package.path(name);
            fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        package
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("app").join(name)
    }

    /// What cargo is told, but for what it is to watch.
    fn told(&self, wanted: &Migrations) -> Vec<String> {
        let here = Environment { package: self.path(""), out: self.folder.path().join("out"), cfg: CfgSet::default() };
        let here = Environment { package: here.package.components().collect(), ..here };
        let all = wanted.generate(&here).into_iter().map(|instruction| instruction.to_string());
        all.filter(|line| !line.starts_with("cargo::rerun-if-changed=")).collect()
    }

    /// What is generated where nothing is wrong.
    fn module(&self, wanted: &Migrations) -> String {
        assert_eq!(self.told(wanted), [""; 0]);
        self.generated()
    }

    fn generated(&self) -> String {
        fs::read_to_string(self.folder.path().join("out/glim_migrations/mod.rs")).expect("the module is generated")
    }
}

/// The value of a constant in what is generated.
fn constant<'m>(module: &'m str, name: &str) -> &'m str {
    let start = format!("pub const {name}: ");
    let line = module.lines().find_map(|line| line.strip_prefix(&start)).expect("the constant is there");
    line.rsplit(" = ").next().and_then(|value| value.strip_suffix(';')).expect("the constant has a value")
}

#[test]
fn rust_files_are_modules_and_sql_files_are_registered() {
    let package = Package::new(&[("migrations/9_add.rs", RUST), ("migrations/10_a.sql", SQL)]);
    let module = package.module(&migrations("migrations"));
    let path = package.path("migrations/9_add.rs");
    assert!(module.contains(&format!("#[path = {:?}]\npub mod m9_add;\n", path.display().to_string())), "{module}");
    assert!(
        module.contains(r#"line: 2, transaction: true, text: "CREATE TABLE a (b TEXT DEFAULT '\"\\');\n" }"#),
        "{module}"
    );
    assert!(module.contains("rollback: Some(__glim::SqlText {"), "{module}");
    assert!(module.contains("        \"10_a\",\n"), "{module}");
    assert!(module.contains(".version(\"10\")"), "{module}");
    assert_eq!((constant(&module, "COUNT"), constant(&module, "NEWEST")), ("2", "Some(\"10\")"));
    assert_eq!(constant(&module, "FOLDERS"), "&[\"migrations\"]");
}

#[test]
fn the_newest_version_is_the_greatest_number() {
    let package = Package::new(&[("migrations/20261122_150203_add.rs", RUST), ("migrations/9_a.sql", SQL)]);
    let module = package.module(&migrations("migrations").layout(Layout::Glim));
    assert_eq!(constant(&module, "NEWEST"), "Some(\"20261122_150203\")");
}

#[test]
fn a_folder_without_migrations_is_fine() {
    let package = Package::new(&[("migrations/.gitkeep", "")]);
    let module = package.module(&migrations("migrations"));
    assert_eq!((constant(&module, "COUNT"), constant(&module, "NEWEST")), ("0", "None"));
}

#[test]
fn the_fingerprint_is_that_of_the_texts() {
    let of = |files: &[(&str, &str)]| {
        let module = Package::new(files).module(&migrations("migrations").layout(Layout::Glim));
        constant(&module, "FINGERPRINT").to_owned()
    };
    let both = of(&[("migrations/1_add.rs", RUST), ("migrations/2_a.sql", SQL)]);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(both.len(), 34, "{both}");
    assert_eq!(of(&[("migrations/1_add.rs", &crlf(RUST)), ("migrations/2_a.sql", &crlf(SQL))]), both);
    for other in [
        [("migrations/1_add.rs", RUST), ("migrations/2_b.sql", SQL)],
        [("migrations/1_add.rs", RUST), ("migrations/2_a.sql", &SQL.replace("DROP TABLE", "DROP  TABLE"))],
        [("migrations/1_add.rs", &RUST.replace("{}", "{ x }")), ("migrations/2_a.sql", SQL)],
    ] {
        assert_ne!(of(&other), both, "{other:?}");
    }
}

#[test]
fn what_is_generated_is_left_alone_while_it_is_right() {
    let package = Package::new(&[("migrations/1_a.sql", SQL)]);
    package.module(&migrations("migrations").layout(Layout::Glim));
    let file = package.folder.path().join("out/glim_migrations.rs");
    let modified = |file: &PathBuf| fs::metadata(file).and_then(|it| it.modified()).expect("the file is there");
    let before = modified(&file);
    package.module(&migrations("migrations").layout(Layout::Glim));
    assert_eq!(modified(&file), before);
}

#[test]
fn several_folders_are_one_history() {
    let package = Package::new(&[("a/1_a.sql", SQL), ("b/2_b.sql", SQL), ("b/3_add.rs", RUST)]);
    let module = package.module(&migrations("b").and("a"));
    assert_eq!(constant(&module, "FOLDERS"), "&[\"b\", \"a\"]");
    assert!(module.find("\"1_a\"") < module.find("\"2_b\""), "{module}");
    let twice = Package::new(&[("a/1_a.sql", SQL), ("b/1_a.sql", SQL)]).told(&migrations("b").and("a"));
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(
        twice[0].starts_with("cargo::error=a/1_a.sql: ") || twice[0].starts_with("cargo::error=b/1_a.sql: "),
        "{twice:?}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let told = Package::new(&[("a/1_a.sql", SQL)]).told(&migrations("migration"));
    let error = "cargo::error=migration: there is no such folder; make it, or name another in build.rs and in \
                 `glim::migrations!`";
    assert_eq!(told, [error]);
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line_and_the_rest_is_generated() {
    let package =
        Package::new(&[("migrations/1_a.sql", "-- glim:run\nSELECT 1;\n-- glim:runn\n"), ("migrations/2_b.rs", RUST)]);
    let told = package.told(&migrations("migrations"));
    assert!(told[0].starts_with("cargo::error=migrations/1_a.sql:3: "), "{told:?}");
    assert!(package.generated().contains("pub mod m2_b;"));
}

#[test]
fn a_migration_that_nothing_undoes_is_a_warning_where_the_others_go_back() {
    let up = "-- glim:run\nSELECT 1;\n";
    let told = Package::new(&[("migrations/1_a.sql", up)]).told(&migrations("migrations"));
    let warning = "cargo::warning=migrations/1_a.sql:2: nothing says how to undo this migration, so it cannot be rolled \
                   back; write what undoes it after a line `-- glim:rollback`";
    assert_eq!(told, [warning]);
    for (files, count) in [
        (&[("migrations/V1__a.sql", "SELECT 1;"), ("migrations/V2__b.sql", "SELECT 1;")][..], 0),
        (
            &[
                ("migrations/1_a.sql", "SELECT 1;"),
                ("migrations/2_b.up.sql", "SELECT 1;"),
                ("migrations/2_b.down.sql", "SELECT 1;"),
            ],
            1,
        ),
        (&[("migrations/V1__a.sql", "SELECT 1;"), ("migrations/U2__b.sql", "SELECT 1;")], 0),
        (&[("migrations/1_a/up.sql", "SELECT 1;")], 1),
    ] {
        assert_eq!(Package::new(files).told(&migrations("migrations")).len(), count, "{files:?}");
    }
}

#[test]
fn two_files_of_one_module_name_are_an_error() {
    let package = Package::new(&[("migrations/a-b.rs", RUST), ("migrations/a_b.rs", "")]);
    let told = package.told(&migrations("migrations"));
    let error = "cargo::error=migrations/a_b.rs: its module would be called `a_b`, as that of `migrations/a-b.rs` is; \
                 rename one of the two";
    assert_eq!(told, [error]);
    assert_eq!(package.generated().matches("pub mod a_b;").count(), 1);
}

#[test]
fn rust_and_sql_are_checked_together() {
    let circle = "glim::submit!(Add, name = \"1_a\", after = [\"Other\"]);\nglim::submit!(Other, after = [\"1_a\"]);\n";
    let told =
        Package::new(&[("migrations/1_a.sql", SQL), ("migrations/2_b.rs", circle)]).told(&migrations("migrations"));
    assert!(
        told[0].starts_with("cargo::error=migrations/2_b.rs:1: the migration at migrations/1_a.sql:2 is called `1_a`"),
        "{told:?}"
    );
    assert!(told.last().is_some_and(|last| last.contains("none can be first")), "{told:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_taken_for_what_it_is() {
    let package = Package::new(&[("src/lib.rs", "")]);
    let real = package.folder.path().canonicalize().expect("the directory is there").join("real");
    fs::create_dir(&real).expect("a folder");
    fs::write(real.join("1_add.rs"), RUST).expect("a file");
    std::os::unix::fs::symlink(&real, package.path("migrations")).expect("a link");
    let module = package.module(&migrations("migrations"));
    assert!(module.contains(&format!("{:?}", real.join("1_add.rs").display().to_string())), "{module}");
}

#[test]
fn a_crate_that_has_another_name_for_glim_registers_all_the_same() {
    let manifest = "[dependencies]\nsteps = { package = \"glim-migrations\", version = \"1\" }\n";
    let package = Package::new(&[("Cargo.toml", manifest), ("migrations/1_a.rs", &RUST.replace("glim::", "steps::"))]);
    assert_eq!(constant(&package.module(&migrations("migrations")), "COUNT"), "1");
}
