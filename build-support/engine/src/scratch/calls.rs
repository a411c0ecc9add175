//! A connection that says of each call that it is about to be made: what tests stop the world at.

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::Dialect;

use crate::driver::{Canceller, Connection, EachRow, Result, Server, Switch, Transaction};

/// The connection, which tells `before` of each call before it makes it, with the text that it sends, and in the end
/// that it goes. Of the rows of one statement it tells those whose numbers are powers of two.
pub fn told(inner: Box<dyn Connection>, before: impl FnMut(&str) + 'static) -> Box<dyn Connection> {
    Box::new(Told { inner, before: Box::new(before) })
}

/// What is told when the connection goes, after the last call.
pub const END: &str = "the end";

struct Told {
    inner: Box<dyn Connection>,
    before: Box<dyn FnMut(&str)>,
}

impl Drop for Told {
    fn drop(&mut self) {
        (self.before)(END);
    }
}

impl Connection for Told {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        (self.before)(sql);
        self.inner.execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        (self.before)(sql);
        self.inner.query(sql, params, each)
    }

    fn server(&mut self) -> Result<Server> {
        self.inner.server()
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let Self { inner, before } = self;
        before(sql);
        let mut number: u64 = 0;
        inner.execute_many(
            sql,
            &mut rows.inspect(|_| {
                number += 1;
                if number > 1 && number.is_power_of_two() {
                    before(&format!("row {number} of {sql}"));
                }
            }),
        )
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        (self.before)(sql);
        self.inner.batch(sql)
    }

    fn begin(&mut self, sql: &str) -> Result<()> {
        (self.before)(sql);
        self.inner.begin(sql)
    }

    fn opened(&mut self) -> Result<()> {
        self.inner.opened()
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        (self.before)(&statements.join(";\n"));
        self.inner.sequence(statements)
    }

    // It cannot chain: how many migrations go together depends on how long they take, and so would the number of calls.

    fn transaction(&self) -> Transaction {
        self.inner.transaction()
    }

    fn reset(&mut self) -> Result<()> {
        (self.before)("what sets the session back");
        self.inner.reset()
    }

    fn ask(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        (self.before)(sql);
        self.inner.ask(sql, params, each)
    }

    fn shown_as(&mut self, statement: Option<&str>) {
        self.inner.shown_as(statement);
    }

    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        (self.before)("a switch of the connection");
        self.inner.switch(switch, on)
    }

    fn canceller(&self) -> Canceller {
        self.inner.canceller()
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use glim::value::Value;

    use super::{END, told};
    use crate::driver::{Access, connect};
    use crate::target::{Place, Target};

    #[test]
    fn each_call_is_told_before_it_is_made_and_the_end_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = Target {
            place: Place::Sqlite { path: folder.path().join("app.db") },
            connect_timeout: Target::CONNECT_TIMEOUT,
            lock_timeout: None,
            statement_timeout: None,
        };
        let heard = Rc::new(RefCell::new(Vec::new()));
        let ear = Rc::clone(&heard);
        let inner = connect(&target, Access::ReadWrite).expect("a new file");
        let mut connection = told(inner, move |call| ear.borrow_mut().push(call.to_owned()));
        connection.batch("CREATE TABLE t (a)").expect("a table");
        let mut rows = (1..=5).map(|number| vec![Value::Int(number)]);
        assert_eq!(connection.execute_many("INSERT INTO t VALUES ($1)", &mut rows), Ok(5));
        drop(connection);
        let insert = "INSERT INTO t VALUES ($1)";
        let wanted = ["CREATE TABLE t (a)", insert, &format!("row 2 of {insert}"), &format!("row 4 of {insert}"), END];
        assert_eq!(*heard.borrow(), wanted);
    }
}
