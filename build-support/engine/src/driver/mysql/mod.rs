//! MySQL and MariaDB, through the crate `mysql`.
//!
//! A [`Mysql`] is a session on any `mysql::Conn`, our own or an application's; opening our own from the configuration is
//! `connect`'s part.

mod block;
mod connect;
mod decode;
mod embedded;
mod encode;
mod error;
mod opening;
mod options;
mod session;
mod statement;
mod track;
mod trust;

use std::borrow::BorrowMut;
use std::sync::Arc;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::Dialect;
use mysql::Conn;

pub(super) use self::connect::connect;
use self::opening::Opening;
use self::options::Canceling;
use self::session::Settings;
use self::track::Tracker;
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Transaction};

/// A session on a connection that is ours, or lent to us.
pub(super) struct Mysql<C: BorrowMut<Conn>> {
    conn: C,
    server: Server,
    tracker: Tracker,
    opening: Opening,
    /// The number of the last statement that was sent in a block.
    numbered: usize,
    settings: Settings,
    /// The longest command that the server takes.
    max_allowed_packet: usize,
    /// How to cancel a statement; unknown for a connection that somebody else has opened.
    canceling: Option<Arc<Canceling>>,
    /// What sets the session back to what it was before, for a connection that is only lent to us.
    give_back: Option<String>,
}

impl<C: BorrowMut<Conn>> Connection for Mysql<C> {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn server(&mut self) -> Result<Server> {
        Ok(self.server.clone())
    }

    /// Rows that matched count as changed, as on the other databases, also where they had the new values before. (An
    /// application's connection counts them only if it was opened with `CLIENT_FOUND_ROWS`.)
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        if params.is_empty() { self.execute_one(sql) } else { self.execute_prepared(sql, params) }
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.execute_rows(sql, rows)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.execute_text(sql).map(drop)
    }

    /// The statements go with the first that follows, in one message.
    fn begin(&mut self, sql: &str) -> Result<()> {
        self.open_with(sql);
        Ok(())
    }

    fn opened(&mut self) -> Result<()> {
        let outcome = self.send_opening();
        self.opening = Opening::Run;
        outcome
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        self.execute_sequence(statements)
    }

    fn chain(&mut self, statements: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        self.execute_chain(statements)
    }

    fn can_chain(&self) -> bool {
        self.server.product == "MariaDB"
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.query_prepared(sql, params, each)
    }

    fn transaction(&self) -> Transaction {
        match &self.opening {
            Opening::Run => self.tracker.transaction(),
            Opening::Waiting(_) => Transaction::Open,
            Opening::Refused(_) => Transaction::None,
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.reset_session()
    }

    fn canceller(&self) -> Canceller {
        let canceling = self.canceling.clone();
        // Nobody waits for the outcome: the statement either ends early or it does not.
        Box::new(move || drop(canceling.as_ref().map(|canceling| canceling.cancel())))
    }
}
