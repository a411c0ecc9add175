//! A migration of a folder, as far as a build must know it.

use std::path::PathBuf;

/// A migration.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    /// Its identity in the ledger.
    pub(crate) name: String,
    /// Its version, as it is written.
    pub(crate) version: Option<String>,
    /// The names of those that must be applied before it.
    pub(crate) after: Vec<String>,
    /// The file that it stands in.
    pub(crate) file: PathBuf,
    /// The line, from 1.
    pub(crate) line: usize,
    /// Its texts, where it is SQL.
    pub(crate) sql: Option<Sql>,
}

/// What only SQL migrations have.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    /// What its name says that it does.
    pub(crate) title: String,
    /// The folder's layout.
    pub(crate) layout: &'static str,
    /// What makes the step.
    pub(crate) run: Script,
    /// What undoes it.
    pub(crate) rollback: Option<Script>,
}

/// An SQL text and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) file: PathBuf,
    /// The line at which it begins, from 1.
    pub(crate) line: u32,
    /// Whether it is to run in a transaction.
    pub(crate) transaction: bool,
    pub(crate) text: String,
}
