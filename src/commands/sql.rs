//! `sql`: what a migration sends to the database.

use glim::Direction;
use glim_engine::catalog::Catalog;
use glim_engine::plan::{Plan, RunRequest, Step, run as plan_run};
use glim_engine::scratch::Sent;
use serde::Serialize;

use super::context::Context;
use super::options::Sql;
use super::planned;
use super::project::Project;
use super::rehearsal::{Rehearsal, Tables, failed};
use super::sync::Models;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;

/// One line of `--format json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'e> {
    /// A statement of a Rust migration.
    Statement {
        version: u32,
        migration: &'e str,
        direction: &'static str,
        sql: &'e str,
        /// Each time that it was sent, its parameters.
        parameters: Vec<Vec<String>>,
        /// How often it was sent besides.
        more: usize,
    },
    /// The text of an SQL migration.
    Script { version: u32, migration: &'e str, direction: &'static str, sql: &'e str },
}

/// The text that a migration sends, or the statements that it was seen to send.
pub(super) fn show(step: &Step<'_>, sent: &[Sent], shell: &mut Shell) {
    let (migration, direction) = (step.entry.name.as_str(), step.direction.name());
    if let Some(script) = step.entry.script(step.direction) {
        let sql = script.text();
        shell.event(&Event::Script { version: 1, migration, direction, sql });
        shell.result(sql.trim_end());
        return;
    }
    for statement in sent {
        let (sql, parameters) = (statement.sql.as_str(), statement.parameters());
        shell.event(&Event::Statement { version: 1, migration, direction, sql, parameters, more: statement.more });
        shell.result(&statement.to_string());
    }
    if sent.is_empty() {
        shell.status("Finished", &format!("`{migration}` sends nothing"));
    }
}

pub(crate) fn run(options: &Sql, context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, options.timeout)?;
    let request = RunRequest { to: Some(options.name.clone()), ..RunRequest::default() };
    let plan = plan_run(&catalog, &[], &request).map_err(|error| planned::failure(&error))?;
    // The plan ends with the one that it leads to.
    let Some(last) = plan.steps.last() else { return Ok(Exit::Done) };
    if options.rollback && (last.entry.irreversible || last.entry.has_rollback == Some(false)) {
        let error = Diagnostic::error(format!("the migration `{}` cannot be undone", last.entry.name));
        return Err(Failure::no(error.note("it has no rollback that could send anything")));
    }
    let direction = if options.rollback { Direction::Rollback } else { Direction::Run };
    let wanted = Step { direction, ..last.clone() };
    if wanted.entry.script(direction).is_some() {
        show(&wanted, &[], context.shell);
        return Ok(Exit::Done);
    }
    project.check(&plan, context.shell)?;
    let models = Models::of_project(&mut project, catalog.entries(), context)?;
    let mut tables = Tables::new(models.own().iter().map(|model| &model.table).collect());
    let (mut rehearsal, mut sent) = Rehearsal::after(&plan.steps, &mut tables, &mut project, context.shell)?;
    let statements = if options.rollback {
        let rows = rehearsal.rows()?;
        let row = rows.iter().find(|row| row.name == last.entry.name);
        let step = Step { row, ..wanted.clone() };
        rehearsal.run(&step, &mut project).map_err(|error| failed(error, &project))?
    } else {
        sent.pop().unwrap_or_default()
    };
    rehearsal.end(context.shell);
    show(&wanted, &statements, context.shell);
    Ok(Exit::Done)
}

/// What the migrations of a plan send that was made for the alias as it is: those that are applied there come first.
pub(super) fn rehearse(
    plan: &Plan<'_>,
    applied: &[Step<'_>],
    catalog: &Catalog,
    project: &mut Project,
    context: &mut Context<'_>,
) -> Result<Vec<Vec<Sent>>> {
    // What files send is known.
    if plan.steps.iter().all(|step| step.entry.script(step.direction).is_some()) {
        return Ok(plan.steps.iter().map(|_| Vec::new()).collect());
    }
    let models = Models::of_project(project, catalog.entries(), context)?;
    let mut tables = Tables::new(models.own().iter().map(|model| &model.table).collect());
    let steps: Vec<Step<'_>> = applied.iter().chain(&plan.steps).cloned().collect();
    let (rehearsal, mut sent) = Rehearsal::after(&steps, &mut tables, project, context.shell)?;
    rehearsal.end(context.shell);
    Ok(sent.split_off(applied.len()))
}
