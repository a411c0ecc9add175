//! Migrations that are SQL texts, as `glim-build` registers them.

use crate::db::Db;
use crate::error::{Kind, Result};
use crate::migration::Migration;

/// A migration whose directions are SQL texts. Build scripts write these down; see [`migrations!`](crate::migrations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlMigration {
    /// What the file's name says that it does.
    pub title: &'static str,
    /// The layout of the folder that it is from, which decides how its version compares.
    pub layout: &'static str,
    /// What makes the step.
    pub run: SqlText,
    /// What undoes it; `None` where nothing does.
    pub rollback: Option<SqlText>,
}

/// An SQL text and where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlText {
    /// The file.
    pub file: &'static str,
    /// The line of the file at which the text begins, from 1.
    pub line: u32,
    /// Whether it is to run in a transaction.
    pub transaction: bool,
    /// The text.
    pub text: &'static str,
}

impl Migration for SqlMigration {
    fn description(&self) -> &str {
        self.title
    }

    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute_batch(self.run.text)
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        match &self.rollback {
            Some(rollback) => db.execute_batch(rollback.text),
            None => Err(Kind::Irreversible.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use glim_schema::{Change, Dialect};

    use super::{SqlMigration, SqlText};
    use crate::db::{Backend, Backfill};
    use crate::error::Kind;
    use crate::{Db, Migration as _, Result, Row, Value};

    /// A database that only writes down which batches it is sent.
    struct Batches(Rc<RefCell<Vec<String>>>);

    impl Backend for Batches {
        fn dialect(&self) -> Dialect {
            Dialect::Sqlite
        }

        fn execute(&mut self, _: &str, _: Vec<Value>) -> Result<u64> {
            Err(Kind::Irreversible.into())
        }

        fn execute_many(&mut self, _: &str, _: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
            Err(Kind::Irreversible.into())
        }

        fn execute_batch(&mut self, sql: &str) -> Result<()> {
            self.0.borrow_mut().push(sql.to_owned());
            Ok(())
        }

        fn query(&mut self, _: &str, _: Vec<Value>) -> Result<Vec<Row>> {
            Err(Kind::Irreversible.into())
        }

        fn change(&mut self, _: Change) -> Result<()> {
            Err(Kind::Irreversible.into())
        }

        fn backfill(&mut self, _: Backfill) -> Result<u64> {
            Err(Kind::Irreversible.into())
        }
    }

    const UP: SqlMigration = SqlMigration {
        title: "add users",
        layout: "glim",
        run: SqlText { file: "a.sql", line: 1, transaction: true, text: "CREATE TABLE u (id INT);" },
        rollback: None,
    };
    const DOWN: SqlText = SqlText { file: "a.sql", line: 3, transaction: true, text: "DROP TABLE u;" };

    #[test]
    fn each_direction_sends_its_text_as_it_stands() {
        let sent = Rc::default();
        let mut db = Db::new(Box::new(Batches(Rc::clone(&sent))));
        let both = SqlMigration { rollback: Some(DOWN), ..UP };
        both.run(&mut db).expect("it is only written down");
        both.rollback(&mut db).expect("it is only written down");
        assert_eq!(*sent.borrow(), ["CREATE TABLE u (id INT);", "DROP TABLE u;"]);
        assert_eq!(both.description(), "add users");
    }

    #[test]
    fn without_a_text_that_undoes_it_a_migration_is_irreversible() {
        let sent = Rc::default();
        let mut db = Db::new(Box::new(Batches(Rc::clone(&sent))));
        let error = UP.rollback(&mut db).expect_err("there is nothing to send");
        assert!(matches!(error.kind(), Kind::Irreversible), "{error}");
        assert!(sent.borrow().is_empty());
    }
}
