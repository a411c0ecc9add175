//! What a server says when it refuses something, and what the crate says when it cannot ask.

use std::io;

use glim::error::{DatabaseError, ErrorClass};
use mysql::{DriverError, Error};

use crate::driver::refused;

/// "This command is not supported in the prepared statement protocol yet".
const UNPREPARABLE: u16 = 1295;

/// Why a statement failed.
pub(super) fn failure(error: Error, sql: &str) -> DatabaseError {
    match error {
        Error::MySqlError(error) => DatabaseError {
            code: Some(match error.state.as_str() {
                "" => error.code.to_string(),
                state => format!("{} ({state})", error.code),
            }),
            message: error.message,
            statement: Some(sql.to_owned()),
            class: class(error.code),
            ..DatabaseError::default()
        },
        Error::DriverError(DriverError::MixedParams) => {
            refused(sql, "the statement mixes `$1` or `?` and `:name` as parameters")
        }
        error => lost(&cause(&error), sql),
    }
}

/// What of the transport failed, in the words of where it happened.
pub(super) fn cause(error: &Error) -> io::Error {
    match io_error(error) {
        Some(error) => io::Error::new(error.kind(), error.to_string()),
        None => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
    }
}

/// The operating system's error inside, if it is one. Reading and writing packets has an error of its own around it,
/// which has no name here.
pub(super) fn io_error(error: &Error) -> Option<&io::Error> {
    match error {
        Error::IoError(error) => Some(error),
        Error::CodecError(error) => std::error::Error::source(error)?.downcast_ref(),
        _ => None,
    }
}

/// Whether a statement cannot be prepared, but perhaps sent as text.
pub(super) fn is_unpreparable(error: &Error) -> bool {
    matches!(error, Error::MySqlError(error) if error.code == UNPREPARABLE)
}

/// The meaning of an error's number (MySQL's "Server Error Message Reference", MariaDB's "Error Code Reference").
fn class(number: u16) -> ErrorClass {
    match number {
        1062 | 1169 | 1586 | 1859 => ErrorClass::UniqueViolation,
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => ErrorClass::ForeignKeyViolation,
        1048 | 1263 | 1364 => ErrorClass::NotNullViolation,
        3819 | 4025 => ErrorClass::CheckViolation,
        1044 | 1045 | 1142 | 1143 | 1227 | 1290 | 1370 | 1698 | 1792 | 1836 => ErrorClass::PermissionDenied,
        1008 | 1049 | 1051 | 1054 | 1072 | 1091 | 1109 | 1146 | 1176 | 1305 | 1360 => ErrorClass::UndefinedObject,
        1007 | 1050 | 1060 | 1061 | 1304 | 1359 => ErrorClass::DuplicateObject,
        1064 | 1149 => ErrorClass::Syntax,
        1205 | 1206 | 1213 | 1689 | 3572 => ErrorClass::LockTimeout,
        1317 | 1969 | 3024 => ErrorClass::Cancelled,
        1053 | 1152 | 1153 | 1158..=1161 | 1927 | 4031 => ErrorClass::ConnectionLost,
        _ => ErrorClass::Other,
    }
}

/// The error for a connection that broke while a statement was on its way.
fn lost(error: &io::Error, sql: &str) -> DatabaseError {
    DatabaseError {
        message: format!("the connection to the database server is lost: {error}"),
        statement: Some(sql.to_owned()),
        class: ErrorClass::ConnectionLost,
        ..DatabaseError::default()
    }
}
