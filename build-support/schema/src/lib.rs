//! The neutral description of a database schema, and how each database spells it.
//!
//! Everything here is data and pure functions: no I/O, no dependencies, no features. Models are parsed into these
//! types, migrations change a schema with them, and [`sql::render`] turns a [`Change`] into the statements of one
//! [`Dialect`].

pub mod change;
mod compact;
pub mod dialect;
pub mod sql;
pub mod table;
pub mod types;

pub use change::{AlterTable, Alteration, Change};
pub use dialect::Dialect;
pub use table::{Action, Check, Column, Default, ForeignKey, Index, Table, Unique};
pub use types::ColumnType;
