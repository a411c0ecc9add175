//! Why a command could not do its work: what to tell the user, and the exit code that says so to a script.

use crate::exit::Exit;
use crate::report::diagnostic::Diagnostic;

/// The end of a command that failed for a reason outside this program. Our own faults panic instead.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process exits with.
    pub(crate) exit: Exit,
    /// What is said, in order. Empty when the reason was already said, as when cargo showed its own errors.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The result of everything that can fail for such a reason.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// One reason.
    pub(crate) fn new(exit: Exit, diagnostic: Diagnostic) -> Self {
        Self { exit, diagnostics: vec![diagnostic] }
    }

    /// What it is about, in one line: the first title and its causes.
    pub(crate) fn message(&self) -> String {
        let first = self.diagnostics.first();
        let parts =
            first.map(|it| std::iter::once(&it.title).chain(&it.causes).map(String::as_str).collect::<Vec<_>>());
        parts.unwrap_or_default().join(": ")
    }

    /// The same reasons again, for a second place that they hold for.
    pub(crate) fn copy(&self) -> Self {
        Self { exit: self.exit, diagnostics: self.diagnostics.clone() }
    }

    /// Wrong usage, configuration or connection.
    pub(crate) fn usage(diagnostic: Diagnostic) -> Self {
        Self::new(Exit::Usage, diagnostic)
    }

    /// The answer is no.
    pub(crate) fn no(diagnostic: Diagnostic) -> Self {
        Self::new(Exit::No, diagnostic)
    }

    /// A reason that the user has already been shown.
    pub(crate) fn already_said(exit: Exit) -> Self {
        Self { exit, diagnostics: Vec::new() }
    }
}
