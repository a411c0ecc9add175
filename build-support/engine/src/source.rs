//! Where the code of migrations lives, and how it can end.

use std::time::Duration;

use glim::Direction;

use crate::catalog::Entry;
use crate::session::Session;

/// Something that can run migrations: the runner at the other end of a channel, or the process itself.
pub trait Source {
    /// Runs one migration one way. Every statement that it makes goes through `session`.
    ///
    /// # Errors
    /// How it ended, if not well.
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped>;
}

/// How a migration ended when it did not end well.
#[derive(Debug)]
pub enum Stopped {
    /// It gave an error.
    Error(glim::Error),
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
