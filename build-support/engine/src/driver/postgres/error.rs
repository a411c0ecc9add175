//! What a server says when it refuses something.

use std::io;

use fallible_iterator::FallibleIterator as _;
use glim::error::{DatabaseError, ErrorClass};
use postgres_protocol::message::backend::ErrorResponseBody;

/// Reads an error message: all but the statement.
pub(super) fn reply(body: &ErrorResponseBody) -> io::Result<DatabaseError> {
    let mut error = DatabaseError::default();
    let mut context = None;
    let mut fields = body.fields();
    while let Some(field) = fields.next()? {
        let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
        match field.type_() {
            b'C' => error.code = Some(value),
            b'M' => error.message = value,
            b'D' => error.detail = Some(value),
            b'H' => error.hint = Some(value),
            b'P' => error.position = value.parse().ok(),
            b'W' => context = Some(value),
            _ => {}
        }
    }
    error.class = error.code.as_deref().map_or(ErrorClass::Other, class);
    // Where it happened: a function's line, or the parameter that could not be read.
    error.detail = match (error.detail.take(), context) {
        (Some(detail), Some(context)) => Some(format!("{detail}\n{context}")),
        (detail, context) => detail.or(context),
    };
    Ok(error)
}

/// The meaning of an SQLSTATE (PostgreSQL manual, appendix "PostgreSQL Error Codes").
fn class(code: &str) -> ErrorClass {
    match code {
        "23505" => ErrorClass::UniqueViolation,
        "23503" => ErrorClass::ForeignKeyViolation,
        "23502" => ErrorClass::NotNullViolation,
        "23514" => ErrorClass::CheckViolation,
        "42501" | "25006" => ErrorClass::PermissionDenied,
        "42P01" | "42703" | "42704" | "42883" | "42P02" | "3F000" | "3D000" => ErrorClass::UndefinedObject,
        "42601" => ErrorClass::Syntax,
        "55P03" | "40P01" => ErrorClass::LockTimeout,
        "57014" => ErrorClass::Cancelled,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => ErrorClass::ConnectionLost,
        _ if code.starts_with("08") => ErrorClass::ConnectionLost,
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
