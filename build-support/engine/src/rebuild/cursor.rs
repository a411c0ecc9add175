//! Reading tokens one by one.

use std::ops::Range;

use glim_files::split::{Kind, Token};

use super::Refusal;
use super::tokens::name;

/// A place among the tokens of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'t, 's> {
    pub(super) tokens: &'t [Token<'s>],
    /// The next token.
    pub(super) at: usize,
}

impl<'t, 's> Cursor<'t, 's> {
    pub(super) fn peek(&self) -> Option<&'t Token<'s>> {
        self.tokens.get(self.at)
    }

    /// Whether the next token is this keyword, in lower case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is(keyword))
    }

    /// Whether the next token is one of these keywords.
    pub(super) fn is_any(&self, keywords: &[&str]) -> bool {
        self.peek().is_some_and(|token| token.is_any(keywords))
    }

    /// Whether the next token is this byte.
    pub(super) fn is_mark(&self, byte: u8) -> bool {
        self.peek().is_some_and(|token| token.is_mark(byte))
    }

    /// Whether the next tokens are these keywords.
    pub(super) fn are(&self, keywords: &[&str]) -> bool {
        let next = self.tokens.get(self.at..).unwrap_or_default();
        next.len() >= keywords.len() && keywords.iter().zip(next).all(|(keyword, token)| token.is(keyword))
    }

    /// Goes past the keyword if it comes next.
    pub(super) fn skip(&mut self, keyword: &str) -> bool {
        let found = self.is(keyword);
        self.at += usize::from(found);
        found
    }

    /// Goes past the keyword, which has to come.
    pub(super) fn expect(&mut self, keyword: &str) -> Result<(), Refusal> {
        if self.skip(keyword) { Ok(()) } else { Err(self.unreadable()) }
    }

    /// Goes past any one token.
    pub(super) fn any(&mut self) -> Result<&'t Token<'s>, Refusal> {
        let token = self.peek().ok_or_else(|| self.unreadable())?;
        self.at += 1;
        Ok(token)
    }

    /// Goes past a name.
    pub(super) fn name(&mut self) -> Result<String, Refusal> {
        let found = self.peek().and_then(name).ok_or_else(|| self.unreadable())?;
        self.at += 1;
        Ok(found)
    }

    /// Goes past what stands between parentheses, with them, if that comes next; gives the tokens inside.
    pub(super) fn parentheses(&mut self) -> Result<Option<Range<usize>>, Refusal> {
        if !self.is_mark(b'(') {
            return Ok(None);
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            self.at += 1;
            if token.is_mark(b'(') {
                depth += 1;
            } else if token.is_mark(b')') {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(start..self.at - 1));
                }
            }
        }
        Err(self.unreadable())
    }

    /// Goes past a list of columns in parentheses, which has to come, and gives their names.
    pub(super) fn columns(&mut self) -> Result<Vec<String>, Refusal> {
        let inside = self.parentheses()?.ok_or_else(|| self.unreadable())?;
        let mut names = Vec::new();
        let mut begins = true;
        for token in &self.tokens[inside] {
            if begins {
                names.push(name(token).ok_or_else(|| self.unreadable())?);
            }
            begins = token.is_mark(b',');
        }
        Ok(names)
    }

    /// Goes past a number, a text, a word, or two signs that stand together for a literal.
    pub(super) fn literal(&mut self) -> Result<(), Refusal> {
        if self.is_mark(b'+') || self.is_mark(b'-') {
            self.at += 1;
        }
        let first = self.any()?;
        let digit = |token: &Token<'_>| token.text.first().is_some_and(u8::is_ascii_digit);
        let mut number = digit(first) || first.is_mark(b'.');
        let blob = first.is("x");
        let mut last = first;
        while let Some(token) = self.peek() {
            let joined = token.start == last.end();
            let exponent = last.text.ends_with(b"e") || last.text.ends_with(b"E");
            let sign = exponent && (token.is_mark(b'+') || token.is_mark(b'-'));
            let goes_on = (number && (token.is_mark(b'.') || token.kind == Kind::Word || sign))
                || (blob && token.kind == Kind::Text);
            if !(joined && goes_on) {
                break;
            }
            number = !blob;
            last = token;
            self.at += 1;
        }
        Ok(())
    }

    /// The refusal for what does not fit SQLite's grammar as we know it.
    pub(super) fn unreadable(&self) -> Refusal {
        Refusal::new(match self.peek() {
            Some(token) => {
                let text = String::from_utf8_lossy(token.text);
                format!("its definition cannot be read: `{text}` is not understood at byte {}", token.start)
            }
            None => "its definition cannot be read: it ends too early".to_owned(),
        })
    }
}
