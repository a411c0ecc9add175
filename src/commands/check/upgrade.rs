//! The stage `upgrade`: a database of the last release, with rows in its tables, upgraded to what is to be released.

use glim_engine::migrator::MigrateError;
use glim_engine::plan::Step;

use super::fill::{self, Filled};
use super::outcome::{Finding, Outcome};
use super::outlived::outlived;
use super::release::Release;
use super::rule::Rule;
use super::{Known, compare};
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::commands::rehearsal::{NotRehearsed, Rehearsal, Tables, failed};
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

pub(super) fn run(known: &Known, project: &mut Project, shell: &mut Shell) -> Result<Outcome> {
    known.sound()?;
    let release = match &known.release {
        Ok(Some(release)) => release,
        Ok(None) => {
            let compared = "nothing: no tag holds an earlier release of this project".to_owned();
            return Ok(Outcome::of(Stage::Upgrade, compared, Vec::new()));
        }
        Err(failure) => return Err(failure.copy()),
    };
    let (old, new): (Vec<_>, Vec<_>) =
        known.steps().into_iter().partition(|step| release.migrations.contains_key(&step.entry.name));
    let mut tables = Tables::new(known.synced());
    loop {
        match upgrade(release, (&old, &new), known, &tables, project, shell)? {
            Upgraded::Done(findings) => {
                let (old, new) = (plural(old.len(), "migration"), plural(new.len(), "new one"));
                let compared = format!("{old} of {}, rows, then {new}", release.revision);
                return Ok(Outcome::of(Stage::Upgrade, compared, findings));
            }
            Upgraded::Stuck(error) if tables.learn(&error) => {}
            Upgraded::Stuck(error) => {
                let failure = failed(error, project);
                if failure.exit == Exit::Interrupted {
                    return Err(failure);
                }
                let findings = failure.diagnostics.into_iter().map(|it| Finding::new(Rule::UpgradeFailed, it));
                let compared = format!("a database of {} with rows", release.revision);
                return Ok(Outcome::of(Stage::Upgrade, compared, findings.collect()));
            }
        }
    }
}

/// How an upgrade ended.
enum Upgraded {
    Done(Vec<Finding>),
    /// A new migration failed.
    Stuck(MigrateError),
}

/// Makes a database of the release, fills it, and runs what is new, after the tables of models that it takes for granted.
fn upgrade(
    release: &Release,
    (old, new): (&[Step<'_>], &[Step<'_>]),
    known: &Known,
    tables: &Tables<'_>,
    project: &mut Project,
    shell: &mut Shell,
) -> Result<Upgraded> {
    let mut of_release = Tables::new(release.models.iter().map(|model| &model.table).collect());
    let mut rehearsal = match Rehearsal::after(old, &mut of_release, project, shell) {
        Ok((rehearsal, _)) => rehearsal,
        Err(NotRehearsed::NoDatabase(failure)) => return Err(failure),
        Err(NotRehearsed::Failed(mut failure)) => {
            let title = format!("a database of {} cannot be made with the present migrations", release.revision);
            failure.diagnostics.insert(0, Diagnostic::error(title));
            return Err(failure);
        }
    };
    rehearsal.make(&of_release.all)?;
    let refused = |error| compare::refused("make rows", &error);
    let filled = fill::fill(rehearsal.connection()).map_err(refused)?;
    rehearsal.make_first(tables)?;
    for step in new {
        if let Err(error) = rehearsal.run(step, project) {
            return Ok(Upgraded::Stuck(error));
        }
    }
    rehearsal.make(&known.synced())?;
    let mut findings = lost(&filled, &mut rehearsal, release)?;
    let upgraded = compare::describe(rehearsal.connection())?;
    let outlived = outlived(release, &upgraded, rehearsal.connection().dialect());
    findings.extend(outlived.into_iter().map(|it| Finding::new(Rule::UpgradeOutlived, it)));
    rehearsal.end(shell);
    Ok(Upgraded::Done(findings))
}

/// What has become of the rows.
fn lost(filled: &Filled, rehearsal: &mut Rehearsal, release: &Release) -> Result<Vec<Finding>> {
    let unfilled = filled.empty.iter().map(|(table, why)| {
        let warning =
            Diagnostic::warning(format!("no row could be made for the table `{table}` of {}", release.revision));
        Finding::new(Rule::UpgradeUnfilled, warning.note(why.clone()))
    });
    let mut findings: Vec<_> = unfilled.collect();
    let connection = rehearsal.connection();
    let refused = |error| compare::refused("count rows", &error);
    let there = glim_engine::introspect::tables(connection).map_err(refused)?;
    for (table, before) in &filled.rows {
        if !there.contains(table) {
            if *before > 0 {
                let warning =
                    Diagnostic::warning(format!("the table `{table}` is gone after the upgrade, or has another name"));
                findings.push(Finding::new(Rule::UpgradeLostRows, warning));
            }
            continue;
        }
        let after = fill::count(connection, table).map_err(refused)?;
        if after < *before {
            let error = Diagnostic::error(format!("the upgrade loses rows of the table `{table}`"));
            let note = format!("there were {before} before it, and {after} after it");
            findings.push(Finding::new(Rule::UpgradeLostRows, error.note(note)));
        }
    }
    Ok(findings)
}
