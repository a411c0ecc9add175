//! SQLite, through rusqlite.

mod embedded;
mod error;
mod limit;
mod open;
mod own;
mod value;

use std::borrow::{Borrow, BorrowMut};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

#[allow(unused_imports, reason = "older versions of rusqlite have a method of their own in its place")]
use fallible_iterator::FallibleIterator as _;
use glim::value::Value;
use glim_schema::Dialect;
use rusqlite::config::DbConfig;
use rusqlite::{Batch, Statement};

use self::error::translate;
use self::limit::Limit;
use crate::driver::{
    Access, Canceller, ConnectError, Connection, EachRow, Result, Server, Switch, Transaction, placeholder, refused,
    wrong_count,
};
use crate::target::Target;

/// How many statements with parameters stay prepared.
const CACHED_STATEMENTS: usize = 64;

/// Opens the file.
pub(super) fn connect(path: &Path, target: &Target, access: Access) -> Result<Box<dyn Connection>, ConnectError> {
    let mut connection = open::open(path, target, access)?;
    let opened: &mut rusqlite::Connection = connection.borrow_mut();
    opened.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    let limit = Limit::set(opened, target.statement_timeout)
        .map_err(|error| ConnectError::Other { address: path.display().to_string(), message: error.to_string() })?;
    Ok(Box::new(Sqlite { connection, server: describe(path.display().to_string()), limit }))
}

fn describe(path: String) -> Server {
    Server {
        product: "SQLite",
        version: rusqlite::version().to_owned(),
        address: path.clone(),
        database: path,
        schema: None,
    }
}

/// A connection that is ours, or an application's.
struct Sqlite<C> {
    connection: C,
    server: Server,
    limit: Limit,
}

impl<C: Borrow<rusqlite::Connection>> Sqlite<C> {
    /// Prepares `sql` and runs `work` on it with the values bound.
    ///
    /// Only statements with parameters are cached: they come again (the ledger's, a model's), while DDL does not.
    fn with_statement<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        work: impl FnOnce(&rusqlite::Connection, &mut Statement<'_>) -> Result<T>,
    ) -> Result<T> {
        // SQLite reads a text up to its first NUL and would silently drop the rest.
        if memchr::memchr(0, sql.as_bytes()).is_some() {
            return Err(refused(sql, "the statement holds a NUL character"));
        }
        self.limit.start();
        let connection = self.connection.borrow();
        refuse_second(connection, sql)?;
        if params.is_empty() {
            let mut statement = connection.prepare(sql).map_err(|error| translate(&error, sql))?;
            return work(connection, &mut statement);
        }
        let numbered = placeholder::numbered(sql);
        let mut statement = connection.prepare_cached(&numbered).map_err(|error| translate(&error, sql))?;
        bind(&mut statement, params, sql)?;
        work(connection, &mut statement)
    }
}

/// Refuses a text with more than one statement, of which older versions of the crate would run the first alone.
fn refuse_second(connection: &rusqlite::Connection, sql: &str) -> Result<()> {
    let end = sql.trim_end().len();
    if memchr::memchr(b';', sql.as_bytes()).is_none_or(|at| at + 1 >= end) {
        return Ok(());
    }
    let mut batch = Batch::new(connection, sql);
    // What is wrong with the first shows when it is to be run.
    if batch.next().is_err() || matches!(batch.next(), Ok(None)) {
        return Ok(());
    }
    Err(translate(&rusqlite::Error::MultipleStatement, sql))
}

/// The columns' names. (The crate's own method gives a list or an iterator, by its version.)
fn column_names(statement: &Statement<'_>) -> Arc<[String]> {
    (0..statement.column_count()).map(|at| statement.column_name(at).unwrap_or_default().to_owned()).collect()
}

fn bind(statement: &mut Statement<'_>, params: &[Value], sql: &str) -> Result<()> {
    if statement.parameter_count() != params.len() {
        return Err(wrong_count(sql, statement.parameter_count(), params.len()));
    }
    for (index, value) in params.iter().enumerate() {
        let bound =
            value::to_sql(value).map_err(|reason| refused(sql, format!("parameter `${}`: {reason}", index + 1)))?;
        statement.raw_bind_parameter(index + 1, bound).map_err(|error| translate(&error, sql))?;
    }
    Ok(())
}

/// Runs a bound statement to its end and gives the number of rows that it changed.
fn run(connection: &rusqlite::Connection, statement: &mut Statement<'_>, sql: &str) -> Result<u64> {
    // `changes` keeps the number of the last statement that changed rows; one that changed none leaves it alone.
    let before = connection.total_changes();
    let mut rows = statement.raw_query();
    while rows.next().map_err(|error| translate(&error, sql))?.is_some() {}
    Ok(if connection.total_changes() == before { 0 } else { connection.changes() })
}

impl<C: Borrow<rusqlite::Connection>> Connection for Sqlite<C> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn server(&mut self) -> Result<Server> {
        Ok(self.server.clone())
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.with_statement(sql, params, |connection, statement| run(connection, statement, sql))
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let Some(first) = rows.next() else { return Ok(0) };
        self.with_statement(sql, &first, |connection, statement| {
            let mut changed = run(connection, statement, sql)?;
            for row in rows {
                bind(statement, &row, sql)?;
                changed += run(connection, statement, sql)?;
            }
            Ok(changed)
        })
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        if memchr::memchr(0, sql.as_bytes()).is_some() {
            return Err(refused(sql, "the statements hold a NUL character"));
        }
        let connection = self.connection.borrow();
        let mut batch = Batch::new(connection, sql);
        while let Some(mut statement) = batch.next().map_err(|error| translate(&error, sql))? {
            self.limit.start();
            let outcome = run(connection, &mut statement, sql);
            // Of a long script, the message should show the statement that failed.
            outcome.map_err(|error| glim::error::DatabaseError {
                statement: statement.expanded_sql().map(|text| text.trim().to_owned()).or(error.statement),
                ..error
            })?;
        }
        Ok(())
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.with_statement(sql, params, |_, statement| {
            let count = |statement: &Statement<'_>| statement.column_count();
            let mut rows = statement.raw_query();
            let mut names: Option<Arc<[String]>> = None;
            while let Some(row) = rows.next().map_err(|error| translate(&error, sql))? {
                // Read after the first step, which prepares a cached statement anew when a table has changed.
                let names = names.get_or_insert_with(|| column_names(row.as_ref()));
                let values = (0..count(row.as_ref()))
                    .map(|index| {
                        let stored = row.get_ref(index).map_err(|error| translate(&error, sql))?;
                        value::from_sql(stored)
                            .map_err(|reason| refused(sql, format!("column `{}`: {reason}", names[index])))
                    })
                    .collect::<Result<_>>()?;
                if each(names, values) == ControlFlow::Break(()) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn transaction(&self) -> Transaction {
        if self.connection.borrow().is_autocommit() { Transaction::None } else { Transaction::Open }
    }

    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        let config = match switch {
            Switch::ForeignKeys => DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
            Switch::DoubleQuotedTexts => DbConfig::SQLITE_DBCONFIG_DQS_DML,
        };
        let failed = |error: &rusqlite::Error| translate(error, "");
        let was = self.connection.borrow().db_config(config).map_err(|error| failed(&error))?;
        self.connection.borrow().set_db_config(config, on).map_err(|error| failed(&error))?;
        Ok(was)
    }

    fn canceller(&self) -> Canceller {
        let handle = self.connection.borrow().get_interrupt_handle();
        Box::new(move || handle.interrupt())
    }
}
