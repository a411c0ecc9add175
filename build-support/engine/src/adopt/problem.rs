//! In what a history and the project disagree, row by row.

use glim::value::Timestamp;

use super::Tool;
use crate::ledger::{State, TABLE};

/// Why a row of a history cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file is not what was applied.
    ChecksumDiffers {
        /// What the tool calls it.
        key: String,
        /// The file.
        file: String,
    },
    /// The file has another name than what was applied.
    NameDiffers {
        /// What the tool calls it.
        key: String,
        /// The name in the history.
        recorded: String,
        /// The file.
        file: String,
    },
    /// The project has no such migration.
    NoFile {
        /// What the tool calls it.
        key: String,
        /// The name in the history, if it has any.
        name: Option<String>,
    },
    /// The project has several such migrations.
    TwoFiles {
        /// What the tool calls it.
        key: String,
        /// The files.
        files: Vec<String>,
    },
    /// The history has it twice.
    TwoRows {
        /// What the tool calls it.
        key: String,
    },
    /// The tool began it and never finished.
    Dirty {
        /// What the tool calls it.
        key: String,
        /// The name in the history, if it has any.
        name: Option<String>,
        /// When it was begun.
        at: Option<Timestamp>,
    },
    /// It was in the ledger and is not any more.
    Undone {
        /// What the tool calls it.
        key: String,
    },
    /// The ledger has it as begun and not finished.
    Unfinished {
        /// The migration.
        name: String,
        /// Its state in the ledger.
        state: State,
    },
    /// Its name cannot be kept in the ledger.
    BadName {
        /// The name.
        key: String,
    },
}

impl Problem {
    /// What is wrong, in a sentence.
    pub fn message(&self, tool: Tool) -> String {
        let beside = |name: &Option<String>| name.as_ref().map_or_else(String::new, |name| format!(" ({name:?})"));
        match self {
            Self::ChecksumDiffers { key, file, .. } => {
                format!("`{key}`: `{file}` is not the file that {tool} applied: the checksum differs")
            }
            Self::NameDiffers { key, recorded, file } => {
                format!("`{key}`: {tool} applied it by the name `{recorded}`, and the file is `{file}`")
            }
            Self::NoFile { key, name } => {
                format!("`{key}`{}: {tool} applied it, and no file here has that version", beside(name))
            }
            Self::TwoFiles { key, files } => {
                let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
                format!("`{key}`: {tool} applied one migration of that version, and here are {}", files.join(" and "))
            }
            Self::TwoRows { key } => format!("`{key}`: the history has two rows of that version"),
            Self::Dirty { key, name, at } => {
                let at = at.map_or_else(String::new, |at| format!(" at {at}"));
                format!("`{key}`{}: {tool} began it{at} and did not finish it", beside(name))
            }
            Self::Undone { key } => {
                format!("`{key}`: {tool} applied it, and it is not in the ledger, although the history was taken over")
            }
            Self::Unfinished { name, state } => unfinished(name, *state),
            Self::BadName { key } => format!("{key:?}: the ledger cannot keep that name"),
        }
    }

    /// How to put it right.
    pub fn help(&self, tool: Tool, table: &str) -> String {
        match self {
            Self::ChecksumDiffers { file, .. } => format!(
                "restore `{file}` as it was when it was applied; or, if the database is right as it is, record it on your \
                 word, with the newest migration that is applied: `cargo glim adopt --baseline NEWEST --ignore-history`"
            ),
            Self::NameDiffers { recorded, file, .. } => {
                format!("give `{file}` the name `{recorded}` again, after its version")
            }
            Self::NoFile { key, .. } => format!(
                "bring the file back, from another branch perhaps; or, if it is to be forgotten: \
                 `DELETE FROM {table} WHERE version = {}`",
                literal(tool, key)
            ),
            Self::TwoFiles { .. } => "give each file a version of its own".to_owned(),
            Self::TwoRows { .. } | Self::BadName { .. } => format!("put the row in `{table}` right"),
            Self::Dirty { key, .. } => {
                let key = literal(tool, key);
                format!(
                    "on MySQL and MariaDB a migration that fails stays half done; see what of it is in the database, \
                     and either complete it by hand and `UPDATE {table} SET success = TRUE WHERE version = {key}`, or \
                     undo it by hand and `DELETE FROM {table} WHERE version = {key}`"
                )
            }
            Self::Undone { key } => {
                let since = if tool == Tool::Dbmate { "; it keeps no times that could tell" } else { "" };
                format!(
                    "if it was rolled back here, delete what {tool} remembers of it: `DELETE FROM {table} WHERE \
                     version = {}`; if {tool} has applied it since, record it with `cargo glim adopt \
                     --baseline {key} --ignore-history`{since}",
                    literal(tool, key)
                )
            }
            Self::Unfinished { .. } => UNFINISHED.to_owned(),
        }
    }
}

/// What to do about one that is not finished here.
pub(super) const UNFINISHED: &str = "settle it first; `cargo glim status` says how it stands";

pub(super) fn unfinished(name: &str, state: State) -> String {
    format!("`{name}`: the ledger `{TABLE}` has it in the state `{state}`")
}

/// A version as an SQL literal for a person to copy.
fn literal(tool: Tool, key: &str) -> String {
    match tool {
        Tool::Refinery | Tool::Sqlx => key.to_owned(),
        Tool::Diesel | Tool::SeaOrm | Tool::Dbmate => format!("'{}'", key.replace('\'', "''")),
    }
}
