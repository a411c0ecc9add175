//! Statements that the server has prepared, by their text. It looks at the tables again when they have changed.

/// How many are kept.
const LIMIT: usize = 32;

/// A prepared statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prepared {
    /// Its number on the server.
    pub(super) id: u32,
    /// How many parameters it takes.
    pub(super) parameters: usize,
}

/// The statements of a session; the one used last stands last.
#[derive(Default)]
pub(super) struct PreparedStatements(Vec<(String, Prepared)>);

impl PreparedStatements {
    /// The statement of this text.
    pub(super) fn get(&mut self, sql: &str) -> Option<Prepared> {
        let index = self.0.iter().rposition(|(text, _)| text == sql)?;
        self.0[index..].rotate_left(1);
        self.0.last().map(|(_, prepared)| *prepared)
    }

    /// Keeps a statement, and gives the one that has to make way.
    pub(super) fn put(&mut self, sql: &str, prepared: Prepared) -> Option<Prepared> {
        let oldest = (self.0.len() >= LIMIT).then(|| self.0.remove(0).1);
        self.0.push((sql.to_owned(), prepared));
        oldest
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Prepared, PreparedStatements};

    #[test]
    fn the_one_unused_for_the_longest_time_makes_way() {
        let mut statements = PreparedStatements::default();
        let prepared = |id| Prepared { id, parameters: 0 };
        for id in 0..u32::try_from(LIMIT).expect("a small limit") {
            assert_eq!(statements.put(&id.to_string(), prepared(id)), None);
        }
        assert_eq!(statements.get("0"), Some(prepared(0)));
        assert_eq!(statements.put("more", prepared(99)), Some(prepared(1)));
        assert_eq!(statements.get("1"), None);
        assert_eq!(statements.get("0"), Some(prepared(0)));
    }
}
