//! The exchanges of messages that run a statement (PostgreSQL manual, "Message Flow").
//!
//! Each ends with `ReadyForQuery`, also after an error, so that the connection is ready for the next. An exchange that
//! cannot be brought to that end leaves an error of the class `ConnectionLost`.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use fallible_iterator::FallibleIterator as _;
use glim::error::DatabaseError;
use glim::value::Value;
use postgres_protocol::message::backend::{
    CommandCompleteBody, DataRowBody, ErrorResponseBody, Message, RowDescriptionBody,
};
use postgres_protocol::message::frontend::{self, BindError};
use postgres_protocol::{IsNull, Oid};

use super::Postgres;
use super::decode::decode;
use super::encode::{Encoded, encode};
use super::error::{lost, reply};
use super::types::{OwnType, TypeNames, lookup_statement};
use crate::driver::{EachRow, Result, refused, wrong_count};

/// How much `execute_many` sends before it reads answers: less than the buffers of a socket hold, since a server that
/// cannot send its answers stops to read.
const PIPELINE: usize = 32 * 1024;

/// The columns of a result.
struct Columns {
    names: Arc<[String]>,
    types: Vec<Oid>,
}

impl Postgres {
    /// Runs statements without parameters and gives the number of rows that they changed.
    pub(super) fn simple(&mut self, sql: &str) -> Result<u64> {
        self.parameter_types.notice(sql);
        if self.parameter_types.is_empty() {
            self.type_names.clear();
        }
        self.exchange(sql, |this| Ok(frontend::query(sql, &mut this.wire.output)?), &mut |_, _| Ok(()))
    }

    /// Runs statements without parameters and hands over the rows, each field as text.
    pub(super) fn simple_rows(&mut self, sql: &str, each: &mut dyn FnMut(Vec<Option<String>>)) -> Result<()> {
        let request = |this: &mut Self| Ok(frontend::query(sql, &mut this.wire.output)?);
        let mut read = |_: &mut Self, message: Message| {
            if let Message::DataRow(row) = message {
                let fields = row
                    .ranges()
                    .map(|range| Ok(range.map(|range| String::from_utf8_lossy(&row.buffer()[range]).into_owned())));
                each(fields.collect().map_err(|error| lost(&error, sql))?);
            }
            Ok(())
        };
        self.exchange(sql, request, &mut read).map(drop)
    }

    /// Runs one statement with parameters and gives the number of rows that it changed.
    pub(super) fn execute_with(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let types = self.types_for(sql, params)?;
        let request = |this: &mut Self| {
            let output = &mut this.wire.output;
            frontend::parse("", sql, types.iter().copied(), output)?;
            bind(sql, params, &types, &this.type_names, output)?;
            frontend::execute("", 0, output)?;
            frontend::sync(output);
            Ok(())
        };
        self.exchange(sql, request, &mut |_, _| Ok(()))
    }

    /// Runs one statement for each row.
    pub(super) fn execute_rows(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let Some(mut row) = rows.next() else { return Ok(0) };
        let types = self.types_for(sql, &row)?;
        let mut changed = 0;
        let mut refusal = None;
        let mut more = true;
        let lose = |error: io::Error| lost(&error, sql);
        frontend::parse("", sql, types.iter().copied(), &mut self.wire.output).map_err(lose)?;
        while more && refusal.is_none() {
            let mut sent = 0;
            while self.wire.output.len() < PIPELINE {
                let length = self.wire.output.len();
                if let Err(error) = bind(sql, &row, &types, &self.type_names, &mut self.wire.output) {
                    self.wire.output.truncate(length);
                    refusal = Some(error);
                    break;
                }
                frontend::execute("", 0, &mut self.wire.output).map_err(lose)?;
                sent += 1;
                match rows.next() {
                    Some(next) => row = next,
                    None => {
                        more = false;
                        break;
                    }
                }
            }
            if more && refusal.is_none() {
                frontend::flush(&mut self.wire.output);
            } else {
                break;
            }
            self.wire.flush().map_err(lose)?;
            while sent > 0 {
                match self.wire.receive().map_err(lose)? {
                    Message::CommandComplete(body) => {
                        changed += changed_rows(&body).map_err(lose)?;
                        sent -= 1;
                    }
                    Message::EmptyQueryResponse => sent -= 1,
                    // Everything up to the `Sync` below is skipped by the server.
                    Message::ErrorResponse(body) => {
                        refusal = Some(server_error(&body, sql));
                        break;
                    }
                    Message::CopyInResponse(_) => {
                        refusal = self.end_copy(sql, true).err();
                        break;
                    }
                    _ => {}
                }
            }
        }
        let rest = self.exchange(
            sql,
            |this| {
                frontend::sync(&mut this.wire.output);
                Ok(())
            },
            &mut |_, _| Ok(()),
        );
        match (refusal, rest) {
            (Some(refusal), _) => Err(refusal),
            (None, rest) => rest.map(|rest| changed + rest),
        }
    }

