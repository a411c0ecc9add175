//! `rollback`: undoes what was applied, newest first.

use glim::Direction;
use glim_engine::migrator::Locked;
use glim_engine::plan::{Plan, RollbackRequest, rollback as plan_rollback};

use super::context::Context;
use super::options::{Extent, Rollback};
use super::planned;
use super::project::Project;
use super::protection::{Asks, Deed};
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::plural;

pub(crate) fn run(options: &Rollback, context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, options.timeout)?;
    let request = request(&options.extent);
    if options.dry_run {
        let rows = project.look(&catalog)?;
        let plan = plan_rollback(&catalog, &rows, &request).map_err(|error| planned::failure(&error))?;
        project.check(&plan, context.shell)?;
        planned::show(&plan, context.shell);
        return Ok(Exit::Done);
    }
    if matches!(options.extent, Extent::Name(_) | Extent::To(_)) {
        // A name that nobody knows must not make so much as a ledger.
        plan_rollback(&catalog, &project.look(&catalog)?, &request).map_err(|error| planned::failure(&error))?;
    }
    let (mut migrator, rows) = project.lock(&catalog, options.lock_timeout, context.shell)?;
    let plan = plan_rollback(&catalog, &rows, &request).map_err(|error| planned::failure(&error))?;
    planned::notes(&plan, context.shell);
    if plan.is_empty() {
        context.shell.status("Finished", "nothing to roll back");
        return Ok(Exit::Done);
    }
    announce(&plan, context);
    let asks_anyway = options.extent == Extent::Unsaid && plan.steps.len() > 1 && context.shell.is_interactive();
    confirm(&plan, (options.yes, asks_anyway), (&project, &mut migrator), context)?;
    project.apply(&mut migrator, &plan, context.shell)?;
    planned::release(migrator, context.shell);
    Ok(Exit::Done)
}

fn request(extent: &Extent) -> RollbackRequest {
    let nothing = RollbackRequest::default();
    match extent {
        Extent::Unsaid | Extent::All => RollbackRequest { all: true, ..nothing },
        Extent::Name(name) => RollbackRequest { name: Some(name.clone()), ..nothing },
        Extent::Steps(steps) => RollbackRequest { steps: Some(steps.get()), ..nothing },
        Extent::To(name) => RollbackRequest { to: Some(name.clone()), ..nothing },
    }
}

/// How many names a person wants to read in one line.
const SHOWN: usize = 20;

/// Says what will be undone, before anything is.
fn announce(plan: &Plan<'_>, context: &mut Context<'_>) {
    let names: Vec<_> = plan.steps.iter().map(|step| step.entry.name.as_str()).collect();
    let count = plural(names.len(), "migration");
    let shown = match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", names[..SHOWN].join(", ")),
        _ => names.join(", "),
    };
    context.shell.status("Undoing", &format!("{count}, newest applied first: {shown}"));
}

/// Asks a person whether to go on, where that is to be asked.
pub(super) fn confirm(
    plan: &Plan<'_>,
    (yes, asks_anyway): (bool, bool),
    (project, migrator): (&Project, &mut Locked<'_>),
    context: &mut Context<'_>,
) -> Result<()> {
    let deed = Deed {
        what: format!("Roll back {}", plural(plan.steps.len(), "migration")),
        done: "rolled back",
        help: "pass `--yes` if you mean it; `--dry-run` shows what would be undone",
        losses: &|| project.losses(Direction::Rollback, plan),
        asks: if asks_anyway { Asks::Anyway } else { Asks::IfProtected },
    };
    project.confirm(&deed, yes, migrator, context.shell)
}
