//! Several texts in one message. The server answers each statement, so that it can be told which one failed.

use super::client::{Count, Failed, Opening, Part};

/// What stands between two texts: the first may end in a comment.
const BETWEEN: &str = "\n;\n";

/// A message that opens a transaction and runs statements in it.
pub(super) struct Whole<'p> {
    pub(super) text: String,
    opening: &'p Opening,
    parts: &'p [Part<'p>],
}

impl<'p> Whole<'p> {
    /// One message of all, unless it could not be told from the answers which of the parts has failed.
    pub(super) fn of(opening: &'p Opening, parts: &'p [Part<'p>]) -> Option<Self> {
        let (_, first) = parts.split_last()?;
        if opening.statements == 0 || first.iter().any(|part| part.statements != 1) {
            return None;
        }
        let length = parts.iter().map(|part| part.sql.len() + BETWEEN.len()).sum::<usize>();
        let mut text = String::with_capacity(opening.sql.len() + length);
        text.push_str(&opening.sql);
        for part in parts {
            text.push_str(BETWEEN);
            text.push_str(part.sql);
        }
        Some(Self { text, opening, parts })
    }

    /// What the server said of the parts, without the opening.
    pub(super) fn of_parts(&self, mut counts: Vec<Count>) -> Vec<Count> {
        counts.drain(..self.opening.statements.min(counts.len()));
        counts
    }

    /// What has failed after so many statements, and its place among the parts.
    pub(super) fn failed(&self, done: usize, error: tokio_postgres::Error) -> (usize, Failed) {
        let Some(done) = done.checked_sub(self.opening.statements) else {
            return (0, Failed { error, opening: Some(self.opening.sql.clone()), before: 0 });
        };
        let at = done.min(self.parts.len() - 1);
        let texts = std::iter::once(&*self.opening.sql).chain(self.parts[..at].iter().map(|part| part.sql));
        let before = texts.map(|sql| sql.chars().count() + BETWEEN.len()).sum();
        (at, Failed { error, opening: None, before })
    }
}
