//! What a stage came to.

use std::time::Duration;

use super::rule::Rule;
use crate::commands::options::Stage;
use crate::report::diagnostic::{Diagnostic, Severity};

/// What a stage came to.
pub(in crate::commands) struct Outcome {
    pub(in crate::commands) stage: Stage,
    pub(in crate::commands) state: State,
    /// What was compared with what, in a few words.
    pub(in crate::commands) compared: String,
    pub(in crate::commands) findings: Vec<Finding>,
    pub(in crate::commands) took: Duration,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum State {
    /// Nothing stands against a release.
    Passed,
    /// Something does.
    Failed,
    /// It could not be found out.
    NotRun,
    /// The user did not want to know.
    LeftOut,
}

impl State {
    pub(in crate::commands) const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
            Self::LeftOut => "left out",
        }
    }
}

/// Something that was found. Errors stand against a release, warnings do not.
pub(in crate::commands) struct Finding {
    pub(in crate::commands) rule: Rule,
    pub(in crate::commands) diagnostic: Diagnostic,
}

impl Finding {
    pub(in crate::commands) fn new(rule: Rule, diagnostic: Diagnostic) -> Self {
        Self { rule, diagnostic }
    }

    pub(in crate::commands) fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }

    /// The file and the line that it is about, where there is one.
    pub(in crate::commands) fn place(&self) -> Option<(String, usize)> {
        let snippet = self.diagnostic.snippets.first()?;
        let before = snippet.source.get(..snippet.span.start)?;
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        // As URIs and annotations write paths.
        Some((snippet.path.display().to_string().replace('\\', "/"), line))
    }

    /// All that there is to say, in lines.
    pub(in crate::commands) fn message(&self) -> String {
        let Diagnostic { title, causes, notes, helps, .. } = &self.diagnostic;
        let causes = causes.iter().map(|cause| format!("caused by: {cause}"));
        let notes = notes.iter().map(|note| format!("note: {note}"));
        let helps = helps.iter().map(|help| format!("help: {help}"));
        let lines = std::iter::once(title.clone()).chain(causes).chain(notes).chain(helps);
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Outcome {
    /// That of a stage which ran to its end.
    pub(in crate::commands) fn of(stage: Stage, compared: String, findings: Vec<Finding>) -> Self {
        let fails = findings.iter().any(Finding::is_error);
        Self {
            stage,
            state: if fails { State::Failed } else { State::Passed },
            compared,
            findings,
            took: Duration::ZERO,
        }
    }

    pub(in crate::commands) fn left_out(stage: Stage) -> Self {
        Self { stage, state: State::LeftOut, compared: String::new(), findings: Vec::new(), took: Duration::ZERO }
    }

    /// That of a stage which could not run, and why.
    pub(in crate::commands) fn not_run(stage: Stage, why: Vec<Diagnostic>) -> Self {
        let compared = why.first().map(|why| why.title.clone()).unwrap_or_default();
        let findings = why.into_iter().map(|why| Finding::new(Rule::not_run(stage), why)).collect();
        Self { stage, state: State::NotRun, compared, findings, took: Duration::ZERO }
    }

    /// Whether it stands against a release.
    pub(in crate::commands) fn fails(&self) -> bool {
        matches!(self.state, State::Failed | State::NotRun)
    }
}
