//! Reading a history. It belongs to another tool and people edit such tables, so nothing in it is taken for granted.

use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::find::{self, Found};
use super::history::{Applied, BadValue, Cells, History};
use super::tool::Column;
use super::{AdoptError, Tool, dbmate, diesel, refinery, sea_orm, sqlx};
use crate::driver::{Connection, fetch};

/// Reads the one history that is there.
///
/// # Errors
/// There is none, or several, or it is not as its tool writes it.
pub fn read(conn: &mut dyn Connection) -> Result<History, AdoptError> {
    let mut found = find::find(conn)?;
    // A table that is named like dbmate's and is another tool's gives way to any other.
    if found.len() > 1 {
        found.retain(|it| it.tool != Tool::Dbmate || it.check().is_ok());
    }
    match &found[..] {
        [] => Err(AdoptError::NoHistory { elsewhere: find::elsewhere(conn)? }),
        [found] => rows(conn, found),
        _ => Err(AdoptError::Several { found: found.into_iter().map(|it| (it.tool, it.shown)).collect() }),
    }
}

/// Reads the history of that tool, in that table or in the one that the tool has by default.
///
/// # Errors
/// It is not there, or not as the tool writes it.
pub fn read_of(conn: &mut dyn Connection, tool: Tool, table: Option<&str>) -> Result<History, AdoptError> {
    let table = table.unwrap_or(tool.table());
    match find::find_one(conn, tool, table)? {
        Some(found) => rows(conn, &found),
        None => {
            let elsewhere = find::elsewhere(conn)?;
            Err(AdoptError::NotThere { tool, table: table.to_owned(), elsewhere })
        }
    }
}

/// Reads all histories that are there and say something. What is another tool's is passed over.
///
/// # Errors
/// One is not as its tool writes it.
pub(super) fn read_all(conn: &mut dyn Connection) -> Result<Vec<History>, AdoptError> {
    let mut histories = Vec::new();
    for found in find::find(conn)?.iter().filter(|found| found.check().is_ok()) {
        histories.push(rows(conn, found)?);
    }
    histories.retain(|history| !history.rows.is_empty());
    Ok(histories)
}

fn rows(conn: &mut dyn Connection, found: &Found) -> Result<History, AdoptError> {
    found.check()?;
    let (tool, dialect) = (found.tool, conn.dialect());
    let table = found.shown.clone();
    let columns: Vec<_> = tool.columns().iter().map(|&column| expression(dialect, column)).collect();
    let sql = format!("SELECT {} FROM {} ORDER BY 1", columns.join(", "), found.quoted(dialect));
    let stored = fetch(conn, &sql, &[]).map_err(|error| AdoptError::Read {
        tool,
        table: table.clone(),
        error: Box::new(error),
    })?;
    let mut rows = Vec::with_capacity(stored.len());
    let mut problems = Vec::new();
    for (number, values) in (1..).zip(&stored) {
        match row(tool, &mut Cells::new(tool, number, values)) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(AdoptError::BadValues { tool, table, problems });
    }
    Ok(History { tool, table, rows })
}

fn expression(dialect: Dialect, column: Column) -> String {
    let quoted = quote(dialect, column.name);
    match dialect {
        Dialect::Mysql if column.is_time => format!("CAST({quoted} AS CHAR)"),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => quoted,
    }
}

fn row(tool: Tool, cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    match tool {
        Tool::Refinery => refinery::row(cells),
        Tool::Diesel => diesel::row(cells),
        Tool::Sqlx => sqlx::row(cells),
        Tool::SeaOrm => sea_orm::row(cells),
        Tool::Dbmate => dbmate::row(cells),
    }
}
