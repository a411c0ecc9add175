//! The journal of a migration whose statements commit as they run: what was sent, so that a run that was cut off can go on
//! exactly where it was.
//!
//! What makes it exact is that a note is written in the very transaction that its statement runs in. A data statement and
//! the note that it is done are committed together or not at all. A definition, on MySQL and MariaDB, commits what is open
//! before it runs, and so commits the note of its intent, which was written just before it; whether it was run then is
//! told by the catalogue (`decide`), in which it changes all that it changes at once. The same note, written in the
//! transaction before a statement of which nobody knows what it does, stays behind only if that statement has committed
//! something: without it, nothing has happened.

mod backfill;
mod decide;
mod fingerprint;
mod group;
mod hash;
mod notes;
mod plain;
mod shape;
mod stuck;

use std::collections::VecDeque;

use glim::error::DatabaseError;
use glim::wire::Answer;
use glim::wire::codec::decode_all;
use glim::{Direction, Value};
use glim_files::statement::{Work, asks_session, kept_by_session};
use glim_schema::Dialect;
use glim_schema::sql::quote;

pub(crate) use self::backfill::{Begun, Taken};
use self::decide::Verdict;
pub(crate) use self::group::{Grouped, presence};
pub(crate) use self::hash::Hash;
use self::plain::Plain;
pub use self::stuck::Stuck;
use crate::driver::Connection;
use crate::ledger::Ledger;
use crate::ledger::journal::{Journaled, Progress, Record};

/// The journal of a migration under way.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Journal<'l> {
    ledger: &'l Ledger,
    migration: &'l str,
    direction: Direction,
    dialect: Dialect,
    /// Each statement commits by itself, as `transaction = false` says.
    is_bare: bool,
    keeps_answers: bool,
    /// What was run before, and not yet asked for again.
    recorded: VecDeque<Record>,
    resumes: bool,
    position: i64,
    /// Done in the transaction that is open, and to be noted before that ends.
    pending: Vec<Record>,
    transaction: Whose,
    /// Tables are locked, so that nothing can be noted.
    is_locked: bool,
    /// The last statement whose intent was noted.
    last: Option<Last>,
    /// What a statement that was run before has left in its session.
    kept: Option<(i64, &'static str)>,
    /// Rows were written since it went on.
    has_written: bool,
    plain: Option<Plain>,
    /// The server has undone what was done in the transaction, and the migration does not know.
    is_undone: bool,
}

/// A statement whose intent was noted, and how it ended.
#[derive(Clone, Copy, Debug)]
struct Last {
    position: i64,
    /// It is done.
    is_done: bool,
    /// It was refused, and what it was to touch is another now.
    is_changed: bool,
}

/// Whose transaction is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Nobodys,
    Ours,
    /// The migration's own.
    Theirs,
}

/// A statement on its way.
pub(crate) struct Sent<'s> {
    text: &'s str,
    work: Work,
    record: Record,
    before: Option<Vec<Option<String>>>,
    /// Its intent was committed ahead, since no transaction covers what it does.
    is_ahead: bool,
}

impl<'s> Sent<'s> {
    /// A statement that is to be sent.
    fn new(text: &'s str, work: Work, hash: String, position: i64) -> Self {
        let (state, statement) = (Progress::Done, text.to_owned());
        let record = Record { position, state, hash, statement, objects: None, answer: None };
        Self { text, work, record, before: None, is_ahead: false }
    }

    /// Whether what it does stays, whatever becomes of the transaction.
    pub(crate) fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// Sets what it amounts to, which for rows that come one by one is known after the last.
    pub(crate) fn rehash(&mut self, hash: String) {
        self.record.hash = hash;
    }
}

/// What to do with a statement.
pub(crate) enum Recall<'s> {
    /// Run it.
    Run(Sent<'s>),
    /// Run it, for its session's sake, and note nothing.
    Again,
    /// It was run before, and this was answered.
    Answered(Vec<Answer>),
}

/// Why the journal stops a migration.
pub(crate) enum Halt {
    Stuck(Stuck),
    Database(DatabaseError),
}

