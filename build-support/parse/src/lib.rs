//! The model parser of glim: a struct's tokens to the neutral schema. One parser serves `#[derive(Model)]`, the build
//! script helper and the command, so that they cannot disagree.
//!
//! [`item::parse`] does no I/O and needs no span locations. The feature `scan` adds the walk over a crate's sources, `libraries`
//! the words of diesel and SeaORM.
//!
//! This crate is internal to glim: it follows no semantic versioning.

pub mod attrs;
mod check;
#[cfg(feature = "scan")]
mod declare;
mod default;
#[cfg(feature = "libraries")]
pub mod described;
#[cfg(feature = "libraries")]
pub mod diesel;
pub mod enumeration;
mod field;
pub mod item;
#[cfg(feature = "scan")]
pub mod library;
pub mod model;
mod names;
mod near;
mod problem;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "libraries")]
pub mod sea_orm;
pub mod types;

#[cfg(feature = "scan")]
pub use self::declare::declare_module;
pub use self::enumeration::{EnumDef, parse_enum};
pub use self::item::parse;
#[cfg(feature = "scan")]
pub use self::library::Library;
pub use self::model::{Declared, FieldDef, ModelDef};
pub use self::problem::{Problem, Problems};
