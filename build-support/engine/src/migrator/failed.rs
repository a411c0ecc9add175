//! What is done and said when a step does not end well: what can be undone is, the ledger is told of the rest, and the log of
//! all of it.

use glim::Direction;
use glim::error::{DatabaseError, ErrorClass};

use super::condition::{demand_one_row, is_unmarked, is_unmet};
use super::frame::Frame;
use super::perform::Failed;
use super::repair::state_again;
use super::{Aftermath, Attempt, Locked, MigrateError, StepFailure};
use crate::driver::Transaction;
use crate::journal::{Stuck, begin};
use crate::ledger::log::{Action, Event};
use crate::ledger::{LedgerError, State, Took};
use crate::lock::LockError;
use crate::session;
use crate::source::Stopped;

impl Locked<'_> {
    /// What to say of a migration that cannot go on. The ledger and the journal say what they said before.
    pub(super) fn stuck(&mut self, attempt: &Attempt<'_>, why: Stuck) -> MigrateError {
        let (entry, direction) = (Box::new(attempt.step.entry.clone()), attempt.step.direction);
        let message = why.to_string();
        let told = self.roll_back().map_err(LedgerError::database("roll back"));
        match told.and_then(|()| self.record(attempt, Aftermath::Partial { completed: 0 }, &message)) {
            Ok(()) => MigrateError::Stuck { entry, direction, why },
            Err(error) => error.into(),
        }
    }

    /// What to say of a step whose frame could not be opened, and whose code failed, if it was run.
    pub(super) fn not_begun(
        &mut self,
        attempt: &Attempt<'_>,
        error: DatabaseError,
        failed: Option<Failed>,
    ) -> MigrateError {
        if self.is_lock_lost() {
            return LockError::Lost.into();
        }
        if let (ErrorClass::Cancelled, Some(Failed::Itself(stopped))) = (error.class, failed)
            && matches!(stopped, Stopped::Interrupted | Stopped::TimedOut { .. })
        {
            let attempt = Attempt { is_announced: false, ..*attempt };
            return self.abandon(&attempt, Aftermath::RolledBack, stopped);
        }
        let name = &attempt.row.name;
        match attempt.frame {
            Frame::Atomic => self.abandon(attempt, Aftermath::RolledBack, Stopped::Error(error.into())),
            _ if is_unmet(self.connection.dialect(), &error) => {
                LedgerError::RowVanished { name: name.clone(), changed: 0 }.into()
            }
            Frame::Announced | Frame::Bare => LedgerError::database("write the ledger")(error).into(),
        }
    }

    /// What to say of a migration that failed by itself. Where the opening was sent with its first statement, the lock
    /// may be what is missing.
    pub(super) fn failed(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, stopped: Stopped) -> MigrateError {
        match aftermath {
            Aftermath::RolledBack if self.is_lock_lost() => LockError::Lost.into(),
            _ => self.abandon(attempt, aftermath, stopped),
        }
    }

    /// What to say of a migration that went well, and could not be committed with its row.
    pub(super) fn not_committed(
        &mut self,
        attempt: &Attempt<'_>,
        state: session::State,
        error: DatabaseError,
    ) -> MigrateError {
        let dialect = self.connection.dialect();
        let message = |message: &str| DatabaseError { message: message.to_owned(), ..DatabaseError::default() };
        let (aftermath, error) = if is_unmarked(dialect, &error) {
            let hint = "register it with `transaction = false` if it has to manage transactions itself".to_owned();
            let error = message("the migration has ended the transaction that it was to be committed in");
            (Aftermath::Partial { completed: state.completed }, DatabaseError { hint: Some(hint), ..error })
        } else {
            let aftermath = Aftermath::of_commit(&error, state);
            let lost = error.class != ErrorClass::ConnectionLost && self.is_lock_lost();
            if lost {
                (aftermath, message("the lock was lost while the migration ran, so that another run may have begun"))
            } else if is_unmet(dialect, &error) {
                (aftermath, message("the migration's row has vanished from the ledger"))
            } else {
                (aftermath, error)
            }
        };
        self.abandon(attempt, aftermath, Stopped::Error(error.into()))
    }

    /// Whether the lock is certainly gone. A connection that is broken cannot tell, and says so elsewhere.
    pub(super) fn is_lock_lost(&mut self) -> bool {
        // An error has ended the transaction on PostgreSQL, which answers nothing until that is rolled back.
        self.roll_back().is_ok()
            && self.lock.as_ref().is_some_and(|lock| matches!(lock.verify(&mut *self.connection), Err(LockError::Lost)))
    }

    /// Ends the transaction if there is one; a migration outside one may have left its own open.
    pub(super) fn roll_back(&mut self) -> Result<(), DatabaseError> {
        past_a_cancel(|| match self.connection.transaction() {
            Transaction::None => Ok(()),
            Transaction::Open | Transaction::Failed => self.connection.batch("ROLLBACK"),
            Transaction::Unknown => match self.connection.batch("ROLLBACK") {
                Err(error) if error.message.contains("no transaction is active") => Ok(()),
                result => result,
            },
        })
    }

    /// Undoes what can be undone, tells the ledger what cannot, and says what happened.
    pub(super) fn abandon(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, stopped: Stopped) -> MigrateError {
        let step = attempt.step;
        let undone = self.roll_back().map_err(|error| error.message);
        let message = stopped.to_string();
        let recorded = self.record(attempt, aftermath, &message).map_err(|error| error.to_string());
        let unrecorded = undone.and(recorded).err().filter(|_| aftermath != Aftermath::Unknown);
        let (entry, direction) = (step.entry.clone(), step.direction);
        MigrateError::Step(Box::new(StepFailure { entry, direction, stopped, aftermath, unrecorded }))
    }

    /// Lets the log say that a migration failed, and the ledger what it has left behind.
    pub(super) fn record(
        &mut self,
        attempt: &Attempt<'_>,
        aftermath: Aftermath,
        message: &str,
    ) -> Result<(), LedgerError> {
        let dialect = self.connection.dialect();
        let action = match attempt.step.direction {
            Direction::Run => Action::Failed,
            Direction::Rollback => Action::RollbackFailed,
        };
        let migration = &attempt.row.name;
        let event = Event { action, migration, took: attempt.took(), message: Some(message) };
        let mut statements = vec![begin(dialect).to_owned()];
        statements.extend(self.left_behind(attempt, aftermath));
        if attempt.frame.is_announced() && aftermath == Aftermath::RolledBack {
            if attempt.is_announced || attempt.is_first() {
                statements.push(self.ledger.journal_delete_text(migration));
            }
        } else if aftermath != Aftermath::Unknown {
            statements.extend_from_slice(attempt.settled);
        }
        statements.push(self.ledger.log_text(&event));
        statements.push("COMMIT".to_owned());
        let text = statements.join(";\n");
        let recorded = past_a_cancel(|| {
            // What the first error says is what counts.
            self.connection.batch(&text).inspect_err(|_| drop(self.roll_back()))
        });
        recorded.map_err(|error| {
            if is_unmet(dialect, &error) {
                return LedgerError::RowVanished { name: migration.clone(), changed: 0 };
            }
            LedgerError::database("write the ledger")(error)
        })
    }

    /// The statements that let the ledger say what a failed migration has left behind.
    pub(super) fn left_behind(&self, attempt: &Attempt<'_>, aftermath: Aftermath) -> Vec<String> {
        let Attempt { step, frame, row, .. } = *attempt;
        let dialect = self.connection.dialect();
        let took = row.duration_ms.map_or(Took::Unknown, Took::Milliseconds);
        let mark = |state| demand_one_row(dialect, self.ledger.mark_text(row, state, took));
        match (aftermath, step.direction, frame.is_announced()) {
            // Nobody can tell: what was announced stays, and the next run asks about it.
            (Aftermath::Unknown, _, _) | (Aftermath::RolledBack, _, false) => Vec::new(),
            (Aftermath::RolledBack, _, true) if !attempt.is_announced => {
                // It may be there or not; what another run has announced stays.
                attempt.is_first().then(|| self.ledger.delete_text(row)).into_iter().collect()
            }
            (Aftermath::RolledBack, Direction::Run, true) => demand_one_row(dialect, self.ledger.delete_text(row)),
            (Aftermath::RolledBack, Direction::Rollback, true) => mark(state_again(row)),
            (Aftermath::Partial { .. }, Direction::Run, true) => mark(State::Failed),
            // It has ended our transaction itself, so that there is no row yet.
            (Aftermath::Partial { .. }, Direction::Run, false) => {
                vec![self.ledger.insert_text(row, State::Failed, took)]
            }
            (Aftermath::Partial { .. }, Direction::Rollback, _) => mark(State::RollbackFailed),
        }
    }
}

/// Does what has to be done whatever was cancelled: a cancellation that was meant for the migration may come after its end.
pub(super) fn past_a_cancel(mut work: impl FnMut() -> Result<(), DatabaseError>) -> Result<(), DatabaseError> {
    match work() {
        Err(error) if error.class == ErrorClass::Cancelled => work(),
        result => result,
    }
}
