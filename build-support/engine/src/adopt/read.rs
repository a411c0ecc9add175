//! Reading a history. It belongs to another tool and people edit such tables, so nothing in it is taken for granted.

use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::find::{self, Found};
use super::history::{Applied, BadValue, Cells, History};
use super::request::Origin;
use super::tool::Column;
use super::{AdoptError, Tool, dbmate, diesel, refinery, sea_orm, sqlx};
use crate::driver::Connection;

/// Reads the one history that is meant; `None` where none is to be read.
///
/// # Errors
/// There is none, there are several and none was named, or it is not as the tool writes it.
pub fn read(conn: &mut dyn Connection, from: &Origin) -> Result<Option<History>, AdoptError> {
    let dialect = conn.dialect();
    let found = match from {
        Origin::Nothing => return Ok(None),
        Origin::Tool { tool, table } => {
            let name = table.as_deref().unwrap_or(tool.table());
            match find::find_one(conn, *tool, name)? {
                Some(found) => found,
                None => {
                    let elsewhere = find::elsewhere(conn)?;
                    return Err(AdoptError::NotThere { tool: *tool, table: name.to_owned(), elsewhere });
                }
            }
        }
        Origin::Whatever => only(find::find(conn)?, conn)?,
    };
    found.check(dialect)?;
    rows(conn, &found).map(Some)
}

/// The one that is there. A table named like dbmate's with other columns gives way to any other.
fn only(mut found: Vec<Found>, conn: &mut dyn Connection) -> Result<Found, AdoptError> {
    let dialect = conn.dialect();
    if found.len() > 1 {
        found.retain(|it| it.tool != Tool::Dbmate || it.check(dialect).is_ok());
    }
    match found.len() {
        0 => Err(AdoptError::NoHistory { elsewhere: find::elsewhere(conn)? }),
        1 => Ok(found.remove(0)),
        _ => Err(AdoptError::Several { found: found.iter().map(|it| (it.tool, it.shown(dialect))).collect() }),
    }
}

fn rows(conn: &mut dyn Connection, found: &Found) -> Result<History, AdoptError> {
    let (tool, dialect) = (found.tool, conn.dialect());
    let table = found.shown(dialect);
    let columns: Vec<_> = tool.columns().iter().map(|&column| expression(dialect, column)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), found.quoted(dialect));
    let stored = find::fetch(conn, &sql, &[]).map_err(|error| AdoptError::Read {
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
