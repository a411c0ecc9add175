//! The stage `roundtrip`: each migration applied, rolled back and applied again, and in the end all of them rolled back.

use glim_engine::migrator::MigrateError;
use glim_engine::plan::{Direction, Step};
use glim_engine::scratch::snapshot::Snapshot;

use super::Known;
use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use crate::commands::explain;
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::commands::rehearsal::{NotRehearsed, Rehearsal, Tables, failed};
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// How many differences are shown of one migration.
const SHOWN: usize = 10;

pub(super) fn run(known: &Known, tables: &mut Tables<'_>, project: &mut Project, shell: &mut Shell) -> Result<Outcome> {
    known.sound()?;
    let steps = known.steps();
    // Which tables migrations take for granted is found by applying all of them.
    match Rehearsal::after(&steps, tables, project, shell) {
        Ok((rehearsal, _)) => rehearsal.end(shell),
        Err(NotRehearsed::NoDatabase(failure)) => return Err(failure),
        Err(NotRehearsed::Failed(failure)) => {
            let mut why = failure.diagnostics;
            why.insert(0, Diagnostic::error("the migrations cannot be applied, so that none can be rolled back"));
            return Ok(Outcome::not_run(Stage::Roundtrip, why));
        }
    }
    let mut rehearsal = Rehearsal::open(project, shell)?;
    rehearsal.make(&tables.first())?;
    let mut trip = Trip { rehearsal: &mut rehearsal, project, findings: Vec::new() };
    let reversible = trip.there_and_back(&steps)?;
    let findings = trip.findings;
    rehearsal.end(shell);
    let compared = match steps.len() - reversible {
        0 => format!("{} rolled back and applied again, then all rolled back", plural(reversible, "migration")),
        others => {
            format!("{} rolled back and applied again; {others} cannot be rolled back", plural(reversible, "migration"))
        }
    };
    Ok(Outcome::of(Stage::Roundtrip, compared, findings))
}

/// A way through the migrations.
struct Trip<'t> {
    rehearsal: &'t mut Rehearsal,
    project: &'t mut Project,
    findings: Vec<Finding>,
}

/// A step that failed, so that there is no way on.
struct Stuck;

impl Trip<'_> {
    /// Gives how many of them can be rolled back.
    fn there_and_back(&mut self, steps: &[Step<'_>]) -> Result<usize> {
        let first = self.rehearsal.snapshot()?;
        let (mut before, mut reversible) = (first.clone(), 0);
        let is_reversible = |step: &Step<'_>| !step.entry.irreversible && step.entry.has_rollback != Some(false);
        for step in steps {
            if self.go(step, Direction::Run)?.is_err() {
                return Ok(reversible);
            }
            let after = self.rehearsal.snapshot()?;
            if is_reversible(step) {
                reversible += 1;
                if self.go(step, Direction::Rollback)?.is_err() {
                    return Ok(reversible);
                }
                let back = self.rehearsal.snapshot()?;
                self.compare(step, &before, &back, "after its rollback, the schema is not what it was before");
                if self.go(step, Direction::Run)?.is_err() {
                    return Ok(reversible);
                }
                let again = self.rehearsal.snapshot()?;
                self.compare(step, &after, &again, "applied again, it makes another schema than the first time");
            }
            before = after;
        }
        if reversible == steps.len() && self.findings.is_empty() {
            for step in steps.iter().rev() {
                if self.go(step, Direction::Rollback)?.is_err() {
                    return Ok(reversible);
                }
            }
            let left = first.differences(&self.rehearsal.snapshot()?);
            if !left.is_empty() {
                let error = Diagnostic::error("all migrations rolled back do not leave what was there before");
                self.findings.push(Finding::new(Rule::RoundtripDiffers, noted(error, &left)));
            }
        }
        Ok(reversible)
    }

    /// Runs a step one way; one that fails is a finding.
    fn go(&mut self, step: &Step<'_>, direction: Direction) -> Result<Result<(), Stuck>> {
        let rows = if direction == Direction::Rollback { self.rehearsal.rows()? } else { Vec::new() };
        let row = rows.iter().find(|row| row.name == step.entry.name);
        match self.rehearsal.run(&Step { direction, row, ..step.clone() }, self.project) {
            Ok(_) => Ok(Ok(())),
            Err(error) => {
                let is_step = matches!(error, MigrateError::Step(_) | MigrateError::Script(_));
                let failure = failed(error, self.project);
                if !is_step || failure.exit == Exit::Interrupted {
                    return Err(failure);
                }
                let found = failure.diagnostics.into_iter().map(|it| Finding::new(Rule::RoundtripFailed, it));
                self.findings.extend(found);
                Ok(Err(Stuck))
            }
        }
    }

    fn compare(&mut self, step: &Step<'_>, wanted: &Snapshot, found: &Snapshot, what: &str) {
        let differences = wanted.differences(found);
        if differences.is_empty() {
            return;
        }
        let error = Diagnostic::error(format!("the migration `{}`: {what}", step.entry.name));
        let error = match explain::registration(step.entry, &self.project.workspace.root) {
            Some(snippet) => error.at(snippet),
            None => error,
        };
        self.findings.push(Finding::new(Rule::RoundtripDiffers, noted(error, &differences)));
    }
}

fn noted(error: Diagnostic, differences: &[String]) -> Diagnostic {
    let error = differences.iter().take(SHOWN).fold(error, |error, difference| error.note(difference.clone()));
    match differences.len().checked_sub(SHOWN) {
        Some(more @ 1..) => error.note(format!("and {more} more")),
        _ => error,
    }
}
