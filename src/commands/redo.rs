//! `redo`: rolls the last migration back and applies it again.

use glim_engine::plan::redo as plan_redo;

use super::context::Context;
use super::options::Redo;
use super::project::Project;
use super::{planned, rollback};
use crate::exit::Exit;
use crate::failure::Result;

pub(crate) fn run(options: &Redo, context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, options.timeout)?;
    let (mut migrator, rows) = project.lock(&catalog, options.lock_timeout, context.shell)?;
    let plan = plan_redo(&catalog, &rows).map_err(|error| planned::failure(&error))?;
    planned::notes(&plan, context.shell);
    if plan.is_empty() {
        context.shell.status("Finished", "nothing to redo");
        return Ok(Exit::Done);
    }
    rollback::confirm(&plan, (options.yes, false), (&project, &mut migrator), context)?;
    project.apply(&mut migrator, &plan, context.shell)?;
    planned::release(migrator, context.shell);
    Ok(Exit::Done)
}
