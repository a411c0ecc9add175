//! What is left of a migration that did not end well.

use glim::error::{DatabaseError, ErrorClass};

use super::frame::Frame;
use crate::session::State;

/// What is left of a migration that did not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// Nothing: all of it was undone.
    RolledBack,
    /// A part of it is in the database for good: the statements up to this number, as far as we can tell.
    Partial {
        /// How many statements were completed.
        completed: u64,
    },
    /// The connection was lost, so that nobody can tell.
    Unknown,
}

impl Aftermath {
    /// Of a migration that failed.
    pub(super) fn of(frame: Frame, state: State) -> Self {
        match frame {
            // Without a commit there is nothing to stay, even when the connection is lost.
            Frame::Atomic if !state.left_transaction => Self::RolledBack,
            _ if state.lost => Self::Unknown,
            _ if state.is_partial() => Self::Partial { completed: state.completed },
            _ => Self::RolledBack,
        }
    }

    /// Of a commit that failed: where the connection was lost, the server may have committed all the same.
    pub(super) fn of_commit(error: &DatabaseError, state: State) -> Self {
        match error.class {
            ErrorClass::ConnectionLost => Self::Unknown,
            _ if state.is_partial() => Self::Partial { completed: state.completed },
            _ => Self::RolledBack,
        }
    }
}
