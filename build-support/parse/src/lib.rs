//! The model parser of glim: a struct's tokens to the neutral schema. One parser serves `#[derive(Model)]`, the build
//! script helper and the command, so that they cannot disagree.
//!
//! [`item::parse`] does no I/O and needs no span locations. The feature `scan` adds the walk over a crate's sources.
//!
//! This crate is internal to glim: it follows no semantic versioning.

pub mod attrs;
mod check;
#[cfg(feature = "scan")]
mod declare;
mod default;
mod field;
pub mod item;
pub mod model;
mod names;
mod near;
mod problem;
#[cfg(feature = "scan")]
pub mod scan;
pub mod types;

#[cfg(feature = "scan")]
pub use self::declare::declare_module;
pub use self::item::parse;
pub use self::model::{FieldDef, ModelDef};
pub use self::problem::{Problem, Problems};
