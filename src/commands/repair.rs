//! `repair`: how far an interrupted migration came, and the ways to settle it.

use glim::Direction;
use glim_engine::catalog::{Catalog, Entry};
use glim_engine::driver::Access;
use glim_engine::ledger::journal::{Journaled, Progress, Record};
use glim_engine::ledger::{Ledger, Row, State};
use glim_engine::migrator::Settled;
use glim_engine::plan::{Plan, Step};
use glim_engine::script;
use serde::Serialize;

use super::context::Context;
use super::options::{Mending, Repair};
use super::project::Project;
use super::protection::{Asks, Deed};
use super::{database, explain, planned, run};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// How much of a statement is shown.
const SHOWN: usize = 80;

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    alias: &'d str,
    migration: &'d str,
    direction: &'static str,
    state: &'static str,
    /// Whether the statements are known.
    journal: bool,
    statements: Vec<Line>,
}

/// A statement, and how far it came.
#[derive(Serialize)]
struct Line {
    position: i64,
    state: &'static str,
    place: Option<String>,
    statement: String,
}

pub(crate) fn run(options: &Repair, context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, options.timeout)?;
    if options.way == Mending::Show {
        return look(&options.name, &project, &catalog, context);
    }
    // What cannot be done makes not so much as a ledger.
    unfinished(&project.look(&catalog)?, &catalog, &options.name)?;
    let (mut migrator, rows) = project.lock(&catalog, options.lock_timeout, context.shell)?;
    let (row, entry) = unfinished(&rows, &catalog, &options.name)?;
    let direction = direction(row);
    let name = &row.name;
    let root = project.workspace.root.clone();
    let failed = |error| explain::migrate_error(error, &root);
    if options.way != Mending::Resume {
        let what = format!("{} `{name}`", what(options.way));
        let entry = entry.filter(|_| options.way == Mending::Rollback);
        let step = entry.map(|entry| Step { direction: Direction::Rollback, entry, row: Some(row) });
        let plan = Plan { steps: step.into_iter().collect(), notes: Vec::new() };
        let help = "pass `--yes` if you mean it";
        let losses = &|| project.losses(Direction::Rollback, &plan);
        let deed = Deed { what, done: "changed", help, losses, asks: Asks::IfProtected };
        project.confirm(&deed, options.yes, &mut migrator, context.shell)?;
    } else if let (Direction::Run, Some(entry)) = (direction, entry) {
        let plan = Plan { steps: vec![Step { direction, entry, row: Some(row) }], notes: Vec::new() };
        run::confirm(&plan, options.yes, (&project, &mut migrator), context)?;
    }
    let why = |done: &str| match &options.reason {
        Some(reason) => format!("{done}: {reason}"),
        None => done.to_owned(),
    };
    let settled = match options.way {
        Mending::MarkApplied => (Settled::Applied, "marked as applied"),
        Mending::MarkRolledBack => (Settled::RolledBack, "marked as rolled back"),
        Mending::Resume | Mending::Rollback | Mending::Show => {
            let undoes = options.way == Mending::Rollback;
            let entry = entry.ok_or_else(|| no_code(name))?;
            let direction = if undoes { Direction::Rollback } else { direction };
            if undoes && (entry.irreversible || entry.has_rollback == Some(false)) {
                let title = format!("`{name}` has no way back");
                return Err(Failure::no(
                    Diagnostic::error(title).help("see `cargo glim repair --help` for other ways"),
                ));
            }
            let done = if undoes { "undone by its rollback" } else { "resumed" };
            migrator.note_repair(row, &why(done)).map_err(failed)?;
            let plan = Plan { steps: vec![Step { direction, entry, row: Some(row) }], notes: Vec::new() };
            project.apply(&mut migrator, &plan, context.shell)?;
            planned::release(migrator, context.shell);
            return Ok(Exit::Done);
        }
    };
    migrator.settle(row, entry, settled.0, &why(settled.1)).map_err(failed)?;
    context.shell.status("Repaired", &format!("`{name}` is {}", settled.1));
    planned::release(migrator, context.shell);
    Ok(Exit::Done)
}

/// What a person is asked.
fn what(way: Mending) -> &'static str {
    match way {
        Mending::MarkApplied => "Record as applied",
        Mending::MarkRolledBack => "Record as not applied",
        Mending::Resume | Mending::Rollback | Mending::Show => "Undo",
    }
}

/// The migration's row and code, if it was begun and not finished.
fn unfinished<'a>(rows: &'a [Row], catalog: &'a Catalog, name: &str) -> Result<(&'a Row, Option<&'a Entry>)> {
    let row = rows.iter().find(|row| row.name == name);
    match row {
        Some(row) if row.state != State::Applied => Ok((row, catalog.get(name))),
        Some(_) => Err(Failure::no(Diagnostic::error(format!("`{name}` is applied: there is nothing to repair")))),
        None if catalog.get(name).is_some() => {
            Err(Failure::no(Diagnostic::error(format!("`{name}` is not applied: there is nothing to repair"))))
        }
        None => {
            let help = "`cargo glim status` lists the migrations";
            Err(Failure::usage(Diagnostic::error(format!("no migration is named `{name}`")).help(help)))
        }
    }
}

