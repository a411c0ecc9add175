//! Exit codes: a promise to scripts, listed in the README.

use std::process::{ExitCode, Termination};

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// The answer is no: a migration failed, or a check found something.
    No = 1,
    /// The usage, the configuration or the connection is wrong; nothing was done.
    Usage = 2,
    /// A person has to answer, and none is there.
    Question = 3,
    /// Another process holds the lock; nothing changed, try again.
    Locked = 4,
    /// A fault of our own.
    Bug = 70,
    /// The user's code did not compile.
    Compile = 101,
    /// Interrupted by a signal; what was under way was rolled back.
    Interrupted = 130,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}
