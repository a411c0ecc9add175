//! Further attempts at what could not have a lock of the database and left nothing behind: a step, or a backfill's batch.

use std::time::Duration;

use glim::error::{DatabaseError, ErrorClass};
use glim_files::split::Statement;

use super::frame::Frame;
use super::{Aftermath, Interrupted, Locked, MigrateError};
use crate::driver::Transaction;
use crate::lock::{jittered, sleep};
use crate::plan::Step;
use crate::progress::{Progress, Retry};
use crate::source::{Source, Stopped};

/// The attempts at one thing.
#[derive(Default)]
pub(crate) struct Attempts {
    /// How many have failed.
    failed: usize,
}

impl Attempts {
    /// The one after that which has just failed, unless it was the last. `table` is that of a backfill.
    pub(crate) fn another<'r>(
        &mut self,
        pauses: &[Duration],
        reason: &'r str,
        table: Option<&'r str>,
    ) -> Option<Retry<'r>> {
        let pause = jittered(*pauses.get(self.failed)?);
        self.failed += 1;
        Some(Retry { attempt: self.failed + 1, of: pauses.len() + 1, pause, reason, table })
    }
}

impl Locked<'_> {
    /// Does a step again, several times if need be: while somebody else has a lock of the database that it needs. Each
    /// attempt is a step of its own, with its row, its journal and its line in the log. `outcome` is that of the first.
    pub(super) fn again(
        &mut self,
        step: &Step<'_>,
        script: Option<&[Statement<'_>]>,
        mut outcome: Result<Duration, MigrateError>,
        source: &mut dyn Source,
        progress: &mut dyn Progress,
        interrupted: Interrupted<'_>,
    ) -> Result<Duration, MigrateError> {
        let mut attempts = Attempts::default();
        loop {
            let mut error = match outcome {
                Ok(took) => return Ok(took),
                Err(error) => error,
            };
            let Some(refusal) = self.refused_a_lock(step, &error) else { return Err(error) };
            let Some(retry) = attempts.another(&self.pauses, &refusal.message, None) else { return Err(error) };
            progress.retrying(step.entry, step.direction, &retry);
            if !sleep(retry.pause, interrupted) {
                if let MigrateError::Step(failure) = &mut error {
                    failure.stopped = Stopped::Interrupted;
                }
                return Err(error);
            }
            outcome = self.step(step, script, source, progress, interrupted);
        }
    }

    /// What the database said of the lock, where a step has failed for want of one and all of it is undone.
    fn refused_a_lock<'e>(&self, step: &Step<'_>, error: &'e MigrateError) -> Option<&'e DatabaseError> {
        let MigrateError::Step(failure) = error else { return None };
        let refusal = match &failure.stopped {
            Stopped::Error(error) => error.as_database()?,
            Stopped::Statement { error, .. } => error,
            _ => return None,
        };
        let is_undone = match (failure.aftermath, &failure.unrecorded) {
            (Aftermath::RolledBack, None) => true,
            // SQLite has one lock for all: without it the log cannot be told either.
            (Aftermath::RolledBack, Some(_)) => {
                let was_announced = Frame::of(step, self.connection.dialect()).is_announced();
                !was_announced && self.connection.transaction() == Transaction::None
            }
            (Aftermath::Partial { .. } | Aftermath::Unknown, _) => false,
        };
        Some(refusal).filter(|error| is_undone && error.class == ErrorClass::LockTimeout)
    }
}
