//! How far a backfill came: one record, written anew in the transaction of each batch.

use glim::error::{DatabaseError, ErrorClass};
use glim::wire::Answer;
use glim_files::statement::Work;
use glim_schema::Dialect;

use super::{Halt, Journal, Last, Stuck, Whose, fingerprint};
use crate::backfill::Checkpoint;
use crate::driver::Connection;
use crate::ledger::journal::{Progress, Record};

/// What to do with a backfill.
pub(crate) enum Begun {
    /// Do it, behind this checkpoint.
    GoOn(Taken, Checkpoint),
    /// It was done before, and this was answered.
    Answered(Vec<Answer>),
}

/// A backfill under way, as the journal knows it.
pub(crate) struct Taken {
    position: i64,
    hash: String,
    text: String,
}

/// What the journal has to remember when a batch is not committed.
pub(crate) struct Before {
    pending: Vec<Record>,
    last: Option<Last>,
}

impl Journal<'_> {
    /// Takes up a backfill, where it was if it was begun before.
    pub(crate) fn take_up(&mut self, text: &str, hash: String) -> Result<Begun, Halt> {
        let record = self.next_record(text, &hash)?;
        let checkpoint = match record {
            None => Checkpoint::default(),
            Some(record) if record.state != Progress::Intent => return self.answer(text, record).map(Begun::Answered),
            Some(record) => {
                let parts = record.objects.as_deref().and_then(fingerprint::decode);
                let Some(checkpoint) = parts.and_then(Checkpoint::of_parts) else {
                    let (position, statement) = (record.position, record.statement);
                    return Err(Halt::Stuck(Stuck::Unclear { position, statement, difference: String::new() }));
                };
                self.last = Some(Last { position: record.position, is_done: false, is_changed: true });
                checkpoint
            }
        };
        self.refuse_what_the_session_lacks(text, &Work::Data)?;
        Ok(Begun::GoOn(Taken { position: self.position, hash, text: text.to_owned() }, checkpoint))
    }

    /// Why a batch cannot be committed together with its note.
    pub(crate) fn obstacle(
        &mut self,
        conn: &mut dyn Connection,
        text: &str,
    ) -> Result<Option<&'static str>, DatabaseError> {
        Ok(match () {
            () if self.transaction != Whose::Nobodys => {
                Some("the migration has a transaction open; it has to commit it first, since each batch is committed")
            }
            () if self.is_locked => Some("the migration has tables locked; it has to unlock them first"),
            () if self.dialect == Dialect::Mysql && self.may_stay(conn, text)? => Some(
                "transactions do not cover its table, or one that a trigger may reach, so that a batch might be applied \
                 twice; give the table an engine that has them first, such as InnoDB",
            ),
            () => None,
        })
    }

    /// The statements that note how far a backfill is when the batch is committed that they are sent with.
    pub(crate) fn note_batch(&mut self, taken: &Taken, done: &Checkpoint) -> (Vec<String>, Before) {
        let before = Before { pending: self.pending.clone(), last: self.last };
        let objects = Some(fingerprint::encode(&done.parts()));
        self.pending.push(Record { objects, ..taken.record(Progress::Intent) });
        let statements = self.noted();
        self.last = Some(Last { position: taken.position, is_done: false, is_changed: true });
        (statements, before)
    }

    /// Takes back what was thought of a batch that was not committed.
    pub(crate) fn forget_batch(&mut self, before: Before) {
        self.pending = before.pending;
        self.last = before.last;
    }

    /// Notes how a backfill has ended.
    pub(crate) fn filled(
        &mut self,
        conn: &mut dyn Connection,
        taken: &Taken,
        result: Result<u64, &DatabaseError>,
    ) -> Result<(), DatabaseError> {
        match result {
            Ok(changed) => {
                let answer = self.kept_answer(vec![Answer::Affected(changed)]);
                self.pending.push(Record { answer, ..taken.record(Progress::Done) });
                self.write(conn, Vec::new())
            }
            // What was noted with the last batch decides, next time.
            Err(error) if error.class == ErrorClass::ConnectionLost => Ok(()),
            // For a migration that goes on all the same. If it does not, the batches that were committed stay noted.
            Err(error) => {
                let answer = self.kept_answer(vec![Answer::Failed(error.clone().into())]);
                self.pending.push(Record { answer, ..taken.record(Progress::Failed) });
                Ok(())
            }
        }
    }
}

impl Taken {
    fn record(&self, state: Progress) -> Record {
        let (position, hash, statement) = (self.position, self.hash.clone(), self.text.clone());
        Record { position, state, hash, statement, objects: None, answer: None }
    }
}
