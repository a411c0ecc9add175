//! What has to change so that one schema becomes another, in which order, and what that would cost. Pure.
//!
//! A rename is what a hint says is one, and nothing else: of two columns that look alike it cannot be known whether the
//! rows of the one belong into the other.

mod alike;
mod alter;
mod loss;
mod matching;
mod merge;
mod order;
mod plan;
mod renames;
mod tables;

pub use self::alike::Ambiguity;
pub use self::loss::{Loss, LossKind};
pub use self::renames::Renames;

use crate::sql::Problem;
use crate::{Change, Schema};

/// What turns one schema into another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The changes that do, in order.
    pub run: Vec<Step>,
    /// The changes that undo them, in order.
    pub rollback: Vec<Step>,
    /// What goes and comes without a word on whether it was renamed. `run` drops the one and makes the other.
    pub ambiguous: Vec<Ambiguity>,
}

/// A change, and what it may cost where there are rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The change.
    pub change: Change,
    /// What it may cost.
    pub losses: Vec<Loss>,
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.run.is_empty()
    }

    /// What all changes may cost together, without those that undo them.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.run.iter().flat_map(|step| &step.losses)
    }
}

/// How `from` becomes `to`. Hints that were followed before, and such as name what is not there, are passed over.
///
/// The order of columns is no difference, nor is a name that was given and is the one that we would make.
///
/// # Errors
/// [`Problem::Invalid`] for a schema that contradicts itself, such as one with a key over a column that is not there.
pub fn diff(from: &Schema, to: &Schema, renames: &Renames) -> Result<Difference, Problem> {
    let made = renames.that_hold(from, to);
    let run = order::steps(from, to, &made)?;
    let rollback = order::steps(to, from, &made.inverse())?;
    let ambiguous = alike::ambiguities(from, to, &made);
    Ok(Difference { run, rollback, ambiguous })
}