impl From<DatabaseError> for Halt {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl<'l> Journal<'l> {
    /// The journal of a migration that begins, or goes on after what is recorded.
    pub(crate) fn new(
        ledger: &'l Ledger,
        migration: &'l str,
        direction: Direction,
        dialect: Dialect,
        recorded: Option<Journaled>,
    ) -> Self {
        Self {
            ledger,
            migration,
            direction,
            dialect,
            is_bare: true,
            keeps_answers: true,
            resumes: recorded.is_some(),
            recorded: recorded.map(|it| it.records.into()).unwrap_or_default(),
            position: 0,
            pending: Vec::new(),
            transaction: Whose::Nobodys,
            is_locked: false,
            last: None,
            kept: None,
            has_written: false,
            plain: None,
            is_undone: false,
        }
    }

    /// Statements run in a transaction that is open already, until one of them commits it.
    #[must_use]
    pub(crate) fn in_transaction(self, is_open: bool) -> Self {
        let transaction = if is_open { Whose::Ours } else { Whose::Nobodys };
        Self { is_bare: !is_open, transaction, ..self }
    }

    /// Whether the answers to queries are kept.
    #[must_use]
    pub(crate) fn keeping_answers(self, keeps_answers: bool) -> Self {
        Self { keeps_answers, ..self }
    }

    /// Whether it goes on after an interruption.
    pub(crate) fn resumes(&self) -> bool {
        self.resumes
    }

    /// How many statements were recorded and not asked for again.
    pub(crate) fn left(&self) -> usize {
        self.recorded.len()
    }

