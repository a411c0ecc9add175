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

    /// Whether nothing is remembered.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets one statement.
    pub(super) fn remove(&mut self, sql: &str) {
        self.0.remove(sql);
    }

    /// Forgets what `sql`, which was sent, may have made untrue.
    pub(super) fn notice(&mut self, sql: &str) {
        if !self.0.is_empty() && CHANGING.iter().any(|word| contains_ignoring_case(sql.as_bytes(), word.as_bytes())) {
            self.0.clear();
        }
    }
}

fn contains_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    let first = word[0];
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::ParameterTypes;

    #[test]
    fn types_are_forgotten_when_a_table_may_have_changed() {
        let mut types = ParameterTypes::default();
        types.put("INSERT INTO t VALUES ($1)", &Arc::from([23]));
        types.notice("CREATE TABLE u (id int)");
        assert!(types.get("INSERT INTO t VALUES ($1)").is_some());
        types.notice("Alter TABLE t ALTER id TYPE text");
        assert!(types.get("INSERT INTO t VALUES ($1)").is_none());
    }
}
