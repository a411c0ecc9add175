//! The neutral description of a database schema, and how each database spells it.
//!
//! Everything here is data and pure functions: no I/O, no dependencies, no features. Models are parsed into these
//! types, migrations change a schema with them, and [`sql::render`] turns a [`Change`] into the statements of one
//! [`Dialect`].

mod after;
pub mod change;
pub mod column;
mod compact;
pub mod constraint;
pub mod dialect;
pub mod diff;
mod form;
pub mod index;
pub mod lock;
mod name;
pub mod schema;
pub mod sql;
pub mod table;
pub mod types;

pub use change::{AlterEnum, AlterTable, Alteration, Change, EnumColumn};
pub use column::{Column, Default, Generated};
pub use constraint::{Action, Check, Deferral, ForeignKey, Unique};
pub use dialect::Dialect;
pub use index::{Index, IndexPart, Indexed};
pub use schema::Schema;
pub use table::Table;
pub use types::{ColumnType, EnumType};
