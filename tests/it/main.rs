//! Everything that needs the command itself, real cargo or real servers; `tests/README.md` says which test goes where.
#![expect(clippy::print_stderr, reason = "a test says why it was skipped, and what it measured")]

mod adopt;
mod arrays;
mod backfill;
mod bad_inputs;
mod build_script;
mod check;
mod concurrency;
mod crash;
mod databases;
mod diff;
mod embedding;
mod enums;
mod events;
#[cfg(target_os = "linux")]
mod faults;
mod init;
mod interrupted;
mod killed;
mod ledger;
mod libraries;
mod lint;
mod locks;
mod log;
mod main_path;
mod make;
mod misbehaviour;
mod names;
mod onlooker;
mod owned;
mod passwords;
#[cfg(unix)]
mod pooler;
mod projects;
mod protected;
mod readme;
mod repair;
mod runner;
mod scratch;
mod sources;
mod sql;
mod sql_command;
mod status;
mod structure;
mod support;
mod terminal;
mod workspace;
