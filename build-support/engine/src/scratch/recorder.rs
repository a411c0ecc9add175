//! Recording what the code of migrations sends: a connection and a source that note it, and pass everything on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use glim::Direction;
use glim::error::DatabaseError;
use glim::value::Value;
use glim_files::split::split;
use glim_schema::Dialect;

use super::Sent;
use super::sent::ROWS_KEPT;
use crate::catalog::Entry;
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Switch, Transaction};
use crate::session::Session;
use crate::source::{Source, Stopped};

/// Notes the statements of Rust migrations. What the engine sends for itself is not noted, nor are SQL migrations, whose
/// text is known.
#[derive(Clone, Default)]
pub struct Recorder(Rc<Log>);

#[derive(Default)]
struct Log {
    /// Whether a migration's code is running.
    is_on: Cell<bool>,
    /// Whether what is sent is a part of what was noted already.
    is_shown: Cell<bool>,
    sent: RefCell<Vec<Sent>>,
}

impl Recorder {
    /// The connection, noting.
    pub fn connection(&self, inner: Box<dyn Connection>) -> Box<dyn Connection> {
        Box::new(Recorded { inner, log: Rc::clone(&self.0) })
    }

    /// The source, saying when there is something to note.
    pub fn source<'s>(&self, inner: &'s mut dyn Source) -> Listening<'s> {
        Listening { inner, log: Rc::clone(&self.0) }
    }

    /// What was noted since this was asked last.
    pub fn take(&self) -> Vec<Sent> {
        self.0.sent.take()
    }
}

impl Log {
    fn is_noting(&self) -> bool {
        self.is_on.get() && !self.is_shown.get()
    }

    fn note(&self, sql: &str, params: &[Value]) {
        if self.is_noting() {
            self.sent.borrow_mut().push(Sent::new(sql, params));
        }
    }

    fn note_all(&self, sql: &str, dialect: Dialect) {
        if !self.is_noting() {
            return;
        }
        match split(sql, dialect) {
            Ok(statements) => {
                for statement in statements {
                    self.note(statement.text, &[]);
                }
            }
            Err(_) => self.note(sql, &[]),
        }
    }
}

/// A source whose migrations' statements are noted.
pub struct Listening<'s> {
    inner: &'s mut dyn Source,
    log: Rc<Log>,
}

impl Source for Listening<'_> {
    fn apply(&mut self, entry: &Entry, direction: Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        self.log.is_on.set(true);
        let result = self.inner.apply(entry, direction, session);
        self.log.is_on.set(false);
        result
    }

    fn starting(&mut self) -> Result<(), Stopped> {
        self.inner.starting()
    }

    fn ended(&mut self) -> Option<Stopped> {
        self.inner.ended()
    }
}

struct Recorded {
    inner: Box<dyn Connection>,
    log: Rc<Log>,
}

impl Connection for Recorded {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.log.note(sql, params);
        self.inner.execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.log.note(sql, params);
        self.inner.query(sql, params, each)
    }

    fn server(&mut self) -> Result<Server> {
        self.inner.server()
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        if !self.log.is_noting() {
            return self.inner.execute_many(sql, rows);
        }
        let mut sent = Sent::new(sql, &[]);
        let result = self.inner.execute_many(
            sql,
            &mut rows.inspect(|row| {
                if sent.rows.len() < ROWS_KEPT {
                    sent.rows.push(row.clone());
                } else {
                    sent.more += 1;
                }
            }),
        );
        self.log.sent.borrow_mut().push(sent);
        result
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.log.note_all(sql, self.inner.dialect());
        self.inner.batch(sql)
    }

    fn begin(&mut self, sql: &str) -> Result<()> {
        self.inner.begin(sql)
    }

    fn opened(&mut self) -> Result<()> {
        self.inner.opened()
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, DatabaseError)> {
        for sql in statements {
            self.log.note(sql, &[]);
        }
        self.inner.sequence(statements)
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

    fn shown_as(&mut self, statement: Option<&str>) {
        if let Some(statement) = statement {
            self.log.note(statement, &[]);
        }
        self.log.is_shown.set(statement.is_some());
    }

    fn switch(&mut self, switch: Switch, on: bool) -> Result<bool> {
        let was = self.inner.switch(switch, on)?;
        if switch == Switch::ForeignKeys && was != on {
            self.log.note(if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" }, &[]);
        }
        Ok(was)
    }

    fn canceller(&self) -> Canceller {
        self.inner.canceller()
    }
}
