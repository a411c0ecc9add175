//! Statements that were prepared before, such as the one that writes a row.
//!
//! Only those without a result are kept: a `SELECT *` would fail after its table has changed, inside a transaction for
//! good.

use std::collections::HashMap;

use tokio_postgres::Statement;

/// How many statements are kept. Each takes memory on the server.
const LIMIT: usize = 64;

/// Words of statements after which a text may mean something else.
const CHANGING: [&str; 4] = ["alter", "drop", "rollback", "search_path"];

/// Words of statements after which nothing is prepared any more.
const FORGETTING: [&str; 2] = ["deallocate", "discard"];

/// Prepared statements by their text.
#[derive(Default)]
pub(super) struct Prepared(HashMap<String, Statement>);

impl Prepared {
    /// A statement that was seen before.
    pub(super) fn get(&self, sql: &str) -> Option<Statement> {
        self.0.get(sql).cloned()
    }

    /// Keeps a statement, if it may be kept.
    pub(super) fn put(&mut self, sql: &str, statement: &Statement) {
        if !statement.columns().is_empty() {
            return;
        }
        // So many different statements with parameters are made by a loop, and the next will be another one.
        if self.0.len() >= LIMIT {
            self.0.clear();
        }
        self.0.insert(sql.to_owned(), statement.clone());
    }

    /// Forgets one statement.
    pub(super) fn remove(&mut self, sql: &str) {
        self.0.remove(sql);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether the texts of statements, and the numbers of types, may mean something else after this one.
pub(super) fn changes_meaning(sql: &str) -> bool {
    CHANGING.iter().any(|word| contains_ignoring_case(sql, word))
}

/// Whether what was prepared may be gone after this statement.
pub(super) fn forgets_statements(sql: &str) -> bool {
    FORGETTING.iter().any(|word| contains_ignoring_case(sql, word))
}

/// Whether a word stands anywhere in a text.
pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    memchr::memchr2_iter(word[0], word[0].to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::changes_meaning;

    #[test]
    fn statements_are_forgotten_when_a_table_may_have_changed() {
        for sql in ["Alter TABLE t ALTER id TYPE text", "DROP TABLE t", "rollback to a", "SET LOCAL search_path = a"] {
            assert!(changes_meaning(sql), "{sql}");
        }
        for sql in ["CREATE TABLE u (id int)", "INSERT INTO t VALUES (1)", "COMMIT", ""] {
            assert!(!changes_meaning(sql), "{sql}");
        }
    }
}
