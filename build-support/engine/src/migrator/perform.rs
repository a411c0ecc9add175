//! A step's own statements: what is sent between the opening and the closing of its frame, whoever runs it.

use glim::error::DatabaseError;
use glim_files::split::Statement;

use super::{Aftermath, MigrateError, StepFailure};
use crate::plan::Step;
use crate::session::Session;
use crate::source::{Source, Stopped};

/// Where a step failed.
pub(crate) enum Failed {
    /// In the migration.
    Itself(Stopped),
    /// When it was to be committed with its row.
    Commit(DatabaseError),
}

impl Failed {
    /// The error of a step that the ledger has no part in.
    pub(crate) fn outside_the_ledger(self, step: &Step<'_>, aftermath: Aftermath) -> MigrateError {
        let stopped = match self {
            Self::Itself(stopped) => stopped,
            Self::Commit(error) => Stopped::Error(error.into()),
        };
        let (entry, direction) = (step.entry.clone(), step.direction);
        MigrateError::Step(Box::new(StepFailure { entry, direction, stopped, aftermath, unrecorded: None }))
    }
}

/// Runs a Rust migration's code, or sends an SQL migration's statements, and with them those of `closing` where they can go
/// in one message: gives whether they did.
pub(crate) fn perform(
    step: &Step<'_>,
    script: Option<&[Statement<'_>]>,
    closing: &[String],
    source: &mut dyn Source,
    session: &mut Session<'_>,
) -> Result<bool, Failed> {
    let Some(statements) = script else {
        return source.apply(step.entry, step.direction, session).map(|()| false).map_err(Failed::Itself);
    };
    source.starting().map_err(Failed::Itself)?;
    let sent = send(statements, closing, session);
    match (sent, source.ended()) {
        // A statement that was cancelled looks like a fault of its own; it is not.
        (Err(Failed::Itself(_)), Some(stopped)) => Err(Failed::Itself(stopped)),
        (sent, _) => sent,
    }
}

fn send(statements: &[Statement<'_>], closing: &[String], session: &mut Session<'_>) -> Result<bool, Failed> {
    let texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
    session.sequence(&texts, closing).map_err(|(at, error)| match statements.get(at) {
        Some(statement) => {
            let (start, number, of) = (statement.start, at + 1, statements.len());
            Failed::Itself(Stopped::Statement { start, number, of, error })
        }
        None => Failed::Commit(error),
    })
}
