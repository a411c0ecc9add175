//! Questions to the catalogue and to the tables.

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};

use crate::driver::{Connection, fetch};

/// All rows.
pub(super) fn rows(conn: &mut dyn Connection, sql: &str, params: &[&str]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let params: Vec<_> = params.iter().map(|&text| Value::Text(text.to_owned())).collect();
    fetch(conn, sql, &params)
}

/// The texts of the first column; what is NULL or no text is left out.
pub(super) fn texts(conn: &mut dyn Connection, sql: &str, params: &[&str]) -> Result<Vec<String>, DatabaseError> {
    Ok(rows(conn, sql, params)?.iter().filter_map(|row| text(row, 0)).collect())
}

/// A number, which is the whole answer.
pub(super) fn number(conn: &mut dyn Connection, sql: &str, params: &[&str]) -> Result<i64, DatabaseError> {
    Ok(rows(conn, sql, params)?.first().map_or(0, |row| integer(row, 0)))
}

/// A text of a row.
pub(super) fn text(row: &[Value], at: usize) -> Option<String> {
    row.get(at).and_then(|value| String::from_value(value).ok())
}

/// A number of a row; NULL is 0.
pub(super) fn integer(row: &[Value], at: usize) -> i64 {
    match row.get(at) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}
