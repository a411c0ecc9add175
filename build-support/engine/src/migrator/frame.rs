//! How one step is framed: what is sent before the migration's own statements and after them, so that the migration and
//! its ledger row are one, as far as the database can keep them one.

use glim::Direction;
use glim_schema::Dialect;

use super::condition::{MARKED, demand, demand_and_begin, demand_one_row, mark_transaction};
use crate::driver::Connection;
use crate::journal::begin;
use crate::ledger::log::{Action, Event};
use crate::ledger::{Ledger, Row, State, Took};
use crate::plan::Step;
use crate::session::Session;

/// What keeps a migration and its ledger row together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// One transaction around both (SQLite and PostgreSQL).
    Atomic,
    /// The ledger says that the migration runs before it begins, since its DDL commits by itself (MySQL, MariaDB).
    Announced,
    /// The same, and no transaction at all (`transaction = false`).
    Bare,
}

/// The statements of a frame, for one step.
pub(super) struct Framing<'a> {
    frame: Frame,
    dialect: Dialect,
    ledger: &'a Ledger,
    /// The condition that holds while we have the lock, where the database can tell.
    locked: Option<&'a str>,
    /// What ends the settings that the migration before this one has made, where that takes statements.
    reset: &'a [String],
    direction: Direction,
    row: &'a Row,
    /// It was begun before, and goes on.
    resumes: bool,
}

impl Frame {
    /// The frame that a step gets on that database.
    pub(crate) fn of(step: &Step<'_>, dialect: Dialect) -> Self {
        match (step.entry.in_transaction(step.direction), dialect.capabilities().transactional_ddl) {
            // What was begun without a transaction goes on without.
            (true, true) if !step.resumes() => Self::Atomic,
            (true, false) => Self::Announced,
            _ => Self::Bare,
        }
    }

    /// Whether the ledger says that a migration runs before it begins.
    pub(super) fn is_announced(self) -> bool {
        match self {
            Self::Atomic => false,
            Self::Announced | Self::Bare => true,
        }
    }

    /// What watches over the migration's statements.
    pub(crate) fn session(self, connection: &mut dyn Connection) -> Session<'_> {
        match self {
            Self::Atomic => Session::guarded(connection),
            Self::Announced => Session::tolerant(connection),
            Self::Bare => Session::unguarded(connection),
        }
    }
}

impl<'a> Framing<'a> {
    /// That of a step, whose row is this.
    pub(super) fn of(
        step: &Step<'_>,
        frame: Frame,
        dialect: Dialect,
        ledger: &'a Ledger,
        row: &'a Row,
        locked: Option<&'a str>,
        reset: &'a [String],
    ) -> Self {
        Self { frame, dialect, ledger, locked, reset, direction: step.direction, row, resumes: step.resumes() }
    }

    /// What is sent before the migration's own statements, in one message.
    ///
    /// PostgreSQL: what the migration before this one has set for its session ends with it. The marker lives as long as
    /// this transaction, and so tells at the end whether it is still this one. SQLite: the write lock is taken at once,
    /// since a transaction that reads first could find itself unable to write later.
    pub(super) fn opening(&self) -> String {
        self.opening_statements().join(";\n")
    }

    /// The same, as statements.
    pub(super) fn opening_statements(&self) -> Vec<String> {
        let mut statements = Vec::new();
        if self.is_marked() {
            statements.push("BEGIN".to_owned());
        }
        statements.extend_from_slice(self.reset);
        match self.dialect {
            Dialect::Mysql => statements.push(demand_and_begin(self.locked)),
            _ if self.is_marked() => {}
            _ => statements.extend(self.demand_lock()),
        }
        match (self.frame, self.dialect) {
            (Frame::Atomic, Dialect::Postgres) => statements.push(mark_transaction(self.locked)),
            (Frame::Atomic, _) => statements.push("BEGIN IMMEDIATE".to_owned()),
            (Frame::Announced, _) => {
                statements.extend(self.announcement());
                statements.push("START TRANSACTION".to_owned());
            }
            (Frame::Bare, _) => statements.extend(self.announcement()),
        }
        statements
    }

    /// What is sent after them, in one message: the ledger's side, and the commit of both.
    pub(super) fn closing(&self, took: Took, in_transaction: bool) -> Vec<String> {
        let mut statements = Vec::new();
        if (self.direction, self.is_marked()) == (Direction::Run, true) {
            // One statement that asks for all of it: each answer costs both sides something.
            let demands = self.locked.map_or(MARKED.to_owned(), |locked| format!("({MARKED} * ({locked})::int)"));
            statements.push(self.ledger.insert_text_if(self.row, State::Applied, took, &demands));
            statements.push(self.ledger.log_text(&self.done(took)));
            statements.push("COMMIT".to_owned());
            return statements;
        }
        if !in_transaction {
            statements.push(begin(self.dialect).to_owned());
        }
        statements.extend(self.demand_lock());
        if self.frame.is_announced() || self.row.state != State::Applied {
            statements.push(self.ledger.journal_delete_text(&self.row.name));
        }
        match (self.direction, self.frame) {
            (Direction::Run, Frame::Atomic) => statements.push(self.ledger.insert_text(self.row, State::Applied, took)),
            (Direction::Run, Frame::Announced | Frame::Bare) => {
                let mark = if self.resumes {
                    self.ledger.applied_text(self.row, took)
                } else {
                    self.ledger.mark_text(self.row, State::Applied, took)
                };
                statements.extend(demand_one_row(self.dialect, mark));
            }
            (Direction::Rollback, _) => {
                statements.extend(demand_one_row(self.dialect, self.ledger.delete_text(self.row)));
            }
        }
        statements.push(self.ledger.log_text(&self.done(took)));
        if self.is_marked() {
            statements.push(format!("SELECT {MARKED}"));
        }
        statements.push("COMMIT".to_owned());
        statements
    }

    /// Whether the transaction has a marker.
    fn is_marked(&self) -> bool {
        (self.frame, self.dialect) == (Frame::Atomic, Dialect::Postgres)
    }

    /// What the log says of it.
    fn done(&self, took: Took) -> Event<'_> {
        let action = match self.direction {
            Direction::Run => Action::Applied,
            Direction::Rollback => Action::RolledBack,
        };
        Event { action, migration: &self.row.name, took, message: None }
    }

    /// Lets the ledger say that the migration runs, before it does, and begins its journal.
    fn announcement(&self) -> Vec<String> {
        let (ledger, took) = (self.ledger, self.row.duration_ms.map_or(Took::Unknown, Took::Milliseconds));
        let mark = |state| demand_one_row(self.dialect, ledger.mark_text(self.row, state, took));
        let mut statements = vec![begin(self.dialect).to_owned()];
        statements.extend(match (self.direction, self.resumes) {
            (Direction::Run, true) => mark(State::Running),
            (Direction::Run, false) => vec![ledger.insert_text(self.row, State::Running, Took::Unknown)],
            (Direction::Rollback, _) => mark(State::RollingBack),
        });
        if !self.resumes {
            // That of a run that was begun, and is undone now.
            statements.push(ledger.journal_delete_text(&self.row.name));
            statements.push(ledger.journal_begin_text(&self.row.name, self.direction));
        }
        statements.push("COMMIT".to_owned());
        statements
    }

    fn demand_lock(&self) -> impl Iterator<Item = String> {
        self.locked.map(|condition| demand(self.dialect, condition)).into_iter()
    }
}
