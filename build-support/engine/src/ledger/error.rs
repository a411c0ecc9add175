//! What can be wrong with a ledger, and how to put it right.

use std::fmt;

use glim::error::DatabaseError;

use super::names::{HISTORY, JOURNAL, LOG, TABLE};
use super::row::State;

/// Why the ledger cannot be used. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// The database refused a statement.
    Database {
        /// What was being done, such as "read the ledger".
        doing: &'static str,
        /// What the database said.
        error: Box<DatabaseError>,
    },
    /// No schema is selected in which the ledger could be.
    NoSchema,
    /// A newer glim has upgraded the ledger.
    Newer {
        /// The ledger's version.
        version: i64,
        /// The newest version that we know.
        known: i64,
    },
    /// The history of the ledger's own schema was tampered with.
    History {
        /// What is wrong, such as "row 2 has the checksum `abc`, which is no number".
        problem: String,
        /// How to put it right.
        help: String,
    },
    /// The history says that there is a ledger, and there is none.
    TableMissing,
    /// The table lacks columns.
    ColumnsMissing {
        /// Their names.
        columns: Vec<String>,
        /// The columns that it has.
        found: Vec<String>,
    },
    /// A row without a name.
    NoName {
        /// The row's key.
        id: String,
    },
    /// Two rows of one name.
    DuplicateName {
        /// The name.
        name: String,
        /// The rows' keys.
        ids: [String; 2],
    },
    /// A state that we do not know.
    UnknownState {
        /// The migration.
        name: String,
        /// The row's key.
        id: String,
        /// What stands there.
        state: String,
    },
    /// A value that cannot stand in its column.
    BadValue {
        /// The row's key, or its number where the key itself is wrong.
        row: String,
        /// The column.
        column: &'static str,
        /// What was expected, and what was found.
        problem: String,
    },
    /// A value of the log that cannot stand in its column.
    BadLog {
        /// The row's key.
        row: String,
        /// The column.
        column: &'static str,
        /// What was expected, and what was found.
        problem: String,
    },
    /// A row of the journal that cannot be understood.
    BadJournal {
        /// The migration.
        migration: String,
        /// The column.
        column: &'static str,
        /// What was expected, and what was found.
        problem: String,
    },
    /// A row that was just read is gone, or is there more than once.
    RowVanished {
        /// The migration.
        name: String,
        /// How many rows were changed in its place.
        changed: u64,
    },
}

impl LedgerError {
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(DatabaseError) -> Self {
        move |error| Self::Database { doing, error: Box::new(error) }
    }

    /// How to put it right, where we know.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Database { error, .. } => return error.hint.clone(),
            Self::NoSchema => "create the schema, or name an existing one with `search_path`".to_owned(),
            Self::Newer { .. } => "update cargo-glim; nothing else can read this ledger safely".to_owned(),
            Self::History { help, .. } => help.clone(),
            Self::TableMissing => format!(
                "if it was renamed, name it `{TABLE}` again; if everything is to be applied anew, drop `{HISTORY}` too"
            ),
            Self::ColumnsMissing { .. } => {
                format!("restore them from a backup; or, if `{TABLE}` is not glim's, give that table another name")
            }
            Self::NoName { id } => {
                format!("set its name, or delete it: `DELETE FROM {TABLE} WHERE id = {}`", literal(id))
            }
            Self::DuplicateName { ids: [_, second], .. } => {
                format!("delete the one that is wrong, such as: `DELETE FROM {TABLE} WHERE id = {}`", literal(second))
            }
            Self::UnknownState { id, .. } => {
                let states: Vec<_> = State::ALL.iter().map(|state| format!("`{state}`")).collect();
                format!(
                    "the states are {}; if it is applied: `UPDATE {TABLE} SET state = 'applied' WHERE id = {}`",
                    states.join(", "),
                    literal(id)
                )
            }
            Self::BadValue { row, column: "id", .. } => format!("give {row} a key of its own: any text will do"),
            Self::BadValue { row, column: "created_at", .. } => format!(
                "write a time such as `2026-11-22 15:02:03`, or NULL: `UPDATE {TABLE} SET created_at = NULL WHERE id = \
                 {}`",
                literal(row)
            ),
            Self::BadValue { row, column, .. } => {
                format!("put the row right: `SELECT {column} FROM {TABLE} WHERE id = {}`", literal(row))
            }
            Self::BadLog { row, column, .. } => {
                format!("put the row right: `SELECT {column} FROM {LOG} WHERE id = {}`", literal(row))
            }
            Self::BadJournal { migration, .. } => format!(
                "if you know how far it came: `cargo glim repair {migration}` with `--mark-applied` or `--mark-rolled-back`"
            ),
            Self::RowVanished { .. } => {
                "somebody else changes the ledger; look at it, then run the command again".to_owned()
            }
        })
    }
}

/// A text as an SQL literal for a person to copy.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { doing, error } => write!(f, "cannot {doing}: {error}"),
            Self::NoSchema => f.write_str("no schema of the search path exists, so there is no place for the ledger"),
            Self::Newer { version, known } => write!(
                f,
                "the ledger `{TABLE}` has version {version}, made by a newer glim; this one knows versions up to {known}"
            ),
            Self::History { problem, .. } => write!(f, "the table `{HISTORY}` was changed by hand: {problem}"),
            Self::TableMissing => {
                write!(f, "the ledger `{TABLE}` is missing, although `{HISTORY}` says that it was created")
            }
            Self::ColumnsMissing { columns, found } => write!(
                f,
                "the ledger `{TABLE}` lacks {} {}; it has {}",
                if columns.len() == 1 { "the column" } else { "the columns" },
                quoted(columns),
                quoted(found)
            ),
            Self::NoName { id } => write!(f, "the ledger `{TABLE}` has a row without a name, with the id `{id}`"),
            Self::DuplicateName { name, ids: [first, second] } => {
                write!(f, "the ledger `{TABLE}` has two rows named `{name}`, with the ids `{first}` and `{second}`")
            }
            Self::UnknownState { name, state, .. } => {
                write!(f, "the ledger `{TABLE}` has migration `{name}` in the state {state:?}, which does not exist")
            }
            Self::BadValue { row, column, problem } => {
                write!(f, "the ledger `{TABLE}` has a wrong value in column `{column}` of row `{row}`: {problem}")
            }
            Self::BadLog { row, column, problem } => {
                write!(f, "the log `{LOG}` has a wrong value in column `{column}` of row `{row}`: {problem}")
            }
            Self::BadJournal { migration, column, problem } => {
                write!(f, "the journal `{JOURNAL}` of `{migration}` has a wrong value in column `{column}`: {problem}")
            }
            Self::RowVanished { name, changed: 0 } => {
                write!(f, "the row of `{name}` has vanished from the ledger `{TABLE}`")
            }
            Self::RowVanished { name, changed } => {
                write!(f, "the ledger `{TABLE}` has {changed} rows with the id of `{name}`")
            }
        }
    }
}

impl std::error::Error for LedgerError {}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
