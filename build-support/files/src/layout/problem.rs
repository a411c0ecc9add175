//! What is wrong with a folder of migrations.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, or worth a warning, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder that is meant.
    pub path: Option<PathBuf>,
    /// The line of the file, counted from 1.
    pub line: Option<u32>,
    /// What is wrong: a fragment without a full stop, which does not repeat the path.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(path: impl AsRef<Path>, message: impl Into<String>) -> Self {
        Self { path: Some(path.as_ref().to_owned()), line: None, message: message.into(), help: None }
    }

    pub(super) fn line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}:", path.display())?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
