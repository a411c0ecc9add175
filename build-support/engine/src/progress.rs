//! What the engine tells while it works. It prints nothing itself.

use std::time::Duration;

use glim::Direction;

use crate::catalog::Entry;
use crate::lock::Holder;
use crate::script::ScriptProblem;

/// Takes what the engine tells; what is not written does nothing.
pub trait Progress {
    /// Another process holds the lock; called once, and then whenever the holder changes.
    fn waiting(&mut self, holder: &Holder) {
        let _ = holder;
    }

    /// Several migrations are sent together, beginning with this one. What is told of each of them comes after that.
    fn sending(&mut self, first: &Entry) {
        let _ = first;
    }

    /// A migration begins.
    fn started(&mut self, entry: &Entry, direction: Direction) {
        let _ = (entry, direction);
    }

    /// A batch of a backfill is committed, or the first is about to begin.
    fn filled(&mut self, filled: &Filled<'_>) {
        let _ = filled;
    }

    /// A migration and its ledger row are committed.
    fn finished(&mut self, entry: &Entry, direction: Direction, took: Duration) {
        let _ = (entry, direction, took);
    }

    /// A migration, or a batch of its backfill, could not have a lock of the database. All of that is undone, and runs again
    /// after a pause.
    fn retrying(&mut self, entry: &Entry, direction: Direction, retry: &Retry<'_>) {
        let _ = (entry, direction, retry);
    }

    /// An SQL migration holds a statement that runs in vain; called before the first begins. A warning unless it is
    /// written.
    fn in_vain(&mut self, problem: &ScriptProblem) {
        self.warning(&problem.to_string());
    }

    /// Something that the user should know.
    fn warning(&mut self, message: &str) {
        let _ = message;
    }
}

/// A further attempt at a migration, or at a batch of its backfill.
#[derive(Clone, Copy, Debug)]
pub struct Retry<'a> {
    /// Which attempt comes now, counted from 1.
    pub attempt: usize,
    /// How many there are at most.
    pub of: usize,
    /// How long it is until then.
    pub pause: Duration,
    /// What the database said.
    pub reason: &'a str,
    /// The table of the backfill, if it is a batch alone that runs again: what was committed before it stays.
    pub table: Option<&'a str>,
}

/// How far a backfill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled<'f> {
    /// The table.
    pub table: &'f str,
    /// How many rows were changed, those before an interruption included.
    pub rows: u64,
    /// How many there will be, as far as the database can tell without counting them.
    pub of: Option<u64>,
    /// There are no more.
    pub is_done: bool,
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}