fn no_code(name: &str) -> Failure {
    let help = "bring it back, or select its package or feature; or settle it by hand";
    Failure::no(Diagnostic::error(format!("the code of `{name}` is not there")).help(help))
}

/// Which way it was begun.
fn direction(row: &Row) -> Direction {
    match row.state {
        State::Applied | State::Running | State::Failed => Direction::Run,
        State::RollingBack | State::RollbackFailed => Direction::Rollback,
    }
}

/// Shows how far a migration came, without changing anything.
fn look(name: &str, project: &Project, catalog: &Catalog, context: &mut Context<'_>) -> Result<Exit> {
    let alias = &project.settings.alias;
    let nothing = || (Vec::new(), None);
    let (rows, journal) = match database::look_at(alias)? {
        None => nothing(),
        Some(mut connection) => {
            let ledger = Ledger::open(&mut *connection, Access::ReadOnly);
            let (ledger, rows) = ledger.map_err(|error| database::ledger_failure(&error))?;
            let rows = catalog.recognise(rows);
            // A journal that cannot be read is settled by hand.
            let journal = ledger.journal(&mut *connection, name);
            (rows, journal.map_err(|error| database::ledger_failure(&error))?)
        }
    };
    let (row, entry) = unfinished(&rows, catalog, name)?;
    let direction = direction(row);
    let lines = lines(entry, direction, journal.as_ref(), project);
    if context.shell.is_json() {
        context.shell.document(&Document {
            version: 1,
            alias: &alias.name,
            migration: name,
            direction: direction.name(),
            state: row.state.name(),
            journal: journal.is_some(),
            statements: lines,
        });
        return Ok(Exit::Done);
    }
    show(row, &lines, context.shell);
    ways(row, journal.is_some(), context.shell);
    Ok(Exit::Done)
}

/// The statements that were sent, and those of a file that were not.
fn lines(entry: Option<&Entry>, direction: Direction, journal: Option<&Journaled>, project: &Project) -> Vec<Line> {
    let dialect = project.settings.alias.target.dialect();
    let in_file = entry.map(|entry| script::listed(entry, direction, dialect)).unwrap_or_default();
    let place = |start: usize| {
        let script = entry?.script(direction)?;
        let path = script.path.strip_prefix(&project.workspace.root).unwrap_or(&script.path);
        let before = script.text().get(..start).unwrap_or_default();
        Some(format!("{}:{}", path.display(), script.line as usize + before.matches('\n').count()))
    };
    let records: &[Record] = journal.map_or(&[], |journal| &journal.records);
    let count = records.len().max(in_file.len());
    let line = |at: usize| {
        let state = match records.get(at).map(|record| record.state) {
            Some(Progress::Done) => "done",
            Some(Progress::Intent) => "begun",
            Some(Progress::Failed) => "failed",
            None => "not run",
        };
        let own = in_file.get(at);
        let statement = records.get(at).map(|it| &it.statement).or(own.map(|(_, text)| text));
        Line {
            position: i64::try_from(at + 1).unwrap_or(i64::MAX),
            state,
            place: own.and_then(|(start, _)| place(*start)),
            statement: statement.cloned().unwrap_or_default(),
        }
    };
    (0..count).map(line).collect()
}

fn show(row: &Row, lines: &[Line], shell: &mut Shell) {
    let how = match row.state {
        State::Applied | State::Running => "was interrupted",
        State::Failed => "failed in the middle",
        State::RollingBack => "was interrupted while it was rolled back",
        State::RollbackFailed => "failed in the middle of its rollback",
    };
    shell.status("Found", &format!("`{}` {how}", row.name));
    let places = lines.iter().filter_map(|line| line.place.as_ref()).map(|it| it.chars().count()).max().unwrap_or(0);
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            let one_line = line.statement.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut text: String = one_line.chars().take(SHOWN).collect();
            if text.len() < one_line.len() {
                text.push('…');
            }
            let place = line.place.as_deref().unwrap_or_default();
            let gap = if places > 0 { "  " } else { "" };
            format!("{:7}  {:>3}{gap}{place:places$}  {text}", line.state, line.position)
        })
        .collect();
    shell.results(&shown);
}

/// What each flag would do.
fn ways(row: &Row, is_known: bool, shell: &mut Shell) {
    let name = &row.name;
    if !is_known {
        shell.note("it was begun without a journal, so that its statements are not known");
    }
    let undone = direction(row) == Direction::Rollback;
    let resume = if undone { "goes on undoing it" } else { "goes on where it stopped" };
    let mut ways =
        vec![("--resume", resume), ("--mark-applied", "records that it is applied: complete it by hand first")];
    ways.push(("--mark-rolled-back", "records that it is not applied: undo it by hand first"));
    if !undone {
        ways.push(("--rollback", "undoes it by its own rollback, from the beginning"));
    }
    for (flag, what) in ways.into_iter().filter(|(flag, _)| is_known || *flag != "--resume") {
        shell.note(&format!("`cargo glim repair {name} {flag}` {what}"));
    }
    shell.status("Finished", &format!("{} to settle, nothing was changed", plural(1, "migration")));
}
