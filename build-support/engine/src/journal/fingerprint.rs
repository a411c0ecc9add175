//! What an object is now, in the catalogue's own words.

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};
use glim_files::statement::{Change, Definition, Object, ObjectKind, Touch};
use glim_schema::Dialect;
use glim_schema::sql::{literal, quote};

use super::decide::{EMPTY, INVALID};
use super::shape;
use crate::driver::Connection;

/// What each thing that a statement touches is now; `None` for what is not there.
pub(super) fn fingerprints(
    conn: &mut dyn Connection,
    definition: &Definition,
) -> Result<Vec<Option<String>>, DatabaseError> {
    definition.touches.iter().map(|touch| fingerprint(conn, &touch.object)).collect()
}

/// The query of MySQL and MariaDB that has rows where what a definition makes is there already; `None` for one that does
/// more than to make something of which that can be asked.
pub(super) fn presence(definition: &Definition) -> Option<String> {
    let [Touch { object, effect: Change::Appears }] = definition.touches.as_slice() else { return None };
    let text = |text: &str| literal(Dialect::Mysql, text).ok();
    let schema = object.schema.as_deref().map_or_else(|| Some("DATABASE()".to_owned()), text)?;
    let name = text(&object.name)?;
    match (object.kind, &object.table) {
        (ObjectKind::Relation, _) => Some(format!(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = {schema} AND table_name = {name}"
        )),
        (ObjectKind::Index, Some(table)) => Some(format!(
            "SELECT 1 FROM information_schema.statistics WHERE table_schema = {schema} AND table_name = {} \
             AND index_name = {name}",
            text(table)?
        )),
        _ => None,
    }
}

fn fingerprint(conn: &mut dyn Connection, object: &Object) -> Result<Option<String>, DatabaseError> {
    match conn.dialect() {
        Dialect::Mysql => mysql(conn, object),
        Dialect::Postgres => postgres(conn, object),
        // All that matters there is part of a transaction.
        Dialect::Sqlite => Ok(None),
    }
}

fn mysql(conn: &mut dyn Connection, object: &Object) -> Result<Option<String>, DatabaseError> {
    let qualified = |name: &str| {
        let schema = object.schema.as_ref().map(|schema| format!("{}.", quote(Dialect::Mysql, schema)));
        format!("{}{}", schema.unwrap_or_default(), quote(Dialect::Mysql, name))
    };
    let name = qualified(&object.name);
    // The place of the text in the answer.
    let (sql, at) = match object.kind {
        ObjectKind::Relation => (format!("SHOW CREATE TABLE {name}"), 1),
        ObjectKind::Index => {
            let table = qualified(object.table.as_deref().unwrap_or_default());
            let text = show(conn, &format!("SHOW CREATE TABLE {table}"), 1)?;
            return Ok(text.and_then(|text| shape::index_line(&text, &object.name)));
        }
        ObjectKind::Rows => {
            let rows = show(conn, &format!("SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1) AS one"), 0)?;
            return Ok(rows.map(|count| if count == "0" { EMPTY.to_owned() } else { "rows".to_owned() }));
        }
        ObjectKind::Trigger => (format!("SHOW CREATE TRIGGER {name}"), 2),
        ObjectKind::Procedure => (format!("SHOW CREATE PROCEDURE {name}"), 2),
        ObjectKind::Function => (format!("SHOW CREATE FUNCTION {name}"), 2),
        ObjectKind::Event => (format!("SHOW CREATE EVENT {name}"), 3),
        ObjectKind::Database => (format!("SHOW CREATE DATABASE {name}"), 1),
    };
    let text = show(conn, &sql, at)?;
    Ok(text.map(|text| if object.kind == ObjectKind::Relation { shape::without_counter(&text) } else { text }))
}

