//! What can go wrong in a migration.

use std::fmt;

use glim_schema::Dialect;

/// The result of database operations and migrations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of a migration. Every `std::error::Error` converts into it with `?`; for the same reason it is none itself,
/// but converts into `Box<dyn std::error::Error + Send + Sync>`.
pub struct Error(Box<Kind>);

/// What kind of error it is, for a migration that wants to decide by it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Kind {
    /// The database refused a statement.
    Database(DatabaseError),
    /// A value does not fit its column, or a column does not fit the type that it is read into.
    Value(ValueError),
    /// The database cannot do what was asked.
    Unsupported {
        /// The database.
        dialect: Dialect,
        /// What it cannot do, such as "dropping a constraint".
        operation: String,
    },
    /// A call that cannot be right, such as `query_one` without a row.
    Usage(String),
    /// The migration cannot be undone.
    Irreversible,
    /// The command that runs this migration is gone or does not understand us.
    Channel(String),
    /// An error of the migration's own.
    Other(Box<dyn std::error::Error + Send + Sync>),
}

/// What a database said when it refused a statement.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DatabaseError {
    /// The database's code: an SQLSTATE, for SQLite the name of the extended result code.
    pub code: Option<String>,
    /// The message.
    pub message: String,
    /// More about the cause, where the server gives it.
    pub detail: Option<String>,
    /// What the server advises.
    pub hint: Option<String>,
    /// The statement that was refused.
    pub statement: Option<String>,
    /// Where in the statement, counted in characters from 1.
    pub position: Option<u32>,
    /// What it means for the program.
    pub class: ErrorClass,
}

/// What a database error means for the program, alike on all databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorClass {
    /// A unique constraint or primary key is violated.
    UniqueViolation,
    /// A foreign key is violated.
    ForeignKeyViolation,
    /// A NOT NULL constraint is violated.
    NotNullViolation,
    /// A check constraint is violated.
    CheckViolation,
    /// The account may not do this, or the database is read-only.
    PermissionDenied,
    /// The table, column or other object is not there.
    UndefinedObject,
    /// There is a table, column, index or other object of that name already.
    DuplicateObject,
    /// The statement is not valid SQL.
    Syntax,
    /// A lock could not be had in time, or a deadlock was broken.
    LockTimeout,
    /// The statement ran too long, or was cancelled.
    Cancelled,
    /// The connection is gone; nothing more can be said about the statement.
    ConnectionLost,
    /// Anything else.
    #[default]
    Other,
}

/// A value that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// The table, where it is known.
    pub table: Option<String>,
    /// The column, or a parameter such as `$2`.
    pub column: String,
    /// Why, naming the kind of the value.
    pub reason: String,
}

impl Error {
    /// What kind of error it is.
    pub fn kind(&self) -> &Kind {
        &self.0
    }

    /// Takes the error apart.
    pub fn into_kind(self) -> Kind {
        *self.0
    }

    /// An error that is only a message, for a migration's own use.
    pub fn msg(message: impl fmt::Display) -> Self {
        Kind::Other(message.to_string().into()).into()
    }

    /// What the database said, where it was the database.
    pub fn as_database(&self) -> Option<&DatabaseError> {
        match self.kind() {
            Kind::Database(error) => Some(error),
            _ => None,
        }
    }
}

// Not `From<Kind>` through the blanket conversion below: `Kind` implements no `Error` for that reason.
impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        Kind::Database(error).into()
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        Kind::Value(error).into()
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Kind::Other(Box::new(error)).into()
    }
}

impl From<Error> for Box<dyn std::error::Error + Send + Sync> {
    fn from(error: Error) -> Self {
        match error.into_kind() {
            Kind::Other(error) => error,
            kind => Error::from(kind).to_string().into(),
        }
    }
}

impl fmt::Display for Error {
    /// The message, and after each `: ` the cause of what stands before.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Database(error) => error.fmt(f),
            Kind::Value(error) => error.fmt(f),
            Kind::Unsupported { dialect, operation } => write!(f, "{} does not support {operation}", dialect.title()),
            Kind::Usage(message) | Kind::Channel(message) => f.write_str(message),
            Kind::Irreversible => f.write_str("this migration cannot be rolled back"),
            Kind::Other(error) => {
                write!(f, "{error}")?;
                let mut next = error.source();
                while let Some(error) = next {
                    write!(f, ": {error}")?;
                    next = error.source();
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.table {
            Some(table) => write!(f, "table `{table}`, column `{}`: {}", self.column, self.reason),
            None => write!(f, "column `{}`: {}", self.column, self.reason),
        }
    }
}
