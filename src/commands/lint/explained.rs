//! `lint --explain`: all that is known of a rule.

use glim_engine::lint::{self, Rule, Severity};
use glim_engine::near;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    version: u32,
    rule: &'d str,
    severity: &'static str,
    databases: Vec<&'static str>,
    finds: &'d str,
    effect: &'d str,
    safe: String,
}

pub(super) fn run(id: &str, shell: &mut Shell) -> Result<Exit> {
    let id = id.strip_prefix("lint/").unwrap_or(id);
    let Some(rule) = lint::find(id) else { return Err(unknown(id)) };
    let severity = severity(rule);
    let databases: Vec<_> = rule.dialects.iter().map(|dialect| dialect.title()).collect();
    shell.document(&Document {
        version: 1,
        rule: rule.id,
        severity,
        databases: databases.clone(),
        finds: rule.finds,
        effect: rule.effect,
        safe: rule.example(),
    });
    shell.result(&format!("{} ({severity}; {})", rule.id, databases.join(", ")));
    shell.result(&format!(
        "\nfinds: {}\n\nwhat it does: {}\n\nthe safe way:\n{}",
        rule.finds,
        rule.effect,
        rule.example()
    ));
    Ok(Exit::Done)
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn unknown(id: &str) -> Failure {
    let error = Diagnostic::error(format!("there is no rule `{id}`"));
    let help = match near::nearest(id, lint::all().map(|rule| rule.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "docs/lint.md lists all of them".to_owned(),
    };
    Failure::usage(error.help(help))
}
