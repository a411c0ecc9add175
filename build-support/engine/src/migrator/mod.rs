//! The one apply loop: every command that runs migrations runs them here, under the lock, with the ledger.

mod aftermath;
mod condition;
mod error;
mod frame;

use std::time::{Duration, Instant};

use glim::Direction;

use glim::error::{DatabaseError, ErrorClass};
use glim_files::split::Statement;
use glim_schema::Dialect;

pub use self::aftermath::Aftermath;
use self::condition::{demand_one_row, is_unmarked, is_unmet};
pub use self::error::{MigrateError, StepFailure};
use self::frame::{Frame, Framing};
use crate::driver::{Access, Connection, Transaction};
use crate::ledger::log::{Action, Event};
use crate::ledger::{Ledger, LedgerError, Row, State, Took};
use crate::lock::{Holder, Lock, LockError, Wait};
use crate::plan::{Plan, Step};
use crate::progress::Progress;
use crate::script;
use crate::session::{self, Session};
use crate::source::{Source, Stopped};

/// A connection that holds the lock, and the ledger as it stands under it. The lock is given back with it.
pub struct Locked<'c> {
    connection: Box<dyn Connection + 'c>,
    /// There until it is given back.
    lock: Option<Lock>,
    /// The condition that holds while we have the lock, where the database can tell.
    locked: Option<String>,
    ledger: Ledger,
    /// What ends the settings that a migration has made for its session, where that takes statements.
    reset: Option<String>,
}

/// Whether the user wants to end; asked between steps and while waiting.
pub type Interrupted<'a> = &'a dyn Fn() -> bool;

impl<'c> Locked<'c> {
    /// How long to wait for the lock unless said otherwise.
    pub const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

    /// Takes the lock, brings the ledger's own schema up to date, and reads its rows.
    ///
    /// # Errors
    /// The lock was not had in time, or the ledger cannot be made, read or believed.
    pub fn lock(
        mut connection: Box<dyn Connection + 'c>,
        timeout: Duration,
        progress: &mut dyn Progress,
        interrupted: Interrupted<'_>,
    ) -> Result<(Self, Vec<Row>), MigrateError> {
        let mut on_wait = |holder: &Holder| progress.waiting(holder);
        let mut wait = Wait { timeout, on_wait: &mut on_wait, stopped: interrupted };
        let lock = Lock::acquire(&mut *connection, &mut wait)?;
        match Ledger::open(&mut *connection, Access::ReadWrite) {
            Ok((ledger, rows)) => {
                let reset = (connection.dialect() == Dialect::Postgres).then(|| RESET.to_owned());
                let locked = lock.condition();
                Ok((Self { connection, lock: Some(lock), locked, ledger, reset }, rows))
            }
            Err(error) => {
                // It is the other error that counts.
                let _ = lock.release(&mut *connection);
                Err(error.into())
            }
        }
    }

    /// Ends what the last migration has set for its session.
    ///
    /// # Errors
    /// What the database said.
    pub(crate) fn set_back(&mut self) -> Result<(), DatabaseError> {
        match &self.reset {
            Some(reset) => self.connection.batch(reset),
            None => self.connection.reset(),
        }
    }

