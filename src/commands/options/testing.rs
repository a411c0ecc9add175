//! What `test` was asked to do.

use std::time::Duration;

/// `test`.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// What is done.
    pub(crate) testing: Testing,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
}

/// What `test` does.
#[derive(Clone, Debug)]
pub(crate) enum Testing {
    /// Runs are stopped at each call to the database.
    Crash {
        /// While all migrations are rolled back.
        rollback: bool,
        /// At this call alone.
        at: Option<u64>,
        /// In these ways alone; in all where none is named.
        ways: Vec<Way>,
        /// At so many calls in each way.
        sample: Option<usize>,
        /// How many at once.
        jobs: Option<usize>,
    },
    /// One of those runs, as the command that wants it describes it.
    StandIn(String),
}

/// How a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// The command is killed.
    KillCommand,
    /// The process with the Rust migrations is killed.
    KillRunner,
    /// The connection is cut before a request reaches the server.
    DropRequest,
    /// The connection is cut after the server has answered a request.
    DropAnswer,
    /// Nothing more reaches the server after a request.
    HalfClose,
}

impl Way {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::KillCommand, Self::KillRunner, Self::DropRequest, Self::DropAnswer, Self::HalfClose];

    /// Its name, which stays.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::KillCommand => "kill-command",
            Self::KillRunner => "kill-runner",
            Self::DropRequest => "drop-request",
            Self::DropAnswer => "drop-answer",
            Self::HalfClose => "half-close",
        }
    }

    /// Whether it is the connection that is cut.
    pub(crate) const fn is_cut(self) -> bool {
        match self {
            Self::KillCommand | Self::KillRunner => false,
            Self::DropRequest | Self::DropAnswer | Self::HalfClose => true,
        }
    }
}
