//! A database that somebody else has the connection to, and runs what is sent.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use glim_schema::{Change, Dialect};

use crate::channel::Channel;
use crate::db::{Backend, Backfill};
use crate::error::{Error, Kind, Result};
use crate::row::Row;
use crate::value::Value;
use crate::wire::codec::Encode;
use crate::wire::{Answer, CHUNK, Call};

/// The way to whoever has the connection.
pub trait Line {
    /// Sends a call.
    ///
    /// # Errors
    /// Nobody is there any more, or the call is too long.
    fn send(&mut self, call: Call) -> io::Result<()>;

    /// Waits for the next answer.
    ///
    /// # Errors
    /// Nobody is there any more, or what comes is no answer.
    fn receive(&mut self) -> io::Result<Answer>;
}

/// The command, which is at the other end of a channel. It is shared with the host, which waits while a migration runs.
impl Line for Rc<RefCell<Channel>> {
    fn send(&mut self, call: Call) -> io::Result<()> {
        self.borrow_mut().send(&call)
    }

    fn receive(&mut self) -> io::Result<Answer> {
        self.borrow_mut().receive()
    }
}

/// A [`Backend`] that sends everything on.
pub struct Remote<L> {
    line: L,
    dialect: Dialect,
}

impl<L: Line> Remote<L> {
    /// A database of that kind at the other end of the line.
    pub fn new(line: L, dialect: Dialect) -> Self {
        Self { line, dialect }
    }

    fn send(&mut self, call: Call) -> Result<()> {
        self.line.send(call).map_err(|error| lost(&error))
    }

    /// The next answer; one that says that it failed is the error.
    fn receive(&mut self) -> Result<Answer> {
        match self.line.receive().map_err(|error| lost(&error))? {
            Answer::Failed(error) => Err(error),
            answer => Ok(answer),
        }
    }

    fn call(&mut self, call: Call) -> Result<Answer> {
        self.send(call)?;
        self.receive()
    }
}

impl<L: Line> Backend for Remote<L> {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<u64> {
        affected(self.call(Call::Execute { sql: sql.to_owned(), params })?)
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.send(Call::Many { sql: sql.to_owned() })?;
        let (mut chunk, mut size) = (Vec::new(), 0);
        let mut buffer = Vec::new();
        for row in rows {
            // The size is that of the encoding, which is what the limit of a message is about.
            buffer.clear();
            row.encode(&mut buffer);
            size += buffer.len();
            chunk.push(row);
            if size >= CHUNK {
                self.send(Call::Rows(std::mem::take(&mut chunk)))?;
                size = 0;
            }
        }
        self.send(Call::Rows(chunk))?;
        affected(self.call(Call::RowsEnd)?)
    }

    fn execute_batch(&mut self, sql: &str) -> Result<()> {
        done(&self.call(Call::Batch { sql: sql.to_owned() })?)
    }

    fn query(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>> {
        let columns: Arc<[String]> = match self.call(Call::Query { sql: sql.to_owned(), params })? {
            Answer::Columns(names) => names.into(),
            answer => return Err(unexpected(&answer)),
        };
        let mut rows = Vec::new();
        loop {
            match self.receive()? {
                Answer::Rows(values) => {
                    rows.extend(values.into_iter().map(|values| Row::new(Arc::clone(&columns), values)));
                }
                Answer::Done => return Ok(rows),
                answer => return Err(unexpected(&answer)),
            }
        }
    }

    fn change(&mut self, change: Change) -> Result<()> {
        done(&self.call(Call::Change(change))?)
    }

    fn backfill(&mut self, backfill: Backfill) -> Result<u64> {
        affected(self.call(Call::Backfill(backfill))?)
    }
}

fn affected(answer: Answer) -> Result<u64> {
    match answer {
        Answer::Affected(count) => Ok(count),
        answer => Err(unexpected(&answer)),
    }
}

fn done(answer: &Answer) -> Result<()> {
    match answer {
        Answer::Done => Ok(()),
        answer => Err(unexpected(answer)),
    }
}

fn unexpected(answer: &Answer) -> Error {
    Kind::Channel(format!("cargo glim gave an answer that does not belong here: {answer:?}")).into()
}

fn lost(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::InvalidInput => Kind::Usage(error.to_string()).into(),
        _ => Kind::Channel(format!("lost cargo glim, which runs this migration: {error}")).into(),
    }
}
