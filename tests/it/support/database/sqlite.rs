//! `SQLite`, by rusqlite.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;

use super::Row;

pub(super) struct Client(Connection);

impl Client {
    pub(super) fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        connection.busy_timeout(Duration::from_secs(10)).expect("a time-out can be set");
        Self(connection)
    }

    fn rows(&self, sql: &str) -> rusqlite::Result<Vec<Row>> {
        let mut last = Vec::new();
        let mut batch = rusqlite::Batch::new(&self.0, sql);
        while let Some(mut statement) = batch.next()? {
            let columns = statement.column_count();
            let mut rows = statement.query(())?;
            last.clear();
            while let Some(row) = rows.next()? {
                last.push((0..columns).map(|column| row.get_ref(column).map(text)).collect::<Result<_, _>>()?);
            }
        }
        Ok(last)
    }
}

impl super::Client for Client {
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        self.rows(sql).map_err(|error| error.to_string())
    }
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}
