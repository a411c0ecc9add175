//! Connecting to the alias, and what to say when that or what is found there is wrong.

use std::ops::ControlFlow;

use glim::error::{DatabaseError, ErrorClass};
use glim::value::FromValue as _;
use glim_engine::driver::{Access, ConnectError, Connection, connect};
use glim_engine::ledger::{Ledger, LedgerError, Row};
use glim_engine::lock::LockError;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::settings::Alias;

/// What to do where the database does not let us keep a ledger.
const PERMISSION: &str = "glim records what is applied in tables of its own: give this user the right to create tables and \
                          to change them, or configure another `user`";

/// Connects to the alias.
pub(super) fn open(alias: &Alias, access: Access) -> Result<Box<dyn Connection>> {
    connect(&alias.target, access).map_err(|error| connect_failure(&alias.name, &error))
}

/// The number that a query gives; `None` where it gives no such thing.
pub(super) fn number(conn: &mut dyn Connection, sql: &str) -> Result<Option<u64>, DatabaseError> {
    let mut number = None;
    conn.query(sql, &[], &mut |_, row| {
        number = row.first().and_then(|value| u64::from_value(value).ok());
        ControlFlow::Break(())
    })?;
    Ok(number)
}

/// The failure for a connection that could not be made.
pub(super) fn connect_failure(alias: &str, error: &ConnectError) -> Failure {
    let mut diagnostic = Diagnostic::error(format!("cannot connect to `{alias}`"));
    diagnostic.causes.push(error.to_string());
    Failure::usage(with_help(diagnostic, error.help()))
}

/// The failure for a lock that was not had or was lost.
pub(super) fn lock_failure(error: &LockError) -> Failure {
    let exit = match error {
        LockError::Busy { .. } => Exit::Locked,
        LockError::Stopped => Exit::Interrupted,
        _ => Exit::No,
    };
    Failure::new(exit, with_help(Diagnostic::error(error.to_string()), error.help()))
}

/// The failure for a ledger that cannot be made, read or believed.
pub(super) fn ledger_failure(error: &LedgerError) -> Failure {
    let is_forbidden =
        matches!(error, LedgerError::Database { error, .. } if error.class == ErrorClass::PermissionDenied);
    let help = error.help().or_else(|| is_forbidden.then(|| PERMISSION.to_owned()));
    Failure::no(with_help(Diagnostic::error(error.to_string()), help))
}

fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Connects without the right to change anything; `None` where the database file is not there.
pub(super) fn look_at(alias: &Alias) -> Result<Option<Box<dyn Connection>>> {
    match connect(&alias.target, Access::ReadOnly) {
        Ok(connection) => Ok(Some(connection)),
        Err(ConnectError::NotFound { .. }) => Ok(None),
        Err(error) => Err(connect_failure(&alias.name, &error)),
    }
}

/// Reads the ledger without changing anything. A database file that is not there has no rows.
pub(super) fn look(alias: &Alias) -> Result<Vec<Row>> {
    let Some(mut connection) = look_at(alias)? else { return Ok(Vec::new()) };
    let ledger = Ledger::open(&mut *connection, Access::ReadOnly);
    ledger.map(|(_, rows)| rows).map_err(|error| ledger_failure(&error))
}
