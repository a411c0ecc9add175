//! A backfill: batch after batch, each committed together with the note of how far it came.

use std::time::{Duration, Instant};

use glim::error::{DatabaseError, ErrorClass, Kind};
use glim::{Backfill, Result};

use super::noted::{affected, in_database_words};
use super::{Guard, Session};
use crate::backfill::{Checkpoint, Filling, refused};
use crate::driver::{Connection, Transaction};
use crate::journal::{self, Begun, Halt, Journal, Taken};
use crate::migrator::retry::Attempts;
use crate::progress::Filled;

/// Waits, and gives whether to go on.
pub type Rest<'r> = &'r mut dyn FnMut(Duration) -> bool;

impl<'c> Session<'c> {
    /// Sets columns in batches, and gives how many rows were changed. Between two batches, `rest` is asked to wait.
    ///
    /// # Errors
    /// It cannot be done in batches here, the database refuses one of them, or it is to stop; what was committed stays,
    /// and the journal knows how far that is.
    pub fn backfill(&mut self, backfill: &Backfill, rest: Rest<'_>) -> Result<u64> {
        let is_free = matches!(self.connection.transaction(), Transaction::None | Transaction::Unknown);
        if self.guard != Guard::Nothing || !is_free {
            return Err(refused(
                backfill,
                "each of its batches is committed, so that it cannot be part of a transaction; register the migration \
                 with `transaction = false`",
            ));
        }
        let Some(mut journal) = self.journal.take() else {
            let filling = Filling::prepare(&mut *self.connection, backfill)?;
            let changed = self.fill(&filling, None, Checkpoint::default(), rest)?;
            return self.observe(Ok(changed), false);
        };
        let result = self.backfill_noted(backfill, &mut journal, rest);
        self.state.partly |= journal.has_left_something();
        self.journal = Some(journal);
        result
    }

    fn backfill_noted(&mut self, backfill: &Backfill, journal: &mut Journal<'c>, rest: Rest<'_>) -> Result<u64> {
        self.refuse_when_stopped()?;
        let text = described(backfill);
        let hash = journal::hash("backfill", &text, &[]);
        let (taken, done) = match journal.take_up(&text, hash) {
            Ok(Begun::GoOn(taken, done)) => (taken, done),
            Ok(Begun::Answered(answers)) => return super::noted::answered(answers).map(|answers| affected(&answers)),
            Err(Halt::Database(error)) => return self.observe(Err(error), false),
            Err(Halt::Stuck(stuck)) => return Err(self.stick(stuck)),
        };
        let prepared = Filling::prepare(&mut *self.connection, backfill).and_then(|filling| {
            match journal.obstacle(&mut *self.connection, &filling.shown())? {
                Some(problem) => Err(refused(backfill, problem)),
                None => Ok(filling),
            }
        });
        let result = prepared.and_then(|filling| self.fill(&filling, Some((&mut *journal, &taken)), done, rest));
        if self.is_stopped {
            return result;
        }
        let noted = match &result {
            Ok(changed) => journal.filled(&mut *self.connection, &taken, Ok(*changed)),
            Err(error) => journal.filled(&mut *self.connection, &taken, Err(&in_database_words(error))),
        };
        let changed = self.observe(Ok(result?), false)?;
        if noted.is_err() {
            // The backfill was counted.
            self.observe(noted, false)?;
        }
        Ok(changed)
    }

