//! diesel's words for a schema: `table!`, `joinable!`, and structs that stand for types of the database.
//!
//! What these do not say, because diesel does not need it: defaults, indexes, unique constraints, checks, what a foreign
//! key does, and how the database spells a type. `view!` describes no table.

mod joinable;
mod sql_type;
mod table;
#[cfg(test)]
mod tests;
mod types;

pub use self::joinable::{Joinable, joinable};
pub use self::sql_type::{SqlType, sql_type};
pub use self::table::{table, view};
