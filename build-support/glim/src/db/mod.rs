//! The database as a migration sees it.

mod backfill;
mod models;
mod remote;
mod schema;

use glim_schema::{Change, Dialect};

pub use self::backfill::{Backfill, BackfillBuilder};
pub use self::remote::{Line, Remote};
use crate::error::{Kind, Result};
use crate::row::Row;
use crate::value::{Params, Value};

/// The database that a migration works on.
///
/// Statements are SQL in the database's own words. Parameters are written `$1`, `$2` and so on, on every database; a
/// statement without parameters is sent as it stands.
pub struct Db {
    backend: Box<dyn Backend>,
}

/// What stands behind a [`Db`]: the command at the other end of a channel, or an engine in the same process.
pub trait Backend {
    /// The kind of database.
    fn dialect(&self) -> Dialect;

    /// Runs one statement and gives the number of rows that it changed.
    ///
    /// # Errors
    /// The database refuses it, or the values do not fit.
    fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<u64>;

    /// Runs one statement for each row of parameters.
    ///
    /// # Errors
    /// Those of the first row that fails.
    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64>;

    /// Runs any number of statements that have no parameters.
    ///
    /// # Errors
    /// Those of the first statement that fails.
    fn execute_batch(&mut self, sql: &str) -> Result<()>;

    /// Runs a query and hands over its rows.
    ///
    /// # Errors
    /// The database refuses it, or a value has a type that glim does not know.
    fn query(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>>;

    /// Changes the schema.
    ///
    /// # Errors
    /// The database refuses it or cannot do it.
    fn change(&mut self, change: Change) -> Result<()>;

    /// Sets columns of rows in batches, each committed by itself, and gives the number of rows that it changed.
    ///
    /// # Errors
    /// It cannot be done here, or the database refuses a batch; those before it stay.
    fn backfill(&mut self, backfill: Backfill) -> Result<u64>;
}

impl Db {
    /// A handle on that backend. Migrations are given theirs.
    #[doc(hidden)]
    pub fn new(backend: Box<dyn Backend>) -> Self {
        Self { backend }
    }

    /// The kind of database.
    pub fn dialect(&self) -> Dialect {
        self.backend.dialect()
    }

    /// Runs one statement and gives the number of rows that it changed.
    ///
    /// # Errors
    /// [`Kind::Database`] when the database refuses it, [`Kind::Value`] when a value does not fit its parameter.
    pub fn execute(&mut self, sql: impl AsRef<str>, params: impl Params) -> Result<u64> {
        self.backend.execute(sql.as_ref(), params.into_values())
    }

    /// Runs one statement for each row of parameters, prepared once, and gives the number of rows changed in all.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), of the first row that fails; those after it are not run.
    pub fn execute_many<P: Params>(&mut self, sql: impl AsRef<str>, rows: impl IntoIterator<Item = P>) -> Result<u64> {
        self.backend.execute_many(sql.as_ref(), &mut rows.into_iter().map(Params::into_values))
    }

    /// Runs any number of statements, separated by semicolons, that have no parameters.
    ///
    /// # Errors
    /// [`Kind::Database`], of the first statement that the database refuses; those after it are not run.
    pub fn execute_batch(&mut self, sql: impl AsRef<str>) -> Result<()> {
        self.backend.execute_batch(sql.as_ref())
    }

    /// Runs a query and gives all its rows.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); and [`Kind::Value`] when a column has a type that no [`Value`] can hold.
    pub fn query(&mut self, sql: impl AsRef<str>, params: impl Params) -> Result<Vec<Row>> {
        self.backend.query(sql.as_ref(), params.into_values())
    }

    /// Runs a query and gives its only row.
    ///
    /// # Errors
    /// As [`query`](Self::query), and [`Kind::Usage`] when there is no row or more than one.
    pub fn query_one(&mut self, sql: impl AsRef<str>, params: impl Params) -> Result<Row> {
        let row = self.query_opt(sql, params)?;
        row.ok_or_else(|| Kind::Usage("expected one row, found none".to_owned()).into())
    }

    /// Runs a query and gives its only row, if there is one.
    ///
    /// # Errors
    /// As [`query`](Self::query), and [`Kind::Usage`] when there is more than one row.
    pub fn query_opt(&mut self, sql: impl AsRef<str>, params: impl Params) -> Result<Option<Row>> {
        let mut rows = self.query(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            count => Err(Kind::Usage(format!("expected one row at most, found {count}")).into()),
        }
    }
}
