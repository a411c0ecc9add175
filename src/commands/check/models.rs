//! The stage `models`: the models that the sources hold, and those that are registered.
//!
//! Whether a migration is missing that leads to them is for a recorded schema to say.

use super::Known;
use super::outcome::{Finding, Outcome};
use super::rule::Rule;
use crate::commands::options::Stage;
use crate::commands::project::Project;
use crate::report::diagnostic::{Diagnostic, Severity};
use crate::report::plural;

pub(super) fn run(known: &Known, project: &Project) -> Outcome {
    let error = |it: &Diagnostic| Diagnostic { severity: Severity::Error, ..it.clone() };
    let findings = known.models_disagree.iter().map(|it| Finding::new(Rule::ModelsDisagree, error(it))).collect();
    let seen = plural(known.models.len(), "model");
    let compared = match project.registered() {
        Some((registered, _)) => {
            format!("{seen} of `{}` in the sources, {registered} registered", project.settings.alias.name)
        }
        None => format!("{seen} in the sources; nothing is registered where no Rust migration is"),
    };
    Outcome::of(Stage::Models, compared, findings)
}
