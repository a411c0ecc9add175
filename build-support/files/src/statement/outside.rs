//! Statements that cannot run inside a transaction, or do nothing there.

use std::fmt;

use glim_schema::Dialect;

use super::words::{Head, Words, may_begin};
use crate::split::Token;

/// A statement that does not belong inside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The words that make it one, as its manual writes them.
    pub statement: &'static str,
    /// What happens when it runs there.
    pub effect: Effect,
}

/// What happens to a statement inside a transaction that does not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The database refuses it.
    Refused,
    /// It does nothing, and the database does not say so.
    Ignored,
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statement, effect } = self;
        match effect {
            Effect::Refused => write!(f, "`{statement}` cannot run inside a transaction"),
            Effect::Ignored => write!(f, "`{statement}` does nothing inside a transaction"),
        }
    }
}

/// What such statements begin with.
const FIRST_ON_SQLITE: [&str; 3] = ["detach", "pragma", "vacuum"];
const FIRST_ON_POSTGRES: [&str; 10] =
    ["alter", "cluster", "commit", "create", "discard", "drop", "reindex", "repack", "rollback", "vacuum"];

/// Why a statement does not belong inside a transaction, as far as its text tells. For MySQL and MariaDB the answer is
/// always `None`: what would not fit there commits the transaction; see
/// [`commits_implicitly`](super::commits_implicitly).
pub fn outside_transaction(statement: &str, dialect: Dialect) -> Option<Outside> {
    let head = || Words::head(statement, dialect);
    match dialect {
        Dialect::Sqlite if may_begin(statement, &FIRST_ON_SQLITE) => sqlite(&head(), statement),
        Dialect::Postgres if may_begin(statement, &FIRST_ON_POSTGRES) => {
            postgres(&head(), statement).map(|statement| Outside { statement, effect: Effect::Refused })
        }
        _ => None,
    }
}

fn sqlite(head: &Head<'_>, statement: &str) -> Option<Outside> {
    let (statement, effect) = match () {
        () if head.is(0, "vacuum") => ("VACUUM", Effect::Refused),
        () if head.is(0, "detach") => ("DETACH", Effect::Refused),
        () if head.is(0, "pragma") => pragma(statement)?,
        () => return None,
    };
    Some(Outside { statement, effect })
}

/// `PRAGMA [schema.]name = value` or `PRAGMA [schema.]name(value)`; without a value most of them only ask.
fn pragma(statement: &str) -> Option<(&'static str, Effect)> {
    let mut words = Words::new(statement, Dialect::Sqlite).skip(1).peekable();
    let mut name = words.next()?;
    if words.next_if(|token| token.is_mark(b'.')).is_some() {
        name = words.next()?;
    }
    let sets = words.next().is_some();
    match () {
        () if name.is("wal_checkpoint") => Some(("PRAGMA wal_checkpoint", Effect::Refused)),
        () if !sets => None,
        () if name.is("synchronous") => Some(("PRAGMA synchronous", Effect::Refused)),
        () if name.is("foreign_keys") => Some(("PRAGMA foreign_keys", Effect::Ignored)),
        () if name.is("journal_mode") => Some(("PRAGMA journal_mode", Effect::Ignored)),
        () => None,
    }
}

