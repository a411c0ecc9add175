//! The history of the ledger's own schema. refinery keeps it, and panics when it is not as refinery wrote it, so it is
//! read and checked here first.

use glim::error::{DatabaseError, ErrorClass};
use glim::value::{FromValue as _, Timestamp, Value};

use super::LedgerError;
use super::names::{HISTORY, Names};
use crate::driver::{Connection, fetch};

/// A version of the ledger's schema that the history names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) applied_on: Timestamp,
    pub(super) checksum: u64,
}

/// What a row of the history must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected<'a> {
    pub(super) version: i64,
    pub(super) name: &'a str,
    pub(super) checksum: u64,
}

/// Reads the history; an empty one and none at all are alike.
pub(super) fn read(conn: &mut dyn Connection, names: &Names) -> Result<Vec<Recorded>, LedgerError> {
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {}",
        names.columns(&["version", "name", "applied_on", "checksum"]),
        names.history,
        names.column("version")
    );
    match fetch(conn, &sql, &[]) {
        Ok(rows) => rows.iter().map(|row| recorded(row)).collect(),
        Err(error) if error.class == ErrorClass::UndefinedObject => match missing_columns(conn, names)? {
            None => Ok(Vec::new()),
            Some(columns) => Err(tampered(format!("it lacks {columns}"), "put it back".to_owned())),
        },
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: DatabaseError) -> LedgerError {
    LedgerError::database("read the history of the ledger")(error)
}

/// The columns that the table lacks, or nothing where there is no such table.
fn missing_columns(conn: &mut dyn Connection, names: &Names) -> Result<Option<String>, LedgerError> {
    let found = crate::introspect::column_names(conn, &names.schema, HISTORY).map_err(failed)?;
    let missing =
        ["version", "name", "applied_on", "checksum"].into_iter().filter(|name| !found.iter().any(|f| f == name));
    let missing: Vec<_> = missing.map(|name| format!("`{name}`")).collect();
    Ok((!found.is_empty()).then(|| format!("the column {}", missing.join(", "))))
}

/// Reads a row as refinery writes it.
pub(super) fn recorded(values: &[Value]) -> Result<Recorded, LedgerError> {
    let value = |at: usize| values.get(at).unwrap_or(&Value::Null);
    let bad = |row: &str, column: &str, found: &Value, wanted: &str| {
        let found = match found {
            Value::Text(text) => format!("`{text}`"),
            Value::Int(number) => format!("`{number}`"),
            other => other.kind().to_string(),
        };
        tampered(
            format!("{row} has {found} as `{column}`, which is not {wanted}"),
            format!(
                "put it right, or drop `{HISTORY}`: the ledger itself is not lost, and its history is written anew"
            ),
        )
    };
    let version = i64::from_value(value(0)).map_err(|_| bad("a row", "version", value(0), "a whole number"))?;
    let row = format!("the row of version {version}");
    let name = String::from_value(value(1)).map_err(|_| bad(&row, "name", value(1), "a name"))?;
    let applied_on = String::from_value(value(2)).ok().and_then(|text| text.parse().ok());
    let applied_on = applied_on.ok_or_else(|| bad(&row, "applied_on", value(2), "a time"))?;
    let checksum = String::from_value(value(3)).ok().and_then(|text| text.parse().ok());
    let checksum = checksum.ok_or_else(|| bad(&row, "checksum", value(3), "a whole number"))?;
    Ok(Recorded { version, name, applied_on, checksum })
}

/// Checks that the recorded versions are the first of those that we know.
pub(super) fn check(recorded: &[Recorded], known: &[Expected<'_>]) -> Result<(), LedgerError> {
    let newest = known.last().map_or(0, |expected| expected.version);
    if let Some(newer) = recorded.iter().map(|row| row.version).filter(|&version| version > newest).max() {
        return Err(LedgerError::Newer { version: newer, known: newest });
    }
    let help = || format!("drop `{HISTORY}`: the ledger itself is not lost, and its history is written anew");
    for (at, row) in recorded.iter().enumerate() {
        let version = row.version;
        let Some(expected) = known.get(at).filter(|expected| expected.version == version) else {
            let problem = if known.iter().any(|expected| expected.version == version) {
                format!("it has a row of version {version}, and not one of each version before")
            } else {
                format!("it has a row of version {version}, which never was")
            };
            return Err(tampered(problem, help()));
        };
        if (row.checksum, row.name.as_str()) != (expected.checksum, expected.name) {
            let problem = format!(
                "the row of version {version} has the name `{}` and the checksum `{}` instead of `{}` and `{}`",
                row.name, row.checksum, expected.name, expected.checksum
            );
            return Err(tampered(problem, help()));
        }
    }
    Ok(())
}

fn tampered(problem: String, help: String) -> LedgerError {
    LedgerError::History { problem, help }
}
