//! The types that a server gives to a statement's parameters, remembered.
//!
//! A value can only be written when its parameter's type is known, which takes a round trip; a statement that was seen
//! before, such as the ledger's, needs none. Statements themselves are not kept prepared: a `SELECT *` would fail after
//! its table has changed.

use std::collections::HashMap;
use std::sync::Arc;

use postgres_protocol::Oid;

/// How many statements are remembered.
const LIMIT: usize = 256;

/// Words of statements after which the same text may mean other types.
const CHANGING: [&str; 4] = ["alter", "drop", "rollback", "search_path"];

/// The parameters' types of statements by their text.
#[derive(Default)]
pub(super) struct ParameterTypes(HashMap<String, Arc<[Oid]>>);

impl ParameterTypes {
    /// The types of a statement that was seen before.
    pub(super) fn get(&self, sql: &str) -> Option<Arc<[Oid]>> {
        self.0.get(sql).cloned()
    }

    /// Remembers a statement's types.
    pub(super) fn put(&mut self, sql: &str, types: &Arc<[Oid]>) {
        // So many different statements with parameters are made by a loop, and the next will be another one.
        if self.0.len() >= LIMIT {
            self.0.clear();
        }
        self.0.insert(sql.to_owned(), Arc::clone(types));
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
    CHANGING.iter().any(|word| contains_ignoring_case(sql.as_bytes(), word.as_bytes()))
}

fn contains_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    let first = word[0];
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::changes_meaning;

    #[test]
    fn types_are_forgotten_when_a_table_may_have_changed() {
        for sql in ["Alter TABLE t ALTER id TYPE text", "DROP TABLE t", "rollback to a", "SET LOCAL search_path = a"] {
            assert!(changes_meaning(sql), "{sql}");
        }
        for sql in ["CREATE TABLE u (id int)", "INSERT INTO t VALUES (1)", "COMMIT", ""] {
            assert!(!changes_meaning(sql), "{sql}");
        }
    }
}
