//! One statement after the other.

use std::ops::Range;

use glim_schema::Dialect;
use memchr::memchr;

use super::error::{Problem, SplitError};
use super::lexer::Lexer;
use super::position::Position;
use super::shape::Shape;
use super::token::{Kind, Token};
use crate::statement::copies_from_stdin;

/// A statement of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'s> {
    /// From its first token to its last: without what ends it, and without white space and comments around it.
    pub text: &'s str,
    /// Where it begins, in bytes from the start of the whole text.
    pub start: usize,
}

impl Statement<'_> {
    /// The byte after its last, counted from the start of the whole text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Where it begins, as line and column. `sql` is the text that was split.
    pub fn position(&self, sql: &str) -> Position {
        Position::of(sql, self.start)
    }
}

/// The statements of a text, found one by one. After an error comes nothing more.
#[derive(Clone, Debug)]
pub struct Statements<'s> {
    sql: &'s str,
    dialect: Dialect,
    lexer: Lexer<'s>,
    nul: Option<usize>,
    done: bool,
}

impl<'s> Statements<'s> {
    /// Nothing is read yet.
    pub fn new(sql: &'s str, dialect: Dialect) -> Self {
        let nul = memchr(0, sql.as_bytes());
        Self { sql, dialect, lexer: Lexer::new(sql, dialect), nul, done: false }
    }

    fn read(&mut self) -> Result<Option<Statement<'s>>, SplitError> {
        let mut shape = Shape::new(self.dialect);
        let mut range: Option<Range<usize>> = None;
        // `/*! */` by itself is nothing.
        let mut empty = true;
        loop {
            if shape.is_plain() {
                if let (Some(range), Some(end)) = (&mut range, self.lexer.skip_plain()) {
                    (range.end, empty) = (end, false);
                }
            }
            let Some(token) = self.lexer.next()? else { break };
            match token.kind {
                Kind::Semicolon if !shape.semicolon(self.lexer.has_delimiter()) || self.lexer.in_hint() => {}
                Kind::Semicolon | Kind::Delimiter => {
                    if !empty {
                        return self.statement(range);
                    }
                    range = None;
                    shape = Shape::new(self.dialect);
                }
                _ => {
                    if self.dialect == Dialect::Mysql && token.is("delimiter") {
                        if range.is_none() {
                            self.lexer.set_delimiter(&token)?;
                            continue;
                        }
                        // The line that should have ended the statement before it is missing.
                        if self.lexer.has_delimiter() && self.lexer.restores_delimiter(&token) {
                            self.lexer.set_delimiter(&token)?;
                            return self.statement(range);
                        }
                    }
                    self.refuse_command(&token, range.is_none())?;
                    shape.take(&token);
                    empty &= token.kind == Kind::Hint;
                    range = Some(range.map_or(token.start, |range| range.start)..token.end());
                }
            }
        }
        match shape.open() {
            Some(error) if !self.lexer.has_delimiter() => Err(error),
            _ if empty => Ok(None),
            _ => self.statement(range),
        }
    }

    /// The statement of a range, where there is one.
    fn statement(&self, range: Option<Range<usize>>) -> Result<Option<Statement<'s>>, SplitError> {
        let Some(range) = range else { return Ok(None) };
        let start = range.start;
        let text = &self.sql[range];
        if self.dialect == Dialect::Postgres && copies_from_stdin(text) {
            return Err(SplitError::new(Problem::CopyFromStdin, start));
        }
        Ok(Some(Statement { text, start }))
    }

    /// Refuses what only `psql` or `sqlite3` understands.
    fn refuse_command(&self, token: &Token<'_>, first: bool) -> Result<(), SplitError> {
        let is_command = match self.dialect {
            // No operator and no name of PostgreSQL holds a backslash.
            Dialect::Postgres => token.is_mark(b'\\'),
            Dialect::Sqlite => first && token.is_mark(b'.'),
            Dialect::Mysql => false,
        };
        if !is_command {
            return Ok(());
        }
        let rest = &self.sql[token.start..];
        let shown =
            rest[1..].find(|c: char| !c.is_alphanumeric() && !"!?._-".contains(c)).map_or(rest, |at| &rest[..=at]);
        Err(SplitError::new(Problem::ClientCommand(shown.chars().take(40).collect()), token.start))
    }
}

impl<'s> Iterator for Statements<'s> {
    type Item = Result<Statement<'s>, SplitError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let result = match (self.read(), self.nul) {
            // What comes first in the text is said.
            (Ok(Some(statement)), Some(nul)) if nul >= statement.end() => Ok(Some(statement)),
            (Err(error), Some(nul)) if error.start < nul => Err(error),
            (_, Some(nul)) => Err(SplitError::new(Problem::Nul, nul)),
            (result, None) => result,
        };
        self.done = !matches!(result, Ok(Some(_)));
        result.transpose()
    }
}
