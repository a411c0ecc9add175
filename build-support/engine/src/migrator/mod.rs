//! The one apply loop: every command that runs migrations runs them here, under the lock, with the ledger.

mod aftermath;
mod condition;
mod error;
mod failed;
mod frame;
mod perform;
mod protection;
mod repair;
pub(crate) mod retry;
mod several;

use std::time::{Duration, Instant};

use glim::Direction;

use glim::error::{DatabaseError, ErrorClass};
use glim_files::split::Statement;
use glim_schema::Dialect;

pub use self::aftermath::Aftermath;
pub use self::error::{MigrateError, StepFailure};
pub(crate) use self::frame::Frame;
use self::frame::Framing;
pub(crate) use self::perform::{Failed, perform};
pub use self::repair::Settled;
use self::several::{Next, Pace};
use crate::activity::Observed;
use crate::driver::{Access, Connection, Transaction};
use crate::journal::{Journal, Stuck};
use crate::ledger::journal::Journaled;
use crate::ledger::{Ledger, Row, Took};
use crate::lock::{Holder, Lock, Wait};
use crate::plan::{Plan, Step};
use crate::progress::Progress;
use crate::script;
use crate::session::{Ended, Telling};
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
    reset: Vec<String>,
    journaling: Journaling,
    /// How long to wait before each further attempt at a step that could not have a lock of the database, about.
    pauses: Vec<Duration>,
    /// Whether the database remembers that it is protected, once that was asked: nobody else changes it meanwhile.
    is_protected: Option<bool>,
}

/// Whether statements that commit as they run are noted, so that a run that is cut off can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journaling {
    /// They are, with what was answered.
    WithAnswers,
    /// They are, and the rows that were read are not kept.
    WithoutAnswers,
    /// They are not: for a database that is thrown away.
    Off,
}

/// Whether the user wants to end; asked between steps and while waiting.
pub type Interrupted<'a> = &'a dyn Fn() -> bool;

impl<'c> Locked<'c> {
    /// How long to wait for the lock unless said otherwise.
    pub const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

    /// How long to wait before further attempts at a step unless said otherwise.
    pub const PAUSES: [Duration; 4] =
        [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

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
                let reset = if connection.dialect() == Dialect::Postgres {
                    RESET.map(str::to_owned).into()
                } else {
                    Vec::new()
                };
                let (locked, journaling) = (lock.condition(), Journaling::WithAnswers);
                let pauses = Self::PAUSES.to_vec();
                let lock = Some(lock);
                Ok((Self { connection, lock, locked, ledger, reset, journaling, pauses, is_protected: None }, rows))
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
        if self.reset.is_empty() { self.connection.reset() } else { self.connection.batch(&self.reset.join(";\n")) }
    }

    /// Ends the settings that a migration has made for its session with other statements, which bring back what an
    /// application had set before.
    #[must_use]
    pub(crate) fn resetting_with(mut self, reset: Vec<String>) -> Self {
        self.reset = reset;
        self
    }

    /// Whether and how statements are noted; with their answers, unless said otherwise.
    #[must_use]
    pub fn journaling(mut self, journaling: Journaling) -> Self {
        self.journaling = journaling;
        self
    }

    /// How long to wait before each further attempt at a step that could not have a lock of the database, and of which
    /// nothing is left; about, since they differ by chance. [`PAUSES`](Self::PAUSES), unless said otherwise.
    #[must_use]
    pub fn pausing(mut self, pauses: &[Duration]) -> Self {
        self.pauses = pauses.to_vec();
        self
    }

    /// The connection, for work that belongs under the same lock, such as creating tables.
    pub fn connection(&mut self) -> &mut dyn Connection {
        &mut *self.connection
    }

