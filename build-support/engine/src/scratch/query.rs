//! Queries whose answers are texts.

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};

use crate::driver::Connection;

/// The rows of a query, each value as text; `None` for NULL, and for what has no text.
pub(super) fn rows(conn: &mut dyn Connection, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
    let text = |value: &Value| match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Uint(number) => Some(number.to_string()),
        other => Option::<String>::from_value(other).ok().flatten(),
    };
    let mut rows = Vec::new();
    conn.query(sql, &[], &mut |_, row| {
        rows.push(row.iter().map(text).collect());
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The same with an empty text for NULL.
pub(crate) fn texts(conn: &mut dyn Connection, sql: &str) -> Result<Vec<Vec<String>>, DatabaseError> {
    let rows = rows(conn, sql)?;
    Ok(rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect())
}
