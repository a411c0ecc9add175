//! A database as a neutral schema, whole: by few queries, however many tables there are.
//!
//! What the schema has no words for is kept as text, so that nobody takes it for absent.

mod default;
mod gather;
mod mysql;
mod postgres;
mod sqlite;
mod stored;
mod types;

use glim::error::DatabaseError;
use glim_schema::{Dialect, Schema};

use self::gather::Gather;
pub use self::types::canonical;
use super::schema as schema_name;
use crate::adopt::Tool;
use crate::driver::Connection;

/// What a database holds besides rows, and besides the tables in which glim and other tools keep their histories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// What can be compared.
    pub schema: Schema,
    /// The rest, by kind and name.
    pub others: Vec<Other>,
}

/// An object of a database that a [`Schema`] has no words for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Other {
    /// What it is, such as `view`.
    pub kind: String,
    /// What it is called; with its table, where it has one.
    pub name: String,
    /// What the database says of it.
    pub definition: String,
}

/// All that a database holds in the schema that unqualified names of new tables go to.
///
/// # Errors
/// The database refuses.
pub fn describe(conn: &mut dyn Connection) -> Result<Described, DatabaseError> {
    let server = conn.server()?;
    let schema = schema_name(conn.dialect(), &server);
    let mut gather = Gather::new(conn.dialect());
    match conn.dialect() {
        Dialect::Sqlite => sqlite::describe(conn, &mut gather)?,
        Dialect::Postgres => postgres::describe(conn, &schema, &mut gather)?,
        Dialect::Mysql => mysql::describe(conn, &schema, server.product == "MariaDB", &mut gather)?,
    }
    Ok(gather.finish())
}

/// Whether a table is one of glim's own, or the history of another tool.
fn is_own(table: &str) -> bool {
    table.starts_with("glim_") || Tool::ALL.into_iter().any(|tool| tool.table() == table)
}
