//! Who looks at statements that take long, from a connection of its own, and says how far they are.
//!
//! Migrations do not wait for it, and nothing that it does or fails to do makes a difference to them.

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use glim_engine::activity::{Activity, Observed};
use glim_engine::driver::{Access, Connection, connect};
use glim_engine::target::Target;

use super::progress;
use crate::report::{Output, Shell};

/// How long a migration runs before it is looked at, and how often it is while there is something to see.
const OFTEN: Duration = Duration::from_secs(1);

/// How often at least it is while there is nothing: it may be made of many statements, each of them fast.
const SELDOM: Duration = Duration::from_secs(8);

/// Whom to look at, and where.
pub(super) struct Sight {
    pub(super) observed: Observed,
    pub(super) target: Target,
}

/// There while migrations run.
pub(super) struct Onlooker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The migration under way, and since when it is.
    migration: Option<(String, Instant)>,
    /// What was said last, which on a terminal is a line that has to be cleared.
    said: Option<Activity>,
    /// The server is asked, which takes as long as it takes.
    is_asking: bool,
    is_over: bool,
}

impl Onlooker {
    /// Begins to look, and to say what there is to see in the way that is wanted.
    pub(super) fn start(sight: Sight, output: Output) -> Self {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        // Without a thread, there is nothing to be seen.
        let thread = thread::Builder::new().name("onlooker".to_owned()).spawn(move || {
            Looking { shared: &theirs, sight, shell: Shell::of_process(output), connection: None }.go_on();
        });
        Self { shared, thread: thread.ok() }
    }

    /// A migration begins.
    pub(super) fn started(&self, migration: &str) {
        self.shared.lock().migration = Some((migration.to_owned(), Instant::now()));
    }

    /// It has ended: nothing is said of it any more.
    pub(super) fn finished(&self) {
        self.shared.lock().migration = None;
    }

    /// Something else is to be said. Gives whether on a terminal there is a line to be cleared before.
    pub(super) fn hush(&self) -> bool {
        self.shared.lock().said.take().is_some()
    }
}

impl Drop for Onlooker {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_over = true;
        let is_asking = state.is_asking;
        drop(state);
        self.shared.changed.notify_all();
        // A server that is asked may let it wait for as long as it likes, so that is left to itself.
        if let Some(thread) = self.thread.take()
            && !is_asking
        {
            // It has nothing to say of a panic that has not been said.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, unless all is over. Gives the migration that has been running for long, and since when, if there
    /// is one; the server is being asked from here on.
    fn rest(&self, pause: Duration) -> ControlFlow<(), Option<(String, Instant)>> {
        let waited = self.changed.wait_timeout_while(self.lock(), pause, |state| !state.is_over);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return ControlFlow::Break(());
        }
        let slow = state.migration.clone().filter(|(_, since)| since.elapsed() >= OFTEN);
        state.is_asking = slow.is_some();
        ControlFlow::Continue(slow)
    }
}

/// The thread's own.
struct Looking<'s> {
    shared: &'s Shared,
    sight: Sight,
    shell: Shell,
    /// Kept only while there is something to see: a database that others are connected to cannot be copied, for instance.
    connection: Option<Box<dyn Connection>>,
}

impl Looking<'_> {
    fn go_on(mut self) {
        let mut pause = OFTEN;
        while let ControlFlow::Continue(slow) = self.shared.rest(pause) {
            let Some(migration) = slow else {
                (pause, self.connection) = (OFTEN, None);
                continue;
            };
            let ControlFlow::Continue(seen) = self.look() else { break };
            pause = if seen.is_some() { OFTEN } else { (pause * 2).min(SELDOM) };
            self.say(&migration, seen);
        }
        self.shared.lock().is_asking = false;
    }

    /// What there is to see, unless the server does not let us look.
    fn look(&mut self) -> ControlFlow<(), Option<Activity>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => match connect(&self.sight.target, Access::ReadOnly) {
                Ok(connection) => none.insert(connection),
                Err(_) => return ControlFlow::Break(()),
            },
        };
        match self.sight.observed.look(&mut **connection) {
            Ok(seen) => ControlFlow::Continue(seen),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// Says what there is to see of a migration, if it is still under way.
    fn say(&mut self, migration: &(String, Instant), seen: Option<Activity>) {
        if seen.is_none() {
            self.connection = None;
        }
        let mut state = self.shared.lock();
        state.is_asking = false;
        if state.is_over || state.migration.as_ref() != Some(migration) || seen == state.said {
            return;
        }
        match &seen {
            Some(activity) => progress::busy(&migration.0, activity, &mut self.shell),
            None => self.shell.progress("", ""),
        }
        state.said = seen;
    }
}
