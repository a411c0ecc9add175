//! What may stop a migration from outside: its time-out, and the user's Ctrl-C.
//!
//! Either ends the runner's process and cancels the statement that is running; the engine then rolls back.

use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use glim_engine::driver::Canceller;
use glim_engine::source::Stopped;
use shared_child::SharedChild;

/// Watches over one command.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    timeout: Option<Duration>,
}

#[derive(Default)]
struct State {
    child: Option<Arc<SharedChild>>,
    canceller: Option<Canceller>,
    deadline: Option<Instant>,
    reason: Option<Reason>,
    running: bool,
}

/// Why a migration was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// It ran longer than this.
    TimedOut(Duration),
    /// The user wants the command to end.
    Interrupted,
}

impl Watch {
    /// Begins to listen for Ctrl-C and termination, and, with a time-out, to look at the clock.
    ///
    /// # Errors
    /// The signals cannot be listened for.
    pub(crate) fn start(timeout: Option<Duration>) -> Result<Self, ctrlc::Error> {
        let watch = Self(Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), timeout }));
        let on_signal = watch.clone();
        ctrlc::set_handler(move || on_signal.stop(Reason::Interrupted))?;
        if timeout.is_some() {
            let clock = watch.clone();
            thread::spawn(move || clock.look_at_the_clock());
        }
        Ok(watch)
    }

    /// Whether the user wants the command to end.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.lock().reason == Some(Reason::Interrupted)
    }

    /// Does something that a signal does not end, such as to read from a terminal; `None` as soon as the user wants the
    /// command to end.
    pub(crate) fn unless_interrupted<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (sender, receiver) = mpsc::channel();
        let working = self.clone();
        thread::spawn(move || {
            // The receiver is gone when the user did not wait for this.
            let _ = sender.send(work());
            let _state = working.lock();
            working.0.changed.notify_all();
        });
        let mut state = self.lock();
        loop {
            match receiver.try_recv() {
                Ok(done) => return Some(done),
                Err(_) if state.reason == Some(Reason::Interrupted) => return None,
                Err(_) => state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Does work on the database whose statements the user can cancel, outside of migrations and their time-out.
    pub(crate) fn over<T>(&self, work: impl FnOnce() -> T) -> T {
        self.lock().running = true;
        let done = work();
        self.lock().running = false;
        done
    }

    /// The runner to end when it is time.
    pub(super) fn guard(&self, child: Arc<SharedChild>) {
        self.lock().child = Some(child);
    }

    /// The connection whose statement is to be cancelled when it is time.
    pub(crate) fn cancel_with(&self, canceller: Canceller) {
        self.lock().canceller = Some(canceller);
    }

    /// The runner has ended.
    pub(super) fn release(&self) {
        let mut state = self.lock();
        state.child = None;
        state.canceller = None;
    }

    /// A migration begins, unless the user wants the command to end already. Gives whether it does.
    pub(crate) fn begin(&self) -> bool {
        let mut state = self.lock();
        if state.reason == Some(Reason::Interrupted) {
            return false;
        }
        state.running = true;
        if let Some(timeout) = self.0.timeout {
            state.deadline = Instant::now().checked_add(timeout);
            self.0.changed.notify_all();
        }
        true
    }

    /// Waits, unless what is running is to stop; gives whether it may go on.
    pub(super) fn rest(&self, time: Duration) -> bool {
        let state = self.lock();
        let until = |state: &mut State| state.reason.is_none();
        let waited = self.0.changed.wait_timeout_while(state, time, until).unwrap_or_else(PoisonError::into_inner);
        waited.0.reason.is_none()
    }

    /// A migration has ended; gives what it was stopped for.
    pub(crate) fn end(&self) -> Option<Stopped> {
        let mut state = self.lock();
        state.running = false;
        state.deadline = None;
        state.reason.map(|reason| match reason {
            Reason::TimedOut(after) => Stopped::TimedOut { after },
            Reason::Interrupted => Stopped::Interrupted,
        })
    }

    fn stop(&self, reason: Reason) {
        let mut state = self.lock();
        stop(&mut state, reason);
        self.0.changed.notify_all();
    }

    fn look_at_the_clock(&self) {
        let mut state = self.lock();
        loop {
            state = match state.deadline {
                None => self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let now = Instant::now();
                    if now >= deadline {
                        stop(&mut state, Reason::TimedOut(self.0.timeout.unwrap_or_default()));
                        self.0.changed.notify_all();
                        continue;
                    }
                    self.0.changed.wait_timeout(state, deadline - now).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the terminal's Ctrl-C from a process, so that it is this program alone that ends it: otherwise the process would
/// be found dead before it is known why.
pub(super) fn keep_from_terminal(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends the runner and cancels the statement, if a migration is running.
fn stop(state: &mut State, reason: Reason) {
    state.reason.get_or_insert(reason);
    state.deadline = None;
    if state.running {
        if let Some(child) = &state.child {
            // Fails only when it has ended by itself.
            let _ = child.kill();
        }
        if let Some(cancel) = &state.canceller {
            cancel();
        }
    }
}
