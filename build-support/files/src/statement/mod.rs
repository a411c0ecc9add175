//! What can be told of a statement from its words, without a database: whether it begins or ends a transaction, cannot
//! run inside one, commits by itself, makes tables, or wants rows from a client.
//!
//! Wherever a text of several statements is given to a function that speaks of one, its first statement counts.

mod alteration;
mod control;
mod copy;
mod definition;
mod enum_value;
mod implicit;
mod loss;
mod made_table;
mod outside;
mod reader;
mod words;
mod work;

pub use self::alteration::{Clause, Part};
pub use self::control::{transaction_control, transaction_control_in};
pub use self::copy::copies_from_stdin;
pub use self::definition::{Definition, Effect as Change, Object, ObjectKind, Touch, definition};
pub use self::enum_value::{EnumValueUse, uses_new_enum_value};
pub use self::implicit::commits_implicitly;
pub use self::loss::{Loss, losses};
pub use self::made_table::{created_table, made_tables};
pub use self::outside::{Effect, Outside, outside_transaction};
pub use self::work::{Work, asks_session, kept_by_session};
