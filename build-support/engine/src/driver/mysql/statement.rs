//! Running statements and reading their answers.

use std::borrow::{BorrowMut, Cow};
use std::ops::ControlFlow;
use std::sync::Arc;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_files::split::tokens;
use glim_schema::Dialect;
use mysql::prelude::{Protocol, Queryable as _};
use mysql::{Conn, Error, Params, QueryResult, Statement};

use super::Mysql;
use super::decode::decode;
use super::encode::{encode, placeholder_for};
use super::error::{failure, is_unpreparable};
use super::opening::{Opened, Opening};
use super::track::{DEMAND, Known};
use crate::driver::{EachRow, Result, placeholder, refused, wrong_count};

/// How long a text of several statements may be: every server takes so much.
const LONGEST_SEQUENCE: usize = 256 * 1024;

/// Whether a statement has one answer for certain. A call may have any number, and so may a block.
fn answers_once(sql: &str) -> bool {
    const ONCE: [&str; 11] =
        ["create", "alter", "drop", "insert", "update", "delete", "replace", "truncate", "rename", "start", "commit"];
    if sql.starts_with(DEMAND) {
        return true;
    }
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ONCE.iter().any(|once| word.eq_ignore_ascii_case(once))
}

/// Whether a text is one statement that shows a definition. MariaDB answers such a one, prepared, with the view that was
/// there when it was, also after that is gone, and does not survive the question where a table has come in its place.
fn shows(sql: &str) -> bool {
    let Ok(tokens) = tokens(sql, Dialect::Mysql) else { return false };
    let is_one = !tokens.iter().rev().skip_while(|token| token.is_mark(b';')).any(|token| token.is_mark(b';'));
    is_one && tokens.first().is_some_and(|first| first.is("show"))
}

/// What the server answered to one command.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answers {
    /// How many results there were.
    pub(super) count: usize,
    /// Whether the last one had columns.
    pub(super) last_is_rows: bool,
    /// How many rows were changed in all.
    pub(super) changed: u64,
}

/// A statement with parameters, ready to be run.
struct Prepared {
    statement: Statement,
    /// Which value each `?` takes; `None` for their order.
    order: Option<Vec<usize>>,
    /// How the parameters are written, which depends on their values.
    shape: Vec<Cow<'static, str>>,
}

impl<C: BorrowMut<Conn>> Mysql<C> {
    /// Runs any number of statements without parameters.
    pub(super) fn execute_text(&mut self, sql: &str) -> Result<u64> {
        self.run_text(sql, &mut |_, _| ControlFlow::Break(()))
    }

    /// Runs one statement without parameters. The connection would take several, but a statement that can be prepared is
    /// one.
    pub(super) fn execute_one(&mut self, sql: &str) -> Result<u64> {
        // A semicolon at the end is no second statement.
        if memchr::memchr(b';', sql.trim_end().trim_end_matches(';').as_bytes()).is_none() {
            return self.execute_text(sql);
        }
        match self.prepare(sql, sql)? {
            Some(statement) => self.run(&statement, Vec::new(), sql, &mut |_, _| ControlFlow::Break(())),
            // Such as the body of a trigger.
            None => self.execute_text(sql),
        }
    }

    /// Runs one statement with parameters.
    pub(super) fn execute_prepared(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let prepared = self.prepare_for(sql, params)?;
        self.run_with(&prepared, params, sql, &mut |_, _| ControlFlow::Break(()))
    }

    /// Runs one statement for each row of parameters.
    pub(super) fn execute_rows(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let mut changed = 0;
        let mut last: Option<Prepared> = None;
        for row in rows {
            let prepared = match last.take() {
                Some(prepared) if prepared.shape.iter().eq(shape(&row).iter()) => prepared,
                _ => self.prepare_for(sql, &row)?,
            };
            changed += self.run_with(&prepared, &row, sql, &mut |_, _| ControlFlow::Break(()))?;
            last = Some(prepared);
        }
        Ok(changed)
    }

    /// Runs one query. It is prepared also where it has no parameters: as text, a `float` comes with six digits.
    pub(super) fn query_prepared(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        if params.is_empty() && shows(sql) {
            return self.run_text(sql, each).map(drop);
        }
        if !params.is_empty() {
            let prepared = self.prepare_for(sql, params)?;
            return self.run_with(&prepared, params, sql, each).map(drop);
        }
        match self.prepare(sql, sql)? {
            Some(statement) => self.run(&statement, Vec::new(), sql, each).map(drop),
            None => self.run_text(sql, each).map(drop),
        }
    }