    /// Ends the settings that a migration has made for its session with other statements, which bring back what an
    /// application had set before.
    #[must_use]
    pub(crate) fn resetting_with(mut self, reset: Option<String>) -> Self {
        self.reset = reset;
        self
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
        let scripts = script::all_statements(plan, self.connection.dialect()).map_err(MigrateError::Script)?;
        scripts.warnings.iter().for_each(|warning| progress.in_vain(warning));
        for (done, (step, script)) in plan.steps.iter().zip(&scripts.statements).enumerate() {
            if interrupted() {
                return Err(MigrateError::Interrupted { done, left: plan.steps.len() - done });
            }
            if let Some(lock) = &self.lock
                && self.locked.is_none()
            {
                // A server is asked in the step's own messages.
                lock.verify(&mut *self.connection)?;
            }
            progress.started(step.entry, step.direction);
            let took = self.step(step, script.as_deref(), source)?;
            progress.finished(step.entry, step.direction, took);
        }
        Ok(())
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// The database does not let go of it; ending the connection does.
    pub fn release(mut self) -> Result<(), MigrateError> {
        if let Some(lock) = self.lock.take() {
            lock.release(&mut *self.connection)?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        step: &Step<'_>,
        script: Option<&[Statement<'_>]>,
        source: &mut dyn Source,
    ) -> Result<Duration, MigrateError> {
        let dialect = self.connection.dialect();
        let frame = Frame::of(step, dialect);
        let row = match (step.direction, step.row) {
            (Direction::Rollback, Some(row)) => row.clone(),
            (Direction::Rollback | Direction::Run, _) => self.ledger.next_row(step.entry),
        };
        let began = Instant::now();
        let attempt = Attempt { step, frame, row: &row, began };
        let framing = Framing {
            frame,
            dialect,
            ledger: &self.ledger,
            locked: self.locked.as_deref(),
            reset: self.reset.as_deref(),
            direction: step.direction,
            row: &row,
        };
        let opening = framing.opening();
        let opened = open(&mut *self.connection, frame, &opening);
        if let Err(error) = opened {
            return Err(self.not_begun(&attempt, error));
        }
        // All that PostgreSQL has to do for an SQL migration fits into one message, the commit included.
        let whole = frame == Frame::Atomic && dialect == Dialect::Postgres;
        let closing = (whole && script.is_some()).then(|| framing.closing(Took::Transaction, true));
        let mut session = frame.session(&mut *self.connection);
        let result = match script {
            None => source.apply(step.entry, step.direction, &mut session).map_err(Failed::Itself),
            Some(statements) => source.starting().map_err(Failed::Itself).and_then(|()| {
                let sent = send(statements, closing.as_deref().unwrap_or_default(), &mut session);
                match (sent, source.ended()) {
                    // A statement that was cancelled looks like a fault of its own; it is not.
                    (Err(Failed::Itself(_)), Some(stopped)) => Err(Failed::Itself(stopped)),
                    (sent, _) => sent,
                }
            }),
        };
        let state = session.state();
        // What a lost connection has left is said below.
        if let Err(error) = self.connection.opened()
            && error.class != ErrorClass::ConnectionLost
        {
            return Err(self.not_begun(&attempt, error));
        }
        let took = began.elapsed();
        let result = result.and_then(|()| {
            if closing.is_some() {
                return Ok(());
            }
            let milliseconds = i64::try_from(took.as_millis()).map_or(Took::Unknown, Took::Milliseconds);
            let is_open = match self.connection.transaction() {
                Transaction::None => false,
                Transaction::Open | Transaction::Failed => true,
                // To end one that is not there is an error on SQLite only.
                Transaction::Unknown => frame != Frame::Bare || dialect != Dialect::Sqlite,
            };
            self.connection.batch(&framing.closing(milliseconds, is_open).join(";\n")).map_err(Failed::Commit)
        });
        match result {
            Ok(()) => Ok(took),
            Err(Failed::Itself(stopped)) => Err(self.failed(&attempt, Aftermath::of(frame, state), stopped)),
            Err(Failed::Commit(error)) => Err(self.not_committed(&attempt, state, error)),
        }
    }

    /// What to say of a step whose frame could not be opened.
    fn not_begun(&mut self, attempt: &Attempt<'_>, error: DatabaseError) -> MigrateError {
        if self.is_lock_lost() {
            return LockError::Lost.into();
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
    fn failed(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, stopped: Stopped) -> MigrateError {
        match aftermath {
            Aftermath::RolledBack if self.is_lock_lost() => LockError::Lost.into(),
            _ => self.abandon(attempt, aftermath, stopped),
        }
    }

    /// What to say of a migration that went well, and could not be committed with its row.
    fn not_committed(&mut self, attempt: &Attempt<'_>, state: session::State, error: DatabaseError) -> MigrateError {
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
    fn is_lock_lost(&mut self) -> bool {
        // An error has ended the transaction on PostgreSQL, which answers nothing until that is rolled back.
        self.roll_back().is_ok()
            && self.lock.as_ref().is_some_and(|lock| matches!(lock.verify(&mut *self.connection), Err(LockError::Lost)))
    }

    /// Ends the transaction if there is one; a migration outside one may have left its own open.
    fn roll_back(&mut self) -> Result<(), DatabaseError> {
        match self.connection.transaction() {
            Transaction::None => Ok(()),
            Transaction::Open | Transaction::Failed => self.connection.batch("ROLLBACK"),
            Transaction::Unknown => match self.connection.batch("ROLLBACK") {
                Err(error) if error.message.contains("no transaction is active") => Ok(()),
                result => result,
            },
        }
    }

    /// Undoes what can be undone, tells the ledger what cannot, and says what happened.
    fn abandon(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, stopped: Stopped) -> MigrateError {
        let step = attempt.step;
        let undone = self.roll_back().map_err(|error| error.message);
        let message = stopped.to_string();
        let recorded = self.record(attempt, aftermath, &message).map_err(|error| error.to_string());
        let unrecorded = undone.and(recorded).err().filter(|_| aftermath != Aftermath::Unknown);
        let (entry, direction) = (step.entry.clone(), step.direction);
        MigrateError::Step(Box::new(StepFailure { entry, direction, stopped, aftermath, unrecorded }))
    }

    /// Lets the log say that a migration failed, and the ledger what it has left behind.
    fn record(&mut self, attempt: &Attempt<'_>, aftermath: Aftermath, message: &str) -> Result<(), LedgerError> {
        let dialect = self.connection.dialect();
        let action = match attempt.step.direction {
            Direction::Run => Action::Failed,
            Direction::Rollback => Action::RollbackFailed,
        };
        let migration = &attempt.row.name;
        let event = Event { action, migration, took: attempt.took(), message: Some(message) };
        let mut statements = vec![begin(dialect).to_owned()];
        statements.extend(self.left_behind(attempt, aftermath));
        statements.push(self.ledger.log_text(&event));
        statements.push("COMMIT".to_owned());
        let recorded = self.connection.batch(&statements.join(";\n"));
        recorded.map_err(|error| {
            // What the first error says is what counts.
            let _ = self.roll_back();
            if is_unmet(dialect, &error) {
                return LedgerError::RowVanished { name: migration.clone(), changed: 0 };
            }
            LedgerError::database("write the ledger")(error)
        })
    }

    /// The statements that let the ledger say what a failed migration has left behind.
    fn left_behind(&self, attempt: &Attempt<'_>, aftermath: Aftermath) -> Vec<String> {
        let Attempt { step, frame, row, .. } = *attempt;
        let dialect = self.connection.dialect();
        let took = row.duration_ms.map_or(Took::Unknown, Took::Milliseconds);
        let mark = |state| demand_one_row(dialect, self.ledger.mark_text(row, state, took));
        match (aftermath, step.direction, frame.is_announced()) {
            // Nobody can tell: what was announced stays, and the next run asks about it.
            (Aftermath::Unknown, _, _) | (Aftermath::RolledBack, _, false) => Vec::new(),
            (Aftermath::RolledBack, Direction::Run, true) => demand_one_row(dialect, self.ledger.delete_text(row)),
            (Aftermath::RolledBack, Direction::Rollback, true) => mark(State::Applied),
            (Aftermath::Partial { .. }, Direction::Run, true) => mark(State::Failed),
            // It has ended our transaction itself, so that there is no row yet.
            (Aftermath::Partial { .. }, Direction::Run, false) => {
                vec![self.ledger.insert_text(row, State::Failed, took)]
            }
            (Aftermath::Partial { .. }, Direction::Rollback, _) => mark(State::RollbackFailed),
        }
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            // A connection that refuses this is broken, and takes the lock with it.
            let _ = lock.release(&mut *self.connection);
        }
    }
}

/// What returns a session of PostgreSQL to how it was opened.
pub(crate) const RESET: &str = "RESET ALL;\nRESET ROLE";

/// Sends what comes before a migration. Without a transaction around the migration it has to be a message of its own:
/// several statements in one are a transaction on PostgreSQL.
fn open(connection: &mut dyn Connection, frame: Frame, opening: &str) -> Result<(), DatabaseError> {
    connection.reset()?;
    match frame {
        Frame::Atomic | Frame::Announced => connection.begin(opening),
        Frame::Bare => connection.batch(opening),
    }
}

/// Sends an SQL migration's statements, and then those of `closing` that are to go with them.
fn send(statements: &[Statement<'_>], closing: &[String], session: &mut Session<'_>) -> Result<(), Failed> {
    let own = statements.iter().map(|statement| statement.text);
    let texts: Vec<&str> = own.chain(closing.iter().map(String::as_str)).collect();
    session.sequence(&texts, statements.len()).map_err(|(at, error)| match statements.get(at) {
        Some(statement) => {
            let (start, number, of) = (statement.start, at + 1, statements.len());
            Failed::Itself(Stopped::Statement { start, number, of, error })
        }
        None => Failed::Commit(error),
    })
}

/// Where a step failed.
enum Failed {
    /// In the migration.
    Itself(Stopped),
    /// When it was to be committed with its row.
    Commit(DatabaseError),
}

/// A step under way.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    step: &'a Step<'a>,
    frame: Frame,
    row: &'a Row,
    began: Instant,
}

impl Attempt<'_> {
    /// How long it took so far.
    fn took(&self) -> Took {
        i64::try_from(self.began.elapsed().as_millis()).map_or(Took::Unknown, Took::Milliseconds)
    }
}

/// What opens a transaction that writes.
fn begin(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
        Dialect::Mysql => "START TRANSACTION",
    }
}
