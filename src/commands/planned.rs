//! Plans, shown: what would be done, what there is to say about it, and why there is none.

use glim::Direction;
use glim_engine::migrator::Locked;
use glim_engine::plan::{Plan, PlanError, Step};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// One line of `--dry-run --format json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'e> {
    Planned { version: u32, migration: &'e str, direction: &'static str },
}

/// Shows a plan that is not carried out.
pub(super) fn show(plan: &Plan<'_>, shell: &mut Shell) {
    notes(plan, shell);
    for step in &plan.steps {
        let verb = match step.direction {
            Direction::Run => "Would migrate",
            Direction::Rollback => "Would roll back",
        };
        event(step, shell);
        shell.result(&format!("{verb} {}", step.entry.name));
    }
    let count = plural(plan.steps.len(), "migration");
    shell.status("Finished", &format!("dry run: {count}, nothing was changed"));
}

/// Tells programs of a step that is not carried out.
pub(super) fn event(step: &Step<'_>, shell: &mut Shell) {
    let direction = step.direction.name();
    shell.event(&Event::Planned { version: 1, migration: &step.entry.name, direction });
}

/// Says what a person should know about a plan.
pub(super) fn notes(plan: &Plan<'_>, shell: &mut Shell) {
    for note in &plan.notes {
        if note.is_warning() {
            shell.diagnostic(&Diagnostic::warning(note.to_string()));
        } else {
            shell.note(&note.to_string());
        }
    }
}

/// Why there is no plan.
pub(super) fn failure(error: &PlanError) -> Failure {
    let exit = if error.is_usage() { Exit::Usage } else { Exit::No };
    Failure::new(exit, Diagnostic::error(error.to_string()).help(error.help()))
}

/// Gives the lock back. Where the database does not take it, the end of the connection does.
pub(super) fn release(migrator: Locked<'_>, shell: &mut Shell) {
    if let Err(error) = migrator.release() {
        shell.detail(&format!("the lock was not given back by itself: {error}"));
    }
}
