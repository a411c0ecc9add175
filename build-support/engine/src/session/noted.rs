//! The statements of a migration whose journal is kept: each between the notes that are made of it, or answered from them.

use std::cell::Cell;
use std::ops::ControlFlow;

use glim::error::{DatabaseError, Kind};
use glim::wire::Answer;
use glim::{Result, Value};
use glim_files::split::split;
use glim_files::statement::Work;
use glim_schema::{AlterTable, Dialect};

use super::{Cut, Session, State, uncut};
use crate::driver::{Connection, EachRow};
use crate::journal::{self, Grouped, Halt, Hash, Journal, Recall, Stuck};
use crate::rebuild;

/// How many rows of an answer are held for the journal: more are not kept.
const ROWS_HELD: usize = 1_000;

/// Runs a statement, and gives what the migration is answered.
type Call<'c> = dyn FnMut(&mut dyn Connection) -> Result<Vec<Answer>, DatabaseError> + 'c;

impl<'c> Session<'c> {
    /// What a statement does, as far as its words tell.
    pub(super) fn work(&self, sql: &str) -> Work {
        Work::of(sql, self.dialect())
    }

    /// Runs a statement between the notes that the journal makes of it; or gives what it was answered before.
    pub(super) fn noted(
        &mut self,
        text: &str,
        hash: &dyn Fn() -> String,
        work: Work,
        several: bool,
        call: &mut Call<'_>,
    ) -> Result<Vec<Answer>> {
        let Some(mut journal) = self.journal.take() else {
            let result = call(&mut *self.connection);
            return self.observe(result, several);
        };
        let was_whole = !self.state.left_transaction;
        let result = self.between_notes(&mut journal, text, hash, work, several, call);
        self.state.partly |= journal.has_left_something();
        self.forget_what_the_server_has_undone(&journal, was_whole);
        self.journal = Some(journal);
        result
    }

    /// The victim of a deadlock is in no transaction any more, and yet nothing of it is left, if all was in that one.
    fn forget_what_the_server_has_undone(&mut self, journal: &Journal<'_>, was_whole: bool) {
        if was_whole && journal.is_undone() && !journal.has_left_something() {
            self.state = State { lost: self.state.lost, ..State::default() };
        }
    }

    fn between_notes(
        &mut self,
        journal: &mut Journal<'c>,
        text: &str,
        hash: &dyn Fn() -> String,
        work: Work,
        several: bool,
        call: &mut Call<'_>,
    ) -> Result<Vec<Answer>> {
        self.refuse_when_stopped()?;
        let mut sent = match journal.recall(&mut *self.connection, text, hash(), work) {
            Ok(Recall::Run(sent)) => sent,
            Ok(Recall::Again) => {
                let result = call(&mut *self.connection);
                return self.observe(result, several);
            }
            Ok(Recall::Answered(answers)) => return answered(answers),
            Err(Halt::Database(error)) => return self.observe(Err(error), false),
            Err(Halt::Stuck(stuck)) => return Err(self.stick(stuck)),
        };
        let before = journal.before(&mut *self.connection, &mut sent);
        let prepared = before.and_then(|before| prepare(&mut *self.connection, &before));
        if prepared.is_err() {
            return self.observe(prepared, false).map(|()| Vec::new());
        }
        // No transaction undoes what it does, although one is open.
        self.state.left_transaction |= sent.is_ahead();
        let result = call(&mut *self.connection);
        let outcome = match &result {
            Ok(answers) => Ok(copied(answers)),
            Err(error) => Err(error),
        };
        sent.rehash(hash());
        let noted = journal.after(&mut *self.connection, sent, outcome);
        let result = self.observe(result, several)?;
        if noted.is_err() {
            // The statement was counted.
            self.observe(noted, false)?;
        }
        Ok(result)
    }

    /// The migration cannot go on.
    pub(super) fn stick(&mut self, stuck: Stuck) -> glim::Error {
        let error = Kind::Usage(stuck.to_string());
        self.stuck = Some(stuck);
        error.into()
    }

