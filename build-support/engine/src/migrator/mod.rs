//! The one apply loop: every command that runs migrations runs them here, under the lock, with the ledger.

mod error;
mod frame;

use std::time::{Duration, Instant};

use glim::Direction;

pub use self::error::{MigrateError, StepFailure};
pub use self::frame::Aftermath;
use self::frame::{Entering, Frame};
use crate::driver::{Access, Connection};
use crate::ledger::{Ledger, LedgerError, Row, State};
use crate::lock::{Holder, Lock, Wait};
use crate::plan::{Plan, Step};
use crate::progress::Progress;
use crate::source::{Source, Stopped};

/// A connection that holds the lock, and the ledger as it stands under it.
pub struct Migrator {
    connection: Box<dyn Connection>,
    lock: Lock,
    ledger: Ledger,
}

/// Whether the user wants to end; asked between steps and while waiting.
pub type Interrupted<'a> = &'a dyn Fn() -> bool;

impl Migrator {
    /// How long to wait for the lock unless said otherwise.
    pub const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

    /// Takes the lock, brings the ledger's own schema up to date, and reads its rows.
    ///
    /// # Errors
    /// The lock was not had in time, or the ledger cannot be made, read or believed.
    pub fn lock(
        mut connection: Box<dyn Connection>,
        timeout: Duration,
        progress: &mut dyn Progress,
        interrupted: Interrupted<'_>,
    ) -> Result<(Self, Vec<Row>), MigrateError> {
        let mut on_wait = |holder: &Holder| progress.waiting(holder);
        let mut wait = Wait { timeout, on_wait: &mut on_wait, stopped: interrupted };
        let lock = Lock::acquire(&mut *connection, &mut wait)?;
        let (ledger, rows) = Ledger::open(&mut *connection, Access::ReadWrite)?;
        Ok((Self { connection, lock, ledger }, rows))
    }

    /// The connection, for work that belongs under the same lock, such as creating tables.
    pub fn connection(&mut self) -> &mut dyn Connection {
        &mut *self.connection
    }

    /// Does the steps of a plan in order, each with its ledger row, and stops at the first that fails. The plan is made
    /// from the rows that [`lock`](Self::lock) has given.
    ///
    /// # Errors
    /// What went wrong, and what it leaves behind. The steps before it stay done.
    pub fn apply(
        &mut self,
        plan: &Plan<'_>,
        source: &mut dyn Source,
        progress: &mut dyn Progress,
        interrupted: Interrupted<'_>,
    ) -> Result<(), MigrateError> {
        for (done, step) in plan.steps.iter().enumerate() {
            if interrupted() {
                return Err(MigrateError::Interrupted { done, left: plan.steps.len() - done });
            }
            self.lock.verify(&mut *self.connection)?;
            progress.started(step.entry, step.direction);
            let took = self.step(step, source)?;
            progress.finished(step.entry, step.direction, took);
        }
        Ok(())
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// The database does not let go of it; ending the connection does.
    pub fn release(mut self) -> Result<(), MigrateError> {
        self.lock.release(&mut *self.connection)?;
        Ok(())
    }

    fn step(&mut self, step: &Step<'_>, source: &mut dyn Source) -> Result<Duration, MigrateError> {
        let frame = Frame::of(step.entry, self.connection.dialect());
        let mut row = match (step.direction, step.row) {
            (Direction::Rollback, Some(row)) => row.clone(),
            (Direction::Rollback | Direction::Run, _) => self.ledger.next_row(step.entry),
        };
        if frame.is_announced() {
            self.announce(step.direction, &mut row)?;
        }
        let began = Instant::now();
        let mut attempt = Attempt { step, frame, row: &row };
        if let Err(error) = frame.open(&mut *self.connection) {
            return Err(self.abandon(&attempt, Aftermath::RolledBack, Stopped::Error(error.into())));
        }
        let mut session = frame.session(&mut *self.connection);
        let result = source.apply(step.entry, step.direction, &mut session);
        let state = session.state();
        if let Err(stopped) = result {
            return Err(self.abandon(&attempt, Aftermath::of(frame, state), stopped));
        }
        let took = began.elapsed();
        row.duration_ms = i64::try_from(took.as_millis()).ok();
        row.state = State::Applied;
        let entering = match (step.direction, frame.is_announced()) {
            (Direction::Run, false) => Entering::Text(self.ledger.insert_text(&row)),
            (Direction::Run, true) => {
                Entering::Statement(self.ledger.mark_statement(&row, State::Applied, row.duration_ms))
            }
            (Direction::Rollback, false) => Entering::Text(self.ledger.delete_text(&row)),
            (Direction::Rollback, true) => Entering::Statement(self.ledger.delete_statement(&row)),
        };
        attempt = Attempt { step, frame, row: &row };
        match Frame::commit(&mut *self.connection, &entering) {
            Ok(()) => Ok(took),
            Err(failure) => {
                let (aftermath, error) = Aftermath::of_commit(failure, state);
                Err(self.abandon(&attempt, aftermath, Stopped::Error(error.into())))
            }
        }
    }

    /// Lets the ledger say that a migration runs, before it does.
    fn announce(&mut self, direction: Direction, row: &mut Row) -> Result<(), LedgerError> {
        match direction {
            Direction::Run => {
                row.state = State::Running;
                self.ledger.insert(&mut *self.connection, row)
            }
            Direction::Rollback => self.ledger.mark(&mut *self.connection, row, State::RollingBack, row.duration_ms),
        }
    }

    /// Undoes what can be undone, tells the ledger what cannot, and says what happened.
    fn abandon(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, stopped: Stopped) -> MigrateError {
        let step = attempt.step;
        let undone = Frame::roll_back(&mut *self.connection).map_err(|error| error.message);
        let recorded = self.record(attempt, aftermath).map_err(|error| error.to_string());
        let unrecorded = undone.and(recorded).err().filter(|_| aftermath != Aftermath::Unknown);
        let (entry, direction) = (step.entry.clone(), step.direction);
        MigrateError::Step(Box::new(StepFailure { entry, direction, stopped, aftermath, unrecorded }))
    }

    /// Lets the ledger say what a failed migration has left behind.
    fn record(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath) -> Result<(), LedgerError> {
        let Attempt { step, frame, row } = *attempt;
        let connection = &mut *self.connection;
        match (aftermath, step.direction, frame.is_announced()) {
            // Nobody can tell: what was announced stays, and the next run asks about it.
            (Aftermath::Unknown, _, _) | (Aftermath::RolledBack, _, false) => Ok(()),
            (Aftermath::RolledBack, Direction::Run, true) => self.ledger.delete(connection, row),
            (Aftermath::RolledBack, Direction::Rollback, true) => {
                self.ledger.mark(connection, row, State::Applied, row.duration_ms)
            }
            (Aftermath::Partial { .. }, Direction::Run, true) => {
                self.ledger.mark(connection, row, State::Failed, row.duration_ms)
            }
            // It has ended our transaction itself, so that there is no row yet.
            (Aftermath::Partial { .. }, Direction::Run, false) => {
                let row = Row { state: State::Failed, ..row.clone() };
                self.ledger.insert(connection, &row)
            }
            (Aftermath::Partial { .. }, Direction::Rollback, _) => {
                self.ledger.mark(connection, row, State::RollbackFailed, row.duration_ms)
            }
        }
    }
}

/// A step under way.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    step: &'a Step<'a>,
    frame: Frame,
    row: &'a Row,
}
