//! Migrations for Rust programs.

pub mod error;
pub mod value;

pub use glim_schema as schema;
