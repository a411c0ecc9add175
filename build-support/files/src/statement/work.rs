//! What a statement does for good: to rows, to objects of the catalogue, to its session alone, or nobody can tell.
//!
//! Whoever resumes a migration decides by this what may be run again. So a statement counts as harmless only where its
//! words are known; whatever is not known is [`Work::Opaque`].

use glim_schema::Dialect;

use super::definition::{Definition, definition};
use super::implicit::commits;
use super::outside::outside_transaction;
use super::words::{Head, Words};

/// What a statement does for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// It reads or changes rows, in the transaction that is open.
    Data,
    /// It sets something for its session, to what stands in it: in another session it has to be run again.
    Setting,
    /// It begins a transaction.
    Begin,
    /// It ends a transaction for good.
    Commit,
    /// It abandons a transaction.
    Rollback,
    /// It locks tables, so that no other can be written.
    Lock,
    /// It unlocks them.
    Unlock,
    /// It changes objects of the catalogue, outside any transaction.
    Definition(Definition),
    /// It works outside any transaction, and to run it again does no harm.
    Repeatable,
    /// Anything.
    Opaque,
}

impl Work {
    /// That of one statement.
    pub fn of(statement: &str, dialect: Dialect) -> Self {
        let head = Words::head(statement, dialect);
        if let Some(work) = transaction(&head, dialect) {
            return work;
        }
        match dialect {
            Dialect::Sqlite => sqlite(&head, statement),
            Dialect::Postgres => postgres(&head, statement),
            Dialect::Mysql => mysql(&head, statement),
        }
    }
}

fn transaction(head: &Head<'_>, dialect: Dialect) -> Option<Work> {
    let plain = |work| if head.is(1, "prepared") { Work::Opaque } else { work };
    let to_savepoint = head.is(1, "to") || (head.is_any(1, &["transaction", "work"]) && head.is(2, "to"));
    match () {
        () if head.is(0, "begin") && !head.is(1, "not") => Some(Work::Begin),
        () if head.begins(&["start", "transaction"]) => Some(Work::Begin),
        // What begins another one at once is no end.
        () if head.is(0, "commit") || head.is(0, "end") && dialect != Dialect::Mysql => {
            Some(if head.is_any(1, &["and"]) || head.is_any(2, &["and"]) { Work::Opaque } else { plain(Work::Commit) })
        }
        () if head.is(0, "rollback") && to_savepoint => Some(Work::Data),
        () if head.is(0, "rollback") || head.is(0, "abort") && dialect == Dialect::Postgres => {
            Some(if head.is_any(1, &["and"]) || head.is_any(2, &["and"]) {
                Work::Opaque
            } else {
                plain(Work::Rollback)
            })
        }
        () if head.is_any(0, &["savepoint", "release"]) => Some(Work::Data),
        () => None,
    }
}

/// Nearly everything is part of a transaction there.
fn sqlite(head: &Head<'_>, statement: &str) -> Work {
    match () {
        () if head.is_any(0, &["vacuum"]) => Work::Repeatable,
        () if head.is_any(0, &["pragma", "attach", "detach"]) => Work::Setting,
        () if outside_transaction(statement, Dialect::Sqlite).is_some() => Work::Opaque,
        () => Work::Data,
    }
}

/// Nearly everything is part of a transaction there, too; what a procedure or a block does is for it to say.
fn postgres(head: &Head<'_>, statement: &str) -> Work {
    match () {
        // Without these words, nothing in a block ends the transaction.
        () if head.is(0, "do") && !ends_transactions(statement) => Work::Data,
        () if head.is_any(0, &["call", "do"]) || head.begins(&["prepare", "transaction"]) => Work::Opaque,
        () if is_setting(head, statement, Dialect::Postgres) => Work::Setting,
        () if outside_transaction(statement, Dialect::Postgres).is_none() => Work::Data,
        () if head.is_any(0, &["vacuum", "reindex", "cluster"]) || head.begins(&["alter", "system"]) => {
            Work::Repeatable
        }
        () => definition(statement, Dialect::Postgres).map_or(Work::Opaque, Work::Definition),
    }
}

/// Whether a text has words in it that end transactions, wherever they stand.
fn ends_transactions(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["commit", "rollback", "execute", "call"].iter().any(|word| text.contains(word))
}

