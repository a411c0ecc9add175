//! `check`: the gate before a release. Stages, one after the other, and one verdict.

mod compare;
mod fill;
mod github;
mod json;
mod models;
pub(super) mod outcome;
mod outlived;
mod registry;
pub(super) mod release;
mod roundtrip;
pub(super) mod rule;
mod sarif;
mod scratch_apply;
mod target;
mod upgrade;
mod values;

use std::time::Instant;

use glim_engine::catalog::{Catalog, CatalogError};
use glim_engine::ledger::Row;
use glim_engine::plan::{Direction, Step};
use glim_parse::Library;
use glim_parse::scan::FoundModel;
use glim_schema::Table;

use self::outcome::{Finding, Outcome};
use self::release::Release;
use super::context::Context;
use super::options::{Check, Stage};
use super::project::{Found, FoundAllow, Project};
use super::rehearsal::Tables;
use super::sync::Models;
use super::{lint, make};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Format, Shell};

/// What all stages stand on.
pub(super) struct Known {
    /// The migrations, if they are sound.
    catalog: Option<Catalog>,
    /// Why they are not.
    unsound: Vec<CatalogError>,
    /// What only the sources or only the runner know of.
    models_disagree: Vec<Diagnostic>,
    migrations_disagree: Vec<Diagnostic>,
    /// In whose words the models are written.
    library: Library,
    models: Vec<FoundModel>,
    /// What is not recorded of them, a line a change; nothing where no schema is recorded.
    unwritten: Result<Option<Vec<String>>>,
    /// How many of them, the first ones, have tables that `sync` makes; those of the others are made by migrations.
    own: usize,
    /// What is suppressed in Rust migrations.
    pub(super) allows: Vec<FoundAllow>,
    /// The rows of the alias's ledger, or why they are not known.
    pub(super) rows: Result<Vec<Row>>,
    /// Whether the release was named.
    pub(super) since: bool,
    /// The last release, if there is one, or why it is not known.
    pub(super) release: Result<Option<Release>>,
}

impl Known {
    /// All migrations in their order.
    pub(super) fn steps(&self) -> Vec<Step<'_>> {
        let entries = self.catalog.iter().flat_map(Catalog::entries);
        entries.map(|entry| Step { direction: Direction::Run, entry, row: None }).collect()
    }

    /// The tables that `sync` makes.
    fn synced(&self) -> Vec<&Table> {
        self.models[..self.own].iter().map(|model| &model.table).collect()
    }

    /// Refuses what cannot be looked at while the migrations are not sound.
    pub(super) fn sound(&self) -> Result<&Catalog> {
        self.catalog.as_ref().ok_or_else(|| {
            Failure::no(Diagnostic::error("the migrations have no order as long as the stage `registry` fails"))
        })
    }
}

pub(crate) fn run(options: &Check, context: &mut Context<'_>) -> Result<Exit> {
    verdict(options, &Stage::ALL, context)
}

/// The verdict of those stages that the options do not leave out.
pub(super) fn verdict(options: &Check, of: &[Stage], context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, found) = Project::find(context, options.timeout)?;
    let stages: Vec<Stage> = of.iter().copied().filter(|stage| options.includes(*stage)).collect();
    let outcomes = match know(options, &stages, found, &mut project, context) {
        Ok(known) => judge(&known, of, &stages, &mut project, context)?,
        Err(failure) => unknown(of, &stages, failure, context)?,
    };
    let failed: Vec<&str> = outcomes.iter().filter(|it| it.fails()).map(|it| it.stage.name()).collect();
    match context.shell.format() {
        Format::Human if failed.is_empty() => context.shell.result("verdict: passed"),
        Format::Human => context.shell.result(&format!("verdict: failed ({})", failed.join(", "))),
        Format::Json => context.shell.document(&json::document(&project.settings.alias, &outcomes)),
        Format::Github => context.shell.raw(github::annotations(&outcomes).as_bytes()),
        Format::Sarif => context.shell.raw(sarif::text(&outcomes).as_bytes()),
    }
    Ok(if failed.is_empty() { Exit::Done } else { Exit::No })
}