    /// Has the server prepare a statement that takes these values.
    fn prepare_for(&mut self, sql: &str, params: &[Value]) -> Result<Prepared> {
        let shape = shape(params);
        let write = |index: usize| shape.get(index).map_or("?", |written| written);
        let (text, order) = placeholder::positional(sql, self.tracker.backslash_escapes(), write);
        let text = text.into_owned();
        if let Some(order) = &order {
            let takes = order.iter().max().map_or(0, |highest| highest + 1);
            if takes != params.len() {
                return Err(wrong_count(sql, takes, params.len()));
            }
        }
        let statement = self
            .prepare(&text, sql)?
            .ok_or_else(|| refused(sql, "the server takes no parameters in such a statement"))?;
        let takes = usize::from(statement.num_params());
        match &order {
            Some(order) if order.len() != takes => Err(refused(sql, "the statement mixes `$1` and `?` as parameters")),
            None if takes != params.len() => Err(wrong_count(sql, takes, params.len())),
            _ => Ok(Prepared { statement, order, shape }),
        }
    }

    /// Has the server prepare `text`, which came from `sql`, unless it has. `None` where it can only be sent as text.
    fn prepare(&mut self, text: &str, sql: &str) -> Result<Option<Statement>> {
        self.send_opening()?;
        self.check(text.len(), sql)?;
        let text = match self.tracker.database() {
            0 => Cow::Borrowed(text),
            // So that it is another text for the crate, which keeps statements by theirs.
            number => Cow::Owned(format!("/* {number} */ {text}")),
        };
        match self.conn.borrow_mut().prep(text) {
            Ok(statement) => Ok(Some(statement)),
            Err(error) if is_unpreparable(&error) => Ok(None),
            Err(error) => Err(self.refusal(error, sql, Answers::default())),
        }
    }

    fn run_with(&mut self, prepared: &Prepared, params: &[Value], sql: &str, each: &mut EachRow<'_>) -> Result<u64> {
        let takes = prepared.order.as_ref().map_or(usize::from(prepared.statement.num_params()), |_| params.len());
        if takes != params.len() {
            return Err(wrong_count(sql, takes, params.len()));
        }
        let value = |index: usize| {
            encode(&params[index]).map_err(|reason| refused(sql, format!("parameter `${}`: {reason}", index + 1)))
        };
        let values: Vec<mysql::Value> = match &prepared.order {
            Some(order) => order.iter().map(|index| value(*index)).collect::<Result<_>>()?,
            None => (0..params.len()).map(value).collect::<Result<_>>()?,
        };
        self.run(&prepared.statement, values, sql, each)
    }

    fn run(
        &mut self,
        statement: &Statement,
        values: Vec<mysql::Value>,
        sql: &str,
        each: &mut EachRow<'_>,
    ) -> Result<u64> {
        let length = values.iter().map(|value| usize::try_from(value.bin_len()).unwrap_or(usize::MAX)).sum();
        self.check(length, sql)?;
        let params = if values.is_empty() { Params::Empty } else { Params::Positional(values) };
        let conn: &mut Conn = self.conn.borrow_mut();
        let (answers, outcome) = read(conn.exec_iter(statement, params), sql, 0, each);
        self.conclude(sql, None, answers, outcome)
    }

    pub(super) fn run_text(&mut self, sql: &str, each: &mut EachRow<'_>) -> Result<u64> {
        let Opened { text, before } = self.opened(sql)?;
        self.send(&text, before, None, each)
            .map_err(|(answered, error)| self.attribute(answered, before, &[sql], error).1)
    }

    /// Sends a text, of whose answers so many are not asked for. An error comes with how many there were before it.
    fn send(
        &mut self,
        text: &str,
        before: usize,
        last: Option<&str>,
        each: &mut EachRow<'_>,
    ) -> Result<u64, (usize, DatabaseError)> {
        self.check(text.len(), text).map_err(|error| (before, error))?;
        let conn: &mut Conn = self.conn.borrow_mut();
        let (answers, outcome) = read(conn.query_iter(text), text, before, each);
        self.conclude(text, last, answers, outcome).map_err(|error| (answers.count, error))
    }

    /// Which of the statements has failed, after so many answers; what is to come after an opening that has is not run.
    pub(super) fn attribute(
        &mut self,
        answered: usize,
        before: usize,
        statements: &[&str],
        error: DatabaseError,
    ) -> (usize, DatabaseError) {
        let Some(answered) = answered.checked_sub(before) else {
            self.opening = Opening::Refused(error.clone());
            return (0, error);
        };
        let failed = answered.min(statements.len().saturating_sub(1));
        (failed, DatabaseError { statement: statements.get(failed).map(|&sql| sql.to_owned()), ..error })
    }