    /// This session, for another connection to look at while statements run; `None` where there is no server.
    pub fn observed(&self) -> Option<Observed> {
        let session = self.lock.as_ref()?.session()?;
        Some(Observed::new(self.connection.dialect(), session))
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
        let (mut done, mut pace) = (0, Pace::new());
        while let (Some(step), Some(script)) = (plan.steps.get(done), scripts.statements.get(done)) {
            if interrupted() {
                return Err(MigrateError::Interrupted { done, left: plan.steps.len() - done });
            }
            let together = self.several(&mut pace, &plan.steps[done..], &scripts.statements[done..], source, progress);
            if let Some(sent) = together {
                done += sent.done;
                let (Some(step), Some(script)) = (plan.steps.get(done), scripts.statements.get(done)) else { break };
                let (script, row) = (script.as_deref(), sent.next.row());
                let step = Step { row: row.as_ref().or(step.row), ..*step };
                let first = match sent.next {
                    Next::Nothing => continue,
                    Next::Failed(error) => Err(error),
                    Next::ByItself(_) => self.step(&step, script, source, progress, interrupted),
                };
                let took = self.again(&step, script, first, source, progress, interrupted)?;
                progress.finished(step.entry, step.direction, took);
                done += 1;
                continue;
            }
            if let Some(lock) = &self.lock
                && self.locked.is_none()
            {
                // A server is asked in the step's own messages.
                lock.verify(&mut *self.connection)?;
            }
            progress.started(step.entry, step.direction);
            let first = self.step(step, script.as_deref(), source, progress, interrupted);
            let took = self.again(step, script.as_deref(), first, source, progress, interrupted)?;
            progress.finished(step.entry, step.direction, took);
            pace.learn(1, took);
            done += 1;
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
        progress: &mut dyn Progress,
        interrupted: Interrupted<'_>,
    ) -> Result<Duration, MigrateError> {
        let dialect = self.connection.dialect();
        let frame = Frame::of(step, dialect);
        let row = self.row_of(step);
        let recorded = if step.resumes() { Some(self.recorded(step)?) } else { None };
        let began = Instant::now();
        let attempt = Attempt { step, frame, row: &row, began, is_announced: true, settled: &[] };
        let (locked, reset) = (self.locked.as_deref(), self.reset.as_slice());
        let framing = Framing::of(step, frame, dialect, &self.ledger, &row, locked, reset);
        let opening = framing.opening();
        let opened = open(&mut *self.connection, frame, &opening);
        if let Err(error) = opened {
            return Err(self.not_begun(&attempt, error, None));
        }
        let is_noted = frame.is_announced() && self.journaling != Journaling::Off;
        // All that a server has to do for an SQL migration may fit into one message, the commit included.
        let is_whole = match dialect {
            Dialect::Postgres => frame == Frame::Atomic,
            Dialect::Mysql => is_noted,
            Dialect::Sqlite => false,
        };
        let closing = if is_whole && script.is_some() { framing.closing(Took::Transaction, true) } else { Vec::new() };
        let journal = is_noted.then(|| {
            Journal::new(&self.ledger, &row.name, step.direction, dialect, recorded)
                .in_transaction(frame == Frame::Announced)
                .keeping_answers(self.journaling == Journaling::WithAnswers)
        });
        let mut session = frame.session(&mut *self.connection).noting(journal).telling(Telling {
            progress,
            interrupted,
            entry: step.entry,
            direction: step.direction,
            pauses: &self.pauses,
        });
        let result = perform(step, script, &closing, source, &mut session);
        let Ended { state, stuck, is_stopped, unasked, settled } = session.ended();
        let result = match result {
            // Whatever its code has made of that.
            Ok(_) | Err(Failed::Itself(Stopped::Error(_))) if is_stopped => Err(Failed::Itself(Stopped::Interrupted)),
            result => result,
        };
        let stuck = stuck.or(if result.is_ok() { unasked } else { None });
        // What a lost connection has left is said below.
        if let Err(error) = self.connection.opened()
            && error.class != ErrorClass::ConnectionLost
        {
            return Err(self.not_begun(&attempt, error, result.err()));
        }
        let took = began.elapsed();
        let attempt = Attempt { settled: &settled, ..attempt };
        if let Some(stuck) = stuck {
            return Err(self.stuck(&attempt, stuck));
        }
        let result = result.and_then(|is_closed| {
            if is_closed {
                return Ok(());
            }
            let milliseconds = i64::try_from(took.as_millis()).map_or(Took::Unknown, Took::Milliseconds);
            let is_open = match self.connection.transaction() {
                Transaction::None => false,
                Transaction::Open | Transaction::Failed => true,
                // To end one that is not there is an error on SQLite only.
                Transaction::Unknown => frame != Frame::Bare || dialect != Dialect::Sqlite,
            };
            close(&mut *self.connection, &framing.closing(milliseconds, is_open)).map_err(Failed::Commit)
        });
        match result {
            Ok(()) => Ok(took),
            Err(Failed::Itself(stopped)) => Err(self.failed(&attempt, Aftermath::of(frame, state), stopped)),
            Err(Failed::Commit(error)) => Err(self.not_committed(&attempt, state, error)),
        }
    }

    /// The row that the ledger gets, or has.
    fn row_of(&mut self, step: &Step<'_>) -> Row {
        match (step.direction, step.row) {
            (Direction::Rollback, Some(row)) => row.clone(),
            (Direction::Run, Some(row)) if step.resumes() => row.of_now(step.entry),
            (Direction::Rollback | Direction::Run, _) => self.ledger.next_row(step.entry),
        }
    }

    /// What the journal has on a migration that is to go on.
    fn recorded(&mut self, step: &Step<'_>) -> Result<Journaled, MigrateError> {
        let stuck = |why| MigrateError::Stuck { entry: Box::new(step.entry.clone()), direction: step.direction, why };
        match self.ledger.journal(&mut *self.connection, &step.entry.name)? {
            None => Err(stuck(Stuck::NoJournal)),
            Some(journaled) if journaled.direction != step.direction => Err(stuck(Stuck::OtherDirection)),
            Some(journaled) => Ok(journaled),
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
pub(crate) const RESET: [&str; 2] = ["RESET ALL", "RESET ROLE"];

/// Sends what comes before a migration. Without a transaction around the migration it has to be a message of its own:
/// several statements in one are a transaction on PostgreSQL.
fn open(connection: &mut dyn Connection, frame: Frame, opening: &str) -> Result<(), DatabaseError> {
    connection.reset()?;
    match frame {
        Frame::Atomic | Frame::Announced => connection.begin(opening),
        Frame::Bare => connection.batch(opening),
    }
}

/// Sends what comes after a migration.
fn close(connection: &mut dyn Connection, closing: &[String]) -> Result<(), DatabaseError> {
    match connection.dialect() {
        Dialect::Mysql => {
            let texts: Vec<&str> = closing.iter().map(String::as_str).collect();
            connection.sequence(&texts).map_err(|(_, error)| error)
        }
        Dialect::Sqlite | Dialect::Postgres => connection.batch(&closing.join(";\n")),
    }
}

/// A step under way.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    step: &'a Step<'a>,
    frame: Frame,
    row: &'a Row,
    began: Instant,
    /// Whether the ledger certainly has what was to be announced; unless that was cancelled.
    is_announced: bool,
    /// What the journal is to be told if it fails.
    settled: &'a [String],
}

impl Attempt<'_> {
    /// Whether nothing of the migration was there before.
    fn is_first(&self) -> bool {
        self.step.direction == Direction::Run && !self.step.resumes()
    }

    /// How long it took so far.
    fn took(&self) -> Took {
        i64::try_from(self.began.elapsed().as_millis()).map_or(Took::Unknown, Took::Milliseconds)
    }
}
