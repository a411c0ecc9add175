//! What another tool says that it has applied.

use glim::value::{FromValue, Timestamp, Value};

use super::Tool;

/// Another tool's history, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The tool.
    pub tool: Tool,
    /// Its table, with the schema where there are schemas.
    pub table: String,
    /// The rows, in no particular order.
    pub rows: Vec<Applied>,
}

/// A row of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// What the tool tells its migrations apart by: mostly the version.
    pub key: String,
    /// The name that it keeps beside that, if any.
    pub name: Option<String>,
    /// When it was applied, in UTC, where the tool keeps that.
    pub at: Option<Timestamp>,
    /// The checksum, where the tool keeps one.
    pub checksum: Option<Checksum>,
    /// Whether it was begun and never finished.
    pub is_dirty: bool,
    /// How long it took, where the tool keeps that.
    pub duration_ms: Option<i64>,
}

/// A checksum as a tool keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// refinery's: `SipHash` 1-3 of name, version and text.
    SipHash(u64),
    /// sqlx's: SHA-384 of the file.
    Sha384(Vec<u8>),
}

/// A value of a history that cannot be what the tool has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue {
    /// The row's version, or its number where the version itself is wrong.
    pub row: String,
    /// The column.
    pub column: &'static str,
    /// What was expected, and what was found.
    pub problem: String,
}

/// The values of a row, read one after the other in the order of the tool's columns.
pub(super) struct Cells<'a> {
    tool: Tool,
    row: String,
    values: &'a [Value],
    /// Which is read next.
    next: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn new(tool: Tool, number: usize, values: &'a [Value]) -> Self {
        Self { tool, row: format!("number {number}"), values, next: 0 }
    }

    /// What later problems name the row by.
    pub(super) fn named(&mut self, key: &str) {
        self.row = format!("`{key}`");
    }

    pub(super) fn optional<T: FromValue>(&mut self) -> Result<Option<T>, BadValue> {
        let value = self.values.get(self.next).unwrap_or(&Value::Null);
        self.next += 1;
        Option::<T>::from_value(value).map_err(|mismatch| self.bad(mismatch.to_string()))
    }

    pub(super) fn required<T: FromValue>(&mut self) -> Result<T, BadValue> {
        self.optional()?.ok_or_else(|| self.bad("it is NULL".to_owned()))
    }

    /// A number that is kept as a text.
    pub(super) fn number(&mut self) -> Result<u64, BadValue> {
        let text: String = self.required()?;
        text.parse().map_err(|_| self.bad(format!("expected a whole number, found the text {text:?}")))
    }

    /// About the value that was read last.
    fn bad(&self, problem: String) -> BadValue {
        let column = self.tool.columns().get(self.next.saturating_sub(1)).map_or("", |column| column.name);
        BadValue { row: self.row.clone(), column, problem }
    }
}
