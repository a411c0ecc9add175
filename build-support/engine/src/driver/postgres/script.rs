//! What the statements of a text do to the connection, told from their words.
//!
//! The server says after each whether a transaction is open, but to the client's crate, which keeps it to itself. Only
//! statements that are about transactions begin and end them, so that the words tell as much.

use glim_files::split::{Problem, Statements};
use glim_files::statement::transaction_control;
use glim_schema::Dialect;
use memchr::memchr;

use super::error::COPY_FROM;
use super::prepared::contains_ignoring_case;
use crate::driver::{Result, Transaction, refused};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The state that it leaves, where it is about transactions.
    leaves: Option<Transaction>,
    counts: Counts,
}

/// What the number means that the server gives for a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// Rows that it changed.
    Changes,
    /// The same, unless there is a result: `WITH` stands before any of them.
    ChangesUnlessResult,
    /// Something else.
    Other,
}

/// How sending statements ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of them were run.
    Success,
    /// The server refused one of them, and dropped those after it.
    Failure,
    /// Nobody knows what was run.
    Lost,
}

/// The statements of a text, as far as PostgreSQL would understand it.
///
/// # Errors
/// The server would wait for rows that we do not have, and we for the server.
pub(super) fn read(sql: &str) -> Result<Vec<Step>> {
    if is_one(sql) && !is(first_word(sql), &["copy"]) {
        return Ok(vec![Step::of(sql)]);
    }
    let mut steps = Vec::new();
    for statement in Statements::new(sql, Dialect::Postgres) {
        match statement {
            Ok(statement) => steps.push(Step::of(statement.text)),
            Err(error) if error.problem == Problem::CopyFromStdin => return Err(refused(sql, COPY_FROM)),
            // What is wrong with it the server says better.
            Err(_) => break,
        }
    }
    Ok(steps)
}

/// Whether a text is one statement, without a comment before it, as most are.
fn is_one(sql: &str) -> bool {
    sql.starts_with(|first: char| first.is_ascii_alphabetic()) && memchr(b';', sql.as_bytes()).is_none()
}

/// Whether a text could be what makes a server send data instead of rows.
pub(super) fn may_copy_out(sql: &str) -> bool {
    (!is_one(sql) || is(first_word(sql), &["copy"])) && contains_ignoring_case(sql, "stdout")
}

impl Step {
    fn of(statement: &str) -> Self {
        Self { leaves: leaves(statement), counts: counts(statement) }
    }

    /// Whether the number of rows that the server gives are rows that it changed.
    pub(super) fn changes(self, has_result: bool) -> bool {
        match self.counts {
            Counts::Changes => true,
            Counts::ChangesUnlessResult => !has_result,
            Counts::Other => false,
        }
    }
}

/// The state after these statements, which were sent in one message.
pub(super) fn after(before: Transaction, steps: &[Step], outcome: Outcome) -> Transaction {
    match outcome {
        Outcome::Success => steps.iter().fold(before, |state, step| step.leaves.unwrap_or(state)),
        Outcome::Lost => Transaction::Unknown,
        Outcome::Failure => match (before, steps) {
            // A commit that fails is a rollback.
            (_, [one]) if one.leaves == Some(Transaction::None) => Transaction::None,
            _ if steps.iter().any(|step| step.leaves.is_some()) => Transaction::Unknown,
            (Transaction::Open, _) => Transaction::Failed,
            (before, _) => before,
        },
    }
}

fn leaves(statement: &str) -> Option<Transaction> {
    match transaction_control(statement, Dialect::Postgres) {
        Some("BEGIN" | "START TRANSACTION") => Some(Transaction::Open),
        Some("PREPARE TRANSACTION") => Some(Transaction::None),
        // For another transaction than the open one.
        Some("COMMIT PREPARED" | "ROLLBACK PREPARED") => None,
        Some(_) if is_chained(statement) => Some(Transaction::Open),
        Some(_) => Some(Transaction::None),
        // To a savepoint.
        None => (is(first_word(statement), &["rollback"])).then_some(Transaction::Open),
    }
}

