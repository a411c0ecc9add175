//! What tables a database has, read from its catalogue.

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};
use glim_schema::Dialect;

use crate::driver::{Connection, Server};

/// The names of the tables that unqualified names mean, in alphabetical order, without views and the database's own.
///
/// # Errors
/// The database refuses.
pub fn tables(conn: &mut dyn Connection) -> Result<Vec<String>, DatabaseError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             AND $1 = 'main' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p') ORDER BY c.relname COLLATE \"C\""
        }
        Dialect::Mysql => {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE' \
             ORDER BY BINARY table_name"
        }
    };
    let schema = schema(conn.dialect(), conn.server());
    first_column(conn, sql, &[text(&schema)])
}

/// The names of a table's columns, in their order; none where there is no such table.
pub(crate) fn column_names(conn: &mut dyn Connection, schema: &str, table: &str) -> Result<Vec<String>, DatabaseError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => "SELECT name FROM pragma_table_info($2, $1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT a.attname::text FROM pg_catalog.pg_attribute a \
             JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = $1::text AND c.relname = $2::text AND a.attnum > 0 AND NOT a.attisdropped \
             ORDER BY a.attnum"
        }
        Dialect::Mysql => {
            "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 \
             ORDER BY ordinal_position"
        }
    };
    first_column(conn, sql, &[text(schema), text(table)])
}

/// The schema that unqualified names mean; for a server without any that exists, one that has no tables.
fn schema(dialect: Dialect, server: &Server) -> String {
    match dialect {
        Dialect::Sqlite => "main".to_owned(),
        Dialect::Postgres => server.schema.clone().unwrap_or_default(),
        Dialect::Mysql => server.database.clone(),
    }
}

fn first_column(conn: &mut dyn Connection, sql: &str, params: &[Value]) -> Result<Vec<String>, DatabaseError> {
    let mut names = Vec::new();
    conn.query(sql, params, &mut |_, row| {
        names.extend(row.first().and_then(|name| String::from_value(name).ok()));
        ControlFlow::Continue(())
    })?;
    Ok(names)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
