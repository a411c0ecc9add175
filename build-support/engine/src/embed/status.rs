//! Where the migrations of a program stand.

use std::time::Duration;

use crate::catalog::Catalog;
use crate::ledger::Row;
use crate::plan::{self, Standing, StatusLine};

/// A migration that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its name in the ledger.
    pub name: String,
    /// What it says that it does.
    pub description: String,
    /// How long it took.
    pub took: Duration,
}

/// Where the migrations of a program stand, and those that only the ledger knows.
#[derive(Clone, Debug)]
pub struct Status {
    catalog: Catalog,
    rows: Vec<Row>,
}

impl Status {
    pub(super) fn new(catalog: Catalog, rows: Vec<Row>) -> Self {
        Self { catalog, rows }
    }

    /// A line for each migration: the registered ones in their order, and among them, by when they were applied, those
    /// that only the ledger knows.
    pub fn lines(&self) -> Vec<StatusLine<'_>> {
        plan::status(&self.catalog, &self.rows)
    }

    /// Whether nothing is pending, unfinished or changed.
    pub fn is_current(&self) -> bool {
        self.behind().is_empty()
    }

    /// The migrations that keep the database from being what this program expects, and how they stand.
    pub fn behind(&self) -> Vec<(String, Standing)> {
        let is_behind = |standing: Standing| match standing {
            Standing::Applied | Standing::Gone | Standing::NotSelected => false,
            Standing::Pending
            | Standing::Changed
            | Standing::Running
            | Standing::Failed
            | Standing::RollingBack
            | Standing::RollbackFailed => true,
        };
        let lines = self.lines().into_iter().filter(|line| is_behind(line.standing));
        lines.map(|line| (line.name.to_owned(), line.standing)).collect()
    }
}
