//! The log: the table `glim_log`, to which each action adds one row, in the transaction that changes the ledger. Nothing is
//! ever changed in it or deleted.

use std::ops::ControlFlow;

use glim::error::ErrorClass;
use glim::value::{FromValue, Timestamp, Value};

use super::names::Names;
use super::write::{self, Field, Took};
use super::{LedgerError, origin};
use crate::driver::Connection;

/// How much of a message is kept.
const MESSAGE: usize = 10_000;

/// The columns, in their order.
pub(super) const COLUMNS: [&str; 9] =
    ["id", "logged_at", "action", "migration", "who", "host", "glim_version", "duration_ms", "message"];

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It was applied.
    Applied,
    /// It was rolled back.
    RolledBack,
    /// It failed while it was applied.
    Failed,
    /// It failed while it was rolled back.
    RollbackFailed,
    /// It was recorded as applied, since another tool had applied it or a person said so.
    Adopted,
    /// It was begun and not finished, and a person has settled it.
    Repaired,
    /// The database is protected from now on, whatever a configuration says.
    Protected,
    /// It is not any more.
    Unprotected,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Applied,
        Self::RolledBack,
        Self::Failed,
        Self::RollbackFailed,
        Self::Adopted,
        Self::Repaired,
        Self::Protected,
        Self::Unprotected,
    ];

    /// The action as the log keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::RolledBack => "rolled back",
            Self::Failed => "failed",
            Self::RollbackFailed => "rollback failed",
            Self::Adopted => "adopted",
            Self::Repaired => "repaired",
            Self::Protected => "protected",
            Self::Unprotected => "unprotected",
        }
    }
}

/// Something that is done now, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What.
    pub action: Action,
    /// To which migration; empty where it is the database.
    pub migration: &'a str,
    /// How long it took.
    pub took: Took,
    /// Why, or what went wrong.
    pub message: Option<&'a str>,
}

/// Who does it.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    who: Option<String>,
    host: String,
}

impl Origin {
    pub(super) fn here() -> Self {
        Self { who: origin::user(), host: origin::host() }
    }
}

/// A row of the log. What it says is shown, and nothing is decided by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// When, in UTC.
    pub at: Option<Timestamp>,
    /// What was done, in the words of [`Action::name`].
    pub action: String,
    /// To which migration.
    pub migration: String,
    /// Who did it.
    pub who: Option<String>,
    /// On which machine.
    pub host: Option<String>,
    /// With which glim.
    pub glim_version: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// Why, or what went wrong.
    pub message: Option<String>,
}

/// Which rows of the log to read.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those of this migration.
    pub migration: Option<String>,
    /// So many.
    pub last: Option<u32>,
}

pub(super) fn insert_text(names: &Names, origin: &Origin, event: &Event<'_>) -> String {
    let dialect = names.dialect;
    let fields = [
        Field::Text(&uuid::Uuid::now_v7().to_string()),
        origin::now().map_or(Field::Null, Field::Time),
        Field::Text(event.action.name()),
        Field::Text(start(event.migration, 255)),
        origin.who.as_deref().map_or(Field::Null, |who| Field::Text(start(who, 255))),
        Field::Text(start(&origin.host, 255)),
        Field::Text(env!("CARGO_PKG_VERSION")),
    ];
    let mut sql = String::with_capacity(names.insert_log.len() + 256);
    sql.push_str(&names.insert_log);
    let mut separator = '(';
    for field in fields {
        sql.push(separator);
        separator = ',';
        write::push_literal(&mut sql, dialect, field);
    }
    sql.push(',');
    sql.push_str(&write::milliseconds(dialect, event.took));
    sql.push(',');
    let message = event.message.map_or(Field::Null, |message| Field::Text(start(message, MESSAGE)));
    write::push_literal(&mut sql, dialect, message);
    sql.push(')');
    sql
}

/// The first characters of a text, so many.
fn start(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}

/// Reads the log, newest first. Nothing is changed; where there is no log yet, it is empty.
///
/// # Errors
/// What the database said, or a value that cannot stand in its column.
pub fn read(conn: &mut dyn Connection, wanted: &Wanted) -> Result<Vec<Logged>, LedgerError> {
    let server = conn.server().map_err(LedgerError::database("find the log"))?;
    let names = Names::new(conn.dialect(), &server)?;
    let (mut filter, mut params) = (String::new(), Vec::new());
    if let Some(migration) = &wanted.migration {
        filter = format!("WHERE {} = $1", names.column("migration"));
        params.push(Value::Text(migration.clone()));
    }
    let limit = wanted.last.map_or_else(String::new, |last| format!("LIMIT {last}"));
    let (columns, id) = (names.columns(&COLUMNS), names.column("id"));
    // The ids begin with the time, and those of one process are in order.
    let sql = format!("SELECT {columns} FROM {} {filter} ORDER BY {id} DESC {limit}", names.log);
    let (mut logged, mut wrong) = (Vec::new(), None);
    let result = conn.query(&sql, &params, &mut |_, values| match row(&values) {
        Ok(row) => {
            logged.push(row);
            ControlFlow::Continue(())
        }
        Err(error) => {
            wrong = Some(error);
            ControlFlow::Break(())
        }
    });
    match (result, wrong) {
        (Err(error), _) if error.class == ErrorClass::UndefinedObject => Ok(Vec::new()),
        (Err(error), _) => Err(LedgerError::database("read the log")(error)),
        (Ok(()), Some(error)) => Err(error),
        (Ok(()), None) => Ok(logged),
    }
}

fn row(values: &[Value]) -> Result<Logged, LedgerError> {
    let id = values.first().and_then(|id| String::from_value(id).ok()).unwrap_or_default();
    Ok(Logged {
        at: cell(&id, values, 1)?,
        action: cell::<Option<String>>(&id, values, 2)?.unwrap_or_default(),
        migration: cell::<Option<String>>(&id, values, 3)?.unwrap_or_default(),
        who: cell(&id, values, 4)?,
        host: cell(&id, values, 5)?,
        glim_version: cell(&id, values, 6)?,
        duration_ms: cell(&id, values, 7)?,
        message: cell(&id, values, 8)?,
    })
}

fn cell<T: FromValue>(id: &str, values: &[Value], at: usize) -> Result<T, LedgerError> {
    T::from_value(values.get(at).unwrap_or(&Value::Null)).map_err(|mismatch| LedgerError::BadLog {
        row: id.to_owned(),
        column: COLUMNS.get(at).copied().unwrap_or_default(),
        problem: mismatch.to_string(),
    })
}
