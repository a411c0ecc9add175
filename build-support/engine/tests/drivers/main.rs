//! The drivers, through the one interface: each fact is checked on all databases from one source.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]

mod connecting;
mod errors;
mod mysql;
mod postgres;
mod statements;
mod support;
mod tls;
mod values;
