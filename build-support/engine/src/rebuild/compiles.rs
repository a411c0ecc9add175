//! Views and triggers: whether each can still be compiled.
//!
//! SQLite compiles them when they are used, so that a CREATE TRIGGER says nothing of what its body names. Here they are
//! compiled by asking how a statement that uses them would run.

use std::collections::BTreeMap;

use super::query::{rows, text, texts};
use super::tokens::{name, quoted, read, same};
use super::{Failure, Refusal};
use crate::driver::{Connection, Switch};

/// What cannot be compiled, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Broken {
    found: BTreeMap<String, String>,
    /// The same where a name in double quotes is never a text.
    strictly: BTreeMap<String, String>,
}

impl Broken {
    /// Compiles all views and triggers.
    pub(super) fn find(conn: &mut dyn Connection) -> Result<Self, Failure> {
        let statements = statements(conn)?;
        if statements.is_empty() {
            return Ok(Self::default());
        }
        let found = compile(conn, &statements);
        // A column that is gone, in double quotes, would quietly become a text.
        let strictly = match conn.switch(Switch::DoubleQuotedTexts, false) {
            Ok(was) => {
                let strictly = compile(conn, &statements);
                conn.switch(Switch::DoubleQuotedTexts, was)?;
                strictly
            }
            // A connection of somebody else's, without that switch.
            Err(_) => found.clone(),
        };
        Ok(Self { found, strictly })
    }

    /// Whether a later look found nothing new.
    pub(super) fn allow(&self, after: &Self) -> Result<(), Refusal> {
        let new = |before: &BTreeMap<String, String>, after: &BTreeMap<String, String>| {
            let new = after.iter().find(|(object, message)| before.get(*object) != Some(message));
            new.map(|(object, message)| format!("{object} would be broken: {message}"))
        };
        match new(&self.found, &after.found).or_else(|| new(&self.strictly, &after.strictly)) {
            Some(reason) => Err(Refusal::new(reason)),
            None => Ok(()),
        }
    }
}

/// For each view, and each event on what has triggers, a statement that makes SQLite compile them.
fn statements(conn: &mut dyn Connection) -> Result<Vec<(String, String)>, Failure> {
    let mut statements = Vec::new();
    for view in texts(conn, "SELECT name FROM main.sqlite_schema WHERE type = 'view'", &[])? {
        statements.push((format!("the view `{view}`"), format!("EXPLAIN SELECT * FROM main.{}", quoted(&view))));
    }
    let tables = "SELECT tbl_name, group_concat('`' || name || '`', ', ') FROM main.sqlite_schema \
        WHERE type = 'trigger' GROUP BY tbl_name";
    for row in rows(conn, tables, &[])? {
        let (Some(table), Some(triggers)) = (text(&row, 0), text(&row, 1)) else { continue };
        // A table that is virtual or hidden has no column to set.
        let columns = "SELECT name FROM pragma_table_xinfo($1, 'main') WHERE hidden = 0";
        let sets = texts(conn, columns, &[&table]).unwrap_or_default();
        let sets = sets.iter().map(|column| format!("{0} = {0}", quoted(column))).collect::<Vec<_>>().join(", ");
        let object = format!("a trigger of `{table}` ({triggers})");
        let table = quoted(&table);
        for (event, sql) in [
            ("inserted", format!("INSERT INTO main.{table} DEFAULT VALUES")),
            ("updated", format!("UPDATE main.{table} SET {sets}")),
            ("deleted", format!("DELETE FROM main.{table}")),
        ] {
            statements.push((format!("{object}, when a row is {event},"), format!("EXPLAIN {sql}")));
        }
    }
    Ok(statements)
}

fn compile(conn: &mut dyn Connection, statements: &[(String, String)]) -> BTreeMap<String, String> {
    let mut broken = BTreeMap::new();
    for (object, sql) in statements {
        if let Err(error) = rows(conn, sql, &[]) {
            broken.insert(object.clone(), error.message);
        }
    }
    broken
}

/// Refuses triggers that fire when a column changes that is going: SQLite would keep them and never fire them.
pub(super) fn fires_on(trigger: &str, sql: &str, dropped: &[String]) -> Result<(), Refusal> {
    let tokens = read(sql)?;
    let update = tokens.windows(2).position(|pair| pair[0].is("update") && pair[1].is("of"));
    let body = tokens.iter().position(|token| token.is("begin")).unwrap_or(tokens.len());
    let Some(update) = update.filter(|update| *update < body) else { return Ok(()) };
    let listed = tokens[update + 2..].iter().take_while(|token| !token.is("on")).filter_map(name);
    match listed.into_iter().find(|name| dropped.iter().any(|gone| same(gone, name))) {
        Some(column) => {
            let reason = format!("the trigger `{trigger}` fires when the column `{column}` changes, which is dropped");
            Err(Refusal::new(reason))
        }
        None => Ok(()),
    }
}
