//! What a folder of migrations comes to.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Layout, Problem, Version};

/// The migrations of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// By whose rules it was read.
    pub layout: Layout,
    /// In the order in which the layout's own tool applies them. That is the order of their versions, except with
    /// dbmate, which goes by the names of files.
    pub migrations: Vec<Migration>,
    /// What is no obstacle, but may not be what was meant.
    pub warnings: Vec<Problem>,
}

/// One SQL migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// What it is known by: the stem of its file, or the name of its folder, as it stands.
    pub name: String,
    /// What the layout's tool knows it by.
    pub version: Version,
    /// What is left of the name for people.
    pub title: String,
    /// The names of migrations that must come before it, as `-- glim:after` says.
    pub after: Vec<String>,
    /// What applies it.
    pub run: Script,
    /// What undoes it. Without it, the migration cannot be undone.
    pub rollback: Option<Script>,
}

/// SQL to be sent, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The file.
    pub path: PathBuf,
    /// The line of the file on which the text begins, counted from 1.
    pub line: u32,
    /// Whether it runs in a transaction: false where the layout's own marker says so.
    pub transaction: bool,
    file: Arc<str>,
    range: Range<usize>,
}

impl Script {
    /// A text that was read before, from that line of that file.
    pub fn new(path: PathBuf, line: u32, transaction: bool, text: impl Into<Arc<str>>) -> Self {
        let file = text.into();
        Self { path, line, transaction, range: 0..file.len(), file }
    }

    /// A whole file, but for a byte order mark: no server wants one.
    pub(super) fn whole(path: PathBuf, file: &Arc<str>, transaction: bool) -> Self {
        let start = file.len() - without_mark(file).len();
        Self { path, line: 1, transaction, range: start..file.len(), file: Arc::clone(file) }
    }

    /// Part of a file.
    pub(super) fn part(path: PathBuf, file: &Arc<str>, range: Range<usize>, line: u32, transaction: bool) -> Self {
        Self { path, line, transaction, range, file: Arc::clone(file) }
    }

    /// What is to be sent.
    pub fn text(&self) -> &str {
        &self.file[self.range.clone()]
    }

    /// Where [`text`](Self::text) stands within [`file`](Self::file).
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// All of the file, byte by byte as it is: what some tools take a checksum of.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }
}

/// The text of a file without its byte order mark.
pub(super) fn without_mark(file: &str) -> &str {
    file.strip_prefix('\u{feff}').unwrap_or(file)
}
