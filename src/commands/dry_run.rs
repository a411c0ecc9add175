//! `run --dry-run`: the plan, and with `--sql` what it would send.

use std::time::Duration;

use glim::Direction;
use glim_engine::catalog::{Catalog, Entry};
use glim_engine::driver::{Access, connect};
use glim_engine::ledger::Row;
use glim_engine::lock::{Lock, Wait};
use glim_engine::migrator::Locked;
use glim_engine::plan::{Plan, Step};
use glim_engine::progress::Progress;
use glim_engine::scratch::{Recorder, Sent, rolled_back};
use glim_engine::target::Target;

use super::context::Context;
use super::options::{Rehearsed, Run};
use super::progress::Reported;
use super::project::Project;
use super::{database, explain, planned, sql};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// How long a statement on the alias waits for others, unless the alias says so: nobody is to queue up behind it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// Shows a plan, and what it sends.
pub(super) fn run(
    options: &Run,
    plan: &Plan<'_>,
    (catalog, rows): (&Catalog, &[Row]),
    project: &mut Project,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let Some(rehearsed) = options.sql else {
        planned::show(plan, context.shell);
        return Ok(Exit::Done);
    };
    let sent = match rehearsed {
        Rehearsed::OnScratch => {
            let is_applied = |entry: &&Entry| rows.iter().any(|row| row.name == entry.name);
            let step = |entry| Step { direction: Direction::Run, entry, row: None };
            let applied: Vec<_> = catalog.entries().iter().filter(is_applied).map(step).collect();
            sql::rehearse(plan, &applied, catalog, project, context)?
        }
        Rehearsed::OnTarget => on_target(plan, options.lock_timeout, project, context.shell)?,
    };
    planned::notes(plan, context.shell);
    for (step, sent) in plan.steps.iter().zip(&sent) {
        planned::event(step, context.shell);
        context.shell.result(&format!("-- {}", step.entry.name));
        sql::show(step, sent, context.shell);
    }
    let count = plural(plan.steps.len(), "migration");
    context.shell.status("Finished", &format!("dry run: {count}, nothing was changed"));
    Ok(Exit::Done)
}

/// Runs a plan on the alias and undoes it, and gives what each migration has sent.
fn on_target(
    plan: &Plan<'_>,
    lock_timeout: Option<Duration>,
    project: &mut Project,
    shell: &mut Shell,
) -> Result<Vec<Vec<Sent>>> {
    refuse_what_stays(plan, project)?;
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    let alias = &project.settings.alias;
    let target =
        Target { lock_timeout: Some(alias.target.lock_timeout.unwrap_or(LOCK_TIMEOUT)), ..alias.target.clone() };
    let connection =
        connect(&target, Access::ReadWrite).map_err(|error| database::connect_failure(&alias.name, &error))?;
    project.watch.cancel_with(connection.canceller());
    let recorder = Recorder::default();
    let mut connection = recorder.connection(connection);
    let watch = project.watch.clone();
    let stopped = || watch.is_interrupted();
    let mut on_wait = |holder: &_| Reported::new(shell, &project.workspace.root).waiting(holder);
    let timeout = lock_timeout.unwrap_or(Locked::LOCK_TIMEOUT);
    let mut wait = Wait { timeout, on_wait: &mut on_wait, stopped: &stopped };
    let lock = Lock::acquire(&mut *connection, &mut wait).map_err(|error| database::lock_failure(&error))?;
    let mut collect = Collect { recorder: recorder.clone(), sent: Vec::new() };
    let mut source = recorder.source(project.code());
    let result = rolled_back(&mut *connection, plan, &mut source, &mut collect, &stopped);
    if let Err(error) = lock.release(&mut *connection) {
        shell.detail(&format!("the lock was not given back by itself: {error}"));
    }
    result.map_err(|error| explain::migrate_error(error, &project.workspace.root))?;
    Ok(collect.sent)
}

/// Refuses what could not be undone.
fn refuse_what_stays(plan: &Plan<'_>, project: &Project) -> Result<()> {
    const HELP: &str = "leave `--on-target` out: then the migrations run on a scratch database";
    let alias = &project.settings.alias;
    let dialect = alias.target.dialect();
    let error = if !dialect.capabilities().transactional_ddl {
        Diagnostic::error(format!("migrations cannot be tried out on {}", dialect.title()))
            .note("its DDL commits by itself, so that nothing could be rolled back")
    } else if let Some(step) = plan.steps.iter().find(|step| !step.entry.in_transaction(step.direction)) {
        Diagnostic::error(format!("the migration `{}` cannot be tried out", step.entry.name))
            .note("it runs without a transaction, so that it could not be rolled back")
    } else if database::look_at(alias)?.is_none() {
        Diagnostic::error(format!("migrations cannot be tried out on `{}`", alias.name))
            .note(format!("there is no database yet: {}", alias.address()))
    } else {
        return Ok(());
    };
    Err(Failure::no(error.help(HELP)))
}

/// Takes what each migration has sent, as it ends.
struct Collect {
    recorder: Recorder,
    sent: Vec<Vec<Sent>>,
}

impl Progress for Collect {
    fn finished(&mut self, _: &Entry, _: Direction, _: Duration) {
        self.sent.push(self.recorder.take());
    }
}
