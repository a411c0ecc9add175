//! The journal's rows: the table `glim_journal`, which notes the statements of a migration while it is under way.

use std::fmt::Write as _;

use glim::Direction;
use glim::error::ErrorClass;
use glim::value::{FromValue as _, Value};
use glim::wire::PROTOCOL;
use glim_schema::Dialect;

use super::write::{Field, push_literal};
use super::{Ledger, LedgerError};
use crate::driver::{Connection, fetch};

/// The columns, in their order.
pub(super) const COLUMNS: [&str; 8] =
    ["migration", "position", "direction", "state", "hash", "statement", "objects", "answer"];

/// How much of a statement is kept, for people to read.
const STATEMENT: usize = 4_000;

/// A statement of a migration under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place among the migration's statements, from 1.
    pub position: i64,
    /// How far it came.
    pub state: Progress,
    /// What it amounts to, parameters included.
    pub hash: String,
    /// Its text, cut where it is long.
    pub statement: String,
    /// What it was to touch, as it was before.
    pub objects: Option<String>,
    /// What was answered, as far as it is kept.
    pub answer: Option<Vec<u8>>,
}

/// How far a statement came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It was to be sent.
    Intent,
    /// It is done.
    Done,
    /// The database refused it, and the migration went on.
    Failed,
}

/// All that the journal has on a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journaled {
    /// Which way it was under way.
    pub direction: Direction,
    /// Its statements, in order.
    pub records: Vec<Record>,
}

impl Progress {
    /// The state as the journal keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl Ledger {
    /// The statement that begins a migration's journal. Without this row nothing is known of its statements.
    pub(crate) fn journal_begin_text(&self, migration: &str, direction: Direction) -> String {
        let mut rows = self.journal_rows(migration, direction, 256);
        let begun = [Field::Text("begun"), Field::Text(&protocol()), Field::Null];
        rows.push(0, begun, |sql| sql.push_str("NULL"), None);
        rows.sql
    }

    /// The statement that adds records; there is one at least.
    pub(crate) fn journal_insert_text(&self, migration: &str, direction: Direction, records: &[Record]) -> String {
        let mut rows = self.journal_rows(migration, direction, 512);
        for record in records {
            rows.push_record(record);
        }
        rows.sql
    }

    /// The same with an intent as the last, as a statement that fails where this query has rows.
    pub(crate) fn journal_intent_text<'r>(
        &self,
        migration: &str,
        direction: Direction,
        records: impl Iterator<Item = &'r Record>,
        intent: &Record,
        unless: &str,
    ) -> String {
        let mut rows = self.journal_rows(migration, direction, 1024);
        records.for_each(|record| rows.push_record(record));
        let objects = Field::of(intent.objects.as_deref());
        let fields = [Field::Text(Progress::Intent.name()), Field::Text(&intent.hash), start(&intent.statement)];
        rows.push(
            intent.position,
            fields,
            |sql| {
                sql.push_str("(SELECT ");
                push_literal(sql, self.names.dialect, objects);
                sql.push_str(" UNION ALL SELECT '' FROM DUAL WHERE EXISTS (");
                sql.push_str(unless);
                sql.push_str("))");
            },
            intent.answer.as_deref(),
        );
        rows.sql
    }

    /// The statement that says that a statement is done, and so all before it.
    pub(crate) fn journal_done_text(&self, migration: &str, position: i64) -> String {
        let names = &self.names;
        format!(
            "UPDATE {} SET {} = 'done' WHERE {} = {} AND {} <= {position} AND {} = 'intent'",
            names.journal,
            names.column("state"),
            names.column("migration"),
            self.journal_literal(migration),
            names.column("position"),
            names.column("state"),
        )
    }

    /// The statement that forgets one statement.
    pub(crate) fn journal_forget_text(&self, migration: &str, position: i64) -> String {
        format!("{} AND {} = {position}", self.journal_delete_text(migration), self.names.column("position"))
    }

    /// The statement that forgets all of a migration's.
    pub(crate) fn journal_delete_text(&self, migration: &str) -> String {
        let names = &self.names;
        let name = self.journal_literal(migration);
        format!("DELETE FROM {} WHERE {} = {name}", names.journal, names.column("migration"))
    }

    /// Reads what the journal has on a migration; `None` where it was begun without one.
    ///
    /// # Errors
    /// The database refuses, or a row is not as glim leaves it.
    pub fn journal(&self, conn: &mut dyn Connection, migration: &str) -> Result<Option<Journaled>, LedgerError> {
        let names = &self.names;
        let sql = format!(
            "SELECT {} FROM {} WHERE {} = $1 ORDER BY {}",
            names.columns(&COLUMNS[1..]),
            names.journal,
            names.column("migration"),
            names.column("position"),
        );
        journaled(migration, &journal_rows(conn, &sql, &[text(migration)])?)
    }

    /// The names of the migrations that the journal has notes of.
    ///
    /// # Errors
    /// The database refuses, or a name is no text.
    pub fn journaled(&self, conn: &mut dyn Connection) -> Result<Vec<String>, LedgerError> {
        let column = self.names.column("migration");
        let sql = format!("SELECT DISTINCT {column} FROM {} ORDER BY {column}", self.names.journal);
        let name = |row: &Vec<Value>| {
            let cells = Cells { migration: "", row };
            String::from_value(cells.value(0)).map_err(|mismatch| cells.wrong("migration", mismatch.to_string()))
        };
        journal_rows(conn, &sql, &[])?.iter().map(name).collect()
    }

    fn journal_rows(&self, migration: &str, direction: Direction, length: usize) -> Rows {
        let names = &self.names;
        let mut start = String::with_capacity(migration.len() + 40);
        start.push('(');
        push_literal(&mut start, names.dialect, Field::Text(migration));
        start.push(',');
        let mut sql = String::with_capacity(names.insert_journal.len() + length);
        sql.push_str(&names.insert_journal);
        Rows { dialect: names.dialect, direction: direction.name(), start, sql, is_first: true }
    }

    fn journal_literal(&self, text: &str) -> String {
        let mut sql = String::new();
        push_literal(&mut sql, self.names.dialect, Field::Text(text));
        sql
    }
}

