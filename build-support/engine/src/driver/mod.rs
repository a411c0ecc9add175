//! The one interface to a database. Each driver is a folder of its own, and the only place that names its crate.

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) mod address;
mod connect;
mod fetch;
mod lent;
#[cfg(feature = "mysql")]
mod mysql;
mod placeholder;
#[cfg(feature = "postgres")]
mod postgres;
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::ops::ControlFlow;
use std::sync::Arc;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_files::split::split;
use glim_schema::Dialect;

pub use self::connect::{Access, ConnectError, connect};
pub(crate) use self::fetch::fetch;
pub use self::lent::IntoConnection;
pub use self::placeholder::{numbered, positional};
#[cfg(feature = "postgres")]
pub use self::postgres::EmbeddedPostgres;
pub use self::server::Server;

/// The result of a statement.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// What takes a query's rows, one by one: the columns' names (the same for each row), and the values. Breaking ends the
/// query early; what the server still sends of it is read and dropped.
pub type EachRow<'a> = dyn FnMut(&Arc<[String]>, Vec<Value>) -> ControlFlow<()> + 'a;

/// A connection to a database: what the engine runs migrations on.
///
/// Three methods are needed; the others do more, or do it faster, where the database's client can. All statements must
/// reach one and the same session, so that a pool's adapter takes one connection out of it and keeps that.
///
/// Statements with parameters write them `$1`, `$2` on every database. A statement without any is sent as it stands, and
/// where the client knows a way to send text without preparing it, that way: not every statement can be prepared.
///
/// An adapter for a client of its own maps [`Value`]s to what the client binds, the client's rows to [`Value`]s, and its
/// errors to [`DatabaseError`]; the [`class`](DatabaseError::class) of an error tells the engine whether the connection is
/// lost and whether a table is missing. Where the client writes parameters in another way, [`numbered`] and [`positional`]
/// rewrite a statement. Moments are in UTC; dates, times and moments show themselves as SQL wants them. An asynchronous
/// client is driven with its runtime's `block_on`, on a thread that may block, such as one of tokio's `spawn_blocking`:
///
/// ```text
/// struct Adapter { client: tokio_postgres::Client, runtime: tokio::runtime::Handle }
///
/// impl glim_engine::Connection for Adapter {
///     fn dialect(&self) -> Dialect {
///         Dialect::Postgres
///     }
///
///     fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
///         let done = if params.is_empty() {
///             self.runtime.block_on(self.client.simple_query(sql)).map(|messages| changed(&messages))
///         } else {
///             self.runtime.block_on(self.client.execute(sql, &bound(params)))
///         };
///         done.map_err(|error| translate(&error, sql))
///     }
///
///     fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
///         let rows = self.runtime.block_on(self.client.query(sql, &bound(params)));
///         for row in rows.map_err(|error| translate(&error, sql))? {
///             if each(&names(&row), values(&row)?) == ControlFlow::Break(()) {
///                 break;
///             }
///         }
///         Ok(())
///     }
/// }
/// ```
///
/// `fixtures/embed-sqlx` of the repository is such an adapter in full, for a connection out of sqlx's pool for SQLite.
pub trait Connection {
    /// The kind of database.
    fn dialect(&self) -> Dialect;

    /// Runs one statement, with values for its parameters if it has any, and gives the number of rows that it changed. The
    /// rows that it returns, if any, are dropped.
    ///
    /// # Errors
    /// What the database said, or that the values do not fit the parameters.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64>;

    /// Runs one statement and hands over the rows that it returns.
    ///
    /// # Errors
    /// What the database said, or a column of a type that has no [`Value`], named.
    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()>;

    /// What is connected to. It is asked outside a transaction, and does not change with what statements set.
    ///
    /// # Errors
    /// What the database said. Without an implementation of its own, it is asked each time: see [`Server::ask`].
    fn server(&mut self) -> Result<Server> {
        Server::ask(self)
    }

