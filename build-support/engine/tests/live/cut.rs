//! A connection that is lost after so many calls.

use std::cell::Cell;
use std::rc::Rc;

use glim::Value;
use glim::error::{DatabaseError, ErrorClass};
use glim_engine::driver::{self, Canceller, Connection, EachRow, Server, Switch, Transaction};
use glim_files::split::split;
use glim_schema::Dialect;

use crate::support::Database;

/// A connection that is lost before a call.
pub(crate) struct Cut {
    inner: Option<Box<dyn Connection>>,
    dialect: Dialect,
    left: Rc<Cell<u32>>,
}

impl Cut {
    /// A connection, and the number of calls that are left to it.
    pub(crate) fn of(database: &Database) -> (Self, Rc<Cell<u32>>) {
        let left = Rc::new(Cell::new(u32::MAX));
        (Self { inner: Some(database.connect()), dialect: database.dialect, left: Rc::clone(&left) }, left)
    }

    fn pass<T>(&mut self, run: impl FnOnce(&mut dyn Connection) -> driver::Result<T>) -> driver::Result<T> {
        match (self.left.get(), &mut self.inner) {
            (1.., Some(inner)) => {
                self.left.set(self.left.get() - 1);
                run(&mut **inner)
            }
            _ => {
                self.inner = None;
                let message = "cut off".to_owned();
                Err(DatabaseError { message, class: ErrorClass::ConnectionLost, ..DatabaseError::default() })
            }
        }
    }
}

impl Connection for Cut {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn server(&mut self) -> driver::Result<Server> {
        self.inner.as_mut().expect("it is asked at first").server()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> driver::Result<u64> {
        self.pass(|inner| inner.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> driver::Result<()> {
        self.pass(|inner| inner.query(sql, params, each))
    }

    /// A server of MySQL may be cut off between two statements of a message; PostgreSQL does all of it or nothing.
    fn batch(&mut self, sql: &str) -> driver::Result<()> {
        if self.dialect == Dialect::Postgres {
            return self.pass(|inner| inner.batch(sql));
        }
        let statements = split(sql, self.dialect).expect("it can be split");
        statements.iter().try_for_each(|statement| self.pass(|inner| inner.batch(statement.text)))
    }

    fn transaction(&self) -> Transaction {
        self.inner.as_ref().map_or(Transaction::Unknown, |inner| inner.transaction())
    }

    fn reset(&mut self) -> driver::Result<()> {
        self.pass(|inner| inner.reset())
    }

    fn switch(&mut self, switch: Switch, on: bool) -> driver::Result<bool> {
        self.pass(|inner| inner.switch(switch, on))
    }

    fn canceller(&self) -> Canceller {
        Box::new(|| {})
    }
}
