//! Why migrations were not applied, as data for whoever reports it.

use glim::Direction;

use super::Aftermath;
use crate::catalog::Entry;
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
