//! Migrations from within an application: this program's own, by aliases, on connections as an application has them.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]

mod foreign;
mod migrations;
mod runtime;
mod servers;
mod sqlite;
#[allow(dead_code, unused_macros, unused_imports, reason = "other tests use the rest of it")]
#[path = "../drivers/support.rs"]
mod support;
