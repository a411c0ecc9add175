//! A registered migration as the engine sees it, wherever its code is.

use std::fmt;

use super::Version;

/// A registered migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its identity in the ledger.
    pub name: String,
    /// What it does, in its own words.
    pub description: String,
    /// Its `version` option. In a [`super::Catalog`]: the version that counts, digits only, the file's name considered.
    pub version: Option<String>,
    /// The package that it is part of.
    pub package: String,
    /// The package's place among the workspace's, dependencies first.
    pub package_order: usize,
    /// The file that registers it, relative to the workspace.
    pub file: String,
    /// The line in that file.
    pub line: u32,
    /// The migrations that must be applied before it.
    pub after: Vec<String>,
    /// Whether it runs in a transaction.
    pub transaction: bool,
    /// Whether it says that it cannot be undone.
    pub irreversible: bool,
    /// The alias that it belongs to; `None` for whatever alias is selected.
    pub db: Option<String>,
    /// What its code amounts to; `None` where the code was not found, so that changes cannot be seen.
    pub checksum: Option<String>,
    /// Whether its code has a `rollback`; `None` where the code was not found.
    pub has_rollback: Option<bool>,
}

/// A line of a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the workspace.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl Entry {
    /// Where it is registered.
    pub fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line }
    }

    /// What decides between migrations that are ready. The name only keeps two that a macro registers on one line apart.
    pub(super) fn key<'a>(&'a self, version: Option<&'a Version>) -> impl Ord + 'a {
        (version, self.package_order, self.file.as_str(), self.line, self.name.as_str())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
