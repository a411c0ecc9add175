//! What a server says when it refuses something.

use std::io;

use glim::error::{DatabaseError, ErrorClass};

use super::packet::Reader;

/// Reads an error packet: all but the statement.
pub(super) fn server_error(packet: &[u8]) -> io::Result<DatabaseError> {
    let mut reader = Reader(packet);
    let _header = reader.u8()?;
    let number = reader.u16()?;
    let mut code = number.to_string();
    // The SQLSTATE comes after its mark; errors before the login have none.
    if let Some(rest) = reader.0.strip_prefix(b"#") {
        reader.0 = rest;
        code = format!("{code} ({})", String::from_utf8_lossy(reader.bytes(5)?));
    }
    Ok(DatabaseError {
        code: Some(code),
        message: String::from_utf8_lossy(reader.0).into_owned(),
        class: class(number),
        ..DatabaseError::default()
    })
}

/// The number of an error that [`server_error`] has read.
pub(super) fn number(error: &DatabaseError) -> Option<u16> {
    error.code.as_deref()?.split(' ').next()?.parse().ok()
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
        1064 | 1149 => ErrorClass::Syntax,
        1205 | 1206 | 1213 | 1689 | 3572 => ErrorClass::LockTimeout,
        1317 | 1969 | 3024 => ErrorClass::Cancelled,
        1053 | 1152 | 1153 | 1158..=1161 | 1927 | 4031 => ErrorClass::ConnectionLost,
        _ => ErrorClass::Other,
    }
}

/// The error for a connection that broke while a statement was on its way.
pub(super) fn lost(error: &io::Error, sql: &str) -> DatabaseError {
    DatabaseError {
        message: format!("the connection to the database server is lost: {error}"),
        statement: Some(sql.to_owned()),
        class: ErrorClass::ConnectionLost,
        ..DatabaseError::default()
    }
}
