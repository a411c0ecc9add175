//! Doing what a running migration asks, and answering.

use std::io;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use super::Stopped;
use crate::session::{Cut, Session};
use glim::Value;
use glim::wire::codec::Encode;
use glim::wire::{Answer, CHUNK, Call};

/// The way to a running migration, wherever it runs.
pub trait Calls {
    /// Waits for the migration's next call.
    ///
    /// # Errors
    /// It is not there any more, or what comes is no call.
    fn receive(&mut self) -> io::Result<Call>;

    /// Answers it.
    ///
    /// # Errors
    /// The migration is not there any more, or the answer is too long.
    fn answer(&mut self, answer: Answer) -> io::Result<()>;

    /// Waits while the migration waits for an answer, and gives whether it still does. Unless it is written, nothing ends
    /// the time early.
    fn rest(&mut self, time: Duration) -> bool {
        if !time.is_zero() {
            thread::sleep(time);
        }
        true
    }
}

/// Does what a running migration asks, until it ends. Gives how it ended.
///
/// # Errors
/// The migration is not there any more, or cannot be understood.
pub fn serve(calls: &mut impl Calls, session: &mut Session<'_>) -> io::Result<Result<(), Stopped>> {
    loop {
        let call = calls.receive()?;
        if let Some(ended) = answer(call, calls, session)? {
            return Ok(ended);
        }
    }
}

/// Answers one call. Gives how the migration ended, when that is what the call says, or it ended in the middle of it.
fn answer(call: Call, calls: &mut impl Calls, session: &mut Session<'_>) -> io::Result<Option<Result<(), Stopped>>> {
    let answer = match call {
        Call::Execute { sql, params } => match session.execute(&sql, &params) {
            Ok(count) => Answer::Affected(count),
            Err(error) => Answer::Failed(error),
        },
        Call::Batch { sql } => done(session.batch(&sql)),
        Call::Change(change) => done(session.change(&change)),
        Call::Backfill(backfill) => match session.backfill(&backfill, &mut |time| calls.rest(time)) {
            Ok(count) => Answer::Affected(count),
            Err(error) => Answer::Failed(error),
        },
        Call::Query { sql, params } => return query(&sql, &params, calls, session).map(|()| None),
        Call::Many { sql } => return many(&sql, calls, session),
        Call::Rows(_) | Call::RowsEnd => {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "rows without a statement"));
        }
        Call::Finished(result) => return Ok(Some(result.map_err(Stopped::Error))),
        Call::Panicked { message, location } => return Ok(Some(Err(Stopped::Panicked { message, location }))),
    };
    calls.answer(answer).map(|()| None)
}

fn done(result: glim::Result<()>) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(error) => Answer::Failed(error),
    }
}

/// Sends rows on as they come, in messages of about [`CHUNK`] bytes, so that a large result is never whole in memory.
fn query(sql: &str, params: &[Value], calls: &mut impl Calls, session: &mut Session<'_>) -> io::Result<()> {
    let (mut rows, mut size, mut scratch) = (Vec::new(), 0, Vec::new());
    let (mut named, mut broken) = (false, None);
    // What is noted of an answer is all of it, whoever is still there to take it.
    let is_noted = session.is_noted();
    let result = session.query(sql, params, &mut |columns, row| {
        if broken.is_some() {
            return ControlFlow::Continue(());
        }
        let forward = || {
            if !named {
                named = true;
                calls.answer(Answer::Columns(columns.to_vec()))?;
            }
            scratch.clear();
            row.encode(&mut scratch);
            size += scratch.len();
            rows.push(row);
            if size < CHUNK {
                return Ok(());
            }
            size = 0;
            calls.answer(Answer::Rows(std::mem::take(&mut rows)))
        };
        match forward() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error);
                if is_noted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
        }
    });
    if let Some(error) = broken {
        return Err(error);
    }
    if let Err(error) = result {
        return calls.answer(Answer::Failed(error));
    }
    if !named {
        calls.answer(Answer::Columns(Vec::new()))?;
    }
    if !rows.is_empty() {
        calls.answer(Answer::Rows(rows))?;
    }
    calls.answer(Answer::Done)
}

/// Takes rows as they come and hands them to the statement. After an error the rest is taken and dropped, so that the
/// answer comes where the migration expects it.
fn many<C: Calls>(sql: &str, calls: &mut C, session: &mut Session<'_>) -> io::Result<Option<Result<(), Stopped>>> {
    let mut incoming = Incoming { calls, rows: Vec::new().into_iter(), state: Feed::Open };
    let result = session.execute_many(sql, &mut incoming);
    incoming.by_ref().for_each(drop);
    match incoming.state {
        Feed::Open | Feed::Complete => {}
        Feed::Ended(ended) => return Ok(Some(ended)),
        Feed::Broken(error) => return Err(error),
    }
    let answer = match result {
        Ok(count) => Answer::Affected(count),
        Err(error) => Answer::Failed(error),
    };
    calls.answer(answer).map(|()| None)
}

/// The rows that a migration sends.
struct Incoming<'c, C> {
    calls: &'c mut C,
    rows: std::vec::IntoIter<Vec<Value>>,
    state: Feed,
}

/// How far the rows have come.
enum Feed {
    Open,
    Complete,
    /// The migration's own iterator panicked.
    Ended(Result<(), Stopped>),
    Broken(io::Error),
}

impl<C: Calls> Iterator for Incoming<'_, C> {
    type Item = Result<Vec<Value>, Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            if !matches!(self.state, Feed::Open) {
                return None;
            }
            self.state = match self.calls.receive() {
                Ok(Call::Rows(rows)) => {
                    self.rows = rows.into_iter();
                    continue;
                }
                Ok(Call::RowsEnd) => Feed::Complete,
                Ok(Call::Panicked { message, location }) => Feed::Ended(Err(Stopped::Panicked { message, location })),
                Ok(Call::Finished(result)) => Feed::Ended(result.map_err(Stopped::Error)),
                Ok(_) => Feed::Broken(io::Error::new(io::ErrorKind::InvalidData, "a call in the middle of rows")),
                Err(error) => Feed::Broken(error),
            };
            return if matches!(self.state, Feed::Complete) { None } else { Some(Err(Cut)) };
        }
    }
}
