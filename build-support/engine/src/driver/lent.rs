//! Connections that somebody else has opened.

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::Dialect;

use super::{Canceller, Connection, EachRow, Result, Server, Switch, Transaction};

/// What a [`Migrator`](crate::Migrator) can be made of: any [`Connection`], and with the features `sqlite`, `postgres` and
/// `mysql` a `rusqlite::Connection`, a `postgres::Client` or a `mysql::Conn`, owned or as `&mut`.
pub trait IntoConnection<'c> {
    /// Makes it ready for the engine. No transaction may be open on it.
    ///
    /// # Errors
    /// What the database said when it was asked what it is.
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>>;
}

impl<'c, C: Connection + 'c> IntoConnection<'c> for C {
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>> {
        Ok(Box::new(self))
    }
}

impl<C: Connection + ?Sized> Connection for &mut C {
    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        (**self).execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        (**self).query(sql, params, each)
    }

    fn server(&mut self) -> Result<Server> {
        (**self).server()
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        (**self).execute_many(sql, rows)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        (**self).batch(sql)
    }

    fn begin(&mut self, sql: &str) -> Result<()> {
        (**self).begin(sql)
    }

    fn opened(&mut self) -> Result<()> {
        (**self).opened()
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        (**self).sequence(statements)
    }

    fn chain(&mut self, statements: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        (**self).chain(statements)
    }

    fn can_chain(&self) -> bool {
        (**self).can_chain()
    }

    fn transaction(&self) -> Transaction {
        (**self).transaction()
    }

    fn reset(&mut self) -> Result<()> {
        (**self).reset()
    }

    fn ask(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        (**self).ask(sql, params, each)
    }

    fn shown_as(&mut self, statement: Option<&str>) {
        (**self).shown_as(statement);
    }

    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        (**self).switch(switch, on)
    }

    fn canceller(&self) -> Canceller {
        (**self).canceller()
    }
}