    /// One statement for each row; what they amount to is known when all have come.
    pub(super) fn many(
        &mut self,
        sql: &str,
        rows: &mut dyn Iterator<Item = std::result::Result<Vec<Value>, Cut>>,
    ) -> Result<Vec<Answer>> {
        let mut hash = Hash::default();
        hash.add(b"many");
        hash.add(sql.as_bytes());
        // The rows of one that was run before are read for their hash; of one that was not, they are sent as they come.
        if self.journal.as_ref().is_some_and(|journal| journal.left() > 0) {
            let rows: Vec<_> = uncut(rows, |rows| Ok(rows.inspect(|row| hash.add_values(row)).collect()))?;
            let mut call = |conn: &mut dyn Connection| {
                Ok(vec![Answer::Affected(conn.execute_many(sql, &mut rows.iter().cloned())?)])
            };
            return self.noted(sql, &|| hash.digits(), self.work(sql), true, &mut call);
        }
        let hash = Cell::new(hash);
        let mut call = |conn: &mut dyn Connection| {
            let hashed = |row: &Vec<Value>| {
                let mut so_far = hash.get();
                so_far.add_values(row);
                hash.set(so_far);
            };
            let changed = uncut(rows, |rows| conn.execute_many(sql, &mut rows.inspect(hashed)))?;
            Ok(vec![Answer::Affected(changed)])
        };
        self.noted(sql, &|| hash.get().digits(), self.work(sql), true, &mut call)
    }

    /// The statements of a text, one by one, where each commits by itself anyway.
    pub(super) fn noted_batch(&mut self, sql: &str) -> Result<()> {
        let statements = split(sql, self.dialect()).unwrap_or_default();
        let is_one = statements.len() < 2;
        // Several statements in one message are a transaction on PostgreSQL.
        if is_one || self.dialect() == Dialect::Postgres {
            let works: Vec<_> = statements.iter().map(|statement| self.work(statement.text)).collect();
            let work = match works.as_slice() {
                [] => self.work(sql),
                [one] => one.clone(),
                several if several.iter().all(|it| matches!(it, Work::Data | Work::Setting)) => Work::Data,
                _ => Work::Opaque,
            };
            let mut call = |conn: &mut dyn Connection| conn.batch(sql).map(|()| vec![Answer::Done]);
            return self.noted(sql, &|| journal::hash("batch", sql, &[]), work, !is_one, &mut call).map(drop);
        }
        let texts: Vec<_> = statements.iter().map(|statement| statement.text).collect();
        Ok(self.noted_sequence("batch", &texts, &[]).map(drop).map_err(|(_, error)| error)?)
    }

