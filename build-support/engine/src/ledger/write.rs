//! The statements that change the ledger.

use std::borrow::Cow;

use glim::value::{Timestamp, Value};
use glim_schema::Dialect;
use glim_schema::sql::literal;

use super::names::Names;
use super::read::Format;
use super::{Row, State};

/// A statement and its parameters.
pub(crate) type Statement = (String, Vec<Value>);

/// How long a migration took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// Not known yet.
    Unknown,
    /// This many milliseconds.
    Milliseconds(i64),
    /// As long as the migration has run when the server comes to the statement: since its transaction began (PostgreSQL), or
    /// since `BEGAN`.
    Transaction,
}

/// The assignment with which MySQL and MariaDB note when a migration has begun.
pub(crate) const BEGAN: &str = "@glim_began = UNIX_TIMESTAMP(SYSDATE(6))";

pub(super) fn insert(names: &Names, row: &Row) -> Statement {
    let parameters: Vec<_> = Format::Ours.columns().zip(1..).map(|(&column, n)| parameter(names, column, n)).collect();
    (format!("{}({})", names.insert, parameters.join(", ")), values(names.dialect, row))
}

/// The same without parameters, so that it can stand in a batch with others. An expression for `demands` is evaluated
/// with it, and must be 1.
pub(super) fn insert_text(names: &Names, row: &Row, state: State, took: Took, demands: Option<&str>) -> String {
    let mut sql = String::with_capacity(names.insert.len() + 512 + demands.map_or(0, str::len));
    sql.push_str(&names.insert);
    let mut separator = '(';
    for (&column, field) in Format::Ours.columns().zip(fields(row)) {
        sql.push(separator);
        separator = ',';
        match column {
            "state" => push_text(&mut sql, names.dialect, state.name()),
            "duration_ms" => sql.push_str(&milliseconds(names.dialect, took)),
            _ => push_literal(&mut sql, names.dialect, field),
        }
        if let ("applied_order", Some(demands)) = (column, demands) {
            sql.push_str(" / ");
            sql.push_str(demands);
        }
    }
    sql.push(')');
    sql
}

pub(super) fn delete(names: &Names, id: &str) -> Statement {
    (format!("DELETE FROM {} WHERE {} = $1", names.table, names.column("id")), vec![Value::Text(id.to_owned())])
}

pub(super) fn delete_text(names: &Names, id: &str) -> String {
    let id = as_literal(names.dialect, id);
    format!("DELETE FROM {} WHERE {} = {id}", names.table, names.column("id"))
}

pub(super) fn mark(names: &Names, id: &str, state: State, duration_ms: Option<i64>) -> Statement {
    let sql = format!(
        "UPDATE {} SET {} = $1, {} = {} WHERE {} = $3",
        names.table,
        names.column("state"),
        names.column("duration_ms"),
        parameter(names, "duration_ms", 2),
        names.column("id")
    );
    let duration = duration_ms.map_or(Value::Null, Value::Int);
    (sql, vec![Value::Text(state.name().to_owned()), duration, Value::Text(id.to_owned())])
}

pub(super) fn mark_text(names: &Names, id: &str, state: State, took: Took) -> String {
    let text = |text: &str| as_literal(names.dialect, text);
    format!(
        "UPDATE {} SET {} = {}, {} = {} WHERE {} = {}",
        names.table,
        names.column("state"),
        text(state.name()),
        names.column("duration_ms"),
        milliseconds(names.dialect, took),
        names.column("id"),
        text(id)
    )
}

/// What of a row may have changed while a migration was under way: its code, where that was mended.
pub(super) fn applied_text(names: &Names, row: &Row, took: Took) -> String {
    let text = |text: Option<&str>| {
        let mut sql = String::new();
        push_literal(&mut sql, names.dialect, Field::of(text));
        sql
    };
    let set = |column: &str, value: Option<&str>| format!("{} = {}", names.column(column), text(value));
    format!(
        "UPDATE {} SET {}, {}, {}, {}, {} = {} WHERE {} = {}",
        names.table,
        set("state", Some(State::Applied.name())),
        set("checksum", row.checksum.as_deref()),
        set("description", row.description.as_deref()),
        set("version", row.version.as_deref()),
        names.column("duration_ms"),
        milliseconds(names.dialect, took),
        names.column("id"),
        text(Some(&row.id)),
    )
}

