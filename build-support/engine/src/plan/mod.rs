//! What is to be done, from what is registered and what the ledger says. Pure: nothing is read or changed.

mod error;
mod note;
mod rollback;
mod rows;
mod run;
mod status;
#[cfg(test)]
mod tests;

pub use glim::Direction;

pub use self::error::PlanError;
pub use self::note::Note;
pub use self::rollback::{RollbackRequest, redo, rollback};
pub use self::run::{RunRequest, Unexpected, run};
pub use self::status::{Standing, StatusLine, status};

use crate::catalog::Entry;
use crate::ledger::{Row, State};

/// What is to be done, in order, and what there is to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan<'a> {
    /// What is to be done, in order; empty when there is nothing to do.
    pub steps: Vec<Step<'a>>,
    /// What a person should know about it.
    pub notes: Vec<Note>,
}

/// A migration to run in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Which direction.
    pub direction: Direction,
    /// The migration.
    pub entry: &'a Entry,
    /// Its row in the ledger before the plan begins.
    pub row: Option<&'a Row>,
}

impl Step<'_> {
    /// Whether it goes on where it was interrupted or failed.
    pub fn resumes(&self) -> bool {
        self.row.is_some_and(|row| match row.state {
            State::Applied => false,
            State::Running | State::Failed => self.direction == Direction::Run,
            State::RollingBack | State::RollbackFailed => self.direction == Direction::Rollback,
        })
    }
}

impl Plan<'_> {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
