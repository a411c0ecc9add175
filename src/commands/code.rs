//! Where the code of migrations is: in a runner, if the project has Rust migrations, and otherwise nowhere but in files.

use glim::Direction;
use glim_engine::catalog::Entry;
use glim_engine::session::Session;
use glim_engine::source::{Source, Stopped};

use crate::runner::{Peer, Watch};

/// What the engine runs migrations with.
pub(super) struct Code {
    /// None where nothing is linked: then all migrations are SQL files.
    pub(super) peer: Option<Peer>,
    pub(super) watch: Watch,
}

impl Source for Code {
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        match &mut self.peer {
            Some(peer) => peer.apply(entry, direction, session),
            None => Err(Stopped::Malformed { reason: format!("there is no runner that knows `{}`", entry.name) }),
        }
    }

    fn starting(&mut self) -> Result<(), Stopped> {
        if self.watch.begin() { Ok(()) } else { Err(Stopped::Interrupted) }
    }

    fn ended(&mut self) -> Option<Stopped> {
        self.watch.end()
    }
}
