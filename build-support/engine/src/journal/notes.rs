//! What is noted of a statement, before it is sent and after: in which transaction, and when that is committed.

use glim::error::{DatabaseError, ErrorClass};
use glim::wire::Answer;
use glim::wire::codec::Encode as _;
use glim_files::statement::Work;
use glim_schema::Dialect;

use super::plain::Plain;
use super::{Journal, Last, Sent, Whose, begin, decide, fingerprint};
use crate::driver::{Connection, Transaction};
use crate::ledger::journal::{Progress, Record};

/// The longest answer that is kept, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

impl Journal<'_> {
    /// What has to be sent just before a statement, in order.
    pub(crate) fn before(
        &mut self,
        conn: &mut dyn Connection,
        sent: &mut Sent<'_>,
    ) -> Result<Vec<String>, DatabaseError> {
        if self.is_locked {
            return Ok(Vec::new());
        }
        match &sent.work {
            Work::Begin if self.dialect == Dialect::Mysql && self.has_plain(conn)? => {
                Ok(self.noted_with_intent(&sent.record))
            }
            Work::Commit if self.transaction == Whose::Theirs => {
                self.pending.push(sent.record.clone());
                Ok(self.noted())
            }
            Work::Setting | Work::Begin | Work::Commit | Work::Rollback | Work::Unlock => Ok(Vec::new()),
            Work::Data => self.before_data(conn, sent),
            _ if self.transaction == Whose::Theirs && self.dialect != Dialect::Mysql => Ok(Vec::new()),
            Work::Definition(_) | Work::Repeatable | Work::Opaque | Work::Lock => self.before_commit(conn, sent),
        }
    }

    fn before_data(&mut self, conn: &mut dyn Connection, sent: &mut Sent<'_>) -> Result<Vec<String>, DatabaseError> {
        let mut statements = Vec::new();
        if self.dialect == Dialect::Mysql && self.may_stay(conn, sent.text)? && self.transaction != Whose::Theirs {
            sent.is_ahead = true;
            statements.extend(self.opened());
            statements.extend(self.noted_with_intent(&sent.record));
            statements.push("COMMIT".to_owned());
            self.transaction = Whose::Nobodys;
        }
        statements.extend(self.opened());
        Ok(statements)
    }

    /// Before what commits by its nature, or may.
    fn before_commit(&mut self, conn: &mut dyn Connection, sent: &mut Sent<'_>) -> Result<Vec<String>, DatabaseError> {
        if let Work::Definition(definition) = &sent.work {
            let before = fingerprint::fingerprints(conn, definition)?;
            sent.record.objects = Some(fingerprint::encode(&before));
            sent.before = Some(before);
            self.forget_plain(sent.text);
        }
        let mut statements = Vec::new();
        if self.dialect == Dialect::Mysql {
            // So that what is noted stays only if the statement commits.
            statements.extend(self.opened());
        }
        statements.extend(self.noted_with_intent(&sent.record));
        Ok(statements)
    }

    /// Forgets which tables no transaction covers, where a statement may make one more.
    pub(super) fn forget_plain(&mut self, text: &str) {
        self.plain.take_if(|plain| plain.may_grow(text));
    }

    /// What opens a transaction, where none is open.
    fn opened(&mut self) -> Option<String> {
        (self.transaction == Whose::Nobodys).then(|| {
            self.transaction = Whose::Ours;
            begin(self.dialect).to_owned()
        })
    }

    /// Whether there are tables that no transaction covers.
    fn has_plain(&mut self, conn: &mut dyn Connection) -> Result<bool, DatabaseError> {
        self.may_stay(conn, "")?;
        Ok(self.plain.as_ref().is_some_and(|plain| !plain.is_empty()))
    }

    pub(super) fn may_stay(&mut self, conn: &mut dyn Connection, text: &str) -> Result<bool, DatabaseError> {
        let plain = match self.plain.take() {
            Some(plain) => plain,
            None => Plain::read(conn)?,
        };
        Ok(self.plain.insert(plain).may_stay(text))
    }

    /// The statements that note what is pending.
    pub(super) fn noted(&mut self) -> Vec<String> {
        let records = std::mem::take(&mut self.pending);
        if records.is_empty() {
            return Vec::new();
        }
        let mut statements = Vec::new();
        // The intent of one that was refused.
        if let Some(last) = self.last.take_if(|last| !last.is_done)
            && records.iter().any(|record| record.position == last.position)
        {
            statements.push(self.ledger.journal_forget_text(self.migration, last.position));
        }
        statements.push(self.ledger.journal_insert_text(self.migration, self.direction, &records));
        statements
    }

    fn noted_with_intent(&mut self, record: &Record) -> Vec<String> {
        let intent = Record { state: Progress::Intent, ..record.clone() };
        self.pending.push(intent);
        let statements = self.noted();
        self.last = Some(Last { position: record.position, is_done: false, is_changed: false });
        statements
    }

    /// Takes note of how a statement ended.
    pub(crate) fn after(
        &mut self,
        conn: &mut dyn Connection,
        sent: Sent<'_>,
        result: Result<Vec<Answer>, &DatabaseError>,
    ) -> Result<(), DatabaseError> {
        match result {
            Ok(answers) => self.done(conn, sent, answers),
            // What was noted decides, next time.
            Err(error) if error.class == ErrorClass::ConnectionLost => Ok(()),
            Err(error) => self.refused(conn, sent, error),
        }
    }

    fn done(&mut self, conn: &mut dyn Connection, sent: Sent<'_>, answers: Vec<Answer>) -> Result<(), DatabaseError> {
        let Sent { work, mut record, is_ahead, .. } = sent;
        record.answer = self.kept_answer(answers);
        if self.is_locked && work != Work::Unlock {
            // Nothing can be noted until they are unlocked.
            self.pending.push(record);
            return Ok(());
        }
        match work {
            Work::Setting => self.pending.push(record),
            Work::Begin => {
                self.transaction = Whose::Theirs;
                self.pending.push(record);
            }
            Work::Commit => {
                if self.transaction != Whose::Theirs {
                    self.pending.push(record);
                }
                self.transaction = Whose::Nobodys;
            }
            Work::Rollback => {
                self.transaction = Whose::Nobodys;
                self.pending.push(record);
                self.write(conn, Vec::new())?;
            }
            Work::Lock => {
                self.is_locked = true;
                self.notice(conn);
            }
            Work::Unlock => {
                self.is_locked = false;
                self.notice(conn);
                self.pending.push(record);
                let done = self.last.take().map(|it| self.ledger.journal_done_text(self.migration, it.position));
                self.write(conn, done.into_iter().collect())?;
            }
            _ if self.transaction == Whose::Theirs => {
                self.pending.push(record);
                self.notice(conn);
            }
            Work::Data => {
                if is_ahead {
                    // Said again if the transaction, and this with it, is undone.
                    self.last = Some(Last { position: record.position, is_done: true, is_changed: false });
                    conn.batch(&self.ledger.journal_done_text(self.migration, record.position))?;
                } else {
                    self.pending.push(record);
                }
                self.notice(conn);
                if self.is_bare || self.transaction == Whose::Nobodys {
                    self.write(conn, Vec::new())?;
                }
            }
            Work::Definition(_) | Work::Repeatable | Work::Opaque => {
                let is_clear = match &work {
                    Work::Definition(definition) => decide::is_decidable(definition),
                    Work::Repeatable => true,
                    _ => false,
                };
                self.last = Some(Last { position: record.position, is_done: true, is_changed: false });
                self.notice(conn);
                // Where the catalogue says the same, it is noted with what comes next.
                if !is_clear || self.dialect != Dialect::Mysql || record.answer.is_some() {
                    let mut statements = vec![self.ledger.journal_forget_text(self.migration, record.position)];
                    let records = [record];
                    statements.push(self.ledger.journal_insert_text(self.migration, self.direction, &records));
                    self.write(conn, statements)?;
                }
            }
        }
        Ok(())
    }

    fn refused(
        &mut self,
        conn: &mut dyn Connection,
        sent: Sent<'_>,
        error: &DatabaseError,
    ) -> Result<(), DatabaseError> {
        let Sent { work, mut record, before, is_ahead, .. } = sent;
        let was_open = self.transaction != Whose::Nobodys;
        if self.transaction == Whose::Ours && self.dialect != Dialect::Mysql {
            self.transaction = Whose::Nobodys;
            conn.batch("ROLLBACK")?;
        }
        self.notice(conn);
        if work == Work::Data && self.dialect == Dialect::Mysql && was_open && self.transaction == Whose::Nobodys {
            // The server has ended a deadlock, by undoing the whole transaction.
            self.pending.clear();
            self.is_undone = true;
        }
        if let Some(last) = self.last.as_mut().filter(|last| last.position == record.position) {
            last.is_changed = match (&work, &before) {
                (Work::Definition(definition), Some(before)) => {
                    fingerprint::fingerprints(conn, definition).map_or(true, |now| now != *before)
                }
                (Work::Repeatable, _) => false,
                _ => is_ahead || matches!(work, Work::Opaque | Work::Lock),
            };
        }
        record.state = Progress::Failed;
        record.answer = self.kept_answer(vec![Answer::Failed(error.clone().into())]);
        if !self.is_locked {
            self.pending.push(record);
        }
        Ok(())
    }

    /// Takes note of a transaction that has ended, as far as the driver knows.
    fn notice(&mut self, conn: &dyn Connection) {
        if conn.transaction() == Transaction::None {
            self.transaction = Whose::Nobodys;
        }
    }

    /// Notes what is pending, and more, all of it or nothing, and commits it unless the transaction goes on.
    pub(super) fn write(
        &mut self,
        conn: &mut dyn Connection,
        mut statements: Vec<String>,
    ) -> Result<(), DatabaseError> {
        statements.extend(self.noted());
        let is_ours = self.transaction == Whose::Ours && self.is_bare;
        if statements.is_empty() && !is_ours {
            return Ok(());
        }
        if self.transaction == Whose::Nobodys {
            statements.insert(0, begin(self.dialect).to_owned());
        }
        if self.transaction == Whose::Nobodys || is_ours {
            statements.push("COMMIT".to_owned());
            self.transaction = Whose::Nobodys;
        }
        conn.batch(&statements.join(";\n"))
    }

    /// An answer as the journal keeps it: an empty list for one that is not kept, and nothing for one that says nothing.
    pub(super) fn kept_answer(&self, mut answers: Vec<Answer>) -> Option<Vec<u8>> {
        if matches!(answers.as_slice(), [Answer::Affected(0) | Answer::Done]) {
            return None;
        }
        if !self.keeps_answers && answers.iter().any(|answer| matches!(answer, Answer::Rows(_))) {
            answers.clear();
        }
        let mut bytes = Vec::new();
        answers.encode(&mut bytes);
        if bytes.len() > LONGEST_ANSWER {
            bytes.clear();
            Vec::<Answer>::new().encode(&mut bytes);
        }
        Some(bytes)
    }
}