/// A statement that inserts rows.
struct Rows {
    dialect: Dialect,
    direction: &'static str,
    /// What each row begins with.
    start: String,
    sql: String,
    is_first: bool,
}

impl Rows {
    fn push_record(&mut self, record: &Record) {
        let fields = [Field::Text(record.state.name()), Field::Text(&record.hash), start(&record.statement)];
        let (dialect, objects) = (self.dialect, Field::of(record.objects.as_deref()));
        self.push(record.position, fields, |sql| push_literal(sql, dialect, objects), record.answer.as_deref());
    }

    /// Adds a row: state, hash and statement, what the statement touches as it writes itself, and the answer.
    fn push(
        &mut self,
        position: i64,
        fields: [Field<'_>; 3],
        objects: impl FnOnce(&mut String),
        answer: Option<&[u8]>,
    ) {
        if !std::mem::take(&mut self.is_first) {
            self.sql.push(',');
        }
        self.sql.push_str(&self.start);
        push_literal(&mut self.sql, self.dialect, Field::Number(position));
        for field in [Field::Text(self.direction)].into_iter().chain(fields) {
            self.sql.push(',');
            push_literal(&mut self.sql, self.dialect, field);
        }
        self.sql.push(',');
        objects(&mut self.sql);
        self.sql.push(',');
        push_bytes(&mut self.sql, self.dialect, answer);
        self.sql.push(')');
    }
}

fn push_bytes(sql: &mut String, dialect: Dialect, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else { return sql.push_str("NULL") };
    sql.push_str(if dialect == Dialect::Postgres { "'\\x" } else { "X'" });
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(sql, "{byte:02x}");
    }
    sql.push_str(if dialect == Dialect::Postgres { "'::bytea" } else { "'" });
}

/// As much of a statement as is kept.
fn start(statement: &str) -> Field<'_> {
    let end = if statement.len() > STATEMENT { statement.char_indices().nth(STATEMENT) } else { None };
    Field::Text(end.map_or(statement, |(end, _)| &statement[..end]))
}

fn journaled(migration: &str, rows: &[Vec<Value>]) -> Result<Option<Journaled>, LedgerError> {
    let mut rows = rows.iter().map(|row| Cells { migration, row });
    let Some(begun) = rows.next() else { return Ok(None) };
    if begun.position()? != 0 {
        return Err(begun.wrong("position", "the migration's first row is missing".to_owned()));
    }
    let direction = match begun.text(1)?.as_str() {
        "run" => Direction::Run,
        "rollback" => Direction::Rollback,
        other => return Err(begun.wrong("direction", format!("it is `{other}`"))),
    };
    // Another version's answers may not mean what they seem to.
    let is_ours = begun.text(3)? == protocol();
    let mut records = Vec::new();
    for row in rows {
        let state = match row.text(2)?.as_str() {
            "intent" => Progress::Intent,
            "done" => Progress::Done,
            "failed" => Progress::Failed,
            other => return Err(row.wrong("state", format!("it is `{other}`"))),
        };
        let objects = Option::<String>::from_value(row.value(5)).map_err(|it| row.wrong("objects", it.to_string()))?;
        let answer = match row.value(6) {
            Value::Bytes(bytes) if is_ours => Some(bytes.clone()),
            _ => None,
        };
        let (position, hash, statement) = (row.position()?, row.text(3)?, row.text(4)?);
        records.push(Record { position, state, hash, statement, objects, answer });
    }
    // What comes after a statement was sent after it had its answer.
    let last = records.len().saturating_sub(1);
    for record in records.iter_mut().take(last).filter(|record| record.state == Progress::Intent) {
        record.state = Progress::Done;
    }
    Ok(Some(Journaled { direction, records }))
}

/// What a query of the journal answers; nothing where the ledger is older than the journal.
fn journal_rows(conn: &mut dyn Connection, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>, LedgerError> {
    match fetch(conn, sql, params) {
        Err(error) if error.class == ErrorClass::UndefinedObject => Ok(Vec::new()),
        rows => rows.map_err(LedgerError::database("read the journal")),
    }
}

/// The values of a row, of which none is taken for granted.
struct Cells<'r> {
    migration: &'r str,
    row: &'r [Value],
}

impl Cells<'_> {
    fn value(&self, at: usize) -> &Value {
        self.row.get(at).unwrap_or(&Value::Null)
    }

    fn position(&self) -> Result<i64, LedgerError> {
        i64::from_value(self.value(0)).map_err(|mismatch| self.wrong("position", mismatch.to_string()))
    }

    fn text(&self, at: usize) -> Result<String, LedgerError> {
        let column = COLUMNS.get(at + 1).copied().unwrap_or_default();
        String::from_value(self.value(at)).map_err(|mismatch| self.wrong(column, mismatch.to_string()))
    }

    fn wrong(&self, column: &'static str, problem: String) -> LedgerError {
        LedgerError::BadJournal { migration: self.migration.to_owned(), column, problem }
    }
}

/// What answers are written in.
fn protocol() -> String {
    format!("protocol {PROTOCOL}")
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
