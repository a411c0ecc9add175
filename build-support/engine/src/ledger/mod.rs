//! The ledger: the table `glim_migrations` of the target, which says what was applied.

mod row;

pub use self::row::{Row, State};