    /// What to do with a statement that comes now.
    pub(crate) fn recall<'s>(
        &mut self,
        conn: &mut dyn Connection,
        text: &'s str,
        hash: String,
        work: Work,
    ) -> Result<Recall<'s>, Halt> {
        let Some(record) = self.next_record(text, &hash)? else {
            self.refuse_what_the_session_lacks(text, &work)?;
            return Ok(self.send(text, hash, work));
        };
        match record.state {
            Progress::Done if work == Work::Setting => Ok(Recall::Again),
            Progress::Done | Progress::Failed => self.answer(text, record).map(Recall::Answered),
            Progress::Intent => self.resolve(conn, text, hash, work, &record),
        }
    }

    /// What is recorded of the statement that comes now; nothing for one that was not sent before.
    fn next_record(&mut self, text: &str, hash: &str) -> Result<Option<Record>, Halt> {
        if self.is_undone {
            return Err(Halt::Database(DatabaseError {
                message: "the database has rolled back the transaction, and with it what the migration did before"
                    .to_owned(),
                ..DatabaseError::default()
            }));
        }
        self.position += 1;
        match self.recorded.pop_front() {
            Some(record) if record.hash != hash || record.position != self.position => {
                let (then, now) = (record.statement, shortened(text));
                Err(Halt::Stuck(Stuck::Differs { position: record.position, then, now }))
            }
            record => Ok(record),
        }
    }

    /// What was answered to a statement that was run before.
    fn answer(&mut self, text: &str, record: Record) -> Result<Vec<Answer>, Halt> {
        let position = record.position;
        if let Some(what) = kept_by_session(text, self.dialect) {
            self.kept.get_or_insert((position, what));
        }
        let answers = match record.answer.as_deref() {
            None => Some(vec![Answer::Affected(0)]),
            Some(answer) => decode_all::<Vec<Answer>>(answer).ok().filter(|answers| !answers.is_empty()),
        };
        answers.ok_or(Halt::Stuck(Stuck::NoAnswer { position, statement: record.statement }))
    }

    /// Decides by the catalogue about a statement that was to be sent when the last run ended.
    fn resolve<'s>(
        &mut self,
        conn: &mut dyn Connection,
        text: &'s str,
        hash: String,
        work: Work,
        record: &Record,
    ) -> Result<Recall<'s>, Halt> {
        let position = record.position;
        let unclear = |difference: String| {
            Halt::Stuck(Stuck::Unclear { position, statement: record.statement.clone(), difference })
        };
        let definition = match &work {
            Work::Repeatable => {
                self.refuse_what_the_session_lacks(text, &work)?;
                return Ok(self.send_again(text, hash, work));
            }
            // The note was committed by it.
            Work::Commit => return self.is_done(conn, position),
            Work::Definition(definition) => definition,
            _ => return Err(unclear(String::new())),
        };
        let before = record.objects.as_deref().and_then(fingerprint::decode).unwrap_or_default();
        let now = fingerprint::fingerprints(conn, definition)?;
        match decide::decide(definition, &before, &now) {
            Verdict::Done => return self.is_done(conn, position),
            Verdict::NotRun => {}
            Verdict::Leftover => {
                for touch in &definition.touches {
                    let schema = touch.object.schema.as_ref().map(|it| format!("{}.", quote(self.dialect, it)));
                    let name = quote(self.dialect, &touch.object.name);
                    conn.batch(&format!("DROP INDEX CONCURRENTLY {}{name}", schema.unwrap_or_default()))?;
                }
            }
            Verdict::Unclear => return Err(unclear(fingerprint::difference(&before, &now))),
        }
        self.refuse_what_the_session_lacks(text, &work)?;
        Ok(self.send_again(text, hash, work))
    }

    /// Notes that a statement was done after all.
    fn is_done(&mut self, conn: &mut dyn Connection, position: i64) -> Result<Recall<'static>, Halt> {
        // With the next commit; until then the catalogue says the same.
        conn.batch(&self.ledger.journal_done_text(self.migration, position))?;
        Ok(Recall::Answered(vec![Answer::Affected(0)]))
    }

    /// Refuses to go on where what is left may build on something that only the interrupted session had.
    fn refuse_what_the_session_lacks(&mut self, text: &str, work: &Work) -> Result<(), Halt> {
        if !self.resumes {
            return Ok(());
        }
        if let Some((position, what)) = self.kept {
            return Err(Halt::Stuck(Stuck::SessionGone { position, what }));
        }
        if !self.has_written
            && let Some(function) = asks_session(text, self.dialect)
        {
            return Err(Halt::Stuck(Stuck::AsksSession { position: self.position, function }));
        }
        self.has_written |= *work == Work::Data;
        Ok(())
    }

    fn send<'s>(&self, text: &'s str, hash: String, work: Work) -> Recall<'s> {
        Recall::Run(Sent::new(text, work, hash, self.position))
    }

    /// The same for a statement that the journal has an intent of already.
    fn send_again<'s>(&mut self, text: &'s str, hash: String, work: Work) -> Recall<'s> {
        self.last = Some(Last { position: self.position, is_done: false, is_changed: false });
        self.send(text, hash, work)
    }

    /// Whether the statement that was refused last has left something behind all the same.
    pub(crate) fn has_left_something(&self) -> bool {
        self.last.is_some_and(|last| last.is_changed)
    }

    /// Whether the server has undone all that was done in the transaction.
    pub(crate) fn is_undone(&self) -> bool {
        self.is_undone
    }

    /// The statements that bring the journal up to date after a migration has failed and its transaction was rolled back.
    pub(crate) fn settled(&self) -> Vec<String> {
        match self.last {
            Some(last) if last.is_done => vec![self.ledger.journal_done_text(self.migration, last.position)],
            Some(last) if !last.is_changed => vec![self.ledger.journal_forget_text(self.migration, last.position)],
            _ => Vec::new(),
        }
    }

    /// What was recorded and is not sent any more.
    pub(crate) fn unasked(&self) -> Option<Stuck> {
        let record = self.recorded.front()?;
        Some(Stuck::Fewer { position: record.position, then: record.statement.clone() })
    }
}

/// What opens a transaction that writes.
pub(crate) fn begin(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
        Dialect::Mysql => "START TRANSACTION",
    }
}

/// Parameters and all, what a statement amounts to.
pub(crate) fn hash(kind: &str, text: &str, params: &[Value]) -> String {
    let mut hash = Hash::default();
    hash.add(kind.as_bytes());
    hash.add(text.as_bytes());
    hash.add_values(params);
    hash.digits()
}

fn shortened(text: &str) -> String {
    text.chars().take(4_000).collect()
}
