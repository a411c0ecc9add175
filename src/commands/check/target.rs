//! The stage `target`: the alias itself, which is only read.

use glim_engine::plan::{Standing, StatusLine, status};

use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use super::{Known, compare};
use crate::commands::database;
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::plural;

pub(super) fn run(known: &Known, project: &Project) -> Result<Outcome> {
    let catalog = known.sound()?;
    let alias = &project.settings.alias;
    let rows = known
        .rows
        .as_ref()
        .map_err(|failure| Failure { exit: failure.exit, diagnostics: failure.diagnostics.clone() })?;
    let lines = status(catalog, rows);
    let mut findings: Vec<Finding> = lines.iter().filter_map(finding).collect();
    let count = |standing: Standing| lines.iter().filter(|line| line.standing == standing).count();
    let pending = count(Standing::Pending);
    let mut compared = vec![format!("{} applied, {pending} pending on {}", count(Standing::Applied), alias.address())];
    if pending > 0 {
        // The models describe what the pending migrations lead to.
        compared.push("drift is looked for when nothing is pending".to_owned());
    } else if let Some(mut connection) = database::look_at(alias)? {
        let drift = compare::models(&known.models, &mut *connection, &project.workspace)?;
        findings.extend(drift.into_iter().map(|it| Finding::new(Rule::TargetDrift, it)));
        compared.push(format!("its tables and {}", plural(known.models.len(), "model")));
    }
    Ok(Outcome::of(Stage::Target, compared.join("; "), findings))
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
            "`cargo glim status` shows it; complete or undo it by hand, and correct its row in the ledger",
        ),
    };
    Some(Finding::new(rule, Diagnostic::error(title).help(help)))
}
