//! The runner as a running process: starting it, understanding it, and having it run migrations.

mod listener;
mod watch;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use glim::Direction;
use glim::channel::{ADDRESS_VARIABLE, Channel, Line, TOKEN_VARIABLE, token_to_text};
use glim::wire::hello::{Hello, Token};
use glim::wire::{Answer, Call, Order, PROTOCOL, Registry};
use glim_engine::catalog::Entry;
use glim_engine::session::Session;
use glim_engine::source::{Calls, Source, Stopped, serve};
use shared_child::SharedChild;

use self::listener::Listener;
pub(crate) use self::watch::Watch;

/// A running runner.
pub(crate) struct Peer {
    child: Arc<SharedChild>,
    channel: Channel,
    /// Its end tells the runner that we are gone.
    _lifeline: Line,
    registry: Registry,
    /// Where each migration stands in the registry.
    indexes: HashMap<String, u32>,
    watch: Watch,
}

/// How a runner is started.
pub(crate) struct Start<'a> {
    /// The program.
    pub(crate) executable: &'a Path,
    /// The directory that migrations run in: the workspace's root.
    pub(crate) directory: &'a Path,
    /// A folder for what is only needed while it starts, if this process alone uses it.
    pub(crate) folder: Option<&'a Path>,
    /// The name and value of the variable with which the platform finds dynamic libraries, if it is needed.
    pub(crate) library_path: Option<(&'static str, std::ffi::OsString)>,
}

/// Why a runner could not be started or understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PeerError {
    /// No socket could be opened.
    #[error("cannot listen for the runner")]
    Listen(#[source] io::Error),
    /// The program could not be started.
    #[error("cannot start the runner `{program}`")]
    Spawn {
        program: String,
        #[source]
        cause: io::Error,
    },
    /// The program ended before it said anything.
    #[error("the runner ended before it reported its migrations: {how}")]
    Ended { how: String },
    /// The program said something that is no hello or registry.
    #[error("cannot understand the runner")]
    Dialogue(#[source] io::Error),
    /// The program was built with another glim.
    #[error(
        "the project uses glim-migrations {theirs}, which speaks protocol {their_protocol}; this is cargo-glim {ours}, \
         which speaks protocol {PROTOCOL}"
    )]
    Version { theirs: String, their_protocol: u16, ours: &'static str },
}

/// What can happen while we wait for the runner to connect.
enum Arrival {
    Connected(io::Result<Line>),
    Exited(io::Result<ExitStatus>),
}

impl Peer {
    /// Starts the runner and hears what is registered in it.
    ///
    /// # Errors
    /// It does not start, ends at once, or is of another version.
    pub(crate) fn start(start: &Start<'_>, watch: Watch) -> Result<Self, PeerError> {
        let listener = Listener::open(start.folder).map_err(PeerError::Listen)?;
        let token = random_token().map_err(PeerError::Listen)?;
        let mut command = Command::new(start.executable);
        command
            .current_dir(start.directory)
            .env(ADDRESS_VARIABLE, listener.address().to_string())
            .env(TOKEN_VARIABLE, token_to_text(&token))
            .stdin(Stdio::null())
            // Our stdout is for results: what migrations print goes where our own messages go.
            .stdout(io::stderr());
        if let Some((name, value)) = &start.library_path {
            command.env(name, value);
        }
        watch::keep_from_terminal(&mut command);
        let child = SharedChild::spawn(&mut command)
            .map_err(|cause| PeerError::Spawn { program: start.executable.display().to_string(), cause })?;
        let child = Arc::new(child);
        let (lifeline, mut channel) = wait_for(&child, listener, &token)?;
        let registry: Registry = channel.receive().map_err(|error| match ended(&child, &error) {
            Some(how) => PeerError::Ended { how },
            None => PeerError::Dialogue(error),
        })?;
        watch.guard(Arc::clone(&child));
        let names = registry.migrations.iter().map(|migration| migration.name.clone());
        let indexes = names.zip(0..).collect();
        Ok(Self { child, channel, _lifeline: lifeline, registry, indexes, watch })
    }

    /// What kills its process at once, and waits for that.
    pub(crate) fn killer(&self) -> impl Fn() + use<> {
        let child = Arc::clone(&self.child);
        move || stop(&child)
    }

    /// What is registered in it.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Serves the calls of a migration until it ends.
    fn serve(&mut self, session: &mut Session<'_>) -> Result<(), Stopped> {
        let mut watched = Watched { channel: &mut self.channel, child: &self.child, watch: &self.watch };
        serve(&mut watched, session).unwrap_or_else(|error| Err(self.broken(&error)))
    }

    /// Why the channel broke.
    fn broken(&self, error: &io::Error) -> Stopped {
        match ended(&self.child, error) {
            Some(how) => Stopped::Vanished { how },
            None => Stopped::Malformed { reason: error.to_string() },
        }
    }
}