pub(super) fn milliseconds(dialect: Dialect, took: Took) -> String {
    match (took, dialect) {
        (Took::Unknown, _) => "NULL".to_owned(),
        (Took::Milliseconds(milliseconds), _) => milliseconds.to_string(),
        (Took::Transaction, Dialect::Mysql) => {
            "CAST((UNIX_TIMESTAMP(SYSDATE(6)) - @glim_began) * 1000 AS SIGNED)".to_owned()
        }
        (Took::Transaction, Dialect::Postgres | Dialect::Sqlite) => {
            "(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::bigint".to_owned()
        }
    }
}

/// A parameter that has its type from us, since a ledger that was taken over may have other types.
fn parameter(names: &Names, column: &str, number: usize) -> String {
    match (names.dialect, column) {
        (Dialect::Postgres, "created_at") => format!("CAST(${number} AS timestamp)"),
        _ => format!("${number}"),
    }
}

/// A value of a row.
#[derive(Clone, Copy)]
pub(super) enum Field<'r> {
    Text(&'r str),
    Number(i64),
    Time(Timestamp),
    Null,
}

impl<'r> Field<'r> {
    /// A text, or NULL.
    pub(super) fn of(text: Option<&'r str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// The values in the order of [`Format::Ours`].
fn fields(row: &Row) -> [Field<'_>; 12] {
    let Row {
        id,
        name,
        description,
        created_at,
        applied_order,
        version,
        package,
        checksum,
        state,
        duration_ms,
        glim_version,
        applied_by,
    } = row;
    let text = |text| Field::of(Option::as_deref(text));
    let number = |number: Option<i64>| number.map_or(Field::Null, Field::Number);
    [
        Field::Text(id),
        Field::Text(name),
        created_at.map_or(Field::Null, Field::Time),
        text(description),
        number(*applied_order),
        text(version),
        text(package),
        text(checksum),
        Field::Text(state.name()),
        number(*duration_ms),
        text(glim_version),
        text(applied_by),
    ]
}

fn values(dialect: Dialect, row: &Row) -> Vec<Value> {
    let value = |field| match field {
        Field::Text(text) => Value::Text(clean(text).into_owned()),
        Field::Number(number) => Value::Int(number),
        Field::Time(at) => time(dialect, at),
        Field::Null => Value::Null,
    };
    fields(row).into_iter().map(value).collect()
}

/// The form of the original tool on SQLite, which always has six digits after the point.
fn time(dialect: Dialect, at: Timestamp) -> Value {
    match dialect {
        Dialect::Sqlite => Value::Text(with_microseconds(at)),
        Dialect::Postgres | Dialect::Mysql => Value::Timestamp(at),
    }
}

fn with_microseconds(at: Timestamp) -> String {
    let mut whole = at;
    whole.time.nanosecond = 0;
    format!("{whole}.{:06}", at.time.nanosecond / 1_000)
}

/// No text on PostgreSQL can hold U+0000.
fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

fn as_literal(dialect: Dialect, text: &str) -> String {
    let mut sql = String::new();
    push_text(&mut sql, dialect, text);
    sql
}

pub(super) fn push_literal(sql: &mut String, dialect: Dialect, field: Field<'_>) {
    match field {
        Field::Text(text) => push_text(sql, dialect, text),
        Field::Time(at) => push_text(sql, dialect, &with_microseconds(at)),
        Field::Number(number) => sql.push_str(&number.to_string()),
        Field::Null => sql.push_str("NULL"),
    }
}

fn push_text(sql: &mut String, dialect: Dialect, text: &str) {
    if memchr::memchr3(b'\'', b'\\', 0, text.as_bytes()).is_some() {
        sql.push_str(literal(dialect, &clean(text)).as_deref().unwrap_or("NULL"));
    } else {
        sql.push('\'');
        sql.push_str(text);
        sql.push('\'');
    }
}
