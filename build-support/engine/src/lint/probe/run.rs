//! Running one migration on a scratch database, outside the ledger, statement by statement.

use glim_schema::Dialect;

use super::connection::Probe;
use super::measured::Measured;
use crate::catalog::Entry;
use crate::driver::{Connection, Transaction};
use crate::ledger::LedgerError;
use crate::migrator::{Aftermath, MigrateError, StepFailure};
use crate::plan::Step;
use crate::script;
use crate::session::Session;
use crate::source::{Source, Stopped};
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
    if framed {
        let begin = if dialect == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        connection.batch(begin).map_err(LedgerError::database("begin a transaction"))?;
    }
    let mut probe = Probe::new(connection).map_err(LedgerError::database("look at the schema"))?;
    let result = match step.entry.script(step.direction) {
        None => {
            let mut session = match (framed, dialect) {
                (true, Dialect::Mysql) => Session::tolerant(&mut probe),
                (true, _) => Session::guarded(&mut probe),
                (false, _) => Session::unguarded(&mut probe),
            };
            source.apply(step.entry, step.direction, &mut session)
        }
        Some(_) => texts.iter().enumerate().try_for_each(|(at, statement)| {
            source.starting()?;
            let sent = probe.batch(statement.text).map_err(|error| Stopped::Statement {
                start: statement.start,
                number: at + 1,
                of: texts.len(),
                error,
            });
            source.ended().map_or(sent, Err)
        }),
    };
    let measured = probe.end().map_err(LedgerError::database("look at the schema"));
    let is_open = connection.transaction() != Transaction::None;
    if let Err(stopped) = result {
        if framed && is_open {
            connection.batch("ROLLBACK").map_err(LedgerError::database("roll back"))?;
        }
        return Err(failed(step, stopped));
    }
    let measured = measured?;
    if framed && is_open {
        connection.batch("COMMIT").map_err(LedgerError::database("commit"))?;
    }
    connection.reset().map_err(LedgerError::database("set the session back"))?;
    Ok(measured)
}

fn failed(step: &Step<'_>, stopped: Stopped) -> MigrateError {
    MigrateError::Step(Box::new(StepFailure {
        entry: step.entry.clone(),
        direction: step.direction,
        stopped,
        aftermath: Aftermath::RolledBack,
        unrecorded: None,
    }))
}
