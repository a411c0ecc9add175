//! Where the code of migrations lives, and how it can end.

mod answer;
mod in_process;

use std::fmt;
use std::time::Duration;

use glim::Direction;
use glim::error::DatabaseError;

pub use self::answer::{Calls, serve};
pub use self::in_process::InProcess;
use crate::catalog::Entry;
use crate::session::Session;

/// Something that can run Rust migrations: the runner at the other end of a channel, or the process itself.
pub trait Source {
    /// Runs one migration one way. Every statement that it makes goes through `session`.
    ///
    /// # Errors
    /// How it ended, if not well.
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped>;

    /// The engine is about to send an SQL migration, which needs no source, but can be stopped like any other.
    ///
    /// # Errors
    /// It is not to be sent.
    fn starting(&mut self) -> Result<(), Stopped> {
        Ok(())
    }

    /// The engine has sent an SQL migration. Gives why it was stopped, if it was.
    fn ended(&mut self) -> Option<Stopped> {
        None
    }
}

/// How a migration ended when it did not end well.
#[derive(Debug)]
pub enum Stopped {
    /// It gave an error.
    Error(glim::Error),
    /// A statement of an SQL migration failed.
    Statement {
        /// Where it begins in the text that the migration sends, in bytes.
        start: usize,
        /// Which of the migration's statements it is, counted from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// What the database said.
        error: DatabaseError,
    },
    /// It panicked.
    Panicked {
        /// What the panic said.
        message: String,
        /// Where, as `file:line:column`.
        location: Option<String>,
    },
    /// Its process ended in the middle of it.
    Vanished {
        /// How, such as "it exited with status 0" or "it was killed by signal 6 (SIGABRT)".
        how: String,
    },
    /// It ran longer than it was allowed to.
    TimedOut {
        /// How long that was.
        after: Duration,
    },
    /// The user interrupted the command.
    Interrupted,
    /// What the runner sent makes no sense.
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Statement { number, of, error, .. } => write!(f, "statement {number} of {of}: {error}"),
            Self::Panicked { message, location: Some(location) } => write!(f, "it panicked at {location}: {message}"),
            Self::Panicked { message, location: None } => write!(f, "it panicked: {message}"),
            Self::Vanished { how } => f.write_str(how),
            Self::TimedOut { after } => write!(f, "it ran longer than {after:?}"),
            Self::Interrupted => f.write_str("it was interrupted"),
            Self::Malformed { reason } => f.write_str(reason),
        }
    }
}
