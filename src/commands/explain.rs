//! What the engine says when something goes wrong, in words for the user.

use std::path::Path;

use glim::Direction;
use glim::error::{DatabaseError, ErrorClass, Kind};
use glim_engine::catalog::{Entry, Place};
use glim_engine::migrator::{Aftermath, MigrateError, StepFailure};
use glim_engine::source::Stopped;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::diagnostic::{Diagnostic, Snippet};

/// How many lines of a statement are shown.
const STATEMENT_LINES: usize = 8;

/// The failure for an error of the apply loop.
pub(super) fn migrate_error(error: MigrateError, root: &Path) -> Failure {
    match error {
        MigrateError::Lock(error) => super::database::lock_failure(&error),
        MigrateError::Ledger(error) => super::database::ledger_failure(&error),
        MigrateError::Step(failure) => step(&failure, root),
        MigrateError::Interrupted { done, left } => {
            let error = Diagnostic::error("interrupted")
                .note(format!("{done} done, {left} not begun; nothing is half done"))
                .help("the same command goes on from here");
            Failure::new(Exit::Interrupted, error)
        }
    }
}

fn step(failure: &StepFailure, root: &Path) -> Failure {
    let StepFailure { entry, direction, stopped, aftermath, unrecorded } = failure;
    let name = &entry.name;
    let title = match (stopped, direction) {
        (Stopped::Interrupted, _) => format!("the migration `{name}` was interrupted"),
        (Stopped::TimedOut { .. }, _) => format!("the migration `{name}` took too long"),
        (Stopped::Panicked { .. }, _) => format!("the migration `{name}` panicked"),
        (Stopped::Vanished { .. }, _) => format!("the migration `{name}` ended its process"),
        (_, Direction::Run) => format!("the migration `{name}` failed"),
        (_, Direction::Rollback) => format!("the rollback of the migration `{name}` failed"),
    };
    let mut diagnostic = Diagnostic::error(title);
    if let Some(snippet) = registration(entry, root) {
        diagnostic = diagnostic.at(snippet);
    }
    diagnostic = cause(diagnostic, stopped, root);
    diagnostic = match aftermath {
        Aftermath::RolledBack => diagnostic.note("it was rolled back: nothing of it is in the database"),
        Aftermath::Partial { completed } => partial(diagnostic, *completed, name, *direction),
        Aftermath::Unknown => diagnostic
            .note("the connection was lost, so that the end of the last statement is not known")
            .help("look at the database, then at `cargo glim status`"),
    };
    if let Some(error) = unrecorded {
        diagnostic = diagnostic.note(format!("the database refused to be told of it: {error}"));
    }
    let exit = if matches!(stopped, Stopped::Interrupted) { Exit::Interrupted } else { Exit::No };
    Failure::new(exit, diagnostic)
}

fn cause(diagnostic: Diagnostic, stopped: &Stopped, root: &Path) -> Diagnostic {
    match stopped {
        Stopped::Error(error) => {
            let is_missing = error.as_database().is_some_and(|error| error.class == ErrorClass::UndefinedObject);
            let diagnostic = self::error(diagnostic, error);
            if !is_missing {
                return diagnostic;
            }
            diagnostic.help("if what is missing is the table of a model, `cargo glim run --sync` creates it first")
        }
        Stopped::Panicked { message, location } => {
            let at = location.as_ref().map(|place| format!(" at {}", relative(place, root))).unwrap_or_default();
            with_cause(diagnostic, format!("panicked{at}: {message}"))
        }
        Stopped::Vanished { how } => with_cause(diagnostic, how.clone())
            .help("a migration ends by returning; let it return an error instead of ending the process"),
        Stopped::TimedOut { after } => {
            with_cause(diagnostic, format!("it ran longer than `--timeout` allows ({after:?})"))
        }
        Stopped::Interrupted => diagnostic,
        Stopped::Malformed { reason } => with_cause(diagnostic, format!("the runner cannot be understood: {reason}")),
    }
}

/// Adds an error of a migration or a schema operation.
pub(super) fn error(diagnostic: Diagnostic, error: &glim::Error) -> Diagnostic {
    match error.kind() {
        Kind::Database(error) => database(diagnostic, error),
        Kind::Other(error) => diagnostic.caused_by(&**error),
        _ => with_cause(diagnostic, error.to_string()),
    }
}

fn with_cause(mut diagnostic: Diagnostic, cause: String) -> Diagnostic {
    diagnostic.causes.push(cause);
    diagnostic
}

fn partial(diagnostic: Diagnostic, completed: u64, name: &str, direction: Direction) -> Diagnostic {
    let statements = crate::report::plural(usize::try_from(completed).unwrap_or(usize::MAX), "statement");
    let (what, state) = match direction {
        Direction::Run => ("applied", "failed"),
        Direction::Rollback => ("undone", "rollback_failed"),
    };
    diagnostic.note(format!("a part of it stays {what} (at least {statements}); the ledger says `{state}`")).help(
        format!(
            "complete or undo that part by hand, then tell the ledger: `UPDATE glim_migrations SET state = 'applied' \
             WHERE name = '{0}'` or `DELETE FROM glim_migrations WHERE name = '{0}'`",
            name.replace('\'', "''")
        ),
    )
}

/// Adds what a database said.
pub(super) fn database(diagnostic: Diagnostic, error: &DatabaseError) -> Diagnostic {
    let code = error.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mut diagnostic = with_cause(diagnostic, format!("{}{code}", error.message));
    if let Some(detail) = &error.detail {
        diagnostic = diagnostic.note(detail.clone());
    }
    if let Some(statement) = &error.statement {
        diagnostic = diagnostic.note(format!("the statement was: {}", shortened(statement)));
    }
    match &error.hint {
        Some(hint) => diagnostic.help(hint.clone()),
        None => diagnostic,
    }
}

/// A place in the sources, relative to the workspace where it is inside.
fn relative<'p>(place: &'p str, root: &Path) -> &'p str {
    root.to_str().and_then(|root| place.strip_prefix(root)).map_or(place, |rest| rest.trim_start_matches(['/', '\\']))
}

fn shortened(statement: &str) -> String {
    let lines: Vec<_> = statement.trim().lines().collect();
    match lines.len().checked_sub(STATEMENT_LINES) {
        Some(more @ 1..) => format!("{}\n… {more} more", lines[..STATEMENT_LINES].join("\n")),
        _ => lines.join("\n"),
    }
}

/// The line that registers a migration.
pub(super) fn registration(entry: &Entry, root: &Path) -> Option<Snippet> {
    line(&entry.place(), root)
}

/// A line of a source file, if it can be read.
pub(super) fn line(place: &Place, root: &Path) -> Option<Snippet> {
    let source = std::fs::read_to_string(root.join(&place.file)).ok()?;
    let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let start = source.split_inclusive('\n').take(number).map(str::len).sum::<usize>();
    let line = source.get(start..)?.lines().next()?;
    let indent = line.len() - line.trim_start().len();
    let span = start + indent..start + line.trim_end().len().max(indent);
    Some(Snippet { path: place.file.clone().into(), source: source.into(), span, label: "registered here".to_owned() })
}