/// `COMMIT AND CHAIN` and its kind begin the next transaction.
fn is_chained(statement: &str) -> bool {
    let words: Vec<_> = statement.split_whitespace().collect();
    words.windows(2).any(|pair| is(pair[0], &["and"]) && is(pair[1].trim_end_matches(';'), &["chain"]))
}

fn counts(statement: &str) -> Counts {
    match first_word(statement) {
        word if is(word, &["insert", "update", "delete", "merge", "copy"]) => Counts::Changes,
        word if is(word, &["with"]) => Counts::ChangesUnlessResult,
        _ => Counts::Other,
    }
}

fn first_word(statement: &str) -> &str {
    let length = statement.bytes().take_while(u8::is_ascii_alphabetic).count();
    &statement[..length]
}

fn is(word: &str, keywords: &[&str]) -> bool {
    keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Failure, Lost, Success};
    use super::{Outcome, after, read};
    use crate::driver::Transaction::{self, Failed, None, Open, Unknown};

    fn state(before: Transaction, sql: &str, outcome: Outcome) -> Transaction {
        after(before, &read(sql).expect("it can be sent"), outcome)
    }

    #[test]
    fn statements_that_succeed_tell_the_state() {
        for (before, sql, wanted) in [
            (None, "BEGIN; RESET ALL", Open),
            (None, "start transaction isolation level serializable", Open),
            (Open, "SELECT 'commit'", Open),
            (Open, "INSERT INTO t VALUES (1); /* at last */ COMMIT", None),
            (Open, "end", None),
            (Open, "COMMIT AND CHAIN;", Open),
            (Open, "COMMIT WORK AND NO CHAIN", None),
            (Failed, "ROLLBACK", None),
            (Failed, "ROLLBACK TO a", Open),
            (Failed, "rollback transaction to savepoint a", Open),
            (Open, "PREPARE TRANSACTION 'a'", None),
            (None, "COMMIT PREPARED 'a'", None),
            (Unknown, "ROLLBACK", None),
            (None, "DO $$ BEGIN COMMIT; END $$", None),
            (Open, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", Open),
        ] {
            assert_eq!(state(before, sql, Success), wanted, "{before:?}, {sql}");
        }
    }

    #[test]
    fn what_failed_is_not_guessed() {
        for (before, sql, outcome, wanted) in [
            (None, "SELECT missing", Failure, None),
            (Open, "SELECT missing", Failure, Failed),
            (Failed, "SELECT 1", Failure, Failed),
            (Open, "COMMIT", Failure, None),
            (Open, "SELECT 1; COMMIT; SELECT missing", Failure, Unknown),
            (None, "BEGIN; SELECT missing", Failure, Unknown),
            (Open, "SELECT 1", Lost, Unknown),
        ] {
            assert_eq!(state(before, sql, outcome), wanted, "{before:?}, {sql}, {outcome:?}");
        }
    }

    #[test]
    fn what_changes_rows_is_known() {
        let changes = |sql, has_result| read(sql).expect("it can be sent")[0].changes(has_result);
        assert!(changes("-- all of them\ninsert into t values (1) returning id", true));
        assert!(changes("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", false));
        assert!(!changes("WITH a AS (DELETE FROM t RETURNING id) SELECT * FROM a", true));
        assert!(!changes("CREATE TABLE u AS SELECT * FROM t", false));
    }

    #[test]
    fn copying_from_the_client_is_refused() {
        for sql in ["COPY t FROM STDIN", "SELECT 1; copy \"a\".t (id) from stdin with (format csv)"] {
            assert!(read(sql).is_err(), "{sql}");
        }
        for sql in ["COPY t TO STDOUT", "SELECT 'COPY t FROM STDIN'", "SELECT \\; COPY t FROM STDIN"] {
            assert!(read(sql).is_ok(), "{sql}");
        }
    }
}
