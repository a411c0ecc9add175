//! Further attempts at a step that could not have a lock of the database and left nothing behind.

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
        let of = self.pauses.len() + 1;
        let mut attempt = 1;
        loop {
            let mut error = match outcome {
                Ok(took) => return Ok(took),
                Err(error) => error,
            };
            let Some(refusal) = self.refused_a_lock(step, &error) else { return Err(error) };
            let Some(pause) = self.pauses.get(attempt - 1).copied().map(jittered) else { return Err(error) };
            attempt += 1;
            progress.retrying(step.entry, step.direction, &Retry { attempt, of, pause, reason: &refusal.message });
            if !sleep(pause, interrupted) {
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
