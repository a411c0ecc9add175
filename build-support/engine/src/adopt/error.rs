//! Why a history was not taken over, and what to do about it.

use std::collections::HashSet;
use std::{fmt, mem};

use glim::error::{DatabaseError, ErrorClass};

use super::Tool;
use super::history::{BadValue, History};
use super::problem::{self, Problem, UNFINISHED};
use crate::ledger::{LedgerError, State};
use crate::lock::LockError;
use crate::near::did_you_mean;

/// Why a history was not taken over. Nothing was changed, unless the connection was lost at the very end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdoptError {
    /// The lock was not had.
    Lock(LockError),
    /// The ledger cannot be made, read or believed.
    Ledger(LedgerError),
    /// The database refused a statement.
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        error: Box<DatabaseError>,
    },
    /// A history could not be read.
    Read {
        /// The tool.
        tool: Tool,
        /// Its table.
        table: String,
        /// What the database said.
        error: Box<DatabaseError>,
    },
    /// No tool that we know has left a history.
    NoHistory {
        /// Tables of such names in other schemas.
        elsewhere: Vec<String>,
    },
    /// The history that was named is not there.
    NotThere {
        /// The tool.
        tool: Tool,
        /// The table that it would have.
        table: String,
        /// Tables of such names in other schemas.
        elsewhere: Vec<String>,
    },
    /// Several tools have left a history.
    Several {
        /// The tools and their tables.
        found: Vec<(Tool, String)>,
    },
    /// The table lacks columns that the tool's has.
    ColumnsMissing {
        /// The tool.
        tool: Tool,
        /// The table.
        table: String,
        /// The columns that it lacks.
        missing: Vec<&'static str>,
        /// The columns that it has.
        found: Vec<String>,
    },
    /// The table is named like dbmate's and is not dbmate's.
    OtherTool {
        /// The table.
        table: String,
        /// The columns that it has.
        found: Vec<String>,
        /// The tool whose it probably is.
        owner: Option<&'static str>,
    },
    /// Values that the tool cannot have written.
    BadValues {
        /// The tool.
        tool: Tool,
        /// The table.
        table: String,
        /// The values, at least one.
        problems: Vec<BadValue>,
    },
    /// The history and the project disagree.
    Disagree {
        /// The tool.
        tool: Tool,
        /// The table.
        table: String,
        /// In what, at least one thing.
        problems: Vec<Problem>,
    },
    /// The ledger has migrations as begun and not finished.
    Unfinished {
        /// Which, and in which state, at least one.
        migrations: Vec<(String, State)>,
    },
    /// There is a history, so that nothing needs to be recorded on a person's word.
    HistoryPresent {
        /// The histories, at least one.
        histories: Vec<History>,
    },
    /// No migration is named so.
    UnknownBaseline {
        /// What was given.
        given: String,
        /// Names that may have been meant.
        near: Vec<String>,
    },
    /// Several migrations have that version.
    AmbiguousBaseline {
        /// What was given.
        given: String,
        /// The migrations.
        names: Vec<String>,
    },
}

impl AdoptError {
    pub(super) fn database(doing: &'static str) -> impl FnOnce(DatabaseError) -> Self {
        move |error| Self::Database { doing, error: Box::new(error) }
    }

