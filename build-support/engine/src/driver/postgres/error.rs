//! What a server says when it refuses something, and what the client's crate says.

use std::error::Error as _;

use glim::error::{DatabaseError, ErrorClass};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::prepared::contains_ignoring_case;
use crate::driver::refused;

/// What an error of the client's crate is about. The crate tells its kinds by their texts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The server said something.
    Server,
    /// The statement cannot be written as a message.
    Unsendable,
    /// An answer that the crate does not expect: here, that of a COPY.
    Unexpected,
    /// A value of a row cannot be read.
    Value,
    /// TLS could not be agreed upon.
    Tls,
    /// The password is missing or wrong, or the server asks for something else.
    Authentication,
    /// The connection broke.
    Lost,
}

impl Kind {
    /// The kind of an error.
    pub(super) fn of(error: &Error) -> Self {
        if error.as_db_error().is_some() {
            return Self::Server;
        }
        let text = error.to_string();
        let begins = |beginning: &str| text.starts_with(beginning);
        if begins("error encoding message") {
            Self::Unsendable
        } else if begins("unexpected message") {
            Self::Unexpected
        } else if begins("error deserializing column") {
            Self::Value
        } else if begins("error performing TLS") {
            Self::Tls
        } else if begins("authentication error") || begins("invalid configuration") {
            Self::Authentication
        } else {
            Self::Lost
        }
    }
}

/// The innermost cause of an error, as text.
pub(super) fn cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text
}

/// The error of a statement.
pub(super) fn of_statement(error: &Error, sql: &str) -> DatabaseError {
    match Kind::of(error) {
        Kind::Server => {
            let reply = error.as_db_error().map(reply).unwrap_or_default();
            DatabaseError { statement: Some(sql.to_owned()), ..reply }
        }
        // A NUL character, or a text beyond 2 GB.
        Kind::Unsendable => refused(sql, format!("the statement cannot be sent: {}", cause(error))),
        Kind::Unexpected if may_wait_for_data(sql) => refused(sql, COPY_FROM),
        Kind::Unexpected => refused(sql, "COPY ... TO STDOUT is not supported here"),
        Kind::Value => refused(sql, cause(error)),
        Kind::Tls | Kind::Authentication | Kind::Lost => lost(&cause(error), sql),
    }
}

/// Why data is not sent.
pub(super) const COPY_FROM: &str = "COPY ... FROM STDIN is not supported here";

/// Whether a text could be what makes a server wait for data, quoted or not.
pub(super) fn may_wait_for_data(sql: &str) -> bool {
    contains_ignoring_case(sql, "stdin")
}

/// Reads an error message: all but the statement.
pub(super) fn reply(error: &DbError) -> DatabaseError {
    // Where it happened: a function's line, or the parameter that could not be read.
    let detail = match (error.detail(), error.where_()) {
        (Some(detail), Some(context)) => Some(format!("{detail}\n{context}")),
        (detail, context) => detail.or(context).map(str::to_owned),
    };
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        _ => None,
    };
    DatabaseError {
        message: error.message().to_owned(),
        code: Some(error.code().code().to_owned()),
        class: class(error.code().code()),
        detail,
        hint: error.hint().map(str::to_owned),
        position,
        ..DatabaseError::default()
    }
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
        "42P07" | "42701" | "42710" | "42723" | "42P06" | "42P04" => ErrorClass::DuplicateObject,
        "42601" => ErrorClass::Syntax,
        "55P03" | "40P01" => ErrorClass::LockTimeout,
        "57014" => ErrorClass::Cancelled,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => ErrorClass::ConnectionLost,
        _ if code.starts_with("08") => ErrorClass::ConnectionLost,
        _ => ErrorClass::Other,
    }
}

/// The error for a connection that broke while a statement was on its way.
pub(super) fn lost(cause: &str, sql: &str) -> DatabaseError {
    DatabaseError {
        message: format!("the connection to the database server is lost: {cause}"),
        statement: Some(sql.to_owned()),
        class: ErrorClass::ConnectionLost,
        ..DatabaseError::default()
    }
}
