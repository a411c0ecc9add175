//! Running a query, and reading its rows.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use fallible_iterator::FallibleIterator as _;
use glim::value::Value;
use postgres_protocol::Oid;
use postgres_protocol::message::backend::{DataRowBody, Message, RowDescriptionBody};
use postgres_protocol::message::frontend;

use super::Postgres;
use super::bind::bind;
use super::decode::decode;
use super::error::lost;
use super::types::{OwnType, lookup_statement};
use crate::driver::{EachRow, Result, refused};

/// The columns of a result.
struct Columns {
    names: Arc<[String]>,
    types: Vec<Oid>,
}

impl Postgres {
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

    /// Learns the types that are not known yet.
    pub(super) fn look_up(&mut self, oids: &[Oid]) -> Result<()> {
        let missing: Vec<_> = oids.iter().copied().filter(|oid| self.type_names.is_missing(*oid)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut found = Vec::new();
        self.simple_rows(&lookup_statement(&missing), &mut |row| found.push(row))?;
        for row in found {
            if let [Some(oid), Some(name), Some(is_text), Some(base)] = row.as_slice()
                && let (Ok(oid), Ok(base)) = (oid.parse(), base.parse())
            {
                self.type_names.put(oid, OwnType { name: name.clone(), is_text: is_text == "t", base });
            }
        }
        Ok(())
    }
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
