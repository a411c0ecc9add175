use glim::Direction;
use glim_files::layout::{Layout, Listing, parse};
use glim_schema::Dialect;

use super::statements;
use crate::catalog::{Entry, Sql};

/// An SQL migration of that text.
fn entry(text: &str) -> Entry {
    let listing = Listing::new("migrations", [("1_a.sql", text)]);
    let folder = parse(&listing, Some(Layout::Glim)).expect("a folder");
    let migration = folder.migrations.into_iter().next().expect("a migration");
    Entry::of_sql(Sql { migration, layout: Layout::Glim, position: 0 }, "migrations/1_a.sql".to_owned())
}

fn read(text: &str, dialect: Dialect) -> Result<Vec<String>, String> {
    let entry = entry(text);
    let script = entry.script(Direction::Run).expect("it is SQL");
    let found = statements(&entry, Direction::Run, script, dialect);
    let found = found.map(|found| found.iter().map(|statement| statement.text.to_owned()).collect());
    found.map_err(|problem| format!("{}: {}", &script.text()[problem.range()], problem.fault))
}

#[test]
fn a_transaction_of_the_files_own_gives_way_to_the_engines() {
    for text in [
        "BEGIN; CREATE TABLE a (b int); COMMIT;",
        "begin transaction;\nCREATE TABLE a (b int);\nEND;",
        "START  TRANSACTION; CREATE TABLE a (b int); -- done\ncommit work",
    ] {
        assert_eq!(read(text, Dialect::Postgres), Ok(vec!["CREATE TABLE a (b int)".to_owned()]), "{text}");
    }
}

#[test]
fn a_transaction_that_is_not_just_a_frame_is_refused() {
    for (text, at) in [
        ("CREATE TABLE a (b int); COMMIT; CREATE TABLE c (d int)", "COMMIT"),
        ("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT", "BEGIN"),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT", "BEGIN ISOLATION LEVEL SERIALIZABLE"),
        ("SELECT 1; ROLLBACK", "ROLLBACK"),
    ] {
        let error = read(text, Dialect::Postgres).expect_err(text);
        assert!(error.starts_with(&format!("{at}: `")) && error.contains("begins or ends a transaction"), "{error}");
    }
}

#[test]
fn what_cannot_run_in_a_transaction_is_refused_unless_it_says_so() {
    let text = "CREATE INDEX CONCURRENTLY i ON a (b)";
    let error = read(text, Dialect::Postgres).expect_err("it runs in a transaction");
    assert!(error.contains("cannot run inside a transaction"), "{error}");
    assert_eq!(read(&format!("-- glim:no-transaction\n{text}"), Dialect::Postgres), Ok(vec![text.to_owned()]));
    assert_eq!(read(text, Dialect::Mysql), Ok(vec![text.to_owned()]), "not ours to judge");
}

#[test]
fn what_is_only_without_effect_runs() {
    let text = "PRAGMA foreign_keys = OFF; SELECT 1";
    assert_eq!(read(text, Dialect::Sqlite).map(|found| found.len()), Ok(2));
    // But it hides nothing that is worse.
    let error = read("PRAGMA foreign_keys = OFF; VACUUM", Dialect::Sqlite).expect_err("VACUUM");
    assert!(error.starts_with("VACUUM"), "{error}");
}

#[test]
fn a_value_that_an_enumeration_gets_is_not_used_at_once() {
    let text = "ALTER TYPE mood ADD VALUE 'calm'; INSERT INTO people (mood) VALUES ('calm')";
    let error = read(text, Dialect::Postgres).expect_err("an unsafe use");
    assert!(error.starts_with("INSERT") && error.contains("'calm'"), "{error}");
}

#[test]
fn what_cannot_be_split_is_shown_where_it_begins() {
    let entry = entry("SELECT 1;\nSELECT 'a");
    let script = entry.script(Direction::Run).expect("it is SQL");
    let problem = statements(&entry, Direction::Run, script, Dialect::Sqlite).expect_err("an open string");
    assert_eq!(problem.range(), 17..17);
}
