//! What the driver needs of a client of PostgreSQL: the one of its own, or an application's.

use std::ops::ControlFlow;

use tokio_postgres::{Error, Row, SimpleQueryMessage, Statement};

use super::encode::Encoded;
use crate::driver::Canceller;

/// The result of a request.
pub(super) type Answer<T> = Result<T, Failed>;

/// Why a request failed.
#[derive(Debug)]
pub struct Failed {
    pub(super) error: Error,
    /// The statements that were sent before the request and together with it, when it is they that failed.
    pub(super) opening: Option<String>,
    /// How many characters stand in the message before what failed.
    pub(super) before: usize,
}

/// A text without parameters.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    pub(super) sql: &'t str,
    /// How many statements it has.
    pub(super) statements: usize,
}

/// What opens a transaction.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) sql: String,
    /// How many statements it has.
    pub(super) statements: usize,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, opening: None, before: 0 }
    }
}

/// What the server says of a statement that was run.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    pub(super) rows: u64,
    pub(super) has_result: bool,
}

/// Notes the messages of one answer.
#[derive(Debug, Default)]
pub(super) struct Counts {
    has_result: bool,
    counts: Vec<Count>,
}

impl Counts {
    pub(super) fn note(&mut self, message: &SimpleQueryMessage) {
        match message {
            SimpleQueryMessage::RowDescription(_) => self.has_result = true,
            SimpleQueryMessage::CommandComplete(rows) => {
                let has_result = std::mem::take(&mut self.has_result);
                self.counts.push(Count { rows: *rows, has_result });
            }
            _ => {}
        }
    }

    pub(super) fn take(self) -> Vec<Count> {
        self.counts
    }
}

/// A connected client.
pub trait Client {
    /// Runs statements without parameters in one message, and gives what the server says of each.
    fn simple(&mut self, sql: &str) -> Answer<Vec<Count>>;

    /// Prepares a statement, and learns its types.
    fn prepare(&mut self, sql: &str) -> Answer<Statement>;

    /// Runs a statement and gives its number of rows.
    fn execute(&mut self, statement: &Statement, params: &[Encoded<'_>]) -> Answer<u64>;

    /// Runs a statement for each of these rows, and gives the number of rows in all.
    fn execute_all(&mut self, statement: &Statement, rows: &[Vec<Encoded<'_>>]) -> Answer<u64> {
        rows.iter().try_fold(0, |changed, row| self.execute(statement, row).map(|more| changed + more))
    }

    /// Runs a statement and hands over its rows.
    fn query(
        &mut self,
        statement: &Statement,
        params: &[Encoded<'_>],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Answer<()>;

    /// Opens a transaction, at the latest together with the next request.
    fn begin(&mut self, opening: Part<'_>) -> Answer<()> {
        self.simple(opening.sql).map(drop)
    }

    /// Runs statements without parameters, and gives the place of the first that fails.
    fn sequence(&mut self, parts: &[Part<'_>]) -> Result<(), (usize, Failed)> {
        let mut parts = parts.iter().enumerate();
        parts.try_for_each(|(at, part)| self.simple(part.sql).map(drop).map_err(|failed| (at, failed)))
    }

    /// Runs statements in one message, up to the first that fails, and gives its place. `None` where that cannot be, or
    /// nothing of the message was run.
    fn chain(&mut self, parts: &[Part<'_>]) -> Option<Result<(), (usize, Failed)>> {
        let _ = parts;
        None
    }

    /// Whether [`chain`](Self::chain) ever does it.
    fn can_chain(&self) -> bool {
        false
    }

    /// Forgets the types that are not built in.
    fn forget_types(&self);

    /// Ends a connection on which the server waits for what we do not have.
    fn hang_up(&mut self) {}

    /// Why the connection ended, if the request's error does not tell.
    fn end(&self) -> Option<&Error> {
        None
    }

    /// Something that another thread can call to cancel what is running.
    fn canceller(&self) -> Canceller;
}
