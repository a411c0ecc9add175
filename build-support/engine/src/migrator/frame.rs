//! How one step is framed: what is sent before the migration's own statements and after them, so that the migration and
//! its ledger row are one, as far as the database can keep them one.

use glim::error::{DatabaseError, ErrorClass};
use glim_schema::Dialect;

use crate::catalog::Entry;
use crate::driver::{Connection, Transaction};
use crate::ledger::Statement;
use crate::session::{Session, State};

/// What keeps a migration and its ledger row together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// One transaction around both (SQLite and PostgreSQL).
    Atomic,
    /// The ledger says that the migration runs before it begins, since its DDL commits by itself (MySQL, MariaDB).
    Announced,
    /// The same, and no transaction at all (`transaction = false`).
    Bare,
}

impl Frame {
    /// The frame that a migration gets on that database.
    pub(super) fn of(entry: &Entry, dialect: Dialect) -> Self {
        match (entry.transaction, dialect.capabilities().transactional_ddl) {
            (true, true) => Self::Atomic,
            (true, false) => Self::Announced,
            (false, _) => Self::Bare,
        }
    }

    /// Whether the ledger says that a migration runs before it begins.
    pub(super) fn is_announced(self) -> bool {
        match self {
            Self::Atomic => false,
            Self::Announced | Self::Bare => true,
        }
    }

    /// Opens the frame.
    pub(super) fn open(self, connection: &mut dyn Connection) -> Result<(), DatabaseError> {
        match (self, connection.dialect()) {
            // The write lock at once: a transaction that reads first could find itself unable to write later.
            (Self::Atomic | Self::Announced, Dialect::Sqlite) => connection.batch("BEGIN IMMEDIATE"),
            // What the migration before this one has set for its session ends with it. The marker lives as long as this
            // transaction, and so tells at the end whether it is still this one.
            (Self::Atomic | Self::Announced, Dialect::Postgres) => {
                connection.begin("BEGIN; RESET ALL; RESET ROLE; SET LOCAL glim.transaction = 'open'")
            }
            (Self::Bare, Dialect::Postgres) => connection.batch("RESET ALL; RESET ROLE"),
            (Self::Atomic | Self::Announced, Dialect::Mysql) => connection.batch("START TRANSACTION"),
            (Self::Bare, Dialect::Sqlite | Dialect::Mysql) => Ok(()),
        }
    }

    /// What watches over the migration's statements.
    pub(super) fn session(self, connection: &mut dyn Connection) -> Session<'_> {
        match self {
            Self::Atomic => Session::guarded(connection),
            Self::Announced => Session::tolerant(connection),
            Self::Bare => Session::unguarded(connection),
        }
    }

    /// Writes the ledger's side of a migration that went well, and commits both.
    pub(super) fn commit(connection: &mut dyn Connection, entering: &Entering) -> Result<(), CommitFailure> {
        match (entering, connection.dialect()) {
            // One message: the row, a division by zero unless the transaction is still ours, and the commit.
            (Entering::Text(sql), Dialect::Postgres) => {
                connection.batch(&format!("{sql};\n{STILL_OPEN};\nCOMMIT")).map_err(CommitFailure::of_postgres)
            }
            (Entering::Text(sql), Dialect::Sqlite | Dialect::Mysql) => {
                Ok(connection.batch(&format!("{sql};\nCOMMIT"))?)
            }
            (Entering::Statement((sql, values)), _) => {
                let changed = connection.execute(sql, values)?;
                if changed != 1 {
                    let message = format!("the migration's row in the ledger has vanished ({changed} rows changed)");
                    return Err(DatabaseError { message, ..DatabaseError::default() }.into());
                }
                Ok(Self::end(connection, "COMMIT")?)
            }
        }
    }

    /// Undoes what can be undone of a migration that went wrong.
    pub(super) fn roll_back(connection: &mut dyn Connection) -> Result<(), DatabaseError> {
        Self::end(connection, "ROLLBACK")
    }

    /// Ends the transaction if there is one; a migration outside one may have left its own open.
    fn end(connection: &mut dyn Connection, how: &str) -> Result<(), DatabaseError> {
        match connection.transaction() {
            Transaction::None => Ok(()),
            Transaction::Open | Transaction::Failed | Transaction::Unknown => connection.batch(how),
        }
    }
}

/// Fails unless the transaction that [`Frame::open`] began is still open.
const STILL_OPEN: &str = "SELECT 1 / (current_setting('glim.transaction', true) IS NOT DISTINCT FROM 'open')::int";

/// Why a migration that went well could not be committed.
pub(super) enum CommitFailure {
    /// It has ended our transaction, so that its part before that stays.
    LeftTransaction(DatabaseError),
    /// The database refuses.
    Refused(DatabaseError),
}

impl CommitFailure {
    /// Division by zero is how [`STILL_OPEN`] says no.
    fn of_postgres(error: DatabaseError) -> Self {
        if error.code.as_deref() != Some("22012") {
            return Self::Refused(error);
        }
        Self::LeftTransaction(DatabaseError {
            message: "the migration has ended the transaction that it was to be committed in".to_owned(),
            hint: Some("register it with `transaction = false` if it has to manage transactions itself".to_owned()),
            ..DatabaseError::default()
        })
    }
}

impl From<DatabaseError> for CommitFailure {
    fn from(error: DatabaseError) -> Self {
        Self::Refused(error)
    }
}

/// What the ledger is told at the end.
pub(super) enum Entering {
    /// A statement without parameters, which can be sent together with others.
    Text(String),
    /// A statement that must change one row.
    Statement(Statement),
}

/// What is left of a migration that did not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// Nothing: all of it was undone.
    RolledBack,
    /// A part of it is in the database for good: the statements up to this number, as far as we can tell.
    Partial {
        /// How many statements were completed.
        completed: u64,
    },
    /// The connection was lost, so that nobody can tell.
    Unknown,
}

impl Aftermath {
    /// Of a commit that failed: where the connection was lost, the server may have committed all the same.
    pub(super) fn of_commit(failure: CommitFailure, state: State) -> (Self, DatabaseError) {
        let completed = state.completed;
        match failure {
            CommitFailure::LeftTransaction(error) => (Self::Partial { completed }, error),
            CommitFailure::Refused(error) if error.class == ErrorClass::ConnectionLost => (Self::Unknown, error),
            CommitFailure::Refused(error) if state.is_partial() => (Self::Partial { completed }, error),
            CommitFailure::Refused(error) => (Self::RolledBack, error),
        }
    }

    /// Of a migration that failed.
    pub(super) fn of(frame: Frame, state: State) -> Self {
        match frame {
            // Without a commit there is nothing to stay, even when the connection is lost.
            Frame::Atomic if !state.left_transaction => Self::RolledBack,
            _ if state.lost => Self::Unknown,
            _ if state.is_partial() => Self::Partial { completed: state.completed },
            _ => Self::RolledBack,
        }
    }
}
