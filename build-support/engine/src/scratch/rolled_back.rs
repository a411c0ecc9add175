//! Running a plan for real and undoing all of it: one transaction, which is rolled back.

use glim::Direction;
use glim_files::split::Statement;
use glim_schema::Dialect;

use crate::driver::{Connection, Transaction};
use crate::ledger::LedgerError;
use crate::migrator::{Aftermath, Interrupted, MigrateError, StepFailure};
use crate::plan::{Plan, Step};
use crate::progress::Progress;
use crate::script;
use crate::session::Session;
use crate::source::{Source, Stopped};

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
    for (done, step) in plan.steps.iter().enumerate() {
        if interrupted() {
            return Err(MigrateError::Interrupted { done, left: plan.steps.len() - done });
        }
        progress.started(step.entry, step.direction);
        let began = std::time::Instant::now();
        let mut session = Session::guarded(connection);
        let result = match step.entry.script(step.direction) {
            None => source.apply(step.entry, step.direction, &mut session),
            Some(text) => {
                let statements = script::statements(step.entry, step.direction, text, session.dialect())
                    .map_err(|problem| MigrateError::Script(vec![problem]))?;
                source.starting().and_then(|()| {
                    let sent = send(&statements, &mut session);
                    source.ended().map_or(sent, Err)
                })
            }
        };
        let state = session.state();
        result.map_err(|stopped| failed(step, stopped, state.left_transaction))?;
        progress.finished(step.entry, step.direction, began.elapsed());
    }
    Ok(())
}

fn send(statements: &[Statement<'_>], session: &mut Session<'_>) -> Result<(), Stopped> {
    let texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
    session.sequence(&texts, texts.len()).map_err(|(at, error)| {
        let start = statements.get(at).map_or(0, |statement| statement.start);
        Stopped::Statement { start, number: at + 1, of: statements.len(), error }
    })
}

fn failed(step: &Step<'_>, stopped: Stopped, left_transaction: bool) -> MigrateError {
    let direction: Direction = step.direction;
    let aftermath = if left_transaction { Aftermath::Unknown } else { Aftermath::RolledBack };
    MigrateError::Step(Box::new(StepFailure {
        entry: step.entry.clone(),
        direction,
        stopped,
        aftermath,
        unrecorded: None,
    }))
}
