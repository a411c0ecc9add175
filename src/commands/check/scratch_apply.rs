//! The stage `scratch-apply`: all migrations on an empty database, and what comes of it.

use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use super::{Known, compare};
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::commands::rehearsal::{NotRehearsed, Rehearsal, Tables};
use crate::failure::Result;
use crate::report::{Shell, plural};

pub(super) fn run(known: &Known, tables: &mut Tables<'_>, project: &mut Project, shell: &mut Shell) -> Result<Outcome> {
    known.sound()?;
    let steps = known.steps();
    let applied = plural(steps.len(), "migration");
    let mut rehearsal = match Rehearsal::after(&steps, tables, project, shell) {
        Ok((rehearsal, _)) => rehearsal,
        Err(NotRehearsed::Failed(failure)) => {
            let findings =
                failure.diagnostics.into_iter().map(|it| Finding::new(Rule::ScratchApplyFailed, it)).collect();
            return Ok(Outcome::of(Stage::ScratchApply, format!("{applied} from empty"), findings));
        }
        Err(NotRehearsed::NoDatabase(failure)) => return Err(failure),
    };
    let server = rehearsal.server()?;
    // What no migration makes, `sync` does.
    let synced = rehearsal.make(&tables.all)?;
    let differing = compare::models((&known.models, known.library), rehearsal.connection(), project, shell)?;
    rehearsal.end(shell);
    let findings = differing.into_iter().map(|it| Finding::new(Rule::ScratchApplyDiffers, it)).collect();
    let models = plural(known.models.len(), "model");
    let synced = match synced + tables.first().len() {
        0 => String::new(),
        number => format!(", {number} of them made by `sync`"),
    };
    let compared = format!("{applied} from empty on {server}, then the tables of {models}{synced}");
    Ok(Outcome::of(Stage::ScratchApply, compared, findings))
}
