//! Connecting to the alias, and what to say when that or what is found there is wrong.

use glim_engine::driver::{Access, ConnectError, Connection, connect};
use glim_engine::ledger::LedgerError;
use glim_engine::lock::LockError;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::settings::Alias;

/// Connects to the alias.
pub(super) fn open(alias: &Alias, access: Access) -> Result<Box<dyn Connection>> {
    connect(&alias.target, access).map_err(|error| connect_failure(&alias.name, &error))
}

fn connect_failure(alias: &str, error: &ConnectError) -> Failure {
    let mut diagnostic = Diagnostic::error(format!("cannot connect to `{alias}`"));
    diagnostic.causes.push(error.to_string());
    Failure::usage(with_help(diagnostic, error.help()))
}

/// The failure for a lock that was not had or was lost.
pub(super) fn lock_failure(error: &LockError) -> Failure {
    let exit = match error {
        LockError::Busy { .. } => Exit::Locked,
        LockError::Interrupted => Exit::Interrupted,
        _ => Exit::No,
    };
    Failure::new(exit, with_help(Diagnostic::error(error.to_string()), error.help()))
}

/// The failure for a ledger that cannot be made, read or believed.
pub(super) fn ledger_failure(error: &LedgerError) -> Failure {
    Failure::no(with_help(Diagnostic::error(error.to_string()), error.help()))
}

fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
