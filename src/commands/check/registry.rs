//! The stage `registry`: the migrations as they are registered and written, without running any.

use std::collections::HashMap;

use glim_engine::catalog::{Catalog, Entry};
use glim_engine::plan::{Direction, Plan, Standing, Step, status};
use glim_engine::script;

use super::Known;
use super::outcome::{Finding, Outcome};
use super::release::Release;
use super::rule::Rule;
use crate::commands::explain;
use crate::commands::options::Stage;
use crate::commands::project::{Project, catalog_problem};
use crate::report::diagnostic::{Diagnostic, Snippet};
use crate::report::plural;

/// How many names are shown of a kind.
const SHOWN: usize = 10;

pub(super) fn run(known: &Known, project: &Project) -> Outcome {
    let mut findings: Vec<Finding> = known
        .unsound
        .iter()
        .map(|error| Finding::new(Rule::RegistryUnsound, catalog_problem(error, &project.workspace)))
        .collect();
    let unregistered = known.migrations_disagree.iter().cloned();
    findings.extend(unregistered.map(|warning| Finding::new(Rule::RegistryUnregistered, warning)));
    let Some(catalog) = &known.catalog else {
        return Outcome::of(Stage::Registry, "names, versions and `after`".to_owned(), findings);
    };
    findings.extend(without_rollback(catalog, project));
    findings.extend(unsendable(known, project));
    let mut compared = vec![plural(catalog.entries().len(), "migration")];
    match &known.rows {
        Ok(rows) => {
            let lines = status(catalog, rows);
            let changed = lines.iter().filter(|line| line.standing == Standing::Changed);
            findings.extend(changed.filter_map(|line| line.entry).map(|entry| {
                let title = format!("the migration `{}` has changed since it was applied", entry.name);
                changed_since(entry, title, project)
            }));
            compared.push(format!("against the ledger of `{}`", project.settings.alias.name));
        }
        Err(_) => {
            let alias = &project.settings.alias.name;
            compared.push(format!("not against the ledger of `{alias}`, which cannot be read"));
        }
    }
    if let Ok(Some(release)) = &known.release {
        findings.extend(against(release, catalog, project));
        compared.push(format!("against {}", release.revision));
    }
    Outcome::of(Stage::Registry, compared.join(", "), findings)
}

/// Those that can neither be undone nor say so. Of SQL files, many layouts know no rollback: then it is only said.
fn without_rollback(catalog: &Catalog, project: &Project) -> Vec<Finding> {
    let without = |entry: &&Entry| !entry.irreversible && entry.has_rollback == Some(false);
    let (files, types): (Vec<_>, Vec<_>) =
        catalog.entries().iter().filter(without).partition(|entry| entry.code.sql().is_some());
    let mut findings: Vec<_> = types
        .into_iter()
        .map(|entry| {
            let error = Diagnostic::error(format!("the migration `{}` has no rollback", entry.name));
            let error = error.help("write `fn rollback`, or say `irreversible` where it is registered");
            Finding::new(Rule::RegistryNoRollback, at(entry, error, project))
        })
        .collect();
    if let [first, ..] = files.as_slice() {
        let names: Vec<_> = files.iter().map(|entry| entry.name.as_str()).take(SHOWN).collect();
        let more = files.len().checked_sub(SHOWN).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        let count = plural(files.len(), "SQL migration");
        let warning = Diagnostic::warning(format!("{count} without a rollback: {}{more}", names.join(", ")));
        let warning = if files.len() == 1 { at(first, warning, project) } else { warning };
        findings.push(Finding::new(Rule::RegistryNoRollback, warning));
    }
    findings
}

/// SQL migrations that would be refused when they are to run, in either direction.
fn unsendable(known: &Known, project: &Project) -> Vec<Finding> {
    let steps = known.steps();
    let back = steps.iter().filter(|step| step.entry.script(Direction::Rollback).is_some());
    let back: Vec<_> = back.map(|step| Step { direction: Direction::Rollback, ..step.clone() }).collect();
    let plan = Plan { steps: steps.into_iter().chain(back).collect(), notes: Vec::new() };
    let problems = script::check(&plan, project.settings.alias.target.dialect());
    let describe = |problem| explain::script_problem(problem, &project.workspace.root);
    problems.iter().map(|problem| Finding::new(Rule::RegistryUnsendable, describe(problem))).collect()
}

/// What is otherwise than it was released.
fn against(release: &Release, catalog: &Catalog, project: &Project) -> Vec<Finding> {
    let now: HashMap<&str, &Entry> = catalog.entries().iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let mut findings = Vec::new();
    for (name, checksum) in &release.migrations {
        match now.get(name.as_str()) {
            None => {
                let title = format!("the migration `{name}` of {} is gone", release.revision);
                let help = "a database that has it applied needs its code to undo it: keep it";
                findings.push(Finding::new(Rule::RegistryGone, Diagnostic::error(title).help(help)));
            }
            Some(entry) => {
                if matches!((&entry.checksum, checksum), (Some(now), Some(then)) if now != then) {
                    let title = format!("the migration `{name}` has changed since {}", release.revision);
                    findings.push(changed_since(entry, title, project));
                }
            }
        }
    }
    findings
}

fn changed_since(entry: &Entry, title: String, project: &Project) -> Finding {
    let help = "undo the change, and write a new migration: databases that have it applied never see the change";
    Finding::new(Rule::RegistryChanged, at(entry, Diagnostic::error(title).help(help), project))
}

/// With the place where the migration is registered.
fn at(entry: &Entry, diagnostic: Diagnostic, project: &Project) -> Diagnostic {
    match explain::registration(entry, &project.workspace.root) {
        Some(snippet) => {
            let label = if entry.code.sql().is_some() { String::new() } else { snippet.label.clone() };
            diagnostic.at(Snippet { label, ..snippet })
        }
        None => diagnostic,
    }
}