fn judge(
    known: &Known,
    of: &[Stage],
    stages: &[Stage],
    project: &mut Project,
    context: &mut Context<'_>,
) -> Result<Vec<Outcome>> {
    let mut tables = Tables::new(known.synced());
    let mut outcomes = Vec::with_capacity(of.len());
    for stage in of.iter().copied() {
        let outcome = if stages.contains(&stage) {
            let shell = &mut *context.shell;
            shell.status("Checking", stage.name());
            let began = Instant::now();
            let result = stage_of(stage, known, &mut tables, project, shell);
            Outcome { took: began.elapsed(), ..finish(stage, result)? }
        } else {
            Outcome::left_out(stage)
        };
        say(&outcome, context.shell);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// That no stage could run, since it is not known what the models are: the recorded schema cannot be read, say.
fn unknown(of: &[Stage], stages: &[Stage], failure: Failure, context: &mut Context<'_>) -> Result<Vec<Outcome>> {
    if failure.exit != Exit::No {
        return Err(failure);
    }
    let tells = stages.iter().find(|stage| **stage == Stage::Models).or(stages.first()).copied();
    let mut why = Some(failure.diagnostics);
    let outcome = |stage| match why.take_if(|_| tells == Some(stage)) {
        Some(why) => Outcome::not_run(stage, why),
        None if stages.contains(&stage) => Outcome {
            compared: "it is not known what the models are".to_owned(),
            ..Outcome::not_run(stage, Vec::new())
        },
        None => Outcome::left_out(stage),
    };
    let outcomes: Vec<_> = of.iter().copied().map(outcome).collect();
    for outcome in &outcomes {
        say(outcome, context.shell);
    }
    Ok(outcomes)
}

fn know(
    options: &Check,
    stages: &[Stage],
    found: Found,
    project: &mut Project,
    context: &mut Context<'_>,
) -> Result<Known> {
    let Found { entries, scope, selection, models_disagree, migrations_disagree, allows } = found;
    let (catalog, unsound) = match Catalog::new(entries, &scope) {
        Ok(catalog) => (Some(catalog), Vec::new()),
        Err(errors) => (None, errors),
    };
    let known = catalog.as_ref().map(Catalog::entries).unwrap_or_default();
    let judges_models = stages.contains(&Stage::Models);
    let read = project.scan.clone().filter(|_| judges_models).map(|scan| (&selection, scan));
    let models = Models::of_project(project, known, context)?;
    let library = models.library;
    let (models, own) = models.into_all();
    let unwritten = if judges_models { make::unwritten(&project.workspace, read, context) } else { Ok(None) };
    let rows = match &catalog {
        Some(catalog) => project.look(catalog),
        None => Ok(Vec::new()),
    };
    let needs_release = options.since.is_some() || stages.contains(&Stage::Upgrade);
    let release = if needs_release { release::find(options.since.as_deref(), project, context) } else { Ok(None) };
    let release = match release {
        // What was asked for is wrong, which no stage can mend.
        Err(failure) if options.since.is_some() && failure.exit == Exit::Usage => return Err(failure),
        other => other,
    };
    let since = options.since.is_some();
    Ok(Known {
        catalog,
        unsound,
        models_disagree,
        migrations_disagree,
        library,
        models,
        unwritten,
        own,
        allows,
        rows,
        since,
        release,
    })
}

fn stage_of(
    stage: Stage,
    known: &Known,
    tables: &mut Tables<'_>,
    project: &mut Project,
    shell: &mut Shell,
) -> Result<Outcome> {
    match stage {
        Stage::Registry => Ok(registry::run(known, project)),
        Stage::Lint => lint::stage(known, tables, project, shell),
        Stage::Models => models::run(known, project),
        Stage::ScratchApply => scratch_apply::run(known, tables, project, shell),
        Stage::Roundtrip => roundtrip::run(known, tables, project, shell),
        Stage::Upgrade => upgrade::run(known, project, shell),
        Stage::Target => target::run(known, tables, project, shell),
    }
}

/// A stage that could not run is no reason to leave out the others, unless the user wants to end.
fn finish(stage: Stage, result: Result<Outcome>) -> Result<Outcome> {
    match result {
        Ok(outcome) => Ok(outcome),
        Err(failure) if matches!(failure.exit, Exit::Interrupted | Exit::Bug) => Err(failure),
        Err(failure) => Ok(Outcome::not_run(stage, failure.diagnostics)),
    }
}

/// Shows a stage as it ends.
fn say(outcome: &Outcome, shell: &mut Shell) {
    for Finding { diagnostic, .. } in &outcome.findings {
        shell.diagnostic(diagnostic);
    }
    let line = format!("{:13}  {:8}  {}", outcome.stage.name(), outcome.state.name(), outcome.compared);
    shell.result(line.trim_end());
}
