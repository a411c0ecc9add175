//! Writing what was taken over into the ledger, all of it or nothing.

use glim_schema::Dialect;

use super::{AdoptError, Adoption, Record, Tool};
use crate::catalog::{Entry, Version};
use crate::driver::Connection;
use crate::ledger::log::{Action, Event};
use crate::ledger::{Ledger, Row, Took};

/// Records it in one transaction.
pub(super) fn record(
    conn: &mut dyn Connection,
    ledger: &mut Ledger,
    adoption: &Adoption<'_>,
) -> Result<(), AdoptError> {
    let tool = adoption.history.as_ref().map(|&(tool, _)| tool);
    let rows: Vec<_> = adoption.records.iter().map(|record| row(ledger, record, tool)).collect();
    let Some(first) = rows.first() else { return Ok(()) };
    let failed = || AdoptError::database("record what was applied");
    let begin = match conn.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
        Dialect::Mysql => "START TRANSACTION",
    };
    conn.batch(begin).map_err(failed())?;
    let (sql, _) = ledger.insert_statement(first);
    let mut values = rows.iter().map(|row| ledger.insert_statement(row).1);
    let message = tool.map_or("recorded as applied on a person's word", Tool::name);
    let log = rows.iter().map(|row| {
        let duration = row.duration_ms.map_or(Took::Unknown, Took::Milliseconds);
        let event = Event { action: Action::Adopted, migration: &row.name, took: duration, message: Some(message) };
        ledger.log_text(&event)
    });
    let log = log.collect::<Vec<_>>().join(";\n");
    match conn.execute_many(&sql, &mut values).and_then(|_| conn.batch(&log)) {
        Ok(()) => conn.batch("COMMIT").map_err(failed()),
        Err(error) => {
            // The first error says more than one of the rollback would; the transaction ends with the connection.
            let _ = conn.batch("ROLLBACK");
            Err(failed()(error))
        }
    }
}

/// The row that `run` would have written, but for when it was applied and by what.
fn row(ledger: &mut Ledger, record: &Record<'_>, tool: Option<Tool>) -> Row {
    let mut row = match record.entry {
        Some(entry) => ledger.next_row(entry),
        None => {
            let version = Version::of_file(&record.name).map(|version| version.to_string());
            let mut row = ledger.next_row(&Entry { name: record.name.clone(), version, ..Entry::default() });
            row.package = None;
            row
        }
    };
    match tool {
        Some(tool) => {
            row.created_at = record.at;
            row.glim_version = Some(tool.name().to_owned());
        }
        None => row.glim_version = Some(Row::BASELINE.to_owned()),
    }
    row.duration_ms = record.duration_ms;
    row
}
