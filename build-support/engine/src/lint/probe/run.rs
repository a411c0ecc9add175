//! Running one migration on a scratch database, outside the ledger, statement by statement.

use glim_schema::Dialect;

use super::connection::Probe;
use super::measured::Measured;
use crate::catalog::Entry;
use crate::driver::{Connection, Transaction};
use crate::ledger::LedgerError;
use crate::migrator::{Aftermath, Frame, MigrateError, perform};
use crate::plan::Step;
use crate::script;
use crate::source::Source;
use glim_files::split::Statement;

/// The statements of an SQL migration, without a transaction of its own around them; nothing for a Rust migration.
///
/// # Errors
/// It cannot be run as it stands.
pub fn statements(
    entry: &Entry,
    direction: glim::Direction,
    dialect: Dialect,
) -> Result<Vec<Statement<'_>>, MigrateError> {
    let Some(script) = entry.script(direction) else { return Ok(Vec::new()) };
    script::statements(entry, direction, script, dialect).map_err(|problem| MigrateError::Script(vec![problem]))
}

/// Runs a migration and commits it, and gives what each of its statements was seen to do. The ledger has no part in it.
///
/// # Errors
/// As those of [`Locked::apply`](crate::migrator::Locked::apply).
pub fn run(
    connection: &mut dyn Connection,
    step: &Step<'_>,
    source: &mut dyn Source,
) -> Result<Vec<Measured>, MigrateError> {
    let dialect = connection.dialect();
    let framed = step.entry.in_transaction(step.direction);
    let texts = statements(step.entry, step.direction, dialect)?;
    let script = step.entry.script(step.direction).map(|_| texts.as_slice());
    if framed {
        let begin = if dialect == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        connection.batch(begin).map_err(LedgerError::database("begin a transaction"))?;
    }
    let mut probe = Probe::new(connection).map_err(LedgerError::database("look at the schema"))?;
    let result = perform(step, script, &[], source, &mut Frame::of(step, dialect).session(&mut probe));
    let measured = probe.end().map_err(LedgerError::database("look at the schema"));
    let is_open = connection.transaction() != Transaction::None;
    if let Err(failed) = result {
        if framed && is_open {
            connection.batch("ROLLBACK").map_err(LedgerError::database("roll back"))?;
        }
        return Err(failed.outside_the_ledger(step, Aftermath::RolledBack));
    }
    let measured = measured?;
    if framed && is_open {
        connection.batch("COMMIT").map_err(LedgerError::database("commit"))?;
    }
    connection.reset().map_err(LedgerError::database("set the session back"))?;
    Ok(measured)
}
