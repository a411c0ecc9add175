//! Which `;` ends a statement, and which stands inside it.

use glim_schema::Dialect;

use super::compound::Compound;
use super::error::SplitError;
use super::routine::Routine;
use super::token::Token;
use super::trigger::Trigger;

/// What is known of the statement that is being read.
#[derive(Debug)]
pub(super) enum Shape {
    Sqlite(Trigger),
    Postgres(Routine),
    Mysql(Compound),
}

impl Shape {
    /// That of a statement of which nothing has been read.
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite(Trigger::default()),
            Dialect::Postgres => Self::Postgres(Routine::default()),
            Dialect::Mysql => Self::Mysql(Compound::default()),
        }
    }

    /// Whether the next `;` ends the statement, whatever comes before it.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Sqlite(trigger) => trigger.is_plain(),
            Self::Postgres(routine) => routine.is_plain(),
            Self::Mysql(compound) => compound.is_plain(),
        }
    }

    /// Takes a token that is no `;`.
    pub(super) fn take(&mut self, token: &Token<'_>) {
        match self {
            Self::Sqlite(trigger) => trigger.take(token),
            Self::Postgres(routine) => routine.take(token),
            Self::Mysql(compound) => compound.take(token),
        }
    }

    /// Takes a `;`, and says whether it ends the statement.
    pub(super) fn semicolon(&mut self, has_delimiter: bool) -> bool {
        match self {
            Self::Sqlite(trigger) => trigger.semicolon(),
            Self::Postgres(routine) => routine.semicolon(),
            Self::Mysql(compound) => compound.semicolon(has_delimiter),
        }
    }

    /// What is wrong when the text ends here.
    pub(super) fn open(&self) -> Option<SplitError> {
        match self {
            Self::Sqlite(trigger) => trigger.open(),
            Self::Postgres(routine) => routine.open(),
            Self::Mysql(compound) => compound.open(),
        }
    }
}
