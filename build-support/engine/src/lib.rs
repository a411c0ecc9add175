//! The engine: plan, lock, ledger, transactions, and the one apply loop.

// Without a driver, what the drivers share is unused: such a build is for connections of the caller's own.
#![cfg_attr(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")), allow(unused))]

pub mod activity;
pub mod adopt;
mod backfill;
pub mod catalog;
pub mod driver;
pub mod embed;
pub mod introspect;
pub mod journal;
pub mod ledger;
#[cfg(feature = "lint")]
pub mod lint;
pub mod lock;
pub mod migrator;
pub mod near;
pub mod plan;
pub mod progress;
mod rebuild;
pub mod scratch;
pub mod script;
pub mod session;
pub mod source;
pub mod sync;
pub mod target;
#[cfg(feature = "tls")]
mod tls;

pub use self::driver::{Connection, IntoConnection, Server, Transaction};
pub use self::embed::{Applied, Error, Migrator, Status};
pub use self::plan::{Standing, StatusLine};
pub use self::progress::Progress;
