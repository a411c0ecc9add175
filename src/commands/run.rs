//! `run`: applies what is pending.

use glim::Direction;
use glim_engine::adopt;
use glim_engine::driver::Connection;
use glim_engine::ledger::Row;
use glim_engine::migrator::Locked;
use glim_engine::plan::{Plan, RunRequest, Unexpected, run as plan_run};

use super::context::{Context, interruptible};
use super::options::{Run, Select};
use super::project::Project;
use super::protection::{Asks, Deed};
use super::sync::{Models, Part};
use super::{database, dry_run, planned, progress};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::plural;

pub(crate) fn run(options: &Run, context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, options.timeout)?;
    let request = request(options);
    if options.dry_run {
        let rows = project.look(&catalog)?;
        if options.sync {
            let models = Models::of_project(&mut project, catalog.entries(), context)?;
            let mut connection = database::look_at(&project.settings.alias)?;
            models.preview(connection.as_deref_mut().map(|it| it as _), context.shell)?;
        }
        let plan = plan_run(&catalog, &rows, &request).map_err(|error| planned::failure(&error))?;
        project.check(&plan, context.shell)?;
        return dry_run::run(options, &plan, (&catalog, &rows), &mut project, context);
    }
    if options.select != Select::Pending {
        // A name that nobody knows must not make so much as a ledger.
        plan_run(&catalog, &project.look(&catalog)?, &request).map_err(|error| planned::failure(&error))?;
    }
    let models = if options.sync {
        let scan = project.scan.clone();
        let models = Models::of_project(&mut project, catalog.entries(), context)?;
        project.scan = scan;
        models.check(None, &project.settings)?;
        Some(models)
    } else {
        None
    };
    let (mut migrator, rows) = project.lock(&catalog, options.lock_timeout, context.shell)?;
    let plan = plan_run(&catalog, &rows, &request).map_err(|error| planned::failure(&error))?;
    let is_applied = plan.is_empty() && matches!(options.select, Select::Name(_));
    if !is_applied {
        planned::notes(&plan, context.shell);
    }
    confirm(&plan, options.yes, (&project, &mut migrator), context)?;
    let mut waiting = None;
    if let Some(models) = &models {
        let create = || models.create(None, Part::First, migrator.connection(), project.here(), context.shell);
        waiting = interruptible(&project.watch, create)?.then_some(models);
    }
    if plan.is_empty() {
        nothing_to_do(&options.select, context);
        return Ok(Exit::Done);
    }
    refuse_unadopted(migrator.connection(), &plan, &rows)?;
    let stands_in = adopt::stand_in(migrator.connection(), &plan);
    if let Some(table) = stands_in.map_err(|error| Failure::no(Diagnostic::error(error.to_string())))? {
        context.shell.note(&format!("`{table}` is made, and stays empty: a migration names it"));
    }
    project.apply(&mut migrator, &plan, context.shell)?;
    if let Some(models) = waiting {
        let create = || models.create(None, Part::Rest, migrator.connection(), project.here(), context.shell);
        interruptible(&project.watch, create)?;
    }
    planned::release(migrator, context.shell);
    Ok(Exit::Done)
}

fn request(options: &Run) -> RunRequest {
    let (name, to) = match &options.select {
        Select::Pending => (None, None),
        Select::Name(name) => (Some(name.clone()), None),
        Select::To(name) => (None, Some(name.clone())),
    };
    RunRequest { name, to, changed: Unexpected::default(), gone: Unexpected::default(), strict: options.strict }
}

/// Asks a person whether to go on, where something is lost that is protected.
pub(super) fn confirm(
    plan: &Plan<'_>,
    yes: bool,
    (project, migrator): (&Project, &mut Locked<'_>),
    context: &mut Context<'_>,
) -> Result<()> {
    let deed = Deed {
        what: format!("Apply {}", plural(plan.steps.len(), "migration")),
        done: "applied",
        help: "pass `--yes` if you mean it; `cargo glim run --dry-run` shows what would be applied",
        losses: &|| project.losses(Direction::Run, plan),
        asks: Asks::IfLost,
    };
    project.confirm(&deed, yes, migrator, context.shell)
}

/// Refuses to apply files that the tool which they were written for has applied already.
fn refuse_unadopted(connection: &mut dyn Connection, plan: &Plan<'_>, rows: &[Row]) -> Result<()> {
    let found =
        adopt::unadopted(connection, plan, rows).map_err(|error| Failure::no(Diagnostic::error(error.to_string())))?;
    let Some(found) = found else { return Ok(()) };
    let title = format!("{} has a history in this database: `{}`", found.tool, found.shown);
    let error = Diagnostic::error(title)
        .note("what it has applied would be applied again; nothing was done")
        .help("take its history over with `cargo glim adopt`; `cargo glim adopt --dry-run` shows what that records");
    Err(Failure::no(error))
}

fn nothing_to_do(select: &Select, context: &mut Context<'_>) {
    match select {
        Select::Name(name) => progress::already_migrated(name, context.shell),
        Select::Pending | Select::To(_) => context.shell.status("Finished", "nothing to migrate"),
    }
}
