//! Why migrations were not applied, as data for whoever reports it.

use std::fmt;

use glim::Direction;

use super::Aftermath;
use crate::catalog::Entry;
use crate::journal::Stuck;
use crate::ledger::LedgerError;
use crate::lock::LockError;
use crate::script::ScriptProblem;
use crate::source::Stopped;

/// Why migrations were not applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The lock was not had, or was lost.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The ledger cannot be made, read or believed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// SQL migrations cannot be run as they stand; nothing was sent.
    #[error("{} cannot be run as it stands", .0.first().map_or("an SQL migration", |problem| &problem.name))]
    Script(Vec<ScriptProblem>),
    /// A migration failed.
    #[error("the migration `{}` failed", .0.entry.name)]
    Step(Box<StepFailure>),
    /// A migration that was interrupted cannot go on by itself. Nothing was changed.
    #[error("the migration `{}` cannot go on: {why}", .entry.name)]
    Stuck {
        /// The migration.
        entry: Box<Entry>,
        /// Which way it was run.
        direction: Direction,
        /// Why not.
        why: Stuck,
    },
    /// The user wanted to end, between two migrations.
    #[error("interrupted")]
    Interrupted {
        /// How many migrations of the plan were done.
        done: usize,
        /// How many were not begun.
        left: usize,
    },
}

/// A migration that failed.
#[derive(Debug)]
pub struct StepFailure {
    /// The migration.
    pub entry: Entry,
    /// Which way it was run.
    pub direction: Direction,
    /// How it ended.
    pub stopped: Stopped,
    /// What it leaves behind.
    pub aftermath: Aftermath,
    /// Why the transaction could not be rolled back, or the ledger not be told.
    pub unrecorded: Option<String>,
}

impl fmt::Display for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, direction, stopped, aftermath, unrecorded } = self;
        let what = match direction {
            Direction::Run => "the migration",
            Direction::Rollback => "the rollback of the migration",
        };
        write!(f, "{what} `{}` failed", entry.name)?;
        if let (Stopped::Statement { start, .. }, Some(script)) = (stopped, entry.script(*direction)) {
            let before = script.text().get(..*start).unwrap_or_default();
            let line = script.line as usize + before.matches('\n').count();
            write!(f, " at {}:{line}", script.path.display())?;
        }
        write!(f, ": {stopped}; ")?;
        match aftermath {
            Aftermath::RolledBack => f.write_str("nothing of it is in the database")?,
            Aftermath::Partial { completed } => {
                write!(f, "a part of it stays (at least {completed} statements), as the ledger says")?;
            }
            Aftermath::Unknown => f.write_str("the connection was lost, so that its end is not known")?,
        }
        match unrecorded {
            Some(error) => write!(f, "; the database refused to be told of it: {error}"),
            None => Ok(()),
        }
    }
}
