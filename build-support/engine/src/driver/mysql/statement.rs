//! The commands that run a statement, and their answers.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use glim::error::DatabaseError;
use glim::value::Value;

use super::Mysql;
use super::decode::{Unreadable, binary_row, text_row};
use super::encode::put_values;
use super::error::{lost, number, server_error};
use super::packet::{Answer, Column, MORE_RESULTS, Outcome, Reader, answer, column, end, malformed};
use super::prepared::Prepared;
use crate::driver::{EachRow, Result, placeholder, refused, wrong_count};

/// Runs a text.
pub(super) const COM_QUERY: u8 = 0x03;
const COM_STMT_PREPARE: u8 = 0x16;
const COM_STMT_EXECUTE: u8 = 0x17;
const COM_STMT_CLOSE: u8 = 0x19;
const COM_SET_OPTION: u8 = 0x1B;

/// For a batch, and off again: no other text shall smuggle in a second statement.
const MULTI_STATEMENTS_ON: [u8; 3] = [COM_SET_OPTION, 0, 0];
const MULTI_STATEMENTS_OFF: [u8; 3] = [COM_SET_OPTION, 1, 0];

/// "This command is not supported in the prepared statement protocol yet".
const UNPREPARABLE: u16 = 1295;

/// How a row is written.
type ReadRow = fn(&[u8], &[Column]) -> Result<Vec<Value>, Unreadable>;

impl Mysql {
    /// Runs one statement without parameters.
    pub(super) fn execute_text(&mut self, sql: &str) -> Result<u64> {
        self.send(&[&[COM_QUERY], sql.as_bytes()].concat(), sql)?;
        self.answers(sql, text_row, &mut |_, _| ControlFlow::Break(()))
    }

    /// Runs one query without parameters, in the text protocol.
    pub(super) fn query_text(&mut self, sql: &str, each: &mut EachRow<'_>) -> Result<()> {
        self.send(&[&[COM_QUERY], sql.as_bytes()].concat(), sql)?;
        self.answers(sql, text_row, each).map(drop)
    }

    /// Runs any number of statements without parameters.
    pub(super) fn execute_batch(&mut self, sql: &str) -> Result<()> {
        // A semicolon at the end is no second statement.
        let is_one = memchr::memchr(b';', sql.trim_end().trim_end_matches(';').as_bytes()).is_none();
        if is_one {
            return self.execute_text(sql).map(drop);
        }
        self.set_option(&MULTI_STATEMENTS_ON, sql)?;
        let outcome = self.execute_text(sql).map(drop);
        let off = self.set_option(&MULTI_STATEMENTS_OFF, sql);
        outcome.and(off)
    }

    /// The answer to this command is an `EOF` packet of its own form, which tells nothing of the transaction.
    fn set_option(&mut self, command: &[u8], sql: &str) -> Result<()> {
        self.send(command, sql)?;
        let packet = self.receive(sql)?;
        match packet.first() {
            Some(0xFF) => Err(self.refusal(&packet, sql)),
            _ => Ok(()),
        }
    }

    /// Runs one statement with parameters.
    pub(super) fn execute_prepared(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.start_prepared(sql, params)?;
        self.answers(sql, binary_row, &mut |_, _| ControlFlow::Break(()))
    }

    /// Runs one query. It is prepared also where it has no parameters: as text, a `float` comes with six digits.
    pub(super) fn query_prepared(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        match self.start_prepared(sql, params) {
            Err(error) if params.is_empty() && number(&error) == Some(UNPREPARABLE) => self.query_text(sql, each),
            started => {
                started?;
                self.answers(sql, binary_row, each).map(drop)
            }
        }
    }

    fn start_prepared(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        let mut values: Vec<&Value> = params.iter().collect();
        let prepared = if params.is_empty() {
            self.prepare(sql, sql)?
        } else {
            let (text, order) = placeholder::positional(sql, self.wire.backslash_escapes());
            let prepared = self.prepare(&text, sql)?;
            if let Some(order) = order {
                let takes = order.iter().max().map_or(0, |highest| highest + 1);
                if takes != params.len() {
                    return Err(wrong_count(sql, takes, params.len()));
                }
                if order.len() != prepared.parameters {
                    return Err(refused(sql, "the statement mixes `$1` and `?` as parameters"));
                }
                values = order.into_iter().map(|index| &params[index]).collect();
            }
            prepared
        };
        if values.len() != prepared.parameters {
            return Err(wrong_count(sql, prepared.parameters, params.len()));
        }
        let mut command = vec![COM_STMT_EXECUTE];
        command.extend_from_slice(&prepared.id.to_le_bytes());
        command.push(0); // no cursor
        command.extend_from_slice(&1_u32.to_le_bytes()); // always one
        if !values.is_empty() {
            put_values(&mut command, &values).map_err(|(index, reason)| {
                let number = params.iter().position(|param| std::ptr::eq(param, values[index])).unwrap_or(index) + 1;
                refused(sql, format!("parameter `${number}`: {reason}"))
            })?;
        }
        self.send(&command, sql)
    }

