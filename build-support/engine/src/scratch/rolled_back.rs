//! Running a plan for real and undoing all of it: one transaction, which is rolled back.

use std::time::Instant;

use glim_schema::Dialect;

use crate::driver::{Connection, Transaction};
use crate::ledger::LedgerError;
use crate::migrator::{Aftermath, Interrupted, MigrateError, perform};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::script;
use crate::session::Session;
use crate::source::Source;

/// Runs the steps of a plan in one transaction, which is rolled back in any case; the ledger has no part in it. Only for
/// databases whose DDL is part of transactions, and for migrations that run in one.
///
/// # Errors
/// As those of [`Locked::apply`](crate::migrator::Locked::apply), and that the transaction was not rolled back.
pub fn rolled_back(
    connection: &mut dyn Connection,
    plan: &Plan<'_>,
    source: &mut dyn Source,
    progress: &mut dyn Progress,
    interrupted: Interrupted<'_>,
) -> Result<(), MigrateError> {
    let begin = match connection.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres | Dialect::Mysql => "BEGIN",
    };
    connection.batch(begin).map_err(LedgerError::database("begin a transaction"))?;
    let result = run(connection, plan, source, progress, interrupted);
    let undone = match connection.transaction() {
        Transaction::None => Ok(()),
        _ => connection.batch("ROLLBACK").map_err(LedgerError::database("roll back")),
    };
    result?;
    Ok(undone?)
}

fn run(
    connection: &mut dyn Connection,
    plan: &Plan<'_>,
    source: &mut dyn Source,
    progress: &mut dyn Progress,
    interrupted: Interrupted<'_>,
) -> Result<(), MigrateError> {
    let scripts = script::all_statements(plan, connection.dialect()).map_err(MigrateError::Script)?;
    scripts.warnings.iter().for_each(|warning| progress.in_vain(warning));
    for (done, (step, script)) in plan.steps.iter().zip(&scripts.statements).enumerate() {
        if interrupted() {
            return Err(MigrateError::Interrupted { done, left: plan.steps.len() - done });
        }
        progress.started(step.entry, step.direction);
        let began = Instant::now();
        let mut session = Session::guarded(connection);
        let result = perform(step, script.as_deref(), &[], source, &mut session);
        let aftermath = if session.state().left_transaction { Aftermath::Unknown } else { Aftermath::RolledBack };
        result.map_err(|failed| failed.outside_the_ledger(step, aftermath))?;
        progress.finished(step.entry, step.direction, began.elapsed());
    }
    Ok(())
}
