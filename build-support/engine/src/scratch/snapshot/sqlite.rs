//! What an SQLite database holds: the texts of `sqlite_schema`, those of tables in parts.

use glim::error::DatabaseError;
use glim_files::split::{Kind, Token, tokens};
use glim_schema::Dialect;

use crate::driver::Connection;
use crate::rebuild::definition::{ColumnText, Definition};
use crate::scratch::query::texts;

pub(super) fn objects(conn: &mut dyn Connection) -> Result<Vec<(String, String)>, DatabaseError> {
    let sql = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'glim\\_%' ESCAPE '\\' ORDER BY rowid";
    let mut objects = Vec::new();
    for row in texts(conn, sql)? {
        let [ty, name, table, sql] = row.as_slice() else { continue };
        match ty.as_str() {
            "table" => of_table(name, sql, &mut objects),
            _ => objects.push((format!("{ty} {name} on {table}"), normal(&read(sql)))),
        }
    }
    Ok(objects)
}

/// A table as its parts: each column and constraint by itself, and what stands around them.
fn of_table(name: &str, sql: &str, objects: &mut Vec<(String, String)>) {
    let tokens = read(sql);
    let is_virtual = tokens.get(1).is_some_and(|token| token.is("virtual"));
    let Some(open) = tokens.iter().position(|token| token.is_mark(b'(')).filter(|_| !is_virtual) else {
        objects.push((format!("table {name}"), normal(&tokens)));
        return;
    };
    let definition = Definition::parse(sql).ok();
    let column = |start| definition.as_ref()?.columns.iter().find(|column| column.tokens.start == start);
    let (mut depth, mut start) = (1, open + 1);
    for (at, token) in tokens.iter().enumerate().skip(open + 1) {
        if token.is_mark(b'(') {
            depth += 1;
        } else if token.is_mark(b')') {
            depth -= 1;
        }
        if depth == 0 || depth == 1 && token.is_mark(b',') {
            let part = match column(start) {
                Some(column) => in_one_order(column, &tokens),
                None => normal(&tokens[start..at]),
            };
            objects.push((format!("table {name}: {part}"), String::new()));
            start = at + 1;
        }
        if depth == 0 {
            objects.push((format!("table {name}"), normal(&tokens[start..])));
            return;
        }
    }
}

/// A column, whose constraints may stand in any order.
fn in_one_order(column: &ColumnText, tokens: &[Token<'_>]) -> String {
    let end = column.constraints.first().map_or(column.tokens.end, |first| first.tokens.start);
    let mut constraints: Vec<_> = column.constraints.iter().map(|each| normal(&tokens[each.tokens.clone()])).collect();
    constraints.sort();
    constraints.insert(0, normal(&tokens[column.tokens.start..end]));
    constraints.join(" ")
}

fn read(sql: &str) -> Vec<Token<'_>> {
    // It was accepted by the database, so that it can be read.
    tokens(sql, Dialect::Sqlite).unwrap_or_default()
}

/// The text without what makes no difference: white space, comments, capitals of words, quotes around names.
fn normal(tokens: &[Token<'_>]) -> String {
    let word = |token: &Token<'_>| {
        let text = String::from_utf8_lossy(token.text);
        match token.kind {
            Kind::Word => text.to_lowercase(),
            Kind::Name => text.trim_matches(['"', '`', '[', ']']).to_lowercase(),
            _ => text.into_owned(),
        }
    };
    tokens.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sql: &str) -> Vec<String> {
        let mut objects = Vec::new();
        of_table("t", sql, &mut objects);
        let mut parts: Vec<_> = objects.into_iter().map(|(name, rest)| format!("{name}={rest}")).collect();
        parts.sort();
        parts
    }

    #[test]
    fn quotes_capitals_and_the_order_of_columns_do_not_count() {
        let one = parts("CREATE TABLE t (a INT, b text NOT NULL DEFAULT ('x,y'), CHECK (a > 1)) STRICT");
        let other = parts("CREATE TABLE \"t\"(\"b\" TEXT default ('x,y') not null, a int,\n CHECK (a > 1)) strict");
        assert_eq!(one, other);
        assert_eq!(one.len(), 4);
    }

    #[test]
    fn what_is_in_a_text_counts() {
        assert_ne!(parts("CREATE TABLE t (a DEFAULT 'X')"), parts("CREATE TABLE t (a DEFAULT 'x')"));
    }
}