    pub(super) fn noted_query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let mut has_run = false;
        let mut call = |conn: &mut dyn Connection| {
            has_run = true;
            let (mut columns, mut rows, mut is_long) = (Vec::new(), Vec::new(), false);
            conn.query(sql, params, &mut |names, row| {
                if columns.is_empty() {
                    columns = names.to_vec();
                }
                if rows.len() < ROWS_HELD {
                    rows.push(row.clone());
                } else {
                    is_long = true;
                }
                each(names, row)
            })?;
            // A list that is cut is no answer.
            Ok(if is_long { Vec::new() } else { vec![Answer::Columns(columns), Answer::Rows(rows), Answer::Done] })
        };
        let hash = || journal::hash("query", sql, params);
        let answers = self.noted(sql, &hash, self.work(sql), false, &mut call)?;
        if has_run {
            return Ok(());
        }
        let mut columns = Vec::new();
        for answer in answers {
            match answer {
                Answer::Columns(names) => columns = names,
                Answer::Rows(rows) => {
                    let names = columns.as_slice().into();
                    for row in rows {
                        if each(&names, row) == ControlFlow::Break(()) {
                            return Ok(());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// An alteration of SQLite is many statements, and all of them in one transaction.
    pub(super) fn noted_alter(&mut self, alter: &AlterTable) -> Result<()> {
        let text = format!("{alter:?}");
        let mut refused = None;
        let mut call = |conn: &mut dyn Connection| match rebuild::alter(conn, alter) {
            Ok(()) => Ok(vec![Answer::Done]),
            Err(error) => {
                let database = in_database_words(&error);
                refused = Some(error);
                Err(database)
            }
        };
        let result = self.noted(&text, &|| journal::hash("change", &text, &[]), Work::Data, false, &mut call);
        match refused {
            Some(error) => Err(error),
            None => result.map(drop),
        }
    }

    /// Statements one after the other, as many of them in one message as can be, and then those of `closing` in the last
    /// message, if that may be. Gives whether `closing` was sent.
    pub(super) fn noted_sequence(
        &mut self,
        kind: &str,
        statements: &[&str],
        closing: &[String],
    ) -> Result<bool, (usize, DatabaseError)> {
        let dialect = self.dialect();
        let statements: Vec<_> = statements.iter().map(|&text| (text, Work::of(text, dialect))).collect();
        let mut at = 0;
        while let Some((text, work)) = statements.get(at) {
            let grouped = self.noted_group(kind, &statements[at..], closing);
            let (completed, is_closed) = grouped.map_err(|(further, error)| (at + further, error))?;
            at += completed;
            if is_closed {
                return Ok(true);
            }
            if completed == 0 {
                let mut call = |conn: &mut dyn Connection| conn.batch(text).map(|()| vec![Answer::Done]);
                let hash = || journal::hash(kind, text, &[]);
                let result = self.noted(text, &hash, work.clone(), false, &mut call);
                result.map_err(|error| (at, in_database_words(&error)))?;
                at += 1;
            }
        }
        Ok(false)
    }

    /// Those of the statements, from the first on, that can be sent in one message. Gives how many were done, and whether
    /// `closing` was, which is sent with the last of all.
    fn noted_group(
        &mut self,
        kind: &str,
        statements: &[(&str, Work)],
        closing: &[String],
    ) -> Result<(usize, bool), (usize, DatabaseError)> {
        let Some(mut journal) = self.journal.take() else { return Ok((0, false)) };
        let connection = &mut *self.connection;
        let outcome = journal.group(connection, kind, statements).map_err(|error| (0, error)).and_then(|group| {
            let count = group.len();
            if count == 0 {
                return Ok((Grouped::default(), false));
            }
            let is_closed = count == statements.len() && !closing.is_empty();
            let mut texts = group.texts();
            let own = texts.len();
            if is_closed {
                let is_open = group.ends_in_transaction();
                texts.extend((!is_open).then(|| journal::begin(connection.dialect())));
                texts.extend(closing.iter().map(String::as_str));
            }
            let failed = connection.sequence(&texts).err();
            let unclosed = failed.as_ref().filter(|(at, _)| *at >= own).map(|(_, error)| error.clone());
            let failed = failed.filter(|(at, _)| *at < own);
            let grouped = journal.grouped(connection, group, failed).map_err(|error| (count, error))?;
            let is_closed = is_closed && grouped.completed == count;
            Ok((Grouped { failed: unclosed.or(grouped.failed), ..grouped }, is_closed))
        });
        self.state.partly |= journal.has_left_something();
        if let Ok((grouped, is_closed)) = &outcome {
            let was_whole = !self.state.left_transaction && !grouped.has_committed;
            self.state.completed += grouped.completed as u64;
            self.state.left_transaction |= grouped.has_committed || !is_closed && self.has_left_transaction();
            self.forget_what_the_server_has_undone(&journal, was_whole);
        }
        self.journal = Some(journal);
        let (grouped, is_closed) = outcome.inspect_err(|(_, error)| self.note_loss(error))?;
        match grouped.failed {
            Some(error) => {
                self.note_loss(&error);
                Err((grouped.completed, error))
            }
            None => Ok((grouped.completed, is_closed)),
        }
    }
}

/// Sends what has to come before a statement.
fn prepare(connection: &mut dyn Connection, before: &[String]) -> Result<(), DatabaseError> {
    match before {
        [] => Ok(()),
        [begin] if begin == journal::begin(connection.dialect()) => connection.begin(begin),
        several => connection.batch(&several.join(";\n")),
    }
}

/// Answers for the journal, while the others go to the migration.
fn copied(answers: &[Answer]) -> Vec<Answer> {
    let copy = |answer: &Answer| match answer {
        Answer::Affected(count) => Some(Answer::Affected(*count)),
        Answer::Done => Some(Answer::Done),
        Answer::Columns(names) => Some(Answer::Columns(names.clone())),
        Answer::Rows(rows) => Some(Answer::Rows(rows.clone())),
        Answer::Failed(_) => None,
    };
    answers.iter().map(copy).collect::<Option<_>>().unwrap_or_default()
}

/// What was answered before, which may have been that it failed.
pub(super) fn answered(answers: Vec<Answer>) -> Result<Vec<Answer>> {
    let mut good = Vec::with_capacity(answers.len());
    for answer in answers {
        match answer {
            Answer::Failed(error) => return Err(error),
            other => good.push(other),
        }
    }
    Ok(good)
}

/// How many rows were changed.
pub(super) fn affected(answers: &[Answer]) -> u64 {
    let count = |answer: &Answer| if let Answer::Affected(count) = answer { Some(*count) } else { None };
    answers.iter().find_map(count).unwrap_or(0)
}

/// An error of a statement, where only one of the database is expected.
/// The error in the words of a database, whatever it is.
pub(super) fn in_database_words(error: &glim::Error) -> DatabaseError {
    let other = || DatabaseError { message: error.to_string(), ..DatabaseError::default() };
    error.as_database().cloned().unwrap_or_else(other)
}
