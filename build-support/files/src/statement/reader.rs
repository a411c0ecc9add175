//! A statement's tokens, read one after the other by whoever knows what may come.

use glim_schema::Dialect;

use super::definition::{Object, ObjectKind};
use super::words::{Words, name_of};
use crate::split::Token;

/// The tokens of a statement, read one after the other.
pub(super) struct Reader<'s> {
    pub(super) tokens: Vec<Token<'s>>,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
}

impl<'s> Reader<'s> {
    pub(super) fn of(statement: &'s str, dialect: Dialect) -> Self {
        // About as many as there are, so that the list does not have to grow.
        let mut tokens = Vec::with_capacity((statement.len() / 4).min(200));
        tokens.extend(Words::new(statement, dialect));
        Self { tokens, at: 0, dialect }
    }

    pub(super) fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'s>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Goes past a keyword, if it comes next.
    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is(keyword));
        self.at += usize::from(is);
        is
    }

    /// Goes past keywords, if they come next.
    pub(super) fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let are = rest.len() >= keywords.len() && rest.iter().zip(keywords).all(|(token, word)| token.is(word));
        self.at += if are { keywords.len() } else { 0 };
        are
    }

    pub(super) fn eat_mark(&mut self, mark: u8) -> bool {
        let is = self.peek().is_some_and(|token| token.is_mark(mark));
        self.at += usize::from(is);
        is
    }

    pub(super) fn follows(&self, keyword: &str) -> bool {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|token| token.is(keyword))
    }

    pub(super) fn word(&mut self) -> Option<String> {
        self.next().map(|token| String::from_utf8_lossy(token.text).to_ascii_lowercase())
    }

    /// A name, without its quotes, as the server knows it.
    pub(super) fn name(&mut self) -> Option<String> {
        let token = self.next()?;
        name_of(&token, self.dialect)
    }

    /// A name that may be qualified.
    pub(super) fn object(&mut self, kind: ObjectKind) -> Option<Object> {
        let first = self.name()?;
        let (schema, name) = if self.eat_mark(b'.') { (Some(first), self.name()?) } else { (None, first) };
        Some(Object { kind, schema, name, table: None })
    }

    /// Whether what follows has a query in it: `CREATE TABLE ... AS SELECT`. A column's expression may have one only inside
    /// parentheses of its own, so that this errs to the side of caution.
    pub(super) fn has_query(&self) -> bool {
        self.tokens.get(self.at..).unwrap_or_default().iter().any(|token| token.is_any(&["select", "values", "with"]))
    }
}
