//! Migrations that are in this very program.

use std::collections::HashMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use glim::attempt::{Notice, attempt};
use glim::registry::Registration;
use glim::wire::{Answer, Call};
use glim::{Db, Direction, Line, Remote};

use super::{Calls, Source, Stopped, serve};
use crate::catalog::Entry;
use crate::session::Session;

/// Runs migrations that are registered in this program.
///
/// Each runs on a thread of its own, since its `Db` can hold nothing that lives as short as the session does: its
/// statements come here, and are executed on the thread that has the connection.
pub struct InProcess {
    registrations: HashMap<&'static str, &'static Registration>,
}

/// How many messages may wait. Rows come in messages of a limited size, and so take little memory.
const WAITING: usize = 1;

impl InProcess {
    /// A source of these migrations.
    pub fn new(registrations: &[&'static Registration]) -> Self {
        Self { registrations: registrations.iter().map(|it| (it.identity(), *it)).collect() }
    }
}

impl Source for InProcess {
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let Some(registration) = self.registrations.get(entry.name.as_str()) else {
            return Err(Stopped::Malformed { reason: format!("`{}` is not registered here", entry.name) });
        };
        let migration = registration.migration();
        let dialect = session.dialect();
        let (calls, incoming) = sync_channel(WAITING);
        let (answers, outgoing) = sync_channel(WAITING);
        thread::scope(|scope| {
            let run = move || {
                let end = calls.clone();
                let mut db = Db::new(Box::new(Remote::new(There { calls, answers: outgoing }, dialect)));
                // Nobody hears of it where the engine itself has given up.
                let _ = end.send(attempt(migration, direction, &mut db, Notice::Always));
            };
            // A panic's message shows the thread's name, which may have no NUL.
            let name = entry.name.replace('\0', " ");
            let spawned = thread::Builder::new().name(name).spawn_scoped(scope, run);
            spawned.map_err(|error| Stopped::Error(error.into()))?;
            // It goes before the scope ends, so that a migration that still waits for an answer gets an error.
            let mut here = Here { calls: incoming, answers };
            serve(&mut here, session).unwrap_or_else(|error| Err(Stopped::Malformed { reason: error.to_string() }))
        })
    }
}

/// The migration's end.
struct There {
    calls: SyncSender<Call>,
    answers: Receiver<Answer>,
}

impl Line for There {
    fn send(&mut self, call: Call) -> io::Result<()> {
        self.calls.send(call).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn receive(&mut self) -> io::Result<Answer> {
        self.answers.recv().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }
}

/// The engine's end.
struct Here {
    calls: Receiver<Call>,
    answers: SyncSender<Answer>,
}

impl Calls for Here {
    fn receive(&mut self) -> io::Result<Call> {
        self.calls.recv().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    fn answer(&mut self, answer: Answer) -> io::Result<()> {
        self.answers.send(answer).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