/// Those that PostgreSQL's `PreventInTransactionBlock` stops, as far as their text tells: that a `CLUSTER` or
/// `REINDEX` is of a partitioned table, it does not.
fn postgres(head: &Head<'_>, statement: &str) -> Option<&'static str> {
    let words = || Words::new(statement, Dialect::Postgres);
    match () {
        () if head.is(0, "vacuum") => Some("VACUUM"),
        () if head.is(0, "create") => create(head, words()),
        () if head.is(0, "drop") => drop_(head),
        () if head.is(0, "alter") => alter(head, words()),
        () if head.is(0, "reindex") => reindex(words()),
        () if head.is(0, "cluster") => is_bare(words()).then_some("CLUSTER"),
        () if head.is(0, "repack") && option(words(), "concurrently") == Some(true) => Some("REPACK (CONCURRENTLY)"),
        () if head.is(0, "repack") => is_bare(words()).then_some("REPACK"),
        () if head.begins(&["discard", "all"]) => Some("DISCARD ALL"),
        () if head.begins(&["commit", "prepared"]) => Some("COMMIT PREPARED"),
        () if head.begins(&["rollback", "prepared"]) => Some("ROLLBACK PREPARED"),
        () => None,
    }
}

fn create<'s>(head: &Head<'_>, words: impl Iterator<Item = Token<'s>> + Clone) -> Option<&'static str> {
    let index = if head.is(1, "unique") { 2 } else { 1 };
    match () {
        () if head.is(1, "database") => Some("CREATE DATABASE"),
        () if head.is(1, "tablespace") => Some("CREATE TABLESPACE"),
        () if head.is(index, "index") && head.is(index + 1, "concurrently") => Some("CREATE INDEX CONCURRENTLY"),
        () if head.is(1, "subscription") => {
            let connect = option(words.clone(), "connect").unwrap_or(true);
            option(words, "create_slot").unwrap_or(connect).then_some("CREATE SUBSCRIPTION")
        }
        () => None,
    }
}

fn drop_(head: &Head<'_>) -> Option<&'static str> {
    match () {
        () if head.is(1, "database") => Some("DROP DATABASE"),
        () if head.is(1, "tablespace") => Some("DROP TABLESPACE"),
        () if head.begins(&["drop", "index", "concurrently"]) => Some("DROP INDEX CONCURRENTLY"),
        () if head.is(1, "subscription") => Some("DROP SUBSCRIPTION"),
        () => None,
    }
}

fn alter<'s>(head: &Head<'_>, mut words: impl Iterator<Item = Token<'s>> + Clone) -> Option<&'static str> {
    match () {
        () if head.is(1, "system") => Some("ALTER SYSTEM"),
        // The name is a single token.
        () if head.is(1, "database") && head.is(3, "set") && head.is(4, "tablespace") => {
            Some("ALTER DATABASE ... SET TABLESPACE")
        }
        () if head.is(1, "table") => {
            let mut detaches = false;
            words
                .any(|token| {
                    detaches |= token.is("detach");
                    detaches && token.is("concurrently")
                })
                .then_some("ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY")
        }
        () if head.is(1, "subscription") && head.is(3, "refresh") && head.is(4, "publication") => {
            Some("ALTER SUBSCRIPTION ... REFRESH PUBLICATION")
        }
        () if head.is(1, "subscription") && head.is_any(3, &["set", "add", "drop"]) && head.is(4, "publication") => {
            option(words, "refresh").unwrap_or(true).then_some("ALTER SUBSCRIPTION ... PUBLICATION")
        }
        () => None,
    }
}

fn reindex<'s>(words: impl Iterator<Item = Token<'s>> + Clone) -> Option<&'static str> {
    if option(words.clone(), "concurrently") == Some(true) {
        return Some("REINDEX CONCURRENTLY");
    }
    let mut words = after_options(words);
    match words.next()? {
        token if token.is("database") => Some("REINDEX DATABASE"),
        token if token.is("system") => Some("REINDEX SYSTEM"),
        token if token.is("schema") => Some("REINDEX SCHEMA"),
        _ => words.next()?.is("concurrently").then_some("REINDEX CONCURRENTLY"),
    }
}

/// Whether a `CLUSTER` or `REPACK` names no table.
fn is_bare<'s>(words: impl Iterator<Item = Token<'s>>) -> bool {
    after_options(words).find(|token| !token.is("verbose")).is_none()
}

/// What follows the first word, without the options in parentheses.
fn after_options<'s>(words: impl Iterator<Item = Token<'s>>) -> impl Iterator<Item = Token<'s>> {
    let mut inside = false;
    words.skip(1).enumerate().filter_map(move |(place, token)| {
        inside |= place == 0 && token.is_mark(b'(');
        let outside = !inside;
        inside &= !token.is_mark(b')');
        outside.then_some(token)
    })
}

