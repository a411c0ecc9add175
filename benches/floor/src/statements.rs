//! Many statements in one transaction, on SQLite: what the statements of a migration cost without a channel.

use rusqlite::Connection;

use crate::Result;

const INSERT: &str = "INSERT INTO items (id, title) VALUES (?1, ?2)";

/// Opens, and changes nothing: what is subtracted from the others.
pub(crate) fn nothing(path: &str) -> Result<()> {
    in_transaction(path, |_| Ok(()))
}

/// Each insert is a statement of its own.
pub(crate) fn statements(path: &str, count: i64) -> Result<()> {
    in_transaction(path, |connection| {
        for id in 1..=count {
            connection.prepare_cached(INSERT)?.execute((id, "one of many"))?;
        }
        Ok(())
    })
}

/// One prepared insert, run for each row.
pub(crate) fn rows(path: &str, count: i64) -> Result<()> {
    in_transaction(path, |connection| {
        let mut insert = connection.prepare(INSERT)?;
        for id in 1..=count {
            insert.execute((id, "one of many"))?;
        }
        Ok(())
    })
}

/// Reads all rows into memory, as `Db::query` does, and fails unless there are so many.
pub(crate) fn query(path: &str, count: i64) -> Result<()> {
    in_transaction(path, |connection| {
        let mut select = connection.prepare("SELECT id, title FROM items")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
        let sum: i64 = rows.iter().map(|(id, _)| id).sum();
        if sum == count * (count + 1) / 2 { Ok(()) } else { Err(format!("wrong rows: {}", rows.len()).into()) }
    })
}

fn in_transaction(path: &str, work: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    work(&connection)?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}
