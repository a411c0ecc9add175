//! SQLite's result codes.

use glim::error::{DatabaseError, ErrorClass};
use rusqlite::ffi;

use crate::driver::refused;

/// What an error of rusqlite means.
pub(super) fn translate(error: &rusqlite::Error, sql: &str) -> DatabaseError {
    let (failure, message, position) = match error {
        rusqlite::Error::SqliteFailure(failure, message) => (failure, message.clone(), None),
        // In a batch the text is the rest that was not run yet, a suffix of the whole.
        rusqlite::Error::SqlInputError { error, msg, sql: rest, offset } => {
            let offset = usize::try_from(*offset).ok();
            (error, Some(msg.clone()), offset.map(|offset| sql.len().saturating_sub(rest.len()) + offset))
        }
        rusqlite::Error::MultipleStatement => {
            return refused(sql, "more than one statement; `execute_batch` runs several");
        }
        other => return refused(sql, other.to_string()),
    };
    let message = message.unwrap_or_else(|| failure.to_string());
    DatabaseError {
        code: Some(name(failure.extended_code)),
        class: class(failure.extended_code, &message),
        position: position.and_then(|byte| character_position(sql, byte)),
        statement: Some(sql.to_owned()),
        message,
        ..DatabaseError::default()
    }
}

/// The position of a byte in a text, counted in characters from 1, as errors give it.
fn character_position(sql: &str, byte: usize) -> Option<u32> {
    let before = sql.get(..byte)?;
    u32::try_from(before.chars().count() + 1).ok()
}

fn class(code: i32, message: &str) -> ErrorClass {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ErrorClass::UniqueViolation
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorClass::ForeignKeyViolation,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorClass::NotNullViolation,
        ffi::SQLITE_CONSTRAINT_CHECK | ffi::SQLITE_CONSTRAINT_DATATYPE => ErrorClass::CheckViolation,
        // The primary code stands in the low byte of an extended one.
        _ => match code & 0xff {
            ffi::SQLITE_READONLY | ffi::SQLITE_AUTH | ffi::SQLITE_PERM => ErrorClass::PermissionDenied,
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorClass::LockTimeout,
            ffi::SQLITE_INTERRUPT => ErrorClass::Cancelled,
            // The generic code; only the message tells.
            ffi::SQLITE_ERROR if message.starts_with("no such ") => ErrorClass::UndefinedObject,
            ffi::SQLITE_ERROR
                if message.ends_with(" already exists") || message.starts_with("duplicate column name") =>
            {
                ErrorClass::DuplicateObject
            }
            ffi::SQLITE_ERROR
                if message.ends_with("syntax error")
                    || message.starts_with("incomplete input")
                    || message.starts_with("unrecognized token") =>
            {
                ErrorClass::Syntax
            }
            _ => ErrorClass::Other,
        },
    }
}

/// The name of an extended result code, as <https://sqlite.org/rescode.html> writes it.
fn name(code: i32) -> String {
    macro_rules! names {
        ($($name:ident)*) => {
            match code {
                $(ffi::$name => stringify!($name),)*
                _ => "",
            }
        };
    }
    let known = names! {
        SQLITE_ERROR SQLITE_INTERNAL SQLITE_PERM SQLITE_ABORT SQLITE_ABORT_ROLLBACK SQLITE_BUSY SQLITE_BUSY_RECOVERY
        SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT SQLITE_LOCKED SQLITE_LOCKED_SHAREDCACHE SQLITE_NOMEM SQLITE_READONLY
        SQLITE_READONLY_RECOVERY SQLITE_READONLY_CANTLOCK SQLITE_READONLY_ROLLBACK SQLITE_READONLY_DBMOVED
        SQLITE_READONLY_CANTINIT SQLITE_READONLY_DIRECTORY SQLITE_INTERRUPT SQLITE_IOERR SQLITE_CORRUPT
        SQLITE_CORRUPT_INDEX SQLITE_FULL SQLITE_CANTOPEN SQLITE_CANTOPEN_ISDIR SQLITE_PROTOCOL SQLITE_SCHEMA
        SQLITE_TOOBIG SQLITE_CONSTRAINT SQLITE_CONSTRAINT_CHECK SQLITE_CONSTRAINT_FOREIGNKEY SQLITE_CONSTRAINT_NOTNULL
        SQLITE_CONSTRAINT_PRIMARYKEY SQLITE_CONSTRAINT_TRIGGER SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_ROWID
        SQLITE_CONSTRAINT_DATATYPE SQLITE_MISMATCH SQLITE_MISUSE SQLITE_AUTH SQLITE_RANGE SQLITE_NOTADB
    };
    if known.is_empty() { format!("SQLITE_{code}") } else { known.to_owned() }
}