/// The value of an option in parentheses, `(name)`, `(name true)` or `(name = 'on')`, where it is given.
fn option<'s>(words: impl Iterator<Item = Token<'s>>, name: &str) -> Option<bool> {
    let mut inside = false;
    let mut words = words.peekable();
    while let Some(token) = words.next() {
        inside = (inside || token.is_mark(b'(')) && !token.is_mark(b')');
        if inside && token.is(name) {
            words.next_if(|token| token.is_mark(b'='));
            let value = words.next().map_or(&b""[..], |token| token.text);
            let is_false = [&b"false"[..], b"off", b"0", b"no", b"'false'", b"'off'", b"'0'", b"'no'"]
                .iter()
                .any(|no| value.eq_ignore_ascii_case(no));
            return Some(!is_false);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

    use super::{Effect, outside_transaction};

    fn found(sql: &str, dialect: Dialect) -> Option<&'static str> {
        outside_transaction(sql, dialect).map(|outside| outside.statement)
    }

    #[test]
    fn what_postgresql_refuses_is_found() {
        for (sql, statement) in [
            ("vacuum", "VACUUM"),
            ("-- big\nVACUUM (FULL) a", "VACUUM"),
            ("CREATE DATABASE a", "CREATE DATABASE"),
            ("DROP DATABASE IF EXISTS a", "DROP DATABASE"),
            ("CREATE TABLESPACE a LOCATION 'b'", "CREATE TABLESPACE"),
            ("DROP TABLESPACE a", "DROP TABLESPACE"),
            ("ALTER SYSTEM SET a = 1", "ALTER SYSTEM"),
            ("CREATE INDEX CONCURRENTLY a ON b (c)", "CREATE INDEX CONCURRENTLY"),
            ("create unique index /* online */ concurrently on b (c)", "CREATE INDEX CONCURRENTLY"),
            ("DROP INDEX CONCURRENTLY a", "DROP INDEX CONCURRENTLY"),
            ("REINDEX TABLE CONCURRENTLY a", "REINDEX CONCURRENTLY"),
            ("REINDEX (VERBOSE, CONCURRENTLY) INDEX a", "REINDEX CONCURRENTLY"),
            ("REINDEX (VERBOSE) DATABASE a", "REINDEX DATABASE"),
            ("REINDEX SYSTEM a", "REINDEX SYSTEM"),
            ("REINDEX SCHEMA a", "REINDEX SCHEMA"),
            ("ALTER DATABASE \"a b\" SET TABLESPACE c", "ALTER DATABASE ... SET TABLESPACE"),
            ("CLUSTER", "CLUSTER"),
            ("CLUSTER VERBOSE", "CLUSTER"),
            ("CLUSTER (VERBOSE)", "CLUSTER"),
            ("CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c", "CREATE SUBSCRIPTION"),
            ("CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c WITH (enabled = false)", "CREATE SUBSCRIPTION"),
            ("ALTER SUBSCRIPTION a REFRESH PUBLICATION", "ALTER SUBSCRIPTION ... REFRESH PUBLICATION"),
            ("ALTER SUBSCRIPTION a SET PUBLICATION b", "ALTER SUBSCRIPTION ... PUBLICATION"),
            ("DROP SUBSCRIPTION a", "DROP SUBSCRIPTION"),
            ("DISCARD ALL", "DISCARD ALL"),
            ("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY"),
            ("COMMIT PREPARED 'a'", "COMMIT PREPARED"),
        ] {
            assert_eq!(found(sql, Postgres), Some(statement), "{sql}");
        }
    }

    #[test]
    fn what_postgresql_allows_is_let_through() {
        for sql in [
            "",
            "CREATE INDEX a ON b (concurrently)",
            "CREATE INDEX \"concurrently\" ON b (c)",
            "DROP INDEX a",
            "REINDEX TABLE a",
            "REINDEX (CONCURRENTLY false) TABLE a",
            "REINDEX INDEX a",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY a",
            "CLUSTER a USING b",
            "CLUSTER (VERBOSE) a",
            "ALTER DATABASE a SET timezone = 'UTC'",
            "ALTER TABLE a DETACH PARTITION b",
            "ALTER TABLE a ADD concurrently int",
            "CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c WITH (connect = false)",
            "CREATE SUBSCRIPTION a CONNECTION 'b' PUBLICATION c WITH (slot_name = 'd', create_slot = off)",
            "ALTER SUBSCRIPTION a ADD PUBLICATION b WITH (refresh = false)",
            "ALTER SUBSCRIPTION a DISABLE",
            "DISCARD TEMP",
            "ANALYZE a",
            "ALTER TYPE a ADD VALUE 'b'",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ VACUUM $$",
            "SELECT 1; VACUUM",
        ] {
            assert_eq!(found(sql, Postgres), None, "{sql}");
        }
    }

    #[test]
    fn sqlite_refuses_some_and_ignores_others() {
        for (sql, statement, effect) in [
            ("VACUUM INTO 'a'", "VACUUM", Effect::Refused),
            ("DETACH a", "DETACH", Effect::Refused),
            ("PRAGMA synchronous = OFF", "PRAGMA synchronous", Effect::Refused),
            ("PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint", Effect::Refused),
            ("PRAGMA foreign_keys=off", "PRAGMA foreign_keys", Effect::Ignored),
            ("pragma main.foreign_keys(1)", "PRAGMA foreign_keys", Effect::Ignored),
            ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", Effect::Ignored),
        ] {
            let outside = outside_transaction(sql, Sqlite).unwrap();
            assert_eq!((outside.statement, outside.effect), (statement, effect), "{sql}");
        }
        for sql in [
            "PRAGMA foreign_keys;",
            "PRAGMA foreign_key_check",
            "PRAGMA defer_foreign_keys = ON",
            "PRAGMA user_version = 1",
            "ATTACH 'a' AS b",
            "SELECT 'vacuum'",
        ] {
            assert_eq!(outside_transaction(sql, Sqlite), None, "{sql}");
        }
    }

    #[test]
    fn nothing_is_refused_on_mysql() {
        assert_eq!(outside_transaction("CREATE DATABASE a", Mysql), None);
    }

    #[test]
    fn it_says_what_happens() {
        let shown = |sql| outside_transaction(sql, Sqlite).unwrap().to_string();
        assert_eq!(shown("VACUUM"), "`VACUUM` cannot run inside a transaction");
        assert_eq!(shown("PRAGMA foreign_keys=1"), "`PRAGMA foreign_keys` does nothing inside a transaction");
    }
}
