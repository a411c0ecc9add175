//! Identifiers and values of every kind: correct, or refused in clear words.

use crate::projects::names;
use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(
    names_and_values_that_need_quoting_are_correct,
    names_of_any_length_are_correct_or_refused,
    two_names_that_would_be_cut_to_one_are_refused,
    an_emoji_in_a_name_is_correct_or_refused,
);

fn names_and_values_that_need_quoting_are_correct(database: &Database) {
    let names = names();
    names.glim(database, "run --sync").succeeds();
    assert_eq!(database.tables(), ["order\"; --", "select"]);
    let name = "nasty ' \" ; -- \\ 🦀";
    assert_eq!(database.ledger(), [name]);
    let select = database.quoted("select");
    assert_eq!(database.value(&format!("SELECT count(*) FROM {select}")), "6");
    let column = database.quoted("it's; DROP TABLE \"select\"; --");
    let crab = database.column(&format!("SELECT {column} FROM {select} ORDER BY {}", database.quoted("where")));
    assert_eq!(crab[0], "it's; DROP TABLE \"select\"; --");
    assert!(crab[3].starts_with('🦀'), "{crab:?}");
    names.glim(database, "status").succeeds().stdout_has(name);
    names.glim(database, "sync").succeeds();
    let rolled_back = format!("Rolling back {name}\nDone.\n");
    names.glim(database, "rollback").succeeds().stdout_is(&rolled_back);
    assert_eq!(database.value(&format!("SELECT count(*) FROM {select}")), "0");
}

/// A model for each pair of a table's and a column's name.
fn models(project: &str, names: &[(&str, &str)]) -> Project {
    let models = names.iter().enumerate().map(|(index, (table, column))| {
        format!(
            "#[derive(glim::Model)]\n#[glim(table = {table:?})]\npub struct Model{index} {{\n    #[glim(primary_key)]\n    \
             pub id: i32,\n    #[glim(column = {column:?})]\n    pub other: i32,\n}}\n"
        )
    });
    let source = models.collect::<Vec<_>>().join("\n");
    Project::own(project, &[("src/lib.rs", &source)])
}

fn names_of_any_length_are_correct_or_refused(database: &Database) {
    // Bytes for PostgreSQL, characters for MySQL, no limit for SQLite.
    let ascii = |length: usize| "a".repeat(length);
    // An umlaut is two bytes and one character.
    let umlauts = |bytes: usize| "ü".repeat(bytes / 2) + &"b".repeat(bytes % 2);
    for (name, bytes, chars) in [
        (ascii(63), 63, 63),
        (ascii(64), 64, 64),
        (ascii(65), 65, 65),
        (umlauts(63), 63, 32),
        (umlauts(64), 64, 32),
        (umlauts(130), 130, 65),
    ] {
        let fits = match database.kind() {
            Kind::Sqlite => true,
            Kind::Postgres => bytes <= 63,
            Kind::Mysql => chars <= 64,
        };
        for (table, column) in [(name.as_str(), "short"), ("short", name.as_str())] {
            let database = database.another();
            let output = models("lengths", &[(table, column)]).glim(&database, "sync").run();
            if fits {
                let output = output.exits(0);
                assert_eq!(database.tables(), [table], "{output}");
                let count = format!("SELECT count({}) FROM {}", database.quoted(column), database.quoted(table));
                assert_eq!(database.value(&count), "0");
            } else {
                assert!(matches!(output.code, Some(1 | 2)), "{output}");
                let output = output.stderr_has(&name).lacks("panicked");
                assert_eq!(database.tables(), Vec::<String>::new(), "{output}");
            }
        }
    }
}

fn two_names_that_would_be_cut_to_one_are_refused(database: &Database) {
    let [one, two] = ["1", "2"].map(|end| "t".repeat(63) + end);
    let output = models("cut", &[(&one, "x"), (&two, "x")]).glim(database, "sync").run();
    match database.kind() {
        Kind::Sqlite | Kind::Mysql => {
            output.exits(0);
            assert_eq!(database.tables(), [one, two]);
        }
        Kind::Postgres => {
            assert!(matches!(output.code, Some(1 | 2)), "{output}");
            output.stderr_has(&one).lacks("panicked");
            assert_eq!(database.tables(), Vec::<String>::new());
        }
    }
}

fn an_emoji_in_a_name_is_correct_or_refused(database: &Database) {
    let output = models("emoji", &[("crab 🦀", "claw 🦀")]).glim(database, "sync").run().lacks("panicked");
    if output.code == Some(0) {
        assert_eq!(database.tables(), ["crab 🦀"], "{output}");
    } else {
        // MySQL's names are of three bytes a character at most.
        assert_eq!(database.kind(), Kind::Mysql, "{output}");
        assert!(matches!(output.code, Some(1 | 2)), "{output}");
        output.stderr_has("crab");
        assert_eq!(database.tables(), Vec::<String>::new());
    }
}
