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

/// The smallest number that a server gives to what users make.
const FIRST_OF_USERS: u32 = 16384;

/// Prepared statements by their text.
#[derive(Default)]
pub(super) struct Prepared {
    statements: HashMap<String, Statement>,
    /// Whether the client may know types that are not built in.
    has_types: bool,
}

impl Prepared {
    /// None of a client that may have been used before.
    pub(super) fn of_used_client() -> Self {
        Self { has_types: true, ..Self::default() }
    }

    /// A statement that was seen before.
    pub(super) fn get(&self, sql: &str) -> Option<Statement> {
        self.statements.get(sql).cloned()
    }

    /// Whether anything is known here or by the client that a statement can make wrong.
    pub(super) fn matters(&self) -> bool {
        self.has_types || !self.statements.is_empty()
    }

    /// Takes note of what the client has learned with a statement, or on the way to one.
    pub(super) fn note(&mut self, statement: Option<&Statement>) {
        self.has_types |= statement.is_none_or(|statement| {
            let columns = statement.columns().iter().map(tokio_postgres::Column::type_);
            columns.chain(statement.params()).any(|ty| ty.oid() >= FIRST_OF_USERS)
        });
    }

    /// Keeps a statement, if it may be kept.
    pub(super) fn put(&mut self, sql: &str, statement: &Statement) {
        if !statement.columns().is_empty() {
            return;
        }
        // So many different statements with parameters are made by a loop, and the next will be another one.
        if self.statements.len() >= LIMIT {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
    }

    /// Forgets one statement.
    pub(super) fn remove(&mut self, sql: &str) {
        self.statements.remove(sql);
    }

    /// Forgets all statements.
    pub(super) fn clear(&mut self) {
        self.statements.clear();
    }

    /// Takes note that the client knows no types any more that are not built in.
    pub(super) fn forget_types(&mut self) {
        self.has_types = false;
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
