//! What a database has, read from its catalogue, and how two descriptions are brought into one form.

mod alike;
mod holds;
mod loose;
mod mysql;
mod names;
mod native;
mod partial;
mod postgres;
mod query;
mod sqlite;
mod table;
mod unsaid;
mod whole;

use glim::error::DatabaseError;
use glim_schema::Dialect;

pub use self::alike::align;
pub use self::loose::loosen;
pub use self::partial::{take_types, take_unsaid};
pub use self::table::{Live, LiveColumn, LiveForeignKey, LiveIndex};
pub use self::unsaid::leave_unsaid;
pub use self::whole::{Described, Other, canonical, describe};

use self::query::{all, text};
use crate::driver::{Connection, Server};

/// The names of the tables that unqualified names mean, in alphabetical order, without views and the database's own.
///
/// # Errors
/// The database refuses.
pub fn tables(conn: &mut dyn Connection) -> Result<Vec<String>, DatabaseError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => sqlite::TABLES,
        Dialect::Postgres => postgres::TABLES,
        Dialect::Mysql => mysql::TABLES,
    };
    let schema = schema(conn.dialect(), &conn.server()?);
    Ok(all(conn, sql, &[&schema])?.iter().map(|row| text(row, 0)).collect())
}

/// Whether a table or view of that name exists, so that none can be created.
///
/// # Errors
/// The database refuses.
pub fn exists(conn: &mut dyn Connection, table: &str) -> Result<bool, DatabaseError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => sqlite::EXISTS,
        Dialect::Postgres => postgres::EXISTS,
        Dialect::Mysql => mysql::EXISTS,
    };
    let schema = schema(conn.dialect(), &conn.server()?);
    Ok(!all(conn, sql, &[&schema, table])?.is_empty())
}

/// The table of that name; `None` where there is none.
///
/// # Errors
/// The database refuses.
pub fn table(conn: &mut dyn Connection, name: &str) -> Result<Option<Live>, DatabaseError> {
    let schema = schema(conn.dialect(), &conn.server()?);
    let live = match conn.dialect() {
        Dialect::Sqlite => sqlite::table(conn, &schema, name)?,
        Dialect::Postgres => postgres::table(conn, &schema, name)?,
        Dialect::Mysql => mysql::table(conn, &schema, name)?,
    };
    Ok((!live.columns.is_empty()).then_some(live))
}

/// The names of a table's columns, in their order; none where there is no such table.
pub(crate) fn column_names(conn: &mut dyn Connection, schema: &str, table: &str) -> Result<Vec<String>, DatabaseError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => sqlite::COLUMNS,
        Dialect::Postgres => postgres::COLUMNS,
        Dialect::Mysql => mysql::COLUMNS,
    };
    Ok(all(conn, sql, &[schema, table])?.iter().map(|row| text(row, 0)).collect())
}

/// The schema that unqualified names of new tables go to; where none exists, a name that no schema has.
fn schema(dialect: Dialect, server: &Server) -> String {
    match dialect {
        Dialect::Sqlite => "main".to_owned(),
        Dialect::Postgres => server.schema.clone().unwrap_or_default(),
        Dialect::Mysql => server.database.clone(),
    }
}