impl Source for Peer {
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let Some(&index) = self.indexes.get(&entry.name) else {
            return Err(Stopped::Malformed { reason: format!("it does not know the migration `{}`", entry.name) });
        };
        if !self.watch.begin() {
            return Err(Stopped::Interrupted);
        }
        let order = Order::Migrate { index, direction, dialect: session.dialect() };
        let result = match self.channel.send(&order) {
            Ok(()) => self.serve(session),
            Err(error) => Err(self.broken(&error)),
        };
        // A runner that was killed, or a statement that was cancelled, looks like a fault of its own; it is not.
        match self.watch.end() {
            Some(stopped) if result.is_err() => Err(stopped),
            _ => result,
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.watch.release();
        stop(&self.child);
    }
}

/// The way to a runner whose end, or the user's wish, ends waiting.
struct Watched<'p> {
    channel: &'p mut Channel,
    child: &'p SharedChild,
    watch: &'p Watch,
}

impl Calls for Watched<'_> {
    fn receive(&mut self) -> io::Result<Call> {
        self.channel.receive()
    }

    fn answer(&mut self, answer: Answer) -> io::Result<()> {
        self.channel.send(&answer)
    }

    fn rest(&mut self, time: Duration) -> bool {
        self.watch.rest(time) && matches!(self.child.try_wait(), Ok(None))
    }
}

/// Waits for the runner's connections: the lifeline, and the two of the channel.
fn wait_for(child: &Arc<SharedChild>, listener: Listener, token: &Token) -> Result<(Line, Channel), PeerError> {
    let (arrivals, events) = mpsc::channel();
    let exits = arrivals.clone();
    let waiting = Arc::clone(child);
    thread::spawn(move || {
        // The receiver is gone once the runner has connected; then nobody waits for this any more.
        let _ = exits.send(Arrival::Exited(waiting.wait()));
    });
    let listener = Arc::new(listener);
    let accepting = Arc::clone(&listener);
    thread::spawn(move || {
        loop {
            let accepted = accepting.accept();
            let failed = accepted.is_err();
            if arrivals.send(Arrival::Connected(accepted)).is_err() || failed {
                return;
            }
        }
    });
    let mut lines = Vec::with_capacity(3);
    let outcome = loop {
        match events.recv() {
            Ok(Arrival::Connected(Ok(mut line))) => match line.hello() {
                // Someone else has found the port: let him go, and wait for ours.
                Ok(hello) if hello.token != *token => {}
                Ok(Hello { protocol, glim, .. }) if protocol != PROTOCOL => {
                    let ours = env!("CARGO_PKG_VERSION");
                    break Err(PeerError::Version { theirs: glim, their_protocol: protocol, ours });
                }
                Ok(_) => {
                    lines.push(line);
                    // In the order in which the runner connects.
                    match <[Line; 3]>::try_from(lines) {
                        Ok([lifeline, outgoing, incoming]) => break Ok((lifeline, Channel::new(incoming, outgoing))),
                        Err(fewer) => lines = fewer,
                    }
                }
                Err(error) if listener.is_private() => break Err(PeerError::Dialogue(error)),
                Err(_) => {}
            },
            Ok(Arrival::Connected(Err(error))) => break Err(PeerError::Listen(error)),
            Ok(Arrival::Exited(status)) => {
                let how = status.map_or_else(|error| error.to_string(), describe);
                break Err(PeerError::Ended { how });
            }
            Err(mpsc::RecvError) => break Err(PeerError::Listen(io::ErrorKind::BrokenPipe.into())),
        }
    };
    drop(events);
    listener.wake();
    if outcome.is_err() {
        stop(child);
    }
    outcome
}

/// How the process ended, where a broken channel means that it has.
fn ended(child: &SharedChild, error: &io::Error) -> Option<String> {
    let gone = matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    );
    gone.then(|| child.wait().map_or_else(|error| error.to_string(), describe))
}

fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = match signal {
            2 => " (SIGINT)",
            4 => " (SIGILL)",
            6 => " (SIGABRT: it aborted, or its stack overflowed)",
            7 => " (SIGBUS)",
            9 => " (SIGKILL)",
            11 => " (SIGSEGV)",
            15 => " (SIGTERM)",
            _ => "",
        };
        return format!("its process was killed by signal {signal}{name}");
    }
    match status.code() {
        Some(code) => format!("its process exited with status {code}"),
        None => format!("its process ended: {status}"),
    }
}

fn stop(child: &SharedChild) {
    // Fails only when the process is gone already, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
}

/// 256 bits that nobody can guess.
fn random_token() -> io::Result<Token> {
    let mut token = [0; 32];
    getrandom::fill(&mut token).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(token)
}