    /// Runs one statement and hands over its rows as they come.
    pub(super) fn query_with(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let types = if params.is_empty() { Arc::from([]) } else { self.types_for(sql, params)? };
        let mut columns = None;
        // Rows with types that have to be looked up, which cannot be done before the last row was read.
        let mut held = Vec::new();
        let mut holding = false;
        let mut done = false;
        let request = |this: &mut Self| {
            let output = &mut this.wire.output;
            frontend::parse("", sql, types.iter().copied(), output)?;
            bind(sql, params, &types, &this.type_names, output)?;
            frontend::describe(b'P', "", output)?;
            frontend::execute("", 0, output)?;
            frontend::sync(output);
            Ok(())
        };
        let mut read = |this: &mut Self, message: Message| {
            match message {
                Message::RowDescription(body) => {
                    let described = described(&body).map_err(|error| lost(&error, sql))?;
                    holding = described.types.iter().any(|oid| this.type_names.is_missing(*oid));
                    columns = Some(described);
                }
                Message::DataRow(row) if holding => held.push(row),
                Message::DataRow(row) if !done => {
                    done = this.hand_over(sql, columns.as_ref(), &row, each)? == ControlFlow::Break(());
                }
                _ => {}
            }
            Ok(())
        };
        self.exchange(sql, request, &mut read)?;
        if let Some(described) = columns.as_ref().filter(|_| holding) {
            self.look_up(&described.types)?;
            for row in held {
                if self.hand_over(sql, columns.as_ref(), &row, each)? == ControlFlow::Break(()) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn hand_over(
        &self,
        sql: &str,
        columns: Option<&Columns>,
        row: &DataRowBody,
        each: &mut EachRow<'_>,
    ) -> Result<ControlFlow<()>> {
        let broken = || lost(&io::Error::new(io::ErrorKind::InvalidData, "a row without its columns"), sql);
        let columns = columns.ok_or_else(broken)?;
        let mut values = Vec::with_capacity(columns.types.len());
        let mut ranges = row.ranges();
        while let Some(range) = ranges.next().map_err(|error| lost(&error, sql))? {
            let index = values.len();
            let oid = *columns.types.get(index).ok_or_else(broken)?;
            values.push(match range {
                None => Value::Null,
                Some(range) => decode(&row.buffer()[range], oid, &self.type_names)
                    .map_err(|reason| refused(sql, format!("column `{}`: {reason}", columns.names[index])))?,
            });
        }
        Ok(each(&columns.names, values))
    }

    /// The parameters' types, remembered or asked for, when these values fit them in number and kind.
    fn types_for(&mut self, sql: &str, params: &[Value]) -> Result<Arc<[Oid]>> {
        if let Some(types) = self.parameter_types.get(sql) {
            if check(sql, params, &types, &self.type_names).is_ok() {
                return Ok(types);
            }
            // A column may have been made wider since.
            self.parameter_types.remove(sql);
        }
        let mut types: Vec<Oid> = Vec::new();
        let request = |this: &mut Self| {
            let output = &mut this.wire.output;
            frontend::parse("", sql, [], output)?;
            frontend::describe(b'S', "", output)?;
            frontend::sync(output);
            Ok(())
        };
        let mut read = |_: &mut Self, message: Message| {
            if let Message::ParameterDescription(body) = message {
                types = body.parameters().collect().map_err(|error| lost(&error, sql))?;
            }
            Ok(())
        };
        self.exchange(sql, request, &mut read)?;
        self.look_up(&types)?;
        let types = Arc::from(types);
        check(sql, params, &types, &self.type_names)?;
        self.parameter_types.put(sql, &types);
        Ok(types)
    }

    /// Learns the types that are not known yet.
    fn look_up(&mut self, oids: &[Oid]) -> Result<()> {
        let missing: Vec<_> = oids.iter().copied().filter(|oid| self.type_names.is_missing(*oid)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut found = Vec::new();
        self.simple_rows(&lookup_statement(&missing), &mut |row| found.push(row))?;
        for row in found {
            if let [Some(oid), Some(name), Some(is_text)] = row.as_slice() {
                if let Ok(oid) = oid.parse() {
                    self.type_names.put(oid, OwnType { name: name.clone(), is_text: is_text == "t" });
                }
            }
        }
        Ok(())
    }

    /// Sends what `request` writes and reads to the end of the answer; `read` sees each message. Gives the number of
    /// rows changed, or the first error, of the server or of `read`.
    fn exchange(
        &mut self,
        sql: &str,
        request: impl FnOnce(&mut Self) -> Result<(), RequestError>,
        read: &mut dyn FnMut(&mut Self, Message) -> Result<()>,
    ) -> Result<u64> {
        if let Err(error) = request(self) {
            self.wire.output.clear();
            return Err(match error {
                RequestError::Refused(error) => *error,
                // A NUL character, or a text beyond 2 GB.
                RequestError::Unsendable(error) => refused(sql, format!("the statement cannot be sent: {error}")),
            });
        }
        let is_simple = self.wire.output.first() == Some(&b'Q');
        let mut outcome = Ok(0);
        if let Err(error) = self.wire.flush() {
            return Err(lost(&error, sql));
        }
        loop {
            let message = match self.wire.receive() {
                Ok(message) => message,
                // What the server said before it ended the session tells more than that it did.
                Err(error) => return Err(outcome.err().unwrap_or_else(|| lost(&error, sql))),
            };
            let step = match message {
                Message::ReadyForQuery(_) => return outcome,
                Message::CommandComplete(body) => changed_rows(&body).map_err(|error| lost(&error, sql)),
                Message::ErrorResponse(body) => Err(server_error(&body, sql)),
                // We have no data to send; without an answer the server would wait for ever.
                Message::CopyInResponse(_) => self.end_copy(sql, is_simple).map(|()| 0),
                Message::CopyOutResponse(_) => Err(refused(sql, "COPY ... TO STDOUT is not supported here")),
                message => read(self, message).map(|()| 0),
            };
            outcome = match (outcome, step) {
                (Ok(changed), Ok(more)) => Ok(changed + more),
                (Ok(_), Err(error)) => Err(error),
                (error, _) => error,
            };
        }
    }

    fn end_copy(&mut self, sql: &str, is_simple: bool) -> Result<()> {
        let message = "COPY ... FROM STDIN is not supported here";
        frontend::copy_fail(message, &mut self.wire.output).map_err(|error| lost(&error, sql))?;
        // The server took the one that was sent with the statement for a part of the data.
        if !is_simple {
            frontend::sync(&mut self.wire.output);
        }
        self.wire.flush().map_err(|error| lost(&error, sql))?;
        Err(refused(sql, message))
    }
}

enum RequestError {
    Refused(Box<DatabaseError>),
    Unsendable(io::Error),
}

impl From<io::Error> for RequestError {
    fn from(error: io::Error) -> Self {
        Self::Unsendable(error)
    }
}

impl From<DatabaseError> for RequestError {
    fn from(error: DatabaseError) -> Self {
        Self::Refused(Box::new(error))
    }
}

fn server_error(body: &ErrorResponseBody, sql: &str) -> DatabaseError {
    match reply(body) {
        Ok(error) => DatabaseError { statement: Some(sql.to_owned()), ..error },
        Err(error) => lost(&error, sql),
    }
}

/// Writes the message that binds the values; all columns of the result are asked for in binary form.
fn bind(
    sql: &str,
    params: &[Value],
    types: &[Oid],
    names: &TypeNames,
    output: &mut bytes::BytesMut,
) -> Result<(), DatabaseError> {
    if params.len() != types.len() {
        return Err(wrong_count(sql, types.len(), params.len()));
    }
    let encoded: Vec<Encoded<'_>> = params
        .iter()
        .zip(types)
        .enumerate()
        .map(|(index, (value, oid))| encode_named(sql, index, value, *oid, names))
        .collect::<Result<_>>()?;
    let write = |value: &Encoded<'_>, output: &mut bytes::BytesMut| {
        Ok(value.bytes().map_or(IsNull::Yes, |bytes| {
            output.extend_from_slice(bytes);
            IsNull::No
        }))
    };
    frontend::bind("", "", encoded.iter().map(Encoded::format), &encoded, write, [1], output).map_err(|error| {
        let reason = match error {
            BindError::Conversion(error) => error.to_string(),
            BindError::Serialization(error) => error.to_string(),
        };
        refused(sql, format!("the parameters cannot be sent: {reason}"))
    })
}

fn encode_named<'a>(sql: &str, index: usize, value: &'a Value, oid: Oid, names: &TypeNames) -> Result<Encoded<'a>> {
    encode(value, oid, names).map_err(|reason| refused(sql, format!("parameter `${}`: {reason}", index + 1)))
}

fn check(sql: &str, params: &[Value], types: &[Oid], names: &TypeNames) -> Result<()> {
    if params.len() != types.len() {
        return Err(wrong_count(sql, types.len(), params.len()));
    }
    for (index, (value, oid)) in params.iter().zip(types).enumerate() {
        encode_named(sql, index, value, *oid, names)?;
    }
    Ok(())
}

fn described(body: &RowDescriptionBody) -> io::Result<Columns> {
    let (mut names, mut types) = (Vec::new(), Vec::new());
    let mut fields = body.fields();
    while let Some(field) = fields.next()? {
        names.push(field.name().to_owned());
        types.push(field.type_oid());
    }
    Ok(Columns { names: names.into(), types })
}

/// The number of rows that a command changed, from its tag. That of a `SELECT` counts what it returned.
fn changed_rows(body: &CommandCompleteBody) -> io::Result<u64> {
    let tag = body.tag()?;
    let command = tag.split(' ').next().unwrap_or_default();
    let changes = matches!(command, "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY");
    Ok(if changes { tag.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0) } else { 0 })
}
