//! Statements that begin, end or abandon a transaction.

use glim_schema::Dialect;
use memchr::memchr;

use super::words::{Head, Words, may_begin};
use crate::split::Statements;

/// What such statements begin with.
const FIRST_WORDS: [&str; 9] = ["abort", "begin", "commit", "end", "prepare", "rollback", "set", "start", "xa"];

/// The keyword with which a statement begins, ends or abandons a transaction, if it does. Savepoints are no such
/// statements: they stay inside the transaction. Nor are statements that commit because of what they do: for those
/// see [`commits_implicitly`](super::commits_implicitly).
pub fn transaction_control(statement: &str, dialect: Dialect) -> Option<&'static str> {
    if !may_begin(statement, &FIRST_WORDS) {
        return None;
    }
    let head = Words::head(statement, dialect);
    match dialect {
        Dialect::Sqlite => common(&head).or_else(|| head.is(0, "end").then_some("END")),
        Dialect::Postgres => postgres(&head).or_else(|| common(&head)),
        Dialect::Mysql => mysql(&head, statement).or_else(|| common(&head)),
    }
}

/// The first such keyword in a text of any number of statements, up to where it can no longer be split.
pub fn transaction_control_in(sql: &str, dialect: Dialect) -> Option<&'static str> {
    if memchr(b';', sql.as_bytes()).is_none() {
        return transaction_control(sql, dialect);
    }
    Statements::new(sql, dialect)
        .map_while(Result::ok)
        .find_map(|statement| transaction_control(statement.text, dialect))
}

fn common(head: &Head<'_>) -> Option<&'static str> {
    // `ROLLBACK TO x`, `ROLLBACK TRANSACTION TO x`, `ROLLBACK WORK TO x`.
    let to_savepoint = head.is(1, "to") || (head.is_any(1, &["transaction", "work"]) && head.is(2, "to"));
    match () {
        () if head.is(0, "begin") && !head.is(1, "not") => Some("BEGIN"),
        () if head.begins(&["start", "transaction"]) => Some("START TRANSACTION"),
        () if head.is(0, "commit") => Some("COMMIT"),
        () if head.is(0, "rollback") && !to_savepoint => Some("ROLLBACK"),
        () => None,
    }
}

fn postgres(head: &Head<'_>) -> Option<&'static str> {
    match () {
        () if head.is(0, "end") => Some("END"),
        () if head.is(0, "abort") => Some("ABORT"),
        () if head.begins(&["prepare", "transaction"]) => Some("PREPARE TRANSACTION"),
        () if head.begins(&["commit", "prepared"]) => Some("COMMIT PREPARED"),
        () if head.begins(&["rollback", "prepared"]) => Some("ROLLBACK PREPARED"),
        () => None,
    }
}

fn mysql(head: &Head<'_>, statement: &str) -> Option<&'static str> {
    match () {
        // `XA RECOVER` only lists.
        () if head.is(0, "xa") && !head.is(1, "recover") => Some("XA"),
        () if head.is(0, "set") && sets_autocommit(statement) => Some("SET autocommit"),
        () => None,
    }
}

/// Whether a `SET` changes `autocommit` of this session, by itself or among other settings. Setting it to 1 commits,
/// and setting it to 0 begins a transaction with every statement that follows.
fn sets_autocommit(statement: &str) -> bool {
    let mut global = false;
    let mut target = true;
    let mut depth = 0_usize;
    for token in Words::new(statement, Dialect::Mysql) {
        if token.is_mark(b'(') {
            depth += 1;
        } else if token.is_mark(b')') {
            depth = depth.saturating_sub(1);
        } else if token.is_mark(b',') && depth == 0 {
            (global, target) = (false, true);
        } else if token.is_mark(b'=') {
            target = false;
        } else if target && token.is_any(&["global", "persist", "persist_only"]) {
            global = true;
        } else if target && !global && (token.is("autocommit") || token.text.eq_ignore_ascii_case(b"`autocommit`")) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

    use super::{transaction_control, transaction_control_in};

    #[test]
    fn statements_that_end_or_begin_a_transaction_are_told_by_their_first_words() {
        let all = &Dialect::ALL[..];
        for (dialects, sql, keyword) in [
            (all, "COMMIT", "COMMIT"),
            (all, "  -- done\n /* really */ commit work", "COMMIT"),
            (all, "BEGIN IMMEDIATE", "BEGIN"),
            (all, "; begin;", "BEGIN"),
            (all, "start  transaction", "START TRANSACTION"),
            (all, "ROLLBACK", "ROLLBACK"),
            (all, "rollback work", "ROLLBACK"),
            (all, "\u{feff}COMMIT", "COMMIT"),
            (&[Sqlite, Postgres], "END;", "END"),
            (&[Postgres], "abort", "ABORT"),
            (&[Postgres], "/* /* */ */ PREPARE TRANSACTION 'a'", "PREPARE TRANSACTION"),
            (&[Postgres], "COMMIT PREPARED 'a'", "COMMIT PREPARED"),
            (&[Postgres], "rollback prepared 'a'", "ROLLBACK PREPARED"),
            (&[Mysql], "# done\nCOMMIT", "COMMIT"),
            (&[Mysql], "/*!40000 COMMIT */", "COMMIT"),
            (&[Mysql], "XA START 'a'", "XA"),
            (&[Mysql], "SET autocommit=1", "SET autocommit"),
            (&[Mysql], "SET @@session.autocommit = ON", "SET autocommit"),
            (&[Mysql], "set sql_mode = concat('a', 'b'), `autocommit` = 0", "SET autocommit"),
        ] {
            for dialect in dialects {
                assert_eq!(transaction_control(sql, *dialect), Some(keyword), "{dialect:?}: {sql}");
            }
        }
    }

    #[test]
    fn other_statements_are_let_through() {
        for sql in [
            "",
            "/* commit */",
            "SELECT 'commit'",
            "'commit'",
            "rollback to a",
            "ROLLBACK TRANSACTION TO SAVEPOINT a",
            "committed",
            "START SLAVE",
            "SAVEPOINT a",
            "RELEASE a",
            "SELECT 1; COMMIT",
        ] {
            for dialect in Dialect::ALL {
                assert_eq!(transaction_control(sql, dialect), None, "{dialect:?}: {sql}");
            }
        }
        for sql in [
            "BEGIN NOT ATOMIC SELECT 1; END",
            "XA RECOVER",
            "SET GLOBAL autocommit = 1",
            "SET @@global.autocommit = 1",
            "SET @old = @@autocommit",
            "SET PASSWORD = 'autocommit'",
        ] {
            assert_eq!(transaction_control(sql, Mysql), None, "{sql}");
        }
        assert_eq!(transaction_control("PREPARE a AS SELECT 1", Postgres), None);
    }

    #[test]
    fn each_statement_of_a_text_is_looked_at() {
        assert_eq!(transaction_control_in("SELECT 1; SELECT ';'; commit", Postgres), Some("COMMIT"));
        assert_eq!(transaction_control_in("SELECT 1; COMMIT; SELECT 'open", Postgres), Some("COMMIT"));
        assert_eq!(transaction_control_in("COMMIT", Postgres), Some("COMMIT"));
        assert_eq!(transaction_control_in("SELECT '; COMMIT;'", Postgres), None);
        assert_eq!(
            transaction_control_in("CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; END; SELECT 1", Sqlite),
            None
        );
    }
}
