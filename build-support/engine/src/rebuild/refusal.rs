//! Why a table is not rebuilt.

use std::fmt;

use glim::error::{DatabaseError, Kind};

/// Why an alteration is refused; nothing of it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(String);

/// Why a rebuild was not made.
#[derive(Debug)]
pub(super) enum Failure {
    /// It would have lost or broken something.
    Refused(Refusal),
    /// SQLite refused a statement.
    Database(DatabaseError),
}

impl Refusal {
    /// The reason, as a clause.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl Failure {
    /// The same, with the table's own name in the place of the one that it has for a while.
    pub(super) fn with_name(self, provisional: &str, table: &str) -> Self {
        match self {
            Self::Refused(Refusal(reason)) => Self::Refused(Refusal(reason.replace(provisional, table))),
            Self::Database(error) => {
                Self::Database(DatabaseError { message: error.message.replace(provisional, table), ..error })
            }
        }
    }

    /// The error for whoever asked to alter the table.
    pub(super) fn explain(self, table: &str) -> glim::Error {
        match self {
            Self::Refused(Refusal(reason)) => {
                Kind::Usage(format!("the table `{table}` cannot be altered: {reason}")).into()
            }
            Self::Database(error) => error.into(),
        }
    }
}
