//! Reading the ledger's rows. People edit ledgers by hand, so nothing in them is taken for granted.

use std::collections::HashMap;
use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue, Timestamp, Value};
use glim_schema::Dialect;

use super::names::{Names, ORIGINAL_COLUMNS, OUR_COLUMNS};
use super::{LedgerError, Row, State};
use crate::driver::Connection;

/// Which columns a ledger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Those of the original tool.
    Original,
    /// Ours, too.
    Ours,
}

impl Format {
    pub(super) fn columns(self) -> impl Iterator<Item = &'static &'static str> {
        let ours = match self {
            Self::Original => &OUR_COLUMNS[..0],
            Self::Ours => &OUR_COLUMNS[..],
        };
        ORIGINAL_COLUMNS.iter().chain(ours)
    }
}

/// All rows of a statement.
pub(super) fn fetch(conn: &mut dyn Connection, sql: &str) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut rows = Vec::new();
    conn.query(sql, &[], &mut |_, row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// What the database holds, unread.
pub(super) fn stored(
    conn: &mut dyn Connection,
    names: &Names,
    format: Format,
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let columns: Vec<_> = format.columns().map(|&column| expression(names, column)).collect();
    fetch(conn, &format!("SELECT {} FROM {}", columns.join(", "), names.table))
}

fn expression(names: &Names, column: &str) -> String {
    let quoted = names.column(column);
    match names.dialect {
        // As text, since a zero date is no date that a driver could give.
        Dialect::Mysql if column == "created_at" => format!("CAST({quoted} AS CHAR)"),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => quoted,
    }
}

/// Reads and checks the rows.
pub(super) fn rows(stored: Vec<Vec<Value>>) -> Result<Vec<Row>, LedgerError> {
    let mut rows: Vec<Row> = Vec::with_capacity(stored.len());
    for (at, values) in stored.into_iter().enumerate() {
        rows.push(row(at, values)?);
    }
    let mut seen: HashMap<&str, &Row> = HashMap::with_capacity(rows.len());
    for row in &rows {
        if let Some(first) = seen.insert(&row.name, row) {
            let mut ids = [first.id.clone(), row.id.clone()];
            ids.sort();
            return Err(LedgerError::DuplicateName { name: row.name.clone(), ids });
        }
    }
    Ok(rows)
}

fn row(at: usize, values: Vec<Value>) -> Result<Row, LedgerError> {
    let mut cells = Cells { row: format!("number {}", at + 1), values: values.into_iter() };
    let id: String = cells.required("id")?;
    cells.row.clone_from(&id);
    let Some(name) = cells.optional::<String>("name")? else { return Err(LedgerError::NoName { id }) };
    let created_at = cells.optional::<Timestamp>("created_at")?;
    let description = cells.optional("description")?;
    let mut row = Row {
        id,
        name,
        description,
        created_at,
        applied_order: None,
        version: None,
        package: None,
        checksum: None,
        state: State::Applied,
        duration_ms: None,
        glim_version: Some(Row::ORIGINAL.to_owned()),
        applied_by: None,
    };
    if cells.values.len() == 0 {
        return Ok(row);
    }
    row.applied_order = cells.optional("applied_order")?;
    row.version = cells.optional("version")?;
    row.package = cells.optional("package")?;
    row.checksum = cells.optional("checksum")?;
    let state: Option<String> = cells.optional("state")?;
    row.state = match state.as_deref().map(State::from_name) {
        Some(Some(state)) => state,
        Some(None) | None => {
            let state = state.unwrap_or_else(|| "NULL".to_owned());
            return Err(LedgerError::UnknownState { name: row.name, id: row.id, state });
        }
    };
    row.duration_ms = cells.optional("duration_ms")?;
    row.glim_version = cells.optional("glim_version")?;
    row.applied_by = cells.optional("applied_by")?;
    Ok(row)
}

/// The values of a row, read one after the other.
struct Cells {
    row: String,
    values: std::vec::IntoIter<Value>,
}

impl Cells {
    fn optional<T: FromValue>(&mut self, column: &'static str) -> Result<Option<T>, LedgerError> {
        let value = self.values.next().unwrap_or(Value::Null);
        Option::<T>::from_value(&value).map_err(|mismatch| self.wrong(column, mismatch.to_string()))
    }

    fn required<T: FromValue>(&mut self, column: &'static str) -> Result<T, LedgerError> {
        self.optional(column)?.ok_or_else(|| self.wrong(column, "it is NULL".to_owned()))
    }

    fn wrong(&self, column: &'static str, problem: String) -> LedgerError {
        LedgerError::BadValue { row: self.row.clone(), column, problem }
    }
}
