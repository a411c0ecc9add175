//! A database at the other end of a channel: the command has the connection, and runs what it is sent.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use glim_schema::{Change, Dialect};

use crate::channel::Channel;
use crate::db::Backend;
use crate::error::{Error, Kind, Result};
use crate::row::Row;
use crate::value::Value;
use crate::wire::codec::Encode;
use crate::wire::{Answer, CHUNK, Call};

/// A [`Backend`] that sends everything on. The channel is shared with the host, which waits while a migration runs.
pub(crate) struct Remote {
    pub(crate) channel: Rc<RefCell<Channel>>,
    pub(crate) dialect: Dialect,
}

impl Remote {
    fn call(&self, call: &Call) -> Result<Answer> {
        let mut channel = self.channel.borrow_mut();
        channel.send(call).map_err(|error| lost(&error))?;
        receive(&mut channel)
    }
}

impl Backend for Remote {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<u64> {
        affected(self.call(&Call::Execute { sql: sql.to_owned(), params })?)
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.channel.borrow_mut().send(&Call::Many { sql: sql.to_owned() }).map_err(|error| lost(&error))?;
        let (mut chunk, mut size) = (Vec::new(), 0);
        let mut buffer = Vec::new();
        for row in rows {
            // The size is that of the encoding, which is what the limit of a message is about.
            buffer.clear();
            row.encode(&mut buffer);
            size += buffer.len();
            chunk.push(row);
            if size >= CHUNK {
                let full = Call::Rows(std::mem::take(&mut chunk));
                self.channel.borrow_mut().send(&full).map_err(|error| lost(&error))?;
                size = 0;
            }
        }
        let mut channel = self.channel.borrow_mut();
        channel.send(&Call::Rows(chunk)).map_err(|error| lost(&error))?;
        channel.send(&Call::RowsEnd).map_err(|error| lost(&error))?;
        affected(receive(&mut channel)?)
    }

    fn execute_batch(&mut self, sql: &str) -> Result<()> {
        done(&self.call(&Call::Batch { sql: sql.to_owned() })?)
    }

    fn query(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>> {
        let mut channel = self.channel.borrow_mut();
        channel.send(&Call::Query { sql: sql.to_owned(), params }).map_err(|error| lost(&error))?;
        let columns: Arc<[String]> = match receive(&mut channel)? {
            Answer::Columns(names) => names.into(),
            answer => return Err(unexpected(&answer)),
        };
        let mut rows = Vec::new();
        loop {
            match receive(&mut channel)? {
                Answer::Rows(values) => {
                    rows.extend(values.into_iter().map(|values| Row::new(Arc::clone(&columns), values)));
                }
                Answer::Done => return Ok(rows),
                answer => return Err(unexpected(&answer)),
            }
        }
    }

    fn change(&mut self, change: Change) -> Result<()> {
        done(&self.call(&Call::Change(change))?)
    }
}

/// The next answer; one that says that it failed is the error.
fn receive(channel: &mut Channel) -> Result<Answer> {
    match channel.receive().map_err(|error| lost(&error))? {
        Answer::Failed(error) => Err(error),
        answer => Ok(answer),
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