/// A text out of the first row; `None` where there is no such object.
fn show(conn: &mut dyn Connection, sql: &str, at: usize) -> Result<Option<String>, DatabaseError> {
    // No such database, table, routine, trigger, event; not of that kind.
    const MISSING: [&str; 6] = ["1049", "1146", "1305", "1360", "1539", "1347"];
    let mut text = None;
    let result = conn.ask(sql, &[], &mut |_, row| {
        text = Some(row.get(at).map_or_else(String::new, shown));
        ControlFlow::Break(())
    });
    match result {
        Ok(()) => Ok(text),
        Err(error) => {
            let code = error.code.as_deref().and_then(|code| code.split(' ').next()).unwrap_or_default();
            if MISSING.contains(&code) { Ok(None) } else { Err(error) }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        // What this user may not see is not to be taken for what is there.
        Value::Null => "cannot be seen".to_owned(),
        other => String::from_value(other).unwrap_or_default(),
    }
}

fn postgres(conn: &mut dyn Connection, object: &Object) -> Result<Option<String>, DatabaseError> {
    let (sql, param) = match object.kind {
        ObjectKind::Database => (
            "SELECT datname::text, true FROM pg_catalog.pg_database WHERE datname = $1".to_owned(),
            object.name.clone(),
        ),
        _ => {
            let schema = object.schema.as_ref().map(|schema| format!("{}.", quote(Dialect::Postgres, schema)));
            let name = format!("{}{}", schema.unwrap_or_default(), quote(Dialect::Postgres, &object.name));
            (
                "SELECT pg_catalog.pg_get_indexdef(indexrelid), indisvalid FROM pg_catalog.pg_index \
                 WHERE indexrelid = pg_catalog.to_regclass($1)"
                    .to_owned(),
                name,
            )
        }
    };
    let mut found = None;
    conn.ask(&sql, &[Value::Text(param)], &mut |_, row| {
        let text = row.first().map_or_else(String::new, shown);
        let is_valid = row.get(1) != Some(&Value::Bool(false));
        found = Some(if is_valid { text } else { text + INVALID });
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// The fingerprints as the journal keeps them: each with its length, so that any text may be one.
pub(super) fn encode(fingerprints: &[Option<String>]) -> String {
    let one = |fingerprint: &Option<String>| match fingerprint {
        None => "absent\n".to_owned(),
        Some(text) => format!("present {}\n{text}\n", text.len()),
    };
    fingerprints.iter().map(one).collect()
}

/// What [`encode`] wrote; `None` where it was not.
pub(super) fn decode(mut text: &str) -> Option<Vec<Option<String>>> {
    let mut fingerprints = Vec::new();
    while !text.is_empty() {
        let (head, rest) = text.split_once('\n')?;
        if head == "absent" {
            fingerprints.push(None);
            text = rest;
            continue;
        }
        let length: usize = head.strip_prefix("present ")?.parse().ok()?;
        fingerprints.push(Some(rest.get(..length)?.to_owned()));
        text = rest.get(length..)?.strip_prefix('\n')?;
    }
    Some(fingerprints)
}

/// What differs, line by line.
pub(super) fn difference(before: &[Option<String>], now: &[Option<String>]) -> String {
    let mut lines = Vec::new();
    for (before, now) in before.iter().zip(now) {
        let words = |text: &Option<String>| text.as_deref().unwrap_or("(not there)").to_owned();
        let (before, now) = (words(before), words(now));
        let own = |text: &str, line: &str| text.lines().any(|other| other.trim_end_matches(',') == line);
        for line in before.lines().map(|line| line.trim_end_matches(',')).filter(|line| !own(&now, line)) {
            lines.push(format!("- {}", line.trim()));
        }
        for line in now.lines().map(|line| line.trim_end_matches(',')).filter(|line| !own(&before, line)) {
            lines.push(format!("+ {}", line.trim()));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{decode, difference, encode};

    #[test]
    fn fingerprints_are_read_as_they_were_written() {
        let some = |text: &str| Some(text.to_owned());
        for list in [vec![], vec![None], vec![some("a\npresent 3\nb"), None, some(""), some("ü")]] {
            assert_eq!(decode(&encode(&list)), Some(list));
        }
        for text in ["absent", "present 9\nab\n", "present x\na\n", "present 1\nüb\n"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_lines_that_differ_are_shown() {
        let (before, now) = (Some("a (\n  b,\n  c\n)".to_owned()), Some("a (\n  b\n)".to_owned()));
        let before = [before];
        assert_eq!(difference(&before, &[now]), "- c");
        assert_eq!(difference(&before, &[None]).lines().last(), Some("+ (not there)"));
    }
}
