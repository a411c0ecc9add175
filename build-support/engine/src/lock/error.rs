//! Why the lock was not had.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use glim::error::DatabaseError;

use super::Holder;

/// Why the lock was not had, or is had no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockError {
    /// Somebody else held it all the time. Nothing was changed.
    Busy {
        /// Who.
        holder: Box<Holder>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The wait was stopped. Nothing was changed.
    Stopped,
    /// It was held and is not any more, so that another run may have begun.
    Lost,
    /// The database refused a statement.
    Database(Box<DatabaseError>),
    /// The file beside an SQLite database could not be used.
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: String,
    },
}

impl LockError {
    /// Whether somebody else holds the lock, so that trying again may help.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Busy { .. } => {
                Some("nothing was changed; try again, or wait longer with `--lock-timeout`".to_owned())
            }
            Self::Lost => Some(
                "a migration must not release locks of its session; and a pooler in front of the server must keep one \
                 connection for one session"
                    .to_owned(),
            ),
            Self::File { .. } => {
                Some("the directory of the database must be writable, also for SQLite itself".to_owned())
            }
            Self::Database(error) => error.hint.clone(),
            Self::Stopped => None,
        }
    }
}

impl From<DatabaseError> for LockError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(Box::new(error))
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { holder, waited } if waited.as_secs() == 0 => write!(f, "the database is locked by {holder}"),
            Self::Busy { holder, waited } => {
                write!(f, "the database is still locked after {} s, by {holder}", waited.as_secs())
            }
            Self::Stopped => f.write_str("the wait for the lock was stopped"),
            Self::Lost => f.write_str("the lock was lost: another run may have begun"),
            Self::Database(error) => write!(f, "cannot lock the database: {error}"),
            Self::File { path, cause } => write!(f, "cannot lock `{}`: {cause}", path.display()),
        }
    }
}

impl std::error::Error for LockError {}
