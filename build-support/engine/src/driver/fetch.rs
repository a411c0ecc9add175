//! All rows of what the engine itself asks.

use std::ops::ControlFlow;

use glim::value::Value;

use super::{Connection, Result};

/// All rows of a query that changes nothing, for the engine's own use.
pub(crate) fn fetch(conn: &mut dyn Connection, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    conn.ask(sql, params, &mut |_, row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}
