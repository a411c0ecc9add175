//! What may be a model, a migration or a registration. Whether it is one shows when the names of all crates are known.

use std::ops::Range;
use std::path::Path;

use memchr::memchr_iter;

use super::found::{FoundMigration, FoundModel, FoundRegistration, Place, SourceProblem};
use super::path::NamePath;

/// Something that may be glim's.
pub(super) struct Candidate {
    /// Where it begins in the file, for the order.
    pub(super) at: usize,
    /// The names that decide: one of the derives, the trait, the macro.
    pub(super) names: Vec<NamePath>,
    /// Whether it is glim's even when the names lead out of what is known.
    pub(super) evidence: bool,
    /// What it is, if it is.
    pub(super) found: Found,
    /// What is wrong with it, if it is.
    pub(super) problems: Vec<SourceProblem>,
}

/// What was found.
pub(super) enum Found {
    Model(Box<FoundModel>),
    Migration(FoundMigration),
    Registration(FoundRegistration),
    /// Something that is only worth its problems.
    Nothing,
}

/// A problem at a place, before it has its file's text.
pub(super) struct RawProblem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The line and the column of a position, from 1.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (memchr_iter(b'\n', before.as_bytes()).count() + 1, before[line_start..].chars().count() + 1)
}

/// A place in that file; its target and module are filled in later.
pub(super) fn place(text: &str, file: &Path, at: usize) -> Place {
    let (line, column) = line_and_column(text, at);
    Place { target: 0, module: String::new(), file: file.to_owned(), line, column }
}

/// What helps where a condition is not known.
pub(super) const UNKNOWN_CFG: &str =
    "only features and the target are known here: a condition that a build script or a flag sets is not";
