//! A message to the user as data: what, where, why, and how to mend it. [`super`] renders it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A message in the manner of rustc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// One line without a full stop, naming the object: "unknown driver `sqlight`".
    pub(crate) title: String,
    /// The places in files that it is about; the first is the main one.
    pub(crate) snippets: Vec<Snippet>,
    /// Causes, from the outermost inwards, one line each.
    pub(crate) causes: Vec<String>,
    /// Facts that explain.
    pub(crate) notes: Vec<String>,
    /// What to do, naming the command or the line to write.
    pub(crate) helps: Vec<String>,
}

/// How bad a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The command cannot do what was asked.
    Error,
    /// The command goes on, but the user should know.
    Warning,
}

/// A place in a file, shown with its source lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// The file, as it is to be shown.
    pub(crate) path: PathBuf,
    /// The file's whole text.
    pub(crate) source: Arc<str>,
    /// The bytes of the text that are meant.
    pub(crate) span: Range<usize>,
    /// What is said of them; may be empty.
    pub(crate) label: String,
}

impl Diagnostic {
    /// An error.
    pub(crate) fn error(title: impl Into<String>) -> Self {
        Self::new(Severity::Error, title)
    }

    /// A warning.
    pub(crate) fn warning(title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, title)
    }

    fn new(severity: Severity, title: impl Into<String>) -> Self {
        Self { severity, title: title.into(), snippets: vec![], causes: vec![], notes: vec![], helps: vec![] }
    }

    /// Adds a place.
    #[must_use]
    pub(crate) fn at(mut self, snippet: Snippet) -> Self {
        self.snippets.push(snippet);
        self
    }

    /// Adds the causes of an error, from the outermost inwards.
    #[must_use]
    pub(crate) fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// Adds a fact.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}
