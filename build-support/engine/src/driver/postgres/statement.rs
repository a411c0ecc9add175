//! Running statements that return no rows.

use std::io;
use std::sync::Arc;

use fallible_iterator::FallibleIterator as _;
use glim::value::Value;
use postgres_protocol::Oid;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use super::Postgres;
use super::bind::{bind, check};
use super::error::lost;
use super::exchange::{changed_rows, server_error};
use super::parameters::changes_meaning;
use crate::driver::{Result, wrong_count};

/// How much `execute_many` sends before it reads answers: less than the buffers of a socket hold, since a server that
/// cannot send its answers stops to read. A larger row is sent when nothing else is on its way.
const PIPELINE: usize = 32 * 1024;

impl Postgres {
    /// Runs statements without parameters and gives the number of rows that they changed.
    pub(super) fn simple(&mut self, sql: &str) -> Result<u64> {
        if changes_meaning(sql) {
            self.parameter_types.clear();
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
        let Some(row) = rows.next() else { return Ok(0) };
        // A statement without parameters could be a COPY, after which the rest of a pipeline would be taken for data.
        if row.is_empty() {
            return std::iter::once(row).chain(rows).try_fold(0, |changed, row| match row.len() {
                0 => self.simple(sql).map(|more| changed + more),
                given => Err(wrong_count(sql, 0, given)),
            });
        }
        let types = self.types_for(sql, &row)?;
        let lose = |error: io::Error| lost(&error, sql);
        frontend::parse("", sql, types.iter().copied(), &mut self.wire.output).map_err(lose)?;
        let mut changed = 0;
        let mut refusal = None;
        // Rows that were sent and not answered.
        let mut pending = 0;
        let mut next = Some(row);
        while let Some(row) = next.take() {
            let length = self.wire.output.len();
            if let Err(error) = bind(sql, &row, &types, &self.type_names, &mut self.wire.output) {
                self.wire.output.truncate(length);
                refusal = Some(error);
                break;
            }
            frontend::execute("", 0, &mut self.wire.output).map_err(lose)?;
            if self.wire.output.len() >= PIPELINE && pending > 0 {
                let last = self.wire.output.split_off(length);
                match self.answers(sql, pending)? {
                    Ok(more) => changed += more,
                    Err(error) => {
                        refusal = Some(error);
                        break;
                    }
                }
                pending = 0;
                self.wire.output.unsplit(last);
            }
            pending += 1;
            next = rows.next();
        }
        let sync = |this: &mut Self| {
            frontend::sync(&mut this.wire.output);
            Ok(())
        };
        let rest = self.exchange(sql, sync, &mut |_, _| Ok(()));
        match refusal {
            Some(refusal) => Err(refusal),
            None => rest.map(|rest| changed + rest),
        }
    }

    /// Sends what is written and reads the answers to so many rows. The inner error is of a row, after which the server
    /// skips everything up to the next `Sync`.
    fn answers(&mut self, sql: &str, rows: usize) -> Result<Result<u64>> {
        let lose = |error: io::Error| lost(&error, sql);
        frontend::flush(&mut self.wire.output);
        self.wire.flush().map_err(lose)?;
        let (mut changed, mut answered) = (0, 0);
        while answered < rows {
            match self.wire.receive().map_err(lose)? {
                Message::CommandComplete(body) => {
                    changed += changed_rows(&body).map_err(lose)?;
                    answered += 1;
                }
                Message::EmptyQueryResponse => answered += 1,
                Message::ErrorResponse(body) => return Ok(Err(server_error(&body, sql))),
                _ => {}
            }
        }
        Ok(Ok(changed))
    }

    /// The parameters' types, remembered or asked for, when these values fit them in number and kind.
    pub(super) fn types_for(&mut self, sql: &str, params: &[Value]) -> Result<Arc<[Oid]>> {
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
}
