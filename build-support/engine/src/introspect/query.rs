//! Queries of catalogues: texts in, texts out.

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};

use super::table::LiveIndex;
use crate::driver::Connection;

/// All rows.
pub(super) fn all(conn: &mut dyn Connection, sql: &str, params: &[&str]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let params: Vec<_> = params.iter().map(|&text| Value::Text(text.to_owned())).collect();
    let mut rows = Vec::new();
    conn.query(sql, &params, &mut |_, row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// A text that catalogues always have.
pub(super) fn text(row: &[Value], at: usize) -> String {
    optional(row, at).unwrap_or_default()
}

/// A text that may be NULL.
pub(super) fn optional(row: &[Value], at: usize) -> Option<String> {
    row.get(at).and_then(|value| String::from_value(value).ok())
}

/// A truth, in whichever form.
pub(super) fn flag(row: &[Value], at: usize) -> bool {
    row.get(at).is_some_and(|value| bool::from_value(value) == Ok(true))
}

/// Indexes from rows of name, uniqueness and one column each, the rows of an index together. An index over an
/// expression has no name for that column, and is left out.
pub(super) fn indexes(rows: &[Vec<Value>]) -> Vec<LiveIndex> {
    let mut found: Vec<(LiveIndex, bool)> = Vec::new();
    for row in rows {
        let (name, column) = (text(row, 0), optional(row, 2));
        if found.last().is_none_or(|(last, _)| last.name != name) {
            found.push((LiveIndex { name, columns: Vec::new(), unique: flag(row, 1) }, true));
        }
        if let Some((last, plain)) = found.last_mut() {
            *plain &= column.is_some();
            last.columns.extend(column);
        }
    }
    found.into_iter().filter(|(_, plain)| *plain).map(|(index, _)| index).collect()
}
