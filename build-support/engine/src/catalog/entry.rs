//! A registered migration as the engine sees it, wherever its code is.

use std::fmt;
use std::sync::Arc;

use glim::Direction;
use glim_files::layout::{Layout, Migration, Script};

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
    /// Where its code is.
    pub code: Code,
}

/// Where a migration's code is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Code {
    /// A Rust type, which the runner or this very program runs.
    #[default]
    Rust,
    /// An SQL file.
    Sql(Arc<Sql>),
}

/// A migration that is an SQL file, or a pair of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The file and what it says.
    pub migration: Migration,
    /// By whose rules it was read.
    pub layout: Layout,
    /// Its place among the SQL migrations of its package, whose order is the layout's and not ours to change.
    pub position: usize,
}

/// A line of a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the workspace.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl Code {
    /// The SQL migration, if it is one.
    pub fn sql(&self) -> Option<&Sql> {
        match self {
            Self::Rust => None,
            Self::Sql(sql) => Some(sql),
        }
    }
}

impl Entry {
    /// An SQL migration. `file` is its file as messages show it.
    pub fn of_sql(sql: Sql, file: String) -> Self {
        let Sql { migration, .. } = &sql;
        Self {
            name: migration.name.clone(),
            description: migration.title.clone(),
            version: Some(migration.version.to_string()),
            file,
            line: migration.run.line,
            after: migration.after.clone(),
            transaction: migration.run.transaction,
            checksum: Some(glim_files::checksum(migration.run.text())),
            has_rollback: Some(migration.rollback.is_some()),
            code: Code::Sql(Arc::new(sql)),
            ..Self::default()
        }
    }

    /// The SQL that it sends in that direction, if it is an SQL migration and can be run that way.
    pub fn script(&self, direction: Direction) -> Option<&Script> {
        let migration = &self.code.sql()?.migration;
        match direction {
            Direction::Run => Some(&migration.run),
            Direction::Rollback => migration.rollback.as_ref(),
        }
    }

    /// Whether it runs in a transaction in that direction.
    pub fn in_transaction(&self, direction: Direction) -> bool {
        self.script(direction).map_or(self.transaction, |script| script.transaction)
    }

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