/// A statement that defines something commits, before and after.
fn mysql(head: &Head<'_>, statement: &str) -> Work {
    const DATA: [&str; 14] = [
        "insert", "update", "delete", "replace", "select", "with", "values", "table", "show", "explain", "describe",
        "desc", "do", "prepare",
    ];
    const REPEATABLE: [&str; 6] = ["analyze", "check", "flush", "grant", "optimize", "repair"];
    let is_data = head.is_any(0, &DATA) || head.begins_with_mark(b'(');
    match () {
        () if head.begins(&["lock", "table"]) || head.begins(&["lock", "tables"]) => Work::Lock,
        () if head.begins(&["unlock", "table"]) || head.begins(&["unlock", "tables"]) => Work::Unlock,
        () if head.is(0, "flush") && Words::new(statement, Dialect::Mysql).any(|it| it.is_any(&["lock", "export"])) => {
            Work::Lock
        }
        () if head.is(0, "use") => Work::Setting,
        () if head.is(0, "set") => {
            if is_setting(head, statement, Dialect::Mysql) {
                Work::Setting
            } else if is_private(statement, Dialect::Mysql) {
                Work::Data
            } else {
                Work::Opaque
            }
        }
        () if is_data || head.begins(&["load", "data"]) || head.begins(&["load", "xml"]) => Work::Data,
        // Temporary tables commit nothing.
        () if head.is_any(0, &["create", "drop"]) && !commits(head) => Work::Data,
        () if head.is_any(0, &REPEATABLE) => Work::Repeatable,
        () => definition(statement, Dialect::Mysql).map_or(Work::Opaque, Work::Definition),
    }
}

/// Whether it is a `SET` of constants for the session.
fn is_setting(head: &Head<'_>, statement: &str, dialect: Dialect) -> bool {
    const OTHERS: [&str; 11] = [
        "global",
        "persist",
        "persist_only",
        "password",
        "default",
        "role",
        "statement",
        "transaction",
        "local",
        "constraints",
        "resource",
    ];
    if head.is(0, "reset") && dialect == Dialect::Postgres {
        return true;
    }
    let is_other = head.is_any(1, &OTHERS) || head.begins(&["set", "session", "characteristics"]);
    // What is computed may come out differently another time, and what follows a dot or `@@` may be global.
    let is_computed = || {
        Words::new(statement, dialect)
            .any(|it| it.is_mark(b'(') || it.is_mark(b'@') || it.is_any(&["global", "autocommit", "select"]))
    };
    head.is(0, "set") && !is_other && !is_computed()
}

/// Whether it is a `SET` of the session's own variables alone.
fn is_private(statement: &str, dialect: Dialect) -> bool {
    let mut words = Words::new(statement, dialect).skip(1).peekable();
    words.peek().is_some_and(|first| first.is_mark(b'@'))
        && !Words::new(statement, dialect).any(|it| it.is_any(&["global", "persist", "persist_only", "autocommit"]))
}

/// What a statement leaves in its session alone, so that it is gone with it, and cannot be had by running it again: a word
/// for it.
pub fn kept_by_session(statement: &str, dialect: Dialect) -> Option<&'static str> {
    let head = Words::head(statement, dialect);
    let temporary = ["temporary", "temp"];
    let at = if head.begins(&["create", "or", "replace"]) { 3 } else { 1 };
    let is_temporary = head.is(0, "create")
        && (head.is_any(at, &temporary) || head.is_any(1, &["local", "global"]) && head.is_any(2, &temporary));
    if is_temporary {
        return Some("a temporary object");
    }
    if head.is(0, "prepare") && !head.is(1, "transaction") {
        return Some("a prepared statement");
    }
    if head.is_any(0, &["declare", "handler", "listen"]) {
        return Some("something of its session");
    }
    let is_setting = || head.is_any(0, &["set", "use", "reset", "pragma", "attach", "detach"]);
    if is_setting() && matches!(Work::of(statement, dialect), Work::Data | Work::Opaque) {
        return Some("a setting that cannot be repeated");
    }
    let (mut after_at, mut into) = (false, false);
    for token in Words::new(statement, dialect) {
        if dialect == Dialect::Mysql && token.is_mark(b'@') {
            // `@@name` is a setting of the server.
            if !std::mem::replace(&mut after_at, true) {
                continue;
            }
            after_at = false;
            continue;
        }
        if after_at {
            return Some("a variable of its session");
        }
        if token.is_any(&["get_lock", "set_config", "pg_advisory_lock", "pg_try_advisory_lock", "setseed"]) {
            return Some("something of its session");
        }
        if into && token.is_any(&temporary) {
            return Some("a temporary object");
        }
        into = token.is("into");
        after_at = false;
    }
    None
}