    /// Sends several statements as one text. What each has answered tells which one failed, unless one may answer more than
    /// once, or all of them are too long for one text.
    pub(super) fn execute_sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        if !self.fits_one_text(statements) {
            let mut one_by_one = statements.iter().enumerate();
            return one_by_one.try_for_each(|(at, sql)| self.execute_text(sql).map(drop).map_err(|error| (at, error)));
        }
        if let Some(outcome) = self.execute_block(statements) {
            return outcome;
        }
        let joined = statements.join(";\n");
        let Opened { text, before } = self.opened(&joined).map_err(|error| (0, error))?;
        let last = statements.last().copied();
        let sent = self.send(&text, before, last, &mut |_, _| ControlFlow::Break(()));
        sent.map(drop).map_err(|(answered, error)| self.attribute(answered, before, statements, error))
    }

    /// Sends several statements as a block, or not at all.
    pub(super) fn execute_chain(&mut self, statements: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        let may_go = matches!(self.opening, Opening::Run) && self.fits_one_text(statements);
        may_go.then(|| self.execute_block(statements)).flatten()
    }

    fn fits_one_text(&self, statements: &[&str]) -> bool {
        let length: usize = statements.iter().map(|sql| sql.len() + 2).sum();
        // With as much again for what opens it and tells its statements apart.
        let is_long = length > LONGEST_SEQUENCE.min(self.max_allowed_packet / 2);
        !is_long && statements.iter().all(|sql| answers_once(sql))
    }

    /// Takes note of what a command has done. `last` is the last statement of its text, where that is known.
    pub(super) fn conclude(
        &mut self,
        sql: &str,
        last: Option<&str>,
        answers: Answers,
        outcome: Result<Result<()>, Error>,
    ) -> Result<u64> {
        let problem = match outcome {
            Err(error) => return Err(self.refusal(error, sql, answers)),
            Ok(problem) => problem,
        };
        if self.tracker.note(self.conn.borrow(), sql, last, answers) == Known::AllButTransaction {
            self.ask_transaction();
        }
        if let Some(refusal) = self.file_refusal(sql) {
            return Err(refusal);
        }
        problem.map(|()| answers.changed)
    }

    fn refusal(&mut self, error: Error, sql: &str, answers: Answers) -> DatabaseError {
        match error {
            Error::MySqlError(_) | Error::DriverError(mysql::DriverError::MixedParams) => {
                if self.tracker.note_error(sql, answers) == Known::AllButTransaction {
                    self.ask_transaction();
                }
            }
            _ => self.tracker.break_off(),
        }
        failure(error, sql)
    }

    /// Refuses what the server would end the connection for, and what a broken one cannot do.
    pub(super) fn check(&self, length: usize, sql: &str) -> Result<()> {
        let longest = self.max_allowed_packet;
        if self.tracker.is_broken() {
            return Err(failure(Error::IoError(std::io::ErrorKind::NotConnected.into()), sql));
        }
        if length >= longest {
            let message =
                format!("the statement has {length} bytes, but the server's `max_allowed_packet` is {longest}");
            return Err(refused(sql, message));
        }
        Ok(())
    }
}

/// How each parameter is written.
fn shape(params: &[Value]) -> Vec<Cow<'static, str>> {
    params.iter().map(placeholder_for).collect()
}

/// Reads all results, of which so many are not asked for; the rows of the first of the others that has any columns go to
/// `each`. The outer error is the server's or the
/// connection's, the inner one is of a value that could not be read.
pub(super) fn read<P: Protocol>(
    started: Result<QueryResult<'_, '_, '_, P>, Error>,
    sql: &str,
    before: usize,
    each: &mut EachRow<'_>,
) -> (Answers, Result<Result<()>, Error>) {
    let mut answers = Answers::default();
    let mut results = match started {
        Ok(results) => results,
        Err(error) => return (answers, Err(error)),
    };
    let mut problem = Ok(());
    let mut is_wanted = true;
    while let Some(result) = results.iter() {
        let has_columns = !result.columns().as_ref().is_empty();
        let names: Arc<[String]> =
            result.columns().as_ref().iter().map(|column| column.name_str().into_owned()).collect();
        let affected = result.affected_rows();
        let is_asked_for = answers.count >= before;
        let mut wanted_here = is_wanted && has_columns && is_asked_for;
        for row in result {
            let row = match row {
                Ok(row) => row,
                Err(error) => return (answers, Err(error)),
            };
            if !wanted_here {
                continue;
            }
            let columns = row.columns();
            let decoded: Result<Vec<_>, _> = row
                .unwrap()
                .into_iter()
                .zip(columns.iter())
                .map(|(value, column)| {
                    decode(value, column)
                        .map_err(|reason| refused(sql, format!("column `{}`: {reason}", column.name_str())))
                })
                .collect();
            match decoded {
                Ok(values) => wanted_here = each(&names, values) == ControlFlow::Continue(()),
                Err(error) => {
                    problem = Err(error);
                    wanted_here = false;
                }
            }
        }
        is_wanted &= !(has_columns && is_asked_for);
        let affected = if is_asked_for { affected } else { 0 };
        answers = Answers { count: answers.count + 1, last_is_rows: has_columns, changed: answers.changed + affected };
    }
    (answers, Ok(problem))
}
