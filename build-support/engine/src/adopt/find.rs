//! Where another tool keeps its history: looked up in the database's catalogue, never guessed.

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};
use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::{AdoptError, Tool, dbmate};
use crate::driver::{Connection, fetch};
use crate::introspect;

/// A table that holds a history, or that is named like one that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The tool that calls its table so.
    pub tool: Tool,
    /// The schema, or the database where there are no schemas; `main` on SQLite.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The two as a person writes them: with the schema where that is needed.
    pub shown: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

impl Found {
    /// The name for statements.
    pub(super) fn quoted(&self, dialect: Dialect) -> String {
        format!("{}.{}", quote(dialect, &self.schema), quote(dialect, &self.table))
    }

    /// Refuses a table that cannot be the tool's.
    pub(super) fn check(&self) -> Result<(), AdoptError> {
        let has = |name: &str| self.columns.iter().any(|column| column.eq_ignore_ascii_case(name));
        let wanted = self.tool.columns();
        let missing: Vec<_> = wanted.iter().map(|column| column.name).filter(|name| !has(name)).collect();
        let (tool, table, found) = (self.tool, self.shown.clone(), self.columns.clone());
        if !missing.is_empty() {
            return Err(AdoptError::ColumnsMissing { tool, table, missing, found });
        }
        if tool == Tool::Dbmate && found.len() > wanted.len() {
            let owner = dbmate::other_owner(&found);
            return Err(AdoptError::OtherTool { table, found, owner });
        }
        Ok(())
    }
}

/// The tools' tables that the database has, where an unqualified name of each leads.
///
/// # Errors
/// The database refuses.
pub fn find(conn: &mut dyn Connection) -> Result<Vec<Found>, AdoptError> {
    let mut all = Vec::new();
    for tool in Tool::ALL {
        all.extend(find_one(conn, tool, tool.table())?);
    }
    Ok(all)
}

/// The table of that name, which may have a schema before it.
///
/// # Errors
/// The database refuses.
pub(super) fn find_one(conn: &mut dyn Connection, tool: Tool, name: &str) -> Result<Option<Found>, AdoptError> {
    let failed = AdoptError::database("look for the histories of other tools");
    let place = match (conn.dialect(), name.split_once('.')) {
        (Dialect::Postgres | Dialect::Mysql, Some((schema, table))) => Some((schema.to_owned(), table.to_owned())),
        (Dialect::Sqlite, _) => Some(("main".to_owned(), name.to_owned())),
        (Dialect::Mysql, None) => Some((conn.server().map_err(failed)?.database, name.to_owned())),
        (Dialect::Postgres, None) => on_search_path(conn, name).map_err(failed)?,
    };
    let Some((schema, table)) = place else { return Ok(None) };
    let failed = AdoptError::database("look for the histories of other tools");
    let columns = introspect::column_names(conn, &schema, &table).map_err(failed)?;
    let shown = match conn.dialect() {
        Dialect::Postgres => format!("{schema}.{table}"),
        Dialect::Sqlite | Dialect::Mysql => name.to_owned(),
    };
    Ok((!columns.is_empty()).then_some(Found { tool, schema, table, shown, columns }))
}

/// Tables of the tools' names in schemas that unqualified names do not lead to, for a hint.
///
/// # Errors
/// The database refuses.
pub(super) fn elsewhere(conn: &mut dyn Connection) -> Result<Vec<String>, AdoptError> {
    let name = |tool: &Tool| format!("'{}'", tool.table());
    let names = Tool::ALL.iter().map(name).collect::<Vec<_>>().join(", ");
    let sql = match conn.dialect() {
        Dialect::Sqlite => return Ok(Vec::new()),
        Dialect::Postgres => format!(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'v') AND c.relname IN ({names}) ORDER BY 1, 2"
        ),
        Dialect::Mysql => format!(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_name IN ({names}) ORDER BY 1, 2"
        ),
    };
    let rows = fetch(conn, &sql, &[]).map_err(AdoptError::database("look for the histories of other tools"))?;
    Ok(rows.iter().map(|row| format!("{}.{}", text(row, 0), text(row, 1))).collect())
}

/// Where the search path leads to first, which need not be the schema that new tables go to.
fn on_search_path(conn: &mut dyn Connection, name: &str) -> Result<Option<(String, String)>, DatabaseError> {
    let sql = "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident($1::text))";
    let rows = fetch(conn, sql, &[Value::Text(name.to_owned())])?;
    Ok(rows.first().map(|row| (text(row, 0), text(row, 1))))
}

fn text(row: &[Value], at: usize) -> String {
    row.get(at).and_then(|value| String::from_value(value).ok()).unwrap_or_default()
}