    /// The batches behind a checkpoint.
    fn fill(
        &mut self,
        filling: &Filling<'_>,
        mut noting: Option<(&mut Journal<'c>, &Taken)>,
        mut done: Checkpoint,
        rest: Rest<'_>,
    ) -> Result<u64> {
        self.connection.shown_as(Some(&filling.shown()));
        let result = self.fill_shown(filling, &mut noting, &mut done, rest);
        self.connection.shown_as(None);
        result.map(|()| done.changed)
    }

    fn fill_shown(
        &mut self,
        filling: &Filling<'_>,
        noting: &mut Option<(&mut Journal<'c>, &Taken)>,
        done: &mut Checkpoint,
        rest: Rest<'_>,
    ) -> Result<()> {
        let backfill = filling.backfill();
        let estimated = filling.estimate(&mut *self.connection, done)?;
        loop {
            self.tell(&Filled { table: &backfill.table, rows: done.changed, of: estimated, is_done: false });
            let Some(took) = self.next_batch(filling, noting, done, rest)? else { break };
            let share = u32::from(backfill.share.max(1));
            let of_share = took * (100 - share.min(100)) / share;
            self.rest(backfill.pause.max(of_share), rest)?;
        }
        self.tell(&Filled { table: &backfill.table, rows: done.changed, of: estimated, is_done: true });
        Ok(())
    }

    /// Does the next batch, several times if need be: while somebody else has a lock of the database that it needs. Gives how
    /// long it took, if there was one.
    fn next_batch(
        &mut self,
        filling: &Filling<'_>,
        noting: &mut Option<(&mut Journal<'c>, &Taken)>,
        done: &mut Checkpoint,
        rest: Rest<'_>,
    ) -> Result<Option<Duration>> {
        let mut attempts = Attempts::default();
        loop {
            let began = Instant::now();
            let error = match self.batch_behind(filling, noting, done) {
                Ok(is_there) => return Ok(is_there.then(|| began.elapsed())),
                Err(error) => error,
            };
            // Where nothing was left behind yet, it is the whole migration that runs again.
            let stays = noting.as_ref().map_or(self.state.partly, |(journal, _)| journal.has_left_something());
            let refusal = error.as_database().filter(|refusal| stays && refusal.class == ErrorClass::LockTimeout);
            let Some(pause) = refusal.and_then(|refusal| self.another(&mut attempts, refusal, filling.backfill()))
            else {
                // Of successes, only that of all batches counts as a statement.
                return match error.as_database() {
                    Some(refusal) => self.observe(Err(refusal.clone()), false),
                    None => Err(error),
                };
            };
            self.rest(pause, rest)?;
        }
    }

    /// Says that a batch is tried again, unless that was the last attempt. Gives how long to wait.
    fn another(&mut self, attempts: &mut Attempts, refusal: &DatabaseError, backfill: &Backfill) -> Option<Duration> {
        let telling = self.telling.as_mut()?;
        let retry = attempts.another(telling.pauses, &refusal.message, Some(&backfill.table))?;
        telling.progress.retrying(telling.entry, telling.direction, &retry);
        Some(retry.pause)
    }

    /// Changes the rows of the batch behind a checkpoint, and notes that it is done, both or neither. Gives whether there were
    /// any.
    fn batch_behind(
        &mut self,
        filling: &Filling<'_>,
        noting: &mut Option<(&mut Journal<'c>, &Taken)>,
        done: &mut Checkpoint,
    ) -> Result<bool> {
        let Some(key) = filling.next(&mut *self.connection, done)? else { return Ok(false) };
        let update = &filling.update(done, &key)?;
        let Some((journal, taken)) = noting else {
            done.changed += self.connection.execute(update, &[])?;
            done.key = key;
            self.state.partly = true;
            return Ok(true);
        };
        let opened = self.connection.begin(journal::begin(self.connection.dialect()));
        let changed = opened.and_then(|()| self.connection.execute(update, &[]));
        let changed = changed.inspect_err(|_| undo(&mut *self.connection));
        let next = Checkpoint { key, changed: done.changed + changed? };
        let (mut statements, before) = journal.note_batch(taken, &next);
        statements.push("COMMIT".to_owned());
        let committed = self.connection.batch(&statements.join(";\n"));
        if committed.is_err() {
            journal.forget_batch(before);
            undo(&mut *self.connection);
        }
        committed?;
        *done = next;
        Ok(true)
    }

    /// Waits, unless it is to stop.
    fn rest(&mut self, pause: Duration, rest: Rest<'_>) -> Result<()> {
        let goes_on = rest(pause) && !self.telling.as_ref().is_some_and(|telling| (telling.interrupted)());
        self.is_stopped |= !goes_on;
        self.refuse_when_stopped()
    }

    fn tell(&mut self, filled: &Filled<'_>) {
        if let Some(telling) = &mut self.telling {
            telling.progress.filled(filled);
        }
    }

    /// What was begun and is to stop does nothing any more.
    pub(super) fn refuse_when_stopped(&self) -> Result<()> {
        match &self.stuck {
            _ if self.is_stopped => Err(Kind::Usage("the backfill was stopped between two batches".to_owned()).into()),
            Some(stuck) => Err(Kind::Usage(stuck.to_string()).into()),
            None => Ok(()),
        }
    }
}

/// Ends the transaction of a batch that was not committed. Where that fails, the connection is lost, and the transaction
/// with it; the first error is the one that counts.
fn undo(connection: &mut dyn Connection) {
    if connection.opened().is_ok() && connection.transaction() != Transaction::None {
        let _ = connection.batch("ROLLBACK");
    }
}

/// What a backfill does, which must be the same for it to go on: how fast is up to each run.
fn described(backfill: &Backfill) -> String {
    let mut parts = vec![format!("backfill of {}: set {}", backfill.table, backfill.assignments.join(", "))];
    parts.extend(backfill.conditions.iter().map(|condition| format!("where {condition}")));
    parts.join("; ")
}
