//! What a session is busy with that runs a statement for long, looked at from another connection.

mod mysql;
mod postgres;

use std::fmt;

use glim::value::{FromValue, Value};
use glim_schema::Dialect;

use crate::driver::{Connection, Result, fetch};
use crate::lock::Holder;

/// A session of a server that holds a ledger's lock, known by that lock alone: it need not be asked itself.
#[derive(Clone, Debug)]
pub struct Observed {
    dialect: Dialect,
    /// Its number, as an SQL expression.
    session: String,
}

/// What a statement does that has been running for a second or more, as far as the server tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It is at work.
    Working {
        /// What the server calls the statement, where it tells.
        command: Option<String>,
        /// What it is doing.
        phase: String,
        /// How much of that is done.
        percent: Option<u8>,
    },
    /// It waits for a lock.
    Waiting {
        /// What kind of lock.
        lock: String,
        /// Who holds it, or one of those who do, where the server tells.
        holder: Option<Holder>,
    },
}

impl Observed {
    pub(crate) fn new(dialect: Dialect, session: String) -> Self {
        Self { dialect, session }
    }

    /// What the session does, seen over another connection to the same database; `None` where no statement has been
    /// running for long, or there is nothing to tell of it.
    ///
    /// # Errors
    /// What the database said.
    pub fn look(&self, conn: &mut dyn Connection) -> Result<Option<Activity>> {
        let (server, session) = (conn.server()?, &self.session);
        let (question, read): (_, fn(&Row) -> _) = match self.dialect {
            Dialect::Sqlite => return Ok(None),
            Dialect::Postgres => (postgres::question(session, &server), postgres::read),
            Dialect::Mysql if server.product == "MariaDB" => (mysql::question(session), mysql::read),
            Dialect::Mysql => (mysql::question_without_stages(session), mysql::read),
        };
        let Some(row) = first(conn, &question)? else { return Ok(None) };
        let activity = read(&row);
        if activity.is_some() || self.dialect == Dialect::Postgres {
            return Ok(activity);
        }
        // Not everybody may see these tables, and the performance schema may be off.
        let (question, read): (_, fn(&Row) -> _) = match server.product {
            "MariaDB" => (mysql::question_for_holder(session), mysql::read_holder),
            _ => (mysql::question_for_stages(session), mysql::read),
        };
        Ok(first(conn, &question).unwrap_or_default().as_ref().and_then(read))
    }
}

/// The first row of a query.
fn first(conn: &mut dyn Connection, sql: &str) -> Result<Option<Row>> {
    Ok(fetch(conn, sql, &[])?.into_iter().next().map(Row))
}

/// An answer, whose columns are there or not.
struct Row(Vec<Value>);

impl Row {
    fn get<T: FromValue>(&self, at: usize) -> Option<T> {
        self.0.get(at).and_then(|value| Option::<T>::from_value(value).ok()).flatten()
    }

    /// How much is done, by the columns that say of how much.
    fn percent(&self, done: usize, total: usize) -> Option<u8> {
        let (done, total) = (self.get::<u64>(done)?, self.get::<u64>(total)?);
        let percent = (u128::from(done) * 100).checked_div(u128::from(total))?;
        Some(u8::try_from(percent).unwrap_or(100).min(100))
    }
}

impl fmt::Display for Activity {
    /// `CREATE INDEX: scanning table, 43 %`, or `waiting for a lock held by connection 4711 (psql)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working { command, phase, percent } => {
                if let Some(command) = command {
                    write!(f, "{command}: ")?;
                }
                f.write_str(phase)?;
                percent.map_or(Ok(()), |percent| write!(f, ", {percent} %"))
            }
            Self::Waiting { lock, holder: Some(holder) } => write!(f, "waiting for a {lock} held by {holder}"),
            Self::Waiting { lock, holder: None } => write!(f, "waiting for a {lock}"),
        }
    }
}
