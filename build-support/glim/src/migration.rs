//! What a migration is.

use crate::db::Db;
use crate::error::{Kind, Result};

/// A step from one state of a database to the next.
///
/// Registered with [`submit!`](crate::submit), it is run once on each database, inside a transaction that also
/// records it, where the database allows that.
pub trait Migration: Sync + 'static {
    /// What it does, in a few words, for people who read the ledger.
    #[expect(clippy::unnecessary_literal_bound, reason = "an implementation may give a text of its own")]
    fn description(&self) -> &str {
        ""
    }

    /// Makes the step.
    ///
    /// # Errors
    /// Any error undoes what the step has done so far, as far as the database can undo it.
    fn run(&self, db: &mut Db) -> Result<()>;

    /// Undoes the step. A migration that leaves this out must be registered as `irreversible`.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    fn rollback(&self, db: &mut Db) -> Result<()> {
        let _ = db;
        Err(Kind::Irreversible.into())
    }
}

/// Which way a migration is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// [`Migration::run`].
    Run,
    /// [`Migration::rollback`].
    Rollback,
}

impl Direction {
    /// The method's name: `run` or `rollback`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Rollback => "rollback",
        }
    }
}
