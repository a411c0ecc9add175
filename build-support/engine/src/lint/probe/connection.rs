//! A connection that looks at the database before and after each statement.

use std::collections::BTreeSet;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_files::split::split;
use glim_files::statement::{outside_transaction, transaction_control};
use glim_schema::Dialect;

use super::measured::Measured;
use super::{foreign, sqlite};
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Switch, Transaction};

/// The connection, looking.
pub(super) struct Probe<'c> {
    inner: &'c mut dyn Connection,
    measured: Vec<Measured>,
    /// What is sent is a part of what was noted already.
    is_shown: bool,
    /// What an SQLite database held when the migration began.
    at_first: sqlite::Held,
    /// The foreign keys of other types that are known.
    mismatched: BTreeSet<(String, String)>,
}

impl<'c> Probe<'c> {
    pub(super) fn new(inner: &'c mut dyn Connection) -> Result<Self> {
        let at_first = if inner.dialect() == Dialect::Sqlite { sqlite::held(inner)? } else { sqlite::Held::default() };
        let mismatched = foreign::mismatched(inner)?;
        Ok(Self { inner, measured: Vec::new(), is_shown: false, at_first, mismatched })
    }

    /// What was seen.
    pub(super) fn end(mut self) -> Result<Vec<Measured>> {
        if self.inner.dialect() == Dialect::Sqlite {
            let now = sqlite::held(self.inner)?;
            for measured in &mut self.measured {
                measured.lost = measured.rebuilt.iter().flat_map(|table| self.at_first.lost(&now, table)).collect();
            }
        }
        Ok(self.measured)
    }

    /// Runs a statement by `send`, and looks at what it does.
    fn look<T>(&mut self, sql: &str, send: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        if self.is_shown {
            return send(self.inner);
        }
        let mut measured =
            Measured { sql: sql.trim().trim_end_matches(';').trim_end().to_owned(), ..Measured::default() };
        let answer = match self.inner.dialect() {
            Dialect::Postgres => self.on_postgres(sql, send, &mut measured),
            Dialect::Mysql => {
                measured.online = super::mysql::best(self.inner, sql);
                send(self.inner)
            }
            Dialect::Sqlite => {
                let answer = send(self.inner);
                if answer.is_ok() {
                    let now = sqlite::held(self.inner)?;
                    let known: Vec<&String> = self.measured.iter().flat_map(|it| &it.rebuilt).collect();
                    measured.rebuilt = self.at_first.rebuilt(&now);
                    measured.rebuilt.retain(|table| !known.contains(&table));
                    measured.is_complete = true;
                }
                answer
            }
        };
        // Other statements make no column and no key.
        let is_definition = ["create", "alter"].iter().any(|word| sql.to_ascii_lowercase().contains(word));
        if answer.is_ok() && is_definition {
            let now = foreign::mismatched(self.inner)?;
            measured.mismatched = now.difference(&self.mismatched).cloned().collect();
            self.mismatched = now;
        }
        self.measured.push(measured);
        answer
    }

    /// What cannot run in a transaction is not looked at: its locks are gone when it has ended.
    fn on_postgres<T>(
        &mut self,
        sql: &str,
        send: impl FnOnce(&mut dyn Connection) -> Result<T>,
        measured: &mut Measured,
    ) -> Result<T> {
        let dialect = Dialect::Postgres;
        let is_open = self.inner.transaction() != Transaction::None;
        let is_control = transaction_control(sql, dialect).is_some();
        if is_control || !is_open && outside_transaction(sql, dialect).is_some() {
            return send(self.inner);
        }
        if !is_open {
            self.inner.batch("BEGIN")?;
        }
        let before = super::postgres::State::take(self.inner)?;
        let answer = send(self.inner);
        if answer.is_ok() {
            super::postgres::State::take(self.inner)?.since(&before, measured);
        }
        if !is_open && self.inner.transaction() != Transaction::None {
            self.inner.batch(if answer.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        }
        answer
    }
}

impl Connection for Probe<'_> {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.look(sql, |inner| inner.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.look(sql, |inner| inner.query(sql, params, each))
    }

    fn server(&mut self) -> Result<Server> {
        self.inner.server()
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.look(sql, |inner| inner.execute_many(sql, rows))
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        match split(sql, self.inner.dialect()) {
            Ok(statements) => statements
                .iter()
                .try_for_each(|statement| self.look(statement.text, |inner| inner.batch(statement.text))),
            Err(_) => self.look(sql, |inner| inner.batch(sql)),
        }
    }

    fn opened(&mut self) -> Result<()> {
        self.inner.opened()
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        statements.iter().enumerate().try_for_each(|(at, sql)| self.batch(sql).map_err(|error| (at, error)))
    }

    fn transaction(&self) -> Transaction {
        self.inner.transaction()
    }

    fn reset(&mut self) -> Result<()> {
        self.inner.reset()
    }

    fn ask(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.inner.ask(sql, params, each)
    }

    /// Rows that are changed batch by batch take the locks of any other UPDATE.
    fn shown_as(&mut self, statement: Option<&str>) {
        if let Some(statement) = statement {
            self.measured.push(Measured { sql: statement.to_owned(), is_complete: true, ..Measured::default() });
        }
        self.is_shown = statement.is_some();
    }

    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        self.inner.switch(switch, on)
    }

    fn canceller(&self) -> Canceller {
        self.inner.canceller()
    }
}
