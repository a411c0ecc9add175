//! When two databases are the same.

use std::collections::BTreeMap;

use super::columns::Column;
use super::numbers::by_order;
use super::{Contents, Snapshot, State, Unstable};

fn table(columns: &[&str], rows: &[&[&str]]) -> Contents {
    let row = |row: &&[&str]| row.iter().map(|value| Some((*value).to_owned())).collect();
    Contents { columns: columns.iter().map(|&name| name.to_owned()).collect(), rows: rows.iter().map(row).collect() }
}

fn state(rows: &[&[&str]], ledger: &[&str]) -> State {
    let tables = BTreeMap::from([("t".to_owned(), table(&["a", "at"], rows))]);
    let ledger = ledger.iter().map(|&row| row.to_owned()).collect();
    State { schema: Snapshot::default(), tables, ledger, journal: Vec::new() }
}

#[test]
fn the_order_of_rows_does_not_count_and_their_number_does() {
    let one = state(&[&["1", "x"], &["2", "y"]], &["A"]);
    let none = Unstable::default();
    assert_eq!(one.differences(&state(&[&["2", "y"], &["1", "x"]], &["A"]), &none), Vec::<String>::new());
    assert_eq!(one.differences(&state(&[&["2", "y"]], &["A"]), &none), ["table t has 1 rows, not 2"]);
    let twice = state(&[&["1", "x"], &["1", "x"]], &["A"]);
    assert_eq!(one.differences(&twice, &none), ["1 of the 2 rows of table t are others"]);
}

#[test]
fn a_column_that_no_two_runs_agree_in_does_not_count() {
    let (first, second) = (state(&[&["1", "10:00"]], &["A"]), state(&[&["1", "10:01"]], &["A"]));
    let unstable = first.unstable(&second);
    assert_eq!(unstable.names(), ["t.at"]);
    assert_eq!(first.differences(&second, &unstable), Vec::<String>::new());
    assert_eq!(first.differences(&state(&[&["2", "10:02"]], &["A"]), &unstable).len(), 1);
}

#[test]
fn the_order_of_the_ledger_counts() {
    let (one, other) = (state(&[], &["A", "B"]), state(&[], &["B", "A"]));
    assert_eq!(one.differences(&other, &Unstable::default()), ["the ledger says: B; A; not: A; B"]);
}

#[test]
fn a_journal_that_is_left_counts_even_if_it_is_left_each_time() {
    let left = State { journal: vec!["A".to_owned()], ..state(&[], &["A"]) };
    assert_eq!(left.differences(&left, &Unstable::default()), ["the journal still has notes of: A"]);
    assert_eq!(left.differences(&state(&[], &["A"]), &Unstable::default()), Vec::<String>::new());
}

#[test]
fn numbers_that_were_given_are_compared_by_their_order() {
    let column = |table: &str, name: &str, is_numbered, refers: Option<(&str, &str)>| Column {
        shown: table.to_owned(),
        name: name.to_owned(),
        is_numbered,
        refers: refers.map(|(table, column)| (table.to_owned(), column.to_owned())),
        ..Column::default()
    };
    let columns = [
        column("notes", "author", false, Some(("users", "id"))),
        column("notes", "number", false, None),
        column("users", "id", true, None),
    ];
    let numbered = |ids: [&str; 2]| {
        let mut tables = BTreeMap::from([
            ("notes".to_owned(), table(&["author", "number"], &[&[ids[1], "7"]])),
            ("users".to_owned(), table(&["id"], &[&[ids[0]], &[ids[1]]])),
        ]);
        by_order(&mut tables, &columns);
        tables
    };
    assert_eq!(numbered(["1", "2"]), numbered(["7", "12"]));
    assert_ne!(numbered(["1", "2"]), numbered(["12", "7"]));
}
