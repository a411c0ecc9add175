//! Whatever a file holds, statements come in their order or an error inside the text, and a layout reads it or refuses it.

use std::path::Path;

use glim_fuzz::Corpus;
use glim_schema::Dialect;

use super::{Position, Statements, tokens};
use crate::layout::{self, Layout, Listing};
use crate::statement;

#[test]
fn no_file_makes_the_reading_fail_in_any_way_but_by_an_error() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    Corpus::of_folder("splitter", &corpus).texts(|sql| {
        for dialect in Dialect::ALL {
            check(sql, dialect);
        }
        for layout in Layout::ALL {
            // What is wrong with a file is said in other tests.
            let _ = layout::parse(&Listing::new("migrations", [("20261122_150203_a.sql", sql)]), Some(layout));
        }
    });
}

/// What holds for every text: statements come in order, do not overlap, and errors lie inside; what is told of statements is
/// told without a panic.
pub(super) fn check(sql: &str, dialect: Dialect) {
    let (mut end, mut found) = (0, Vec::new());
    for result in Statements::new(sql, dialect) {
        match result {
            Ok(statement) => {
                assert!(statement.start >= end && !statement.text.is_empty());
                assert_eq!(statement.text, statement.text.trim_ascii());
                end = statement.end();
                assert_eq!(&sql[statement.start..end], statement.text);
                found.push(statement);
            }
            Err(error) => {
                assert!(error.start < sql.len() && !error.to_string().is_empty());
                assert!(Position::of(sql, error.start) <= Position::of(sql, sql.len()));
            }
        }
    }
    let _ = statement::uses_new_enum_value(&found);
    let _ = statement::transaction_control_in(sql, dialect);
    for text in found.iter().map(|statement| statement.text).chain([sql]) {
        let _ = (statement::transaction_control(text, dialect), statement::outside_transaction(text, dialect));
        let _ = (statement::commits_implicitly(text), statement::copies_from_stdin(text));
        let _ = (statement::definition(text, dialect), statement::made_tables(text, dialect));
        let _ = (statement::Work::of(text, dialect), statement::kept_by_session(text, dialect));
        let _ = (statement::asks_session(text, dialect), tokens(text, dialect));
    }
}
