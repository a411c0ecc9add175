//! Each layout, from an empty database to the last migration and back.

use super::project;
use crate::support::{Database, Kind, Project, for_each_database, manifest};

for_each_database!(
    each_layout_is_applied_and_undone,
    sql_and_rust_stand_in_one_order,
    nothing_is_compiled_for_sql_alone,
    a_renamed_file_is_the_same_migration,
    one_that_comes_late_is_applied_and_said,
    several_folders_share_one_history,
);

const PEOPLE: &str = "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL);";
const ROWS: &str =
    "-- a ; in a comment\nINSERT INTO people VALUES (1, 'a;b''c');\nINSERT INTO people VALUES (2, '-- d');";
const NO_ROWS: &str = "DELETE FROM people;";
const PETS: &str = "CREATE TABLE pets (id INT PRIMARY KEY, owner INT NOT NULL REFERENCES people (id));\n\
                    CREATE INDEX pets_owner ON pets (owner);";

/// The same three migrations in a layout; and their names.
fn history(layout: &str) -> (Vec<(String, String)>, [&'static str; 3]) {
    let files = |list: &[(&str, String)]| list.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
    let (people, rows, pets) = (PEOPLE.to_owned(), ROWS.to_owned(), PETS.to_owned());
    let (no_people, no_rows, no_pets) =
        ("DROP TABLE people;".to_owned(), NO_ROWS.to_owned(), "DROP TABLE pets;".to_owned());
    let sections = |run: &str, rollback: &str| format!("-- glim:run\n{run}\n-- glim:rollback\n{rollback}\n");
    let blocks = |up: &str, down: &str| format!("-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n");
    match layout {
        "glim" => (
            files(&[
                ("migrations/20260101_080000_people.sql", sections(PEOPLE, "DROP TABLE people;")),
                ("migrations/20260102_080000_rows.run.sql", rows),
                ("migrations/20260102_080000_rows.rollback.sql", no_rows),
                ("migrations/20260103_080000_pets.sql", sections(PETS, "DROP TABLE pets;")),
            ]),
            ["20260101_080000_people", "20260102_080000_rows", "20260103_080000_pets"],
        ),
        "diesel" => (
            files(&[
                ("migrations/2026-01-01-080000_people/up.sql", people),
                ("migrations/2026-01-01-080000_people/down.sql", no_people),
                ("migrations/2026-01-02-080000_rows/up.sql", rows),
                ("migrations/2026-01-02-080000_rows/down.sql", no_rows),
                ("migrations/2026-01-03-080000_pets/up.sql", pets),
                ("migrations/2026-01-03-080000_pets/down.sql", no_pets),
            ]),
            ["2026-01-01-080000_people", "2026-01-02-080000_rows", "2026-01-03-080000_pets"],
        ),
        "sqlx" => (
            files(&[
                ("migrations/1_people.up.sql", people),
                ("migrations/1_people.down.sql", no_people),
                ("migrations/2_rows.up.sql", rows),
                ("migrations/2_rows.down.sql", no_rows),
                ("migrations/10_pets.up.sql", pets),
                ("migrations/10_pets.down.sql", no_pets),
            ]),
            ["1_people", "2_rows", "10_pets"],
        ),
        "refinery" => (
            files(&[
                ("migrations/V1__people.sql", people),
                ("migrations/V2__rows.sql", rows),
                ("migrations/V10__pets.sql", pets),
            ]),
            ["V1__people", "V2__rows", "V10__pets"],
        ),
        "dbmate" => (
            files(&[
                ("migrations/20260101080000_people.sql", blocks(PEOPLE, "DROP TABLE people;")),
                ("migrations/20260102080000_rows.sql", blocks(ROWS, NO_ROWS)),
                ("migrations/20260103080000_pets.sql", blocks(PETS, "DROP TABLE pets;")),
            ]),
            ["20260101080000_people", "20260102080000_rows", "20260103080000_pets"],
        ),
        other => panic!("no such layout: {other}"),
    }
}

fn with_history(layout: &str) -> (Project, [&'static str; 3]) {
    let (files, names) = history(layout);
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    (project(&format!("sql-{layout}"), &files), names)
}

fn each_layout_is_applied_and_undone(database: &Database) {
    for layout in ["glim", "diesel", "sqlx", "refinery", "dbmate"] {
        let (project, names) = with_history(layout);
        let expected: String = names.map(|name| format!("Migrating {name}..\nDone.\n")).concat();
        project.glim(database, "run").succeeds().stdout_is(&expected);
        assert_eq!(database.tables(), ["people", "pets"], "{layout}");
        assert_eq!(database.column("SELECT name FROM people ORDER BY id"), ["a;b'c", "-- d"], "{layout}");
        assert_eq!(database.column("SELECT name FROM glim_migrations ORDER BY applied_order"), names, "{layout}");
        project.glim(database, "run").succeeds().stdout_is("");
        if layout == "refinery" {
            project.glim(database, "rollback --all").run().exits(1).stderr_has("has no way back");
            for statement in ["DROP TABLE pets", "DROP TABLE people", "DELETE FROM glim_migrations"] {
                database.query(statement);
            }
            continue;
        }
        let expected: String = names.iter().rev().flat_map(|name| ["Rolling back ", name, "\nDone.\n"]).collect();
        project.glim(database, "rollback --all").succeeds().stdout_is(&expected);
        assert_eq!(database.tables(), Vec::<String>::new(), "{layout}");
        assert_eq!(database.ledger(), Vec::<String>::new(), "{layout}");
    }
}

fn nothing_is_compiled_for_sql_alone(database: &Database) {
    let (project, _) = with_history("sqlx");
    // A compiler would stumble over it.
    project.write("src/lib.rs", "this is no Rust");
    let output = project.glim(database, "run").succeeds();
    assert!(!output.stderr.contains("Compiling"), "{output}");
}

fn sql_and_rust_stand_in_one_order(database: &Database) {
    let rust = "use glim::{Db, Migration, Result};\n\
                pub struct Fill;\n\
                impl Migration for Fill {\n    \
                    fn run(&self, db: &mut Db) -> Result<()> {\n        \
                        db.execute(\"INSERT INTO people VALUES ($1, $2)\", (1, \"Aras\"))?;\n        \
                        Ok(())\n    }\n    \
                    fn rollback(&self, db: &mut Db) -> Result<()> {\n        \
                        db.execute(\"DELETE FROM people\", ())?;\n        \
                        Ok(())\n    }\n}\n\
                glim::inventory::submit! { glim::migration!(Fill, version = \"20260102080000\") }\n";
    let project = Project::own(
        "sql-beside-rust",
        &[
            ("Cargo.toml", &manifest("sql-beside-rust")),
            ("src/lib.rs", rust),
            ("migrations/20260101_080000_people.sql", PEOPLE),
            (
                "migrations/20260103_080000_pets.sql",
                "-- glim:run\nINSERT INTO people SELECT id + 1, name FROM people;\n-- glim:rollback\nDELETE FROM people WHERE id = 2;\n",
            ),
        ],
    );
    let output = project.glim(database, "run").succeeds();
    output.stdout_is(
        "Migrating 20260101_080000_people..\nDone.\nMigrating Fill..\nDone.\nMigrating 20260103_080000_pets..\nDone.\n",
    );
    assert_eq!(database.column("SELECT name FROM people"), ["Aras", "Aras"]);
    project.glim(database, "rollback --steps 2").succeeds();
    assert_eq!(database.column("SELECT name FROM people"), Vec::<String>::new());
    assert_eq!(database.ledger(), ["20260101_080000_people"]);
}

fn a_renamed_file_is_the_same_migration(database: &Database) {
    let project = project("sql-renamed", &[("migrations/1_people.sql", PEOPLE)]);
    project.glim(database, "run").succeeds();
    std::fs::rename(project.path("migrations/1_people.sql"), project.path("migrations/1_persons.sql"))
        .expect("a new name");
    project.glim(database, "status").succeeds().stdout_has("applied  1_persons");
    project.glim(database, "run").succeeds().stdout_is("");
    // Another text is another matter.
    project.write("migrations/1_persons.sql", "CREATE TABLE persons (id INT);");
    project.glim(database, "status").succeeds().stdout_has("changed  1_persons");
    project
        .glim(database, "run")
        .run()
        .exits(1)
        .stderr_has("changed since applied: `1_persons` (migrations/1_persons.sql:1)");
}

fn one_that_comes_late_is_applied_and_said(database: &Database) {
    let project = project("sql-late", &[("migrations/2_pets.sql", "CREATE TABLE pets (id INT);")]);
    project.glim(database, "run").succeeds();
    project.write("migrations/1_people.sql", PEOPLE);
    let said = "`1_people` comes before `2_pets`, which is applied already";
    project.glim(database, "run --strict").run().exits(1).stderr_has(said);
    assert_eq!(database.tables(), ["pets"]);
    project.glim(database, "run --dry-run").succeeds().stderr_has(said).stdout_is("Would migrate 1_people\n");
    project.glim(database, "run").succeeds().stderr_has(said);
    assert_eq!(database.tables(), ["people", "pets"]);
}

fn several_folders_share_one_history(database: &Database) {
    let settings = "[extensions.migration]\nmigrations = [\"db/one\", \"db/two\"]\nlayout = \"sqlx\"\n\n\
                    [db.default]\nurl = \"${TEST_DATABASE_URL}\"\n";
    let files = [
        ("glim.toml", settings),
        ("db/one/1_people.sql", PEOPLE),
        ("db/two/2_rows.sql", ROWS),
        ("db/one/3_pets.sql", PETS),
    ];
    let project = project("sql-folders", &files);
    project.glim(database, "run").succeeds();
    assert_eq!(database.ledger(), ["1_people", "2_rows", "3_pets"]);
    project.write("db/two/3_again.sql", "SELECT 1;");
    let output = project.glim(database, "status").run().exits(2);
    output.stderr_has("db/one/3_pets.sql").stderr_has("db/two/3_again.sql");
    // The foreign key is in the way of other databases' clean-up otherwise.
    if database.kind() == Kind::Mysql {
        database.query("DROP TABLE pets");
    }
}