    /// What is wrong in detail, one thing each, where the error is about many.
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Disagree { tool, problems, .. } => problems.iter().map(|problem| problem.message(*tool)).collect(),
            Self::Unfinished { migrations } => {
                migrations.iter().map(|(name, state)| problem::unfinished(name, *state)).collect()
            }
            Self::BadValues { problems, .. } => problems
                .iter()
                .map(|BadValue { row, column, problem }| format!("row {row}, column `{column}`: {problem}"))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What to do about it: for each kind of problem once, with the first of its kind as the example.
    pub fn helps(&self) -> Vec<String> {
        let Self::Disagree { tool, table, problems } = self else { return self.help().into_iter().collect() };
        let mut kinds = HashSet::new();
        let first = problems.iter().filter(|problem| kinds.insert(mem::discriminant(*problem)));
        first.map(|problem| problem.help(*tool, table)).collect()
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Lock(error) => return error.help(),
            Self::Ledger(error) => return error.help(),
            Self::Database { error, .. } if error.class == ErrorClass::ConnectionLost => {
                "run the command again: what is recorded already is not recorded twice".to_owned()
            }
            Self::Database { error, .. } | Self::Read { error, .. } => return error.hint.clone(),
            Self::NoHistory { elsewhere } => there_is(elsewhere).unwrap_or_else(|| {
                "if the migrations are applied all the same, say up to which: `cargo glim adopt --baseline NAME`"
                    .to_owned()
            }),
            Self::NotThere { elsewhere, .. } => there_is(elsewhere)
                .unwrap_or_else(|| "if the tool was told to use another table, name it with `--table`".to_owned()),
            Self::Several { found } => {
                let options: Vec<_> = found.iter().map(|(tool, _)| format!("`--from {}`", tool.name())).collect();
                format!("say which is true: {}", options.join(" or "))
            }
            Self::ColumnsMissing { tool, .. } => format!(
                "if that is not {tool}'s table, name the right one with `--from {} --table NAME`; if it is, bring it to \
                 the form that {tool} gives it now",
                tool.name()
            ),
            Self::OtherTool { .. } => "that tool's history cannot be read; say up to which migration all is applied: \
                                       `cargo glim adopt --baseline NAME`"
                .to_owned(),
            Self::HistoryPresent { .. } => {
                "leave `--baseline` out to take it over; or add `--ignore-history` to pass over it".to_owned()
            }
            Self::UnknownBaseline { near, .. } => {
                return did_you_mean(near).or_else(|| Some("give a migration's name or version".to_owned()));
            }
            Self::AmbiguousBaseline { names, .. } => format!("name it: {}", quoted(names)),
            Self::Unfinished { .. } => UNFINISHED.to_owned(),
            Self::BadValues { table, .. } => format!("put the rows of `{table}` right"),
            Self::Disagree { .. } => return None,
        })
    }
}

fn there_is(elsewhere: &[String]) -> Option<String> {
    (!elsewhere.is_empty()).then(|| {
        format!("there is {}: name it with `--from TOOL --table SCHEMA.TABLE`, or set `search_path`", quoted(elsewhere))
    })
}

impl fmt::Display for AdoptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(error) => error.fmt(f),
            Self::Ledger(error) => error.fmt(f),
            Self::Database { doing, error } => write!(f, "cannot {doing}: {error}"),
            Self::Read { tool, table, error } => write!(f, "cannot read {tool}'s history in `{table}`: {error}"),
            Self::NoHistory { .. } => {
                let tables: Vec<_> = Tool::ALL.iter().map(|tool| format!("`{}`", tool.table())).collect();
                write!(f, "the database has no history of another tool: there is none of {}", tables.join(", "))
            }
            Self::NotThere { tool, table, .. } => {
                write!(f, "the database has no history of {tool}: there is no table `{table}`")
            }
            Self::Several { found } => {
                let tables: Vec<_> = found.iter().map(|(tool, table)| format!("{tool}'s `{table}`")).collect();
                write!(f, "the database has the histories of {} tools: {}", found.len(), tables.join(" and "))
            }
            Self::ColumnsMissing { tool, table, missing, found } => {
                let noun = if missing.len() == 1 { "the column" } else { "the columns" };
                let (missing, found) = (quoted(missing), quoted(found));
                write!(f, "`{table}` is not as {tool} makes it: it lacks {noun} {missing}; it has {found}")
            }
            Self::OtherTool { table, found, owner } => {
                let whose = owner.map_or_else(|| "not dbmate's".to_owned(), |owner| format!("{owner}'s"));
                write!(f, "`{table}` is {whose}: it has the columns {}", quoted(found))
            }
            Self::BadValues { tool, table, problems } => {
                write!(f, "{tool}'s history in `{table}` has {}", counted(problems.len(), "wrong value"))
            }
            Self::Disagree { tool, table, problems } => write!(
                f,
                "{tool}'s history in `{table}` and the project disagree in {}",
                counted(problems.len(), "migration")
            ),
            Self::Unfinished { migrations } => {
                write!(f, "the ledger has {} begun and not finished", counted(migrations.len(), "migration"))
            }
            Self::HistoryPresent { histories } => {
                let shown =
                    |it: &History| format!("{}'s `{}` with {}", it.tool, it.table, counted(it.rows.len(), "row"));
                let shown: Vec<_> = histories.iter().map(shown).collect();
                write!(f, "the database has a history: {}", shown.join(" and "))
            }
            Self::UnknownBaseline { given, .. } => write!(f, "there is no migration `{given}`"),
            Self::AmbiguousBaseline { given, .. } => write!(f, "several migrations have the version `{given}`"),
        }
    }
}

impl std::error::Error for AdoptError {}

impl From<LockError> for AdoptError {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
}

impl From<LedgerError> for AdoptError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn quoted(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
