//! `status`: what is applied, pending, changed and gone. Changes nothing, and needs no right to.

use glim_engine::catalog::Catalog;
use glim_engine::introspect;
use glim_engine::plan::{Standing, StatusLine, status as plan_status};
use serde::Serialize;

use super::context::Context;
use super::diff::{Drift, Exactness};
use super::project::Project;
use super::sync::Models;
use super::{database, diff, explain};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    alias: &'d str,
    database: String,
    migrations: Vec<Line<'d>>,
    /// What differs between the database and the models; nothing is said while migrations are pending.
    differences: Option<&'d [Difference]>,
}

#[derive(Serialize)]
struct Line<'d> {
    name: &'d str,
    status: &'static str,
    description: Option<&'d str>,
    package: Option<&'d str>,
    version: Option<&'d str>,
    file: Option<&'d str>,
    line: Option<u32>,
    applied_at: Option<String>,
    applied_order: Option<i64>,
    applied_by: Option<&'d str>,
    duration_ms: Option<i64>,
    changes_can_be_seen: bool,
}

/// A model whose table is not as it describes it.
#[derive(Serialize)]
struct Difference {
    model: String,
    table: String,
    differences: Vec<String>,
}

/// How many differences are shown.
const SHOWN: usize = 10;

pub(crate) fn run(context: &mut Context<'_>) -> Result<Exit> {
    let (mut project, catalog) = Project::open(context, None)?;
    let rows = project.look(&catalog)?;
    let lines = plan_status(&catalog, &rows);
    // While something is pending, the models describe what it leads to.
    let is_pending = lines.iter().any(|line| line.standing == Standing::Pending);
    let differences = if is_pending { None } else { Some(differences(&mut project, &catalog, context)?) };
    let alias = &project.settings.alias;
    if context.shell.is_json() {
        context.shell.document(&Document {
            version: 1,
            alias: &alias.name,
            database: alias.address(),
            migrations: lines.iter().map(describe).collect(),
            differences: differences.as_deref(),
        });
    } else {
        show(&lines, context.shell);
    }
    summary(&lines, context.shell);
    if let Some(differences) = differences.filter(|found| !found.is_empty()) {
        say(&differences, &project.settings.alias.name, context.shell);
    }
    Ok(Exit::Done)
}

/// What the tables of models are otherwise in the database.
fn differences(project: &mut Project, catalog: &Catalog, context: &mut Context<'_>) -> Result<Vec<Difference>> {
    let models = Models::of_project(project, catalog.entries(), context)?;
    let (settings, workspace) = project.here();
    let library = models.library;
    let (models, _) = models.into_all();
    if models.is_empty() {
        return Ok(Vec::new());
    }
    let Some(mut connection) = database::look_at(&settings.alias)? else { return Ok(Vec::new()) };
    let live = introspect::describe(&mut *connection)
        .map_err(|error| Failure::no(explain::database(Diagnostic::error("cannot read the schema"), &error)))?;
    let drifts = diff::of_models(&models, library, &live, &settings.alias, workspace, Exactness::AsWritten)?;
    let difference = |drift: &Drift<'_>| Difference {
        model: drift.model.name.clone(),
        table: drift.model.table.name.clone(),
        differences: drift.items.iter().map(ToString::to_string).collect(),
    };
    Ok(drifts.iter().map(difference).collect())
}

fn say(found: &[Difference], alias: &str, shell: &mut Shell) {
    let lines: Vec<&String> = found.iter().flat_map(|difference| &difference.differences).collect();
    let count = plural(lines.len(), "difference");
    let warning = Diagnostic::warning(format!("{count} between `{alias}` and the models, and no migration is pending"));
    let mut warning = lines.iter().take(SHOWN).fold(warning, |warning, line| warning.note((*line).clone()));
    if let Some(more @ 1..) = lines.len().checked_sub(SHOWN) {
        warning = warning.note(format!("and {more} more"));
    }
    shell.diagnostic(&warning.help("`cargo glim diff` shows all"));
}

fn describe<'d>(line: &StatusLine<'d>) -> Line<'d> {
    let StatusLine { name, standing, row, entry } = *line;
    Line {
        name,
        status: standing.name(),
        description: description(line),
        package: entry.map(|entry| entry.package.as_str()).or(row.and_then(|row| row.package.as_deref())),
        version: entry.and_then(|entry| entry.version.as_deref()).or(row.and_then(|row| row.version.as_deref())),
        file: entry.map(|entry| entry.file.as_str()),
        line: entry.map(|entry| entry.line),
        applied_at: row.and_then(|row| row.created_at).map(|at| format!("{}T{}Z", at.date, at.time)),
        applied_order: row.and_then(|row| row.applied_order),
        applied_by: row.and_then(|row| row.applied_by.as_deref()),
        duration_ms: row.and_then(|row| row.duration_ms),
        changes_can_be_seen: !line.changes_unseen(),
    }
}

/// One line a migration: standing, name, when it was applied, and what it does.
fn show(lines: &[StatusLine<'_>], shell: &mut Shell) {
    let width = |text: fn(&StatusLine<'_>) -> usize| lines.iter().map(text).max().unwrap_or(0);
    let (names, standings) = (width(|line| line.name.chars().count()), width(|line| line.standing.name().len()));
    let shown = lines.iter().map(|line| {
        let (standing, name) = (line.standing.name(), line.name);
        // Up to the second: a fraction is of no use to a person.
        let at = line.row.and_then(|row| row.created_at).map_or_else(String::new, |at| at.to_string());
        let at = at.get(..19).unwrap_or(&at);
        let text = format!("{standing:standings$}  {name:names$}  {at:19}  {}", description(line).unwrap_or_default());
        text.trim_end().to_owned()
    });
    shell.results(shown.collect::<Vec<_>>());
}

/// What the migration does, in the words of its code, or else of the ledger.
fn description<'d>(line: &StatusLine<'d>) -> Option<&'d str> {
    let own = line.entry.map(|entry| entry.description.as_str());
    own.or(line.row.and_then(|row| row.description.as_deref())).filter(|text| !text.is_empty())
}

fn summary(lines: &[StatusLine<'_>], shell: &mut Shell) {
    let count = |standing: Standing| lines.iter().filter(|line| line.standing == standing).count();
    let (applied, pending) = (count(Standing::Applied), count(Standing::Pending));
    let others = lines.len() - applied - pending;
    let others = if others == 0 { String::new() } else { format!(", {others} to look at") };
    let total = plural(lines.len(), "migration");
    shell.status("Status", &format!("{total}: {applied} applied, {pending} pending{others}"));
    let unseen: Vec<_> =
        lines.iter().filter(|line| line.row.is_some() && line.changes_unseen()).map(|line| line.name).collect();
    if !unseen.is_empty() {
        let names = unseen.join(", ");
        shell.note(&format!("changes of {names} cannot be seen: the code was not found in the sources"));
    }
}
