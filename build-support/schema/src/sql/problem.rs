//! Why a change has no SQL.

use std::fmt;

use crate::Dialect;

/// Why a change cannot be rendered for a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The database cannot do this.
    Unsupported {
        /// The database.
        dialect: Dialect,
        /// What it cannot do, and on what, to follow "does not support".
        operation: String,
    },
    /// A name that the database would refuse, or cut without a word.
    Identifier {
        /// The database.
        dialect: Dialect,
        /// The name.
        name: String,
        /// What is wrong with it, to follow the name.
        reason: String,
    },
    /// Two names that the database takes for one.
    Clash {
        /// The database.
        dialect: Dialect,
        /// The name that came first.
        first: String,
        /// The name that is no different.
        second: String,
        /// Why it takes them for one, to follow "since it".
        reason: &'static str,
    },
    /// A change that contradicts itself, on any database or on this one.
    Invalid {
        /// What it is about, such as ``column `users`.`name` ``.
        object: String,
        /// What is wrong with it, to follow the object and a colon.
        reason: String,
    },
}

impl Problem {
    pub(crate) fn unsupported(dialect: Dialect, operation: impl Into<String>) -> Self {
        Self::Unsupported { dialect, operation: operation.into() }
    }

    pub(crate) fn table(table: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { object: format!("table `{table}`"), reason: reason.into() }
    }

    pub(crate) fn column(table: &str, column: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { object: format!("column `{table}`.`{column}`"), reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { dialect, operation } => write!(f, "{} does not support {operation}", dialect.title()),
            Self::Identifier { dialect, name, reason } => {
                write!(f, "the name `{}` cannot be used on {}: {reason}", name.escape_debug(), dialect.title())
            }
            Self::Clash { dialect, first, second, reason } => write!(
                f,
                "{} takes the names `{}` and `{}` for one, since it {reason}",
                dialect.title(),
                first.escape_debug(),
                second.escape_debug()
            ),
            Self::Invalid { object, reason } => write!(f, "{object}: {reason}"),
        }
    }
}

impl std::error::Error for Problem {}
