//! Values that PostgreSQL lets nobody use before the transaction that adds them has committed.

use std::collections::{HashMap, HashSet};

use glim_schema::Dialect;

use super::words::{Words, may_begin, name_of};
use crate::split::{Kind, Lexer, Statement, Token};

/// A value of an enumeration that is added and used in one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumValueUse<'s> {
    /// The value, with its quotes.
    pub value: &'s str,
    /// The statement that adds it, counted from 0.
    pub added: usize,
    /// The first statement that seems to use it.
    pub used: usize,
}

/// Finds a value that one statement adds with `ALTER TYPE ... ADD VALUE` and a later one uses, which PostgreSQL refuses
/// as an "unsafe use of new value" if both run in one transaction, unless the type was created in it too.
///
/// A string that reads like the value is taken for a use of it.
pub fn uses_new_enum_value<'s>(statements: &[Statement<'s>]) -> Option<EnumValueUse<'s>> {
    if !statements.iter().any(|statement| may_begin(statement.text, &["alter"])) {
        return None;
    }
    let mut created: HashSet<String> = HashSet::new();
    // Each value with the statement that adds it.
    let mut new: HashMap<&'s [u8], (usize, &'s str)> = HashMap::new();
    for (number, statement) in statements.iter().enumerate() {
        let head = Words::head(statement.text, Dialect::Postgres);
        if head.begins(&["create", "type"]) {
            created.extend(type_name(statement.text));
        } else if head.begins(&["alter", "type"]) {
            // To put a new value before or after another is no use of it.
            let known = || type_name(statement.text).is_some_and(|name| created.contains(&name));
            if let Some(value) = added_value(statement.text).filter(|_| !known()) {
                new.entry(value.as_bytes()).or_insert((number, value));
            }
        } else if !new.is_empty() && !head.is(0, "comment") {
            if let Some((added, value)) = any_string(statement.text, |text| new.get(text).copied()) {
                return Some(EnumValueUse { value, added, used: number });
            }
        }
    }
    None
}

/// The name of the type that `CREATE TYPE` or `ALTER TYPE` names, without its schema, as the server knows it.
fn type_name(statement: &str) -> Option<String> {
    let mut words = Words::new(statement, Dialect::Postgres).skip(2).peekable();
    let mut name = words.next()?;
    while words.next_if(|token| token.is_mark(b'.')).is_some() {
        name = words.next()?;
    }
    name_of(&name, Dialect::Postgres)
}

/// The value in `ALTER TYPE name ADD VALUE [IF NOT EXISTS] 'value'`.
fn added_value(statement: &str) -> Option<&str> {
    let mut words = Words::new(statement, Dialect::Postgres).skip_while(|token| !token.is("add"));
    words.next()?;
    if !words.next()?.is("value") {
        return None;
    }
    let value = words.find(|token| token.kind == Kind::Text)?;
    statement.get(value.start..value.end())
}

/// Asks for each string of a statement, also for those in the body of a `DO` block or of a function in SQL, which the
/// server reads at once.
fn any_string<T>(statement: &str, mut ask: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let reads_bodies = {
        let mut words = Words::new(statement, Dialect::Postgres).peekable();
        let is_do = words.peek().is_some_and(|first| first.is("do"));
        is_do
            || words.any(|token| token.is("language")) && {
                let mut words =
                    Words::new(statement, Dialect::Postgres).skip_while(|token| !token.is("language")).skip(1);
                words.next().is_some_and(|language| language.is("sql"))
            }
    };
    Words::new(statement, Dialect::Postgres).find_map(|token| match token.kind {
        Kind::Text => ask(token.text),
        Kind::Dollar if reads_bodies => body(statement, &token).and_then(|body| strings_of_all(body, &mut ask)),
        _ => None,
    })
}

/// What stands between two `$tag$`.
fn body<'s>(statement: &'s str, token: &Token<'_>) -> Option<&'s str> {
    let tag = token.text.iter().skip(1).position(|byte| *byte == b'$')? + 2;
    statement.get(token.start + tag..token.end().checked_sub(tag)?)
}

/// Asks for each string of a text of several statements.
fn strings_of_all<T>(text: &str, ask: &mut impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let mut lexer = Lexer::new(text, Dialect::Postgres);
    while let Ok(Some(token)) = lexer.next() {
        if token.kind == Kind::Text {
            if let Some(found) = ask(token.text) {
                return Some(found);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;

    use super::uses_new_enum_value;
    use crate::split::split;

    fn uses(sql: &str) -> Option<(String, usize, usize)> {
        let statements = split(sql, Dialect::Postgres).unwrap();
        uses_new_enum_value(&statements).map(|found| (found.value.to_owned(), found.added, found.used))
    }

    #[test]
    fn a_new_value_is_used_by_a_later_statement() {
        for (sql, added, used) in [
            ("ALTER TYPE e ADD VALUE 'b'; UPDATE t SET c = 'b'", 0, 1),
            ("SELECT 1; ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'b' AFTER 'a'; SELECT 2; SELECT 'b'::e", 1, 3),
            ("ALTER TYPE e ADD VALUE 'b'; DO $x$ BEGIN UPDATE t SET c = 'b'; END $x$", 0, 1),
            ("ALTER TYPE e ADD VALUE 'b'; CREATE FUNCTION f() RETURNS e LANGUAGE sql AS $$ SELECT 'b'::e $$", 0, 1),
            ("CREATE TYPE other AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; SELECT 'b'::e", 1, 2),
        ] {
            assert_eq!(uses(sql), Some(("'b'".to_owned(), added, used)), "{sql}");
        }
    }

    #[test]
    fn a_value_that_is_not_used_may_be_added() {
        for sql in [
            "ALTER TYPE e ADD VALUE 'b'",
            "UPDATE t SET c = 'b'; ALTER TYPE e ADD VALUE 'b'",
            "ALTER TYPE e ADD VALUE 'b'; UPDATE t SET c = 'B'",
            "ALTER TYPE e ADD VALUE 'b'; ALTER TYPE e ADD VALUE 'c' AFTER 'b'",
            "ALTER TYPE e ADD VALUE 'b'; COMMENT ON TYPE e IS 'b'",
            "ALTER TYPE e ADD VALUE 'b'; CREATE FUNCTION f() RETURNS e LANGUAGE plpgsql AS $$ BEGIN RETURN 'b'; END $$",
            "CREATE TYPE s.E AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; SELECT 'b'::e",
            "ALTER TYPE e RENAME VALUE 'a' TO 'b'; SELECT 'b'::e",
        ] {
            assert_eq!(uses(sql), None, "{sql}");
        }
    }
}
