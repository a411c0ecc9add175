//! What the engine says when something goes wrong, in words for the user.

use std::ops::Range;
use std::path::Path;

use glim::Direction;
use glim::error::{DatabaseError, ErrorClass, Kind};
use glim_engine::catalog::{Entry, Place};
use glim_engine::journal::Stuck;
use glim_engine::migrator::{Aftermath, MigrateError, StepFailure};
use glim_engine::script::{Fault, ScriptProblem};
use glim_engine::source::Stopped;
use glim_files::layout::Script;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::diagnostic::{Diagnostic, Snippet};

/// How many lines of a statement are shown.
const STATEMENT_LINES: usize = 8;

/// What is said of a migration that left nothing behind.
pub(super) const ROLLED_BACK: &str = "it was rolled back: nothing of it is in the database";

/// The failure for an error of the apply loop.
pub(super) fn migrate_error(error: MigrateError, root: &Path) -> Failure {
    match error {
        MigrateError::Lock(error) => super::database::lock_failure(&error),
        MigrateError::Ledger(error) => super::database::ledger_failure(&error),
        MigrateError::Script(problems) => {
            let diagnostics = problems.iter().map(|problem| script_problem(problem, root)).collect();
            Failure { exit: Exit::No, diagnostics }
        }
        MigrateError::Step(failure) => step(&failure, root),
        MigrateError::Stuck { entry, direction, why } => stuck(&entry, direction, &why, root),
        MigrateError::Interrupted { done, left } => {
            let error = Diagnostic::error("interrupted")
                .note(format!("{done} done, {left} not begun; nothing is half done"))
                .help("the same command goes on from here");
            Failure::new(Exit::Interrupted, error)
        }
    }
}

/// What is wrong with an SQL migration, at its place in the file.
pub(super) fn script_problem(problem: &ScriptProblem, root: &Path) -> Diagnostic {
    let ScriptProblem { name, script, fault, .. } = problem;
    let title = format!("the migration `{name}` cannot be run as it is: {fault}");
    let diagnostic = if fault.is_warning() {
        Diagnostic::warning(format!("in the migration `{name}`, {fault}"))
    } else {
        Diagnostic::error(title)
    };
    let diagnostic = diagnostic.at(place(script, problem.range(), root));
    match fault {
        Fault::Split(error) => diagnostic.help(error.help()),
        Fault::Outside { .. } | Fault::Control { .. } | Fault::EnumValue { .. } => diagnostic
            .note("a migration runs in a transaction, so that all of it is undone when a part of it fails")
            .help(format!("to run it without one, {}", problem.layout.without_transaction())),
    }
}

/// Bytes of the text that a script sends, as a place in its file.
pub(super) fn place(script: &Script, range: Range<usize>, root: &Path) -> Snippet {
    let start = script.range().start;
    file(script, start + range.start..start + range.end, root)
}

/// Bytes of a script's whole file, as a place in it.
pub(super) fn file(script: &Script, span: Range<usize>, root: &Path) -> Snippet {
    let path = script.path.strip_prefix(root).unwrap_or(&script.path).to_owned();
    Snippet { path, source: script.file().clone(), span, label: String::new() }
}

/// Why a migration that was interrupted does not go on by itself.
fn stuck(entry: &Entry, direction: Direction, why: &Stuck, root: &Path) -> Failure {
    let what = match direction {
        Direction::Run => "the migration",
        Direction::Rollback => "the rollback of the migration",
    };
    let mut diagnostic = Diagnostic::error(format!("{what} `{}` cannot go on where it stopped: {why}", entry.name));
    if let Some(snippet) = registration(entry, root) {
        diagnostic = diagnostic.at(snippet);
    }
    for detail in why.details() {
        diagnostic = diagnostic.note(shortened(&detail));
    }
    Failure::no(diagnostic.note("nothing was changed").help(repair_help(&entry.name)))
}

/// How a person finds out how far a migration came, and settles it.
fn repair_help(name: &str) -> String {
    format!("`cargo glim repair {name}` shows what was done and what not, and the ways to settle it")
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
    match (stopped, entry.script(*direction)) {
        (Stopped::Statement { start, number, of, error }, Some(script)) => {
            diagnostic = statement(diagnostic, script, (*start, *number, *of), error, root);
        }
        _ => {
            if let Some(snippet) = registration(entry, root) {
                diagnostic = diagnostic.at(snippet);
            }
            diagnostic = cause(diagnostic, stopped, root);
        }
    }
    diagnostic = match aftermath {
        Aftermath::RolledBack => diagnostic.note(ROLLED_BACK),
        Aftermath::Partial { completed } => partial(diagnostic, *completed, name, *direction),
        Aftermath::Unknown => diagnostic
            .note("the connection was lost, so that the end of the last statement is not known")
            .help("the same command finds out, and goes on from there"),
    };
    if *direction == Direction::Run && class(stopped) == Some(ErrorClass::DuplicateObject) {
        diagnostic = diagnostic.help(format!(
            "where `sync` or another tool has made it, `cargo glim adopt --baseline {name}` records this migration and \
             those before it without running them"
        ));
    }
    if let Some(error) = unrecorded {
        diagnostic = diagnostic.note(format!("the database refused to be told of it: {error}"));
    }
    let exit = if matches!(stopped, Stopped::Interrupted) { Exit::Interrupted } else { Exit::No };
    Failure::new(exit, diagnostic)
}

/// What a database error means, if it is one that has stopped the migration.
fn class(stopped: &Stopped) -> Option<ErrorClass> {
    match stopped {
        Stopped::Error(error) => error.as_database().map(|error| error.class),
        Stopped::Statement { error, .. } => Some(error.class),
        _ => None,
    }
}

/// A statement of an SQL migration, in its file: what the server points at, or the statement's first line.
fn statement(
    diagnostic: Diagnostic,
    script: &Script,
    (start, number, of): (usize, usize, usize),
    error: &DatabaseError,
    root: &Path,
) -> Diagnostic {
    let text = script.text();
    let rest = text.get(start..).unwrap_or_default();
    let first_line = rest.lines().next().unwrap_or_default().len();
    let pointed =
        error.position.and_then(|position| rest.char_indices().nth(usize::try_from(position).ok()?.checked_sub(1)?));
    let range = match pointed {
        Some((at, _)) => start + at..start + at + word(&rest[at..]),
        None => start..start + first_line,
    };
    let error = DatabaseError { statement: None, ..error.clone() };
    let snippet = Snippet { label: error.message.clone(), ..place(script, range, root) };
    database(diagnostic.at(snippet), &error).note(format!("it is statement {number} of {of}"))
}

/// The length of the word at the front; of one character where there is none.
fn word(text: &str) -> usize {
    let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    word.max(text.chars().next().map_or(0, char::len_utf8))
}

fn cause(diagnostic: Diagnostic, stopped: &Stopped, root: &Path) -> Diagnostic {
    match stopped {
        Stopped::Error(error) => {
            let diagnostic = self::error(diagnostic, error);
            if class(stopped) != Some(ErrorClass::UndefinedObject) {
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
        Stopped::Statement { error, .. } => database(diagnostic, error),
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
    let (what, command) = match direction {
        Direction::Run => ("applied", "cargo glim run".to_owned()),
        Direction::Rollback => ("undone", format!("cargo glim rollback --name {name}")),
    };
    diagnostic
        .note(format!("a part of it stays {what} (at least {statements}), as the ledger says"))
        .help(format!("mend the cause; `{command}` goes on with the statement that failed"))
        .help(repair_help(name))
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
