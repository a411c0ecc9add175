//! How long a statement may run: SQLite has no setting for it, but asks in between whether to go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How many steps of a statement's program lie between two questions; they take about a tenth of a millisecond.
const STEPS: std::ffi::c_int = 10_000;

/// The limit of a connection's statements.
pub(super) struct Limit {
    timeout: Option<Duration>,
    opened: Instant,
    /// When the running statement has to end, in microseconds after `opened`.
    deadline: Arc<AtomicU64>,
}

impl Limit {
    /// Limits the statements of a connection.
    pub(super) fn set(connection: &mut Connection, timeout: Option<Duration>) -> rusqlite::Result<Self> {
        let limit = Self { timeout, opened: Instant::now(), deadline: Arc::new(AtomicU64::new(u64::MAX)) };
        if timeout.is_some() {
            let (opened, deadline) = (limit.opened, Arc::clone(&limit.deadline));
            let is_over = move || microseconds(opened.elapsed()) > deadline.load(Ordering::Relaxed);
            connection.progress_handler(STEPS, Some(is_over)).answer()?;
        }
        Ok(limit)
    }

    /// None, as for a connection that is somebody else's.
    pub(super) fn none() -> Self {
        Self { timeout: None, opened: Instant::now(), deadline: Arc::default() }
    }

    /// A statement begins.
    pub(super) fn start(&self) {
        if let Some(timeout) = self.timeout {
            self.deadline.store(microseconds(self.opened.elapsed().saturating_add(timeout)), Ordering::Relaxed);
        }
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// What setting a hook gives: nothing in older versions of the crate, where it cannot fail.
trait Answer {
    fn answer(self) -> rusqlite::Result<()>;
}

impl Answer for () {
    fn answer(self) -> rusqlite::Result<()> {
        Ok(self)
    }
}

impl Answer for rusqlite::Result<()> {
    fn answer(self) -> rusqlite::Result<()> {
        self
    }
}
