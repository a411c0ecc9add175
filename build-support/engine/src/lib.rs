//! The engine: plan, lock, ledger, transactions, and the one apply loop.

pub mod catalog;
pub mod driver;
pub mod introspect;
pub mod ledger;
pub mod lock;
pub mod migrator;
pub mod plan;
pub mod progress;
pub mod session;
pub mod source;
pub mod statement;
pub mod sync;
pub mod target;
#[cfg(feature = "tls")]
mod tls;