/// What a statement asks its session of the statements before it: the function's name.
pub fn asks_session(statement: &str, dialect: Dialect) -> Option<String> {
    const FUNCTIONS: [&str; 9] = [
        "last_insert_id",
        "row_count",
        "found_rows",
        "last_insert_rowid",
        "changes",
        "total_changes",
        "lastval",
        "currval",
        "execute",
    ];
    Words::new(statement, dialect)
        .find(|token| token.is_any(&FUNCTIONS))
        .map(|token| String::from_utf8_lossy(token.text).to_lowercase())
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{Mysql, Postgres, Sqlite};

    use super::{Work, asks_session, kept_by_session};

    #[test]
    fn what_a_statement_does_is_told_by_its_words() {
        for (dialect, sql, work) in [
            (Mysql, "INSERT INTO a VALUES (1)", Work::Data),
            (Mysql, "(SELECT 1)", Work::Data),
            (Mysql, "CREATE TEMPORARY TABLE a (b int)", Work::Data),
            (Mysql, "SET NAMES utf8mb4", Work::Setting),
            (Mysql, "SET foreign_key_checks = 0", Work::Setting),
            (Mysql, "USE other", Work::Setting),
            (Mysql, "SET @a = 1", Work::Data),
            (Mysql, "SET @@global.x = 1", Work::Opaque),
            (Mysql, "SET GLOBAL x = 1", Work::Opaque),
            (Mysql, "SET autocommit = 0", Work::Opaque),
            (Mysql, "SET sql_mode = concat(@@sql_mode, ',ANSI')", Work::Opaque),
            (Mysql, "SET STATEMENT max_statement_time = 1 FOR DELETE FROM a", Work::Opaque),
            (Mysql, "SET PASSWORD = 'x'", Work::Opaque),
            (Mysql, "CALL p()", Work::Opaque),
            (Mysql, "BEGIN NOT ATOMIC SELECT 1; END", Work::Opaque),
            (Mysql, "EXECUTE s", Work::Opaque),
            (Mysql, "REVOKE ALL ON a FROM b", Work::Opaque),
            (Mysql, "GRANT ALL ON a TO b", Work::Repeatable),
            (Mysql, "LOCK TABLES a WRITE", Work::Lock),
            (Mysql, "FLUSH TABLES a FOR EXPORT", Work::Lock),
            (Mysql, "UNLOCK TABLES", Work::Unlock),
            (Mysql, "START TRANSACTION", Work::Begin),
            (Mysql, "COMMIT", Work::Commit),
            (Mysql, "COMMIT AND CHAIN", Work::Opaque),
            (Mysql, "ROLLBACK TO a", Work::Data),
            (Postgres, "CREATE TABLE a (b int)", Work::Data),
            (Postgres, "VACUUM a", Work::Repeatable),
            (Postgres, "CALL p()", Work::Opaque),
            (Postgres, "DO $$ BEGIN COMMIT; END $$", Work::Opaque),
            (Postgres, "DO $$ BEGIN DELETE FROM a; END $$", Work::Data),
            (Postgres, "SET search_path = a", Work::Setting),
            (Postgres, "SET LOCAL search_path = a", Work::Data),
            (Postgres, "COMMIT PREPARED 'a'", Work::Opaque),
            (Postgres, "ALTER TABLE a DETACH PARTITION b CONCURRENTLY", Work::Opaque),
            (Sqlite, "ALTER TABLE a ADD b", Work::Data),
            (Sqlite, "PRAGMA foreign_keys = OFF", Work::Setting),
            (Sqlite, "VACUUM", Work::Repeatable),
            (Sqlite, "END", Work::Commit),
        ] {
            assert_eq!(Work::of(sql, dialect), work, "{dialect}: {sql}");
        }
        for sql in ["CREATE TABLE a (b int)", "ALTER TABLE a ADD b int", "DROP VIEW a", "TRUNCATE a"] {
            assert!(matches!(Work::of(sql, Mysql), Work::Definition(_)), "{sql}");
        }
        assert!(matches!(Work::of("CREATE INDEX CONCURRENTLY i ON t (a)", Postgres), Work::Definition(_)));
    }

    #[test]
    fn what_only_the_session_has_is_seen() {
        for (dialect, sql, kept) in [
            (Mysql, "SET @a = 1", true),
            (Mysql, "SELECT max(id) INTO @a FROM t", true),
            (Mysql, "INSERT INTO t VALUES (@a)", true),
            (Mysql, "SELECT @@sql_mode", false),
            (Mysql, "SELECT 'a@b'", false),
            (Mysql, "CREATE TEMPORARY TABLE a (b int)", true),
            (Mysql, "PREPARE s FROM 'SELECT 1'", true),
            (Mysql, "SET sql_mode = concat(@@sql_mode, 'x')", true),
            (Mysql, "SET NAMES utf8mb4", false),
            (Postgres, "CREATE TEMP TABLE a (b int)", true),
            (Postgres, "SELECT 1 INTO TEMP a", true),
            (Postgres, "SELECT set_config('a.b', 'c', false)", true),
            (Postgres, "SELECT @ -5", false),
            (Sqlite, "CREATE TEMP TABLE a (b)", true),
        ] {
            assert_eq!(kept_by_session(sql, dialect).is_some(), kept, "{dialect}: {sql}");
        }
        assert_eq!(asks_session("INSERT INTO a VALUES (LAST_INSERT_ID())", Mysql).as_deref(), Some("last_insert_id"));
        assert_eq!(asks_session("INSERT INTO a VALUES ('last_insert_id')", Mysql), None);
    }
}
