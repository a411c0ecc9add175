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

/// Reads and checks the rows. The outer error is the database's, the inner one is about what it holds.
pub(super) fn rows(
    conn: &mut dyn Connection,
    names: &Names,
    format: Format,
) -> Result<Result<Vec<Row>, LedgerError>, DatabaseError> {
    let columns: Vec<_> = format.columns().map(|&column| expression(names, column)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), names.table);
    let (mut rows, mut wrong) = (Vec::new(), None);
    conn.query(&sql, &[], &mut |_, values| match row(rows.len(), values) {
        Ok(row) => {
            rows.push(row);
            ControlFlow::Continue(())
        }
        Err(error) => {
            wrong = Some(error);
            ControlFlow::Break(())
        }
    })?;
    Ok(match wrong {
        Some(error) => Err(error),
        None => refuse_duplicates(&rows).map(|()| rows),
    })
}

fn expression(names: &Names, column: &str) -> String {
    let quoted = names.column(column);
    match names.dialect {
        // As text, since a zero date is no date that a driver could give.
        Dialect::Mysql if column == "created_at" => format!("CAST({quoted} AS CHAR)"),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => quoted,
    }
}

fn refuse_duplicates(rows: &[Row]) -> Result<(), LedgerError> {
    let mut seen: HashMap<&str, &Row> = HashMap::with_capacity(rows.len());
    for row in rows {
        if let Some(first) = seen.insert(&row.name, row) {
            let mut ids = [first.id.clone(), row.id.clone()];
            ids.sort();
            return Err(LedgerError::DuplicateName { name: row.name.clone(), ids });
        }
    }
    Ok(())
}

fn row(at: usize, values: Vec<Value>) -> Result<Row, LedgerError> {
    let mut cells = Cells { row: format!("number {}", at + 1), values: values.into_iter() };
    let id = cells.text("id")?.ok_or_else(|| cells.wrong("id", "it is NULL".to_owned()))?;
    cells.row.clone_from(&id);
    let Some(name) = cells.text("name")? else { return Err(LedgerError::NoName { id }) };
    let created_at = cells.optional::<Timestamp>("created_at")?;
    let description = cells.text("description")?;
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
    row.version = cells.text("version")?;
    row.package = cells.text("package")?;
    row.checksum = cells.text("checksum")?;
    let state = cells.text("state")?;
    row.state = match state.as_deref().map(State::from_name) {
        Some(Some(state)) => state,
        Some(None) | None => {
            let state = state.unwrap_or_else(|| "NULL".to_owned());
            return Err(LedgerError::UnknownState { name: row.name, id: row.id, state });
        }
    };
    row.duration_ms = cells.optional("duration_ms")?;
    row.glim_version = cells.text("glim_version")?;
    row.applied_by = cells.text("applied_by")?;
    Ok(row)
}

/// The values of a row, read one after the other.
struct Cells {
    row: String,
    values: std::vec::IntoIter<Value>,
}

impl Cells {
    fn optional<T: FromValue>(&mut self, column: &'static str) -> Result<Option<T>, LedgerError> {
        let value = self.values.next();
        self.read(column, value)
    }

    /// A text, out of the row: most columns are that, and there may be many rows.
    fn text(&mut self, column: &'static str) -> Result<Option<String>, LedgerError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            other => self.read(column, other),
        }
    }

    fn read<T: FromValue>(&self, column: &'static str, value: Option<Value>) -> Result<Option<T>, LedgerError> {
        let value = value.unwrap_or(Value::Null);
        Option::<T>::from_value(&value).map_err(|mismatch| self.wrong(column, mismatch.to_string()))
    }

    fn wrong(&self, column: &'static str, problem: String) -> LedgerError {
        LedgerError::BadValue { row: self.row.clone(), column, problem }
    }
}
