//! What is split where, and what is refused.

mod everywhere;
mod mysql;
mod postgres;
mod sqlite;

use glim_schema::Dialect;

use super::{Problem, split};

/// The texts of the statements.
#[track_caller]
fn texts(sql: &str, dialect: Dialect) -> Vec<&str> {
    let statements = split(sql, dialect).unwrap_or_else(|error| panic!("{error} at {}: {sql}", error.start));
    for statement in &statements {
        assert_eq!(&sql[statement.start..statement.end()], statement.text);
    }
    statements.iter().map(|statement| statement.text).collect()
}

/// That a text is one statement, and one more follows it.
#[track_caller]
fn whole(statement: &str, dialect: Dialect) {
    assert_eq!(texts(&format!("{statement};\nSELECT 2;"), dialect), [statement, "SELECT 2"]);
    assert_eq!(texts(statement, dialect), [statement]);
}

#[track_caller]
fn refused(sql: &str, dialect: Dialect, problem: &Problem, start: usize) {
    let error = split(sql, dialect).expect_err(sql);
    assert_eq!((&error.problem, error.start), (problem, start), "{dialect:?}: {sql}");
}
