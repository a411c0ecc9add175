//! The engine: plan, lock, ledger, transactions, and the one apply loop.

pub mod driver;
pub mod target;
