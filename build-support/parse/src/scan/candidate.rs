//! What may be a model, a migration or a registration. Whether it is one shows when the names of all crates are known.

use std::ops::Range;

use super::declared::{Declared, FoundEnum};
#[cfg(feature = "libraries")]
use super::foreign::Piece;
use super::found::{FoundMigration, FoundModel, FoundRegistration, SourceProblem};
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
    Model(Box<FoundModel>, Option<Declared>),
    Enum(FoundEnum),
    Migration(FoundMigration),
    Registration(FoundRegistration),
    #[cfg(feature = "libraries")]
    Piece(Box<Piece>),
    /// Something that is only worth its problems.
    Nothing,
}

/// A problem at a place, before it has its file's text.
pub(super) struct RawProblem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What helps where a condition is not known.
pub(super) const UNKNOWN_CFG: &str =
    "only features and the target are known here: a condition that a build script or a flag sets is not";