    /// Has the server prepare `text`, which came from `sql`, unless it has.
    fn prepare(&mut self, text: &str, sql: &str) -> Result<Prepared> {
        if let Some(prepared) = self.prepared.get(text) {
            return Ok(prepared);
        }
        self.send(&[&[COM_STMT_PREPARE], text.as_bytes()].concat(), sql)?;
        let packet = self.receive(sql)?;
        if packet.first() == Some(&0xFF) {
            return Err(self.refusal(&packet, sql));
        }
        let mut reader = Reader(&packet);
        let mut read = || -> io::Result<(u32, u16, u16)> {
            let _header = reader.u8()?;
            Ok((reader.u32()?, reader.u16()?, reader.u16()?))
        };
        let (id, columns, parameters) = read().map_err(|error| self.broken(&error, sql))?;
        // The definitions of both: the columns come again with each result, and the parameters' say nothing.
        for count in [parameters, columns] {
            if count > 0 {
                for _ in 0..=count {
                    self.receive(sql)?;
                }
            }
        }
        let prepared = Prepared { id, parameters: parameters.into() };
        if let Some(oldest) = self.prepared.put(text, prepared) {
            // The server gives no answer to this.
            self.send(&[&[COM_STMT_CLOSE][..], &oldest.id.to_le_bytes()].concat(), sql)?;
        }
        Ok(prepared)
    }

    /// Reads all answers to a command; the rows of the first result go to `each`. Gives the rows changed in all.
    fn answers(&mut self, sql: &str, read: ReadRow, each: &mut EachRow<'_>) -> Result<u64> {
        let mut changed = 0;
        let mut problem = None;
        let mut is_wanted = true;
        loop {
            let packet = self.receive(sql)?;
            let outcome = match answer(&packet).map_err(|error| self.broken(&error, sql))? {
                Answer::Ok(outcome) => outcome,
                Answer::Error(error) => {
                    self.wire.note_error();
                    let error = DatabaseError { statement: Some(sql.to_owned()), ..error };
                    return Err(problem.unwrap_or(error));
                }
                Answer::Columns(count) => {
                    let (outcome, result) = self.result(sql, count, read, is_wanted.then_some(&mut *each))?;
                    problem = problem.or(result.err());
                    is_wanted = false;
                    outcome
                }
            };
            self.wire.note(outcome);
            changed += outcome.affected;
            if outcome.status & MORE_RESULTS == 0 {
                return problem.map_or(Ok(changed), Err);
            }
        }
    }

    /// Reads a result to its end. The inner error is of a value that could not be read, or of the statement; the outer
    /// one is of a connection that is of no more use.
    fn result(
        &mut self,
        sql: &str,
        count: u64,
        read: ReadRow,
        mut each: Option<&mut EachRow<'_>>,
    ) -> Result<(Outcome, Result<()>)> {
        let mut columns = Vec::new();
        for _ in 0..count {
            let packet = self.receive(sql)?;
            columns.push(column(&packet).map_err(|error| self.broken(&error, sql))?);
        }
        self.receive(sql)?; // the end of the columns
        let names: Arc<[String]> = columns.iter().map(|column| column.name.clone()).collect();
        let mut problem = Ok(());
        let mut packet = Vec::new();
        loop {
            self.wire.receive(&mut packet).map_err(|error| lost(&error, sql))?;
            if packet.first() == Some(&0xFF) {
                return Err(self.refusal(&packet, sql));
            }
            if let Some(outcome) = end(&packet).map_err(|error| self.broken(&error, sql))? {
                return Ok((outcome, problem));
            }
            let Some(hand_over) = each.as_mut() else { continue };
            match read(&packet, &columns) {
                Ok(values) => {
                    if hand_over(&names, values) == ControlFlow::Break(()) {
                        each = None;
                    }
                }
                Err(Unreadable::Column(name, reason)) => {
                    problem = Err(refused(sql, format!("column `{name}`: {reason}")));
                    each = None;
                }
                Err(Unreadable::Broken(error)) => return Err(self.broken(&error, sql)),
            }
        }
    }

    fn send(&mut self, command: &[u8], sql: &str) -> Result<()> {
        // The server would close the connection.
        if command.len() > self.max_allowed_packet {
            let longest = self.max_allowed_packet;
            return Err(refused(
                sql,
                format!(
                    "the statement has {} bytes, but the server's `max_allowed_packet` is {longest}",
                    command.len()
                ),
            ));
        }
        self.wire.command(command).map_err(|error| lost(&error, sql))
    }

    fn receive(&mut self, sql: &str) -> Result<Vec<u8>> {
        let mut packet = Vec::new();
        self.wire.receive(&mut packet).map_err(|error| lost(&error, sql))?;
        if packet.is_empty() {
            return Err(self.broken(&malformed("the server sent an empty packet"), sql));
        }
        Ok(packet)
    }

    fn refusal(&mut self, packet: &[u8], sql: &str) -> DatabaseError {
        self.wire.note_error();
        match server_error(packet) {
            Ok(error) => DatabaseError { statement: Some(sql.to_owned()), ..error },
            Err(error) => self.broken(&error, sql),
        }
    }

    fn broken(&mut self, error: &io::Error, sql: &str) -> DatabaseError {
        self.wire.break_off();
        lost(error, sql)
    }
}
