//! The stage `models`: the models that the sources hold are those that are registered, and those that are recorded.

use glim_parse::Library;

use super::Known;
use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::{Diagnostic, Severity};
use crate::report::plural;

pub(super) fn run(known: &Known, project: &Project) -> Result<Outcome> {
    let error = |it: &Diagnostic| Diagnostic { severity: Severity::Error, ..it.clone() };
    let mut findings: Vec<_> =
        known.models_disagree.iter().map(|it| Finding::new(Rule::ModelsDisagree, error(it))).collect();
    let unwritten = known.unwritten.as_ref().map_err(Failure::copy)?;
    if let Some(changes) = unwritten.as_ref().filter(|changes| !changes.is_empty()) {
        let count = plural(changes.len(), "change");
        let error = Diagnostic::error(format!("the models are not as they are recorded: {count} without a migration"));
        let error = changes.iter().fold(error, |error, change| error.note(change.clone()));
        findings.push(Finding::new(Rule::ModelsUnwritten, error.help("`cargo glim make NAME` writes it")));
    }
    let seen = plural(known.models.len(), "model");
    let registered = match project.registered() {
        _ if known.library != Library::Glim => format!("{seen} of {} in the sources", known.library.title()),
        Some((registered, _)) => {
            format!("{seen} of `{}` in the sources, {registered} registered", project.settings.alias.name)
        }
        None => format!("{seen} in the sources; nothing is registered where no Rust migration is"),
    };
    let recorded = if unwritten.is_some() { "the recorded schema" } else { "no recorded schema" };
    Ok(Outcome::of(Stage::Models, format!("{registered}, {recorded}"), findings))
}
