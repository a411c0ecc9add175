//! Queries of catalogues: texts in, texts out.

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};

use super::table::{LiveColumn, LiveForeignKey, LiveIndex};
use crate::driver::{Connection, fetch};

/// All rows.
pub(super) fn all(conn: &mut dyn Connection, sql: &str, params: &[&str]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let params: Vec<_> = params.iter().map(|&text| Value::Text(text.to_owned())).collect();
    fetch(conn, sql, &params)
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

/// A column from a row of name, type, whether it is nullable, and default.
pub(super) fn column(row: &[Value]) -> LiveColumn {
    LiveColumn { name: text(row, 0), ty: text(row, 1), nullable: flag(row, 2), default: optional(row, 3) }
}

/// Foreign keys from rows of name, column, the table that is meant and its column, the rows of a key together. A column
/// that is NULL is whichever the other table's primary key is.
pub(super) fn foreign_keys(rows: &[Vec<Value>]) -> Vec<LiveForeignKey> {
    let keys = rows.chunk_by(|a, b| text(a, 0) == text(b, 0));
    keys.map(|rows| LiveForeignKey {
        columns: rows.iter().map(|row| text(row, 1)).collect(),
        references: rows.first().map_or_else(String::new, |row| text(row, 2)),
        referenced_columns: rows.iter().filter_map(|row| optional(row, 3)).collect(),
    })
    .collect()
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
