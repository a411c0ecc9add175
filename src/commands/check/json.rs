//! `check --format json`: one document.

use std::borrow::Cow;

use serde::Serialize;

use super::outcome::{Finding, Outcome};
use crate::report::diagnostic::Diagnostic;
use crate::settings::Alias;

/// The document.
#[derive(Serialize)]
pub(super) struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    alias: &'d str,
    database: String,
    /// `passed` or `failed`.
    verdict: &'static str,
    stages: Vec<Stage<'d>>,
}

#[derive(Serialize)]
struct Stage<'d> {
    name: &'static str,
    /// `passed`, `failed`, `not run` or `left out`.
    state: &'static str,
    compared: &'d str,
    duration_ms: u128,
    findings: Vec<Found<'d>>,
}

#[derive(Serialize)]
struct Found<'d> {
    rule: Cow<'static, str>,
    /// `error`, which fails the stage, or `warning`.
    severity: &'static str,
    message: &'d str,
    file: Option<String>,
    line: Option<usize>,
    causes: &'d [String],
    notes: &'d [String],
    helps: &'d [String],
}

pub(super) fn document<'d>(alias: &'d Alias, outcomes: &'d [Outcome]) -> Document<'d> {
    let verdict = if outcomes.iter().any(Outcome::fails) { "failed" } else { "passed" };
    let stages = outcomes.iter().map(|outcome| Stage {
        name: outcome.stage.name(),
        state: outcome.state.name(),
        compared: &outcome.compared,
        duration_ms: outcome.took.as_millis(),
        findings: outcome.findings.iter().map(found).collect(),
    });
    Document { version: 1, alias: &alias.name, database: alias.address(), verdict, stages: stages.collect() }
}

fn found(finding: &Finding) -> Found<'_> {
    let Diagnostic { severity: _, title, snippets: _, causes, notes, helps } = &finding.diagnostic;
    let (file, line) = finding.place().unzip();
    let severity = if finding.is_error() { "error" } else { "warning" };
    Found { rule: finding.rule.id(), severity, message: title, file, line, causes, notes, helps }
}
