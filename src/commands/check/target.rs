//! The stage `target`: the alias itself, which is only read.

use glim_engine::driver::Connection;
use glim_engine::plan::{Standing, StatusLine, status};

use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use super::{Known, compare};
use crate::commands::database;
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::commands::rehearsal::{Rehearsal, Tables};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// How many differences are shown.
const SHOWN: usize = 10;

pub(super) fn run(known: &Known, tables: &mut Tables<'_>, project: &mut Project, shell: &mut Shell) -> Result<Outcome> {
    let catalog = known.sound()?;
    let rows = known.rows.as_ref().map_err(Failure::copy)?;
    let lines = status(catalog, rows);
    let mut findings: Vec<Finding> = lines.iter().filter_map(finding).collect();
    let is_sound = findings.is_empty();
    let count = |standing: Standing| lines.iter().filter(|line| line.standing == standing).count();
    let (applied, pending) = (count(Standing::Applied), count(Standing::Pending));
    let alias = &project.settings.alias;
    let mut compared = vec![format!("{applied} applied, {pending} pending on {}", alias.address())];
    let live = database::look_at(alias)?;
    let models = plural(known.models.len(), "model");
    match live {
        Some(mut connection) if pending == 0 => {
            let drift = compare::models((&known.models, known.library), &mut *connection, project, shell)?;
            findings.extend(drift.into_iter().map(|it| Finding::new(Rule::TargetDrift, it)));
            compared.push(format!("its tables and {models}"));
        }
        // The models describe what the pending migrations lead to, so that they are no measure.
        Some(mut connection) if applied > 0 && is_sound => {
            let steps = known.steps().into_iter().filter(|step| rows.iter().any(|row| row.name == step.entry.name));
            let steps: Vec<_> = steps.collect();
            match Rehearsal::after(&steps, tables, project, shell) {
                Ok((mut rehearsal, _)) => {
                    let drift = drift(&mut rehearsal, tables, &mut *connection)?;
                    rehearsal.end(shell);
                    findings.extend(drift.map(|it| Finding::new(Rule::TargetDrift, it)));
                    compared.push("what is applied there and on a scratch database".to_owned());
                }
                Err(why) => {
                    let why = Failure::from(why);
                    if why.exit == Exit::Interrupted {
                        return Err(why);
                    }
                    compared.push(format!("no drift was looked for: {}", why.message()));
                }
            }
        }
        _ => compared.push("nothing there to be compared".to_owned()),
    }
    Ok(Outcome::of(Stage::Target, compared.join("; "), findings))
}

/// What the applied migrations make, and the alias has otherwise. What it has besides may be somebody else's; tables
/// that `sync` makes may be of an older model.
fn drift(
    rehearsal: &mut Rehearsal,
    tables: &Tables<'_>,
    connection: &mut dyn Connection,
) -> Result<Option<Diagnostic>> {
    let dialect = connection.dialect();
    let (wanted, found) = (compare::describe(rehearsal.connection())?, compare::describe(connection)?);
    let synced: Vec<&str> = tables.first().iter().map(|table| table.name.as_str()).collect();
    let lines = compare::lost(wanted, found, &synced, dialect);
    if lines.is_empty() {
        return Ok(None);
    }
    let error = Diagnostic::error("the database's schema is not the one that the applied migrations make");
    let error = lines.iter().take(SHOWN).fold(error, |error, line| error.note(line.clone()));
    Ok(Some(match lines.len().checked_sub(SHOWN) {
        Some(more @ 1..) => error.note(format!("and {more} more")),
        _ => error,
    }))
}

fn finding(line: &StatusLine<'_>) -> Option<Finding> {
    let name = line.name;
    let (rule, title, help) = match line.standing {
        Standing::Applied | Standing::Pending | Standing::NotSelected => return None,
        Standing::Changed => (
            Rule::TargetChanged,
            format!("the migration `{name}` has changed since it was applied"),
            "undo the change, and write a new migration",
        ),
        Standing::Gone => (
            Rule::TargetGone,
            format!("the migration `{name}` is applied, and its code is gone"),
            "bring its code back, or roll it back with the version that has it",
        ),
        Standing::Running | Standing::Failed | Standing::RollingBack | Standing::RollbackFailed => (
            Rule::TargetUnfinished,
            format!("the migration `{name}` is not finished: {}", line.standing.name()),
            "the command that began it goes on where it stopped; `cargo glim repair` shows how far it came",
        ),
    };
    Some(Finding::new(rule, Diagnostic::error(title).help(help)))
}