    /// Runs one statement for each row of parameters, prepared once if that can be, and gives the number of rows changed
    /// in all.
    ///
    /// # Errors
    /// Those of the first row that fails; the rest is not run.
    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let mut changed = 0;
        for row in rows {
            changed += self.execute(sql, &row)?;
        }
        Ok(changed)
    }

    /// Runs any number of statements that have no parameters, and drops what they return. Without an implementation of
    /// its own, the text is split and each statement executed.
    ///
    /// # Errors
    /// Those of the first statement that fails; the rest is not run.
    fn batch(&mut self, sql: &str) -> Result<()> {
        let statements = split(sql, self.dialect()).map_err(|error| refused(sql, error.to_string()))?;
        statements.iter().try_for_each(|statement| self.execute(statement.text, &[]).map(drop))
    }

    /// Opens a transaction with these statements, which have no parameters. A driver may keep them back and send them
    /// together with the next statement, whose error is theirs then if it is they that fail.
    ///
    /// # Errors
    /// As [`batch`](Self::batch).
    fn begin(&mut self, sql: &str) -> Result<()> {
        self.batch(sql)
    }

    /// Makes sure that what [`begin`](Self::begin) was given has been run. Where it was kept back and has failed, nothing
    /// that came after it was run, and each such statement has failed with the same error; after this call statements
    /// are run again.
    ///
    /// # Errors
    /// That of the first of them that failed.
    fn opened(&mut self) -> Result<()> {
        Ok(())
    }

    /// Runs statements without parameters inside an open transaction, in order, and drops what they return. A driver may
    /// send them all before it has the first answer; in a transaction that an error ends, that makes no difference.
    ///
    /// # Errors
    /// That of the first statement that fails, with its place in the list; the effect of those after it is none.
    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        statements.iter().enumerate().try_for_each(|(at, sql)| self.batch(sql).map_err(|error| (at, error)))
    }

    /// Runs statements without parameters, outside a transaction that is open, up to the first that fails: among them are
    /// those that begin and end transactions. They go in one message; `None` where that cannot be, or nothing of it was
    /// run, as when the server has found before it began that one of them cannot be read. It is called where
    /// [`can_chain`](Self::can_chain) says so.
    ///
    /// # Errors
    /// That of the first statement that fails, with its place in the list; those after it are not run.
    fn chain(&mut self, statements: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        let _ = statements;
        None
    }

    /// Whether [`chain`](Self::chain) is worth a try.
    fn can_chain(&self) -> bool {
        false
    }

    /// Whether a transaction is open, as far as the driver knows without asking the server. Where it cannot tell, a
    /// statement that ends the migration's transaction is noticed by its words alone.
    fn transaction(&self) -> Transaction {
        Transaction::Unknown
    }

    /// Sets back what statements have set for the session since it was opened or last reset, as far as the database
    /// itself does not offer a statement for that. Locks, and what the configuration has set, stay. Outside a
    /// transaction; nothing is sent where nothing was set.
    ///
    /// # Errors
    /// What the database said; what was to be set back still is.
    fn reset(&mut self) -> Result<()> {
        Ok(())
    }

    /// Asks what changes nothing, for the engine's own use: a connection that notes what a migration sends leaves it out.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    fn ask(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.query(sql, params, each)
    }

    /// From here on, what is sent is a part of this statement, until it is called with none: a connection that notes what
    /// a migration sends notes this instead. Without an implementation of its own, it does nothing.
    fn shown_as(&mut self, statement: Option<&str>) {
        let _ = statement;
    }

    /// Sets what SQLite lets no statement set inside a transaction, and gives what it was. A driver that cannot reach the
    /// switch leaves it to a statement, which outside a transaction has an effect.
    ///
    /// # Errors
    /// There is no such switch.
    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        match (self.dialect(), switch) {
            (Dialect::Sqlite, Switch::ForeignKeys) => {
                let mut was = false;
                self.ask("PRAGMA foreign_keys", &[], &mut |_, row| {
                    was = row.first() == Some(&Value::Int(1));
                    ControlFlow::Break(())
                })?;
                if was != on {
                    self.batch(if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" })?;
                }
                Ok(was)
            }
            (dialect, _) => Err(refused("", format!("{} has no switch for {switch:?} here", dialect.title()))),
        }
    }

    /// Something that another thread can call to cancel the statement that is running, if any. Without an implementation
    /// of its own, it does nothing.
    fn canceller(&self) -> Canceller {
        Box::new(|| {})
    }
}

/// Cancels the running statement of a connection.
pub type Canceller = Box<dyn Fn() + Send + Sync>;

/// What can be switched on and off on SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Foreign keys are enforced.
    ForeignKeys,
    /// A name in double quotes that no column has is a text.
    DoubleQuotedTexts,
}

/// What a driver knows of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// None is open.
    None,
    /// One is open.
    Open,
    /// One is open, and an error in it lets nothing but a rollback through (PostgreSQL).
    Failed,
    /// The driver cannot tell.
    Unknown,
}

/// An error that the driver itself makes about a statement, before the database has seen it.
fn refused(sql: &str, message: impl Into<String>) -> DatabaseError {
    DatabaseError { message: message.into(), statement: Some(sql.to_owned()), ..DatabaseError::default() }
}

/// The error for a statement that got too many or too few parameters.
fn wrong_count(sql: &str, takes: usize, given: usize) -> DatabaseError {
    let parameters = if takes == 1 { "parameter" } else { "parameters" };
    let were = if given == 1 { "was" } else { "were" };
    refused(sql, format!("the statement takes {takes} {parameters}, but {given} {were} given"))
}
