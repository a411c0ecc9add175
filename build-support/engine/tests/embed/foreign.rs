//! A connection that knows no more than it must: the three methods without which there is none.

use std::ops::ControlFlow;
use std::sync::Arc;

use glim::Value;
use glim::error::DatabaseError;
use glim_engine::driver::{EachRow, Result, numbered};
use glim_engine::{Connection, Migrator, Standing};
use glim_schema::Dialect;
use rusqlite::types::Value as Stored;

struct Small(rusqlite::Connection);

fn failed(error: &rusqlite::Error) -> DatabaseError {
    let message = error.to_string();
    let class = if message.contains("no such table") {
        glim::error::ErrorClass::UndefinedObject
    } else {
        glim::error::ErrorClass::Other
    };
    DatabaseError { message, class, ..DatabaseError::default() }
}

fn bound(params: &[Value]) -> Vec<Stored> {
    let bind = |value: &Value| match value {
        Value::Null => Stored::Null,
        Value::Bool(value) => Stored::Integer((*value).into()),
        Value::Int(value) => Stored::Integer(*value),
        Value::Text(text) => Stored::Text(text.clone()),
        Value::Timestamp(moment) => Stored::Text(moment.to_string()),
        other => unreachable!("these migrations and the ledger have none: {other:?}"),
    };
    params.iter().map(bind).collect()
}

impl Connection for Small {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut statement = self.0.prepare(&numbered(sql)).map_err(|error| failed(&error))?;
        let mut rows = statement.query(rusqlite::params_from_iter(bound(params))).map_err(|error| failed(&error))?;
        while rows.next().map_err(|error| failed(&error))?.is_some() {}
        Ok(self.0.changes())
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let mut statement = self.0.prepare(&numbered(sql)).map_err(|error| failed(&error))?;
        let name = |at| statement.column_name(at).expect("it has that many").to_owned();
        let names: Arc<[String]> = (0..statement.column_count()).map(name).collect();
        let mut rows = statement.query(rusqlite::params_from_iter(bound(params))).map_err(|error| failed(&error))?;
        while let Some(row) = rows.next().map_err(|error| failed(&error))? {
            let value = |at| match row.get(at).expect("it has as many columns as names") {
                Stored::Null => Value::Null,
                Stored::Integer(value) => Value::Int(value),
                Stored::Real(value) => Value::Float(value),
                Stored::Text(text) => Value::Text(text),
                Stored::Blob(bytes) => Value::Bytes(bytes),
            };
            if each(&names, (0..names.len()).map(value).collect()) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}

fn open(folder: &tempfile::TempDir) -> Small {
    Small(rusqlite::Connection::open(folder.path().join("app.db")).expect("a database"))
}

#[test]
fn three_methods_are_enough_to_migrate() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut small = open(&folder);
    let server = small.server().expect("it is asked");
    assert_eq!(server.product, "SQLite");
    assert!(server.database.ends_with("app.db"), "{server:?}");
    let mut migrator = Migrator::new(small).db("app");
    assert_eq!(migrator.run().expect("all go well").len(), 3);
    migrator.assert_current().expect("it is");
    assert!(folder.path().join("app.db-glim.lock").exists());
}

#[test]
fn a_failure_is_rolled_back_by_one_that_knows_nothing_of_transactions() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Migrator::new(open(&folder)).db("bad").run().expect_err("a table is missing");
    assert!(error.to_string().ends_with("nothing of it is in the database"), "{error}");
    let error = Migrator::new(open(&folder)).db("panics").accept_unknown().run().expect_err("it panics");
    assert!(error.to_string().ends_with("nothing of it is in the database"), "{error}");
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
    assert_eq!(open(&folder).0.query_row(sql, [], |row| row.get(0)), Ok(0));
}

#[test]
fn what_may_have_stayed_is_not_taken_for_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Migrator::new(open(&folder)).db("bare").run().expect_err("a table is missing");
    assert!(error.to_string().contains("a part of it stays"), "{error}");
    let status = Migrator::new(open(&folder)).db("bare").status().expect("a status");
    assert_eq!(status.behind(), [("Bare".to_owned(), Standing::Failed)]);
}
