//! The tokens of one statement, for questions about keywords.

use glim_schema::Dialect;

use crate::split::{Kind, Lexer, Token};

/// The name that a token stands for, as the server knows it; none for what is no name.
pub(super) fn name_of(token: &Token<'_>, dialect: Dialect) -> Option<String> {
    let text = std::str::from_utf8(token.text).ok()?;
    match token.kind {
        Kind::Word if dialect == Dialect::Postgres => Some(text.to_ascii_lowercase()),
        Kind::Word => Some(text.to_owned()),
        Kind::Name => {
            let quote = &text[text.len().checked_sub(1)?..];
            Some(text.get(1..text.len() - 1)?.replace(&quote.repeat(2), quote))
        }
        _ => None,
    }
}

/// The tokens of the first statement of a text, without comments. They end at its `;`, and where the text cannot be
/// read further.
#[derive(Clone)]
pub(super) struct Words<'s> {
    lexer: Lexer<'s>,
    begun: bool,
    ended: bool,
}

impl<'s> Words<'s> {
    pub(super) fn new(sql: &'s str, dialect: Dialect) -> Self {
        Self { lexer: Lexer::new(sql, dialect), begun: false, ended: false }
    }

    /// The first words of a statement; see [`Head`].
    pub(super) fn head(sql: &'s str, dialect: Dialect) -> Head<'s> {
        let mut head = Head { tokens: [None; 6] };
        for (place, token) in head.tokens.iter_mut().zip(Self::new(sql, dialect)) {
            *place = Some(token);
        }
        head
    }
}

impl<'s> Iterator for Words<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        while !self.ended {
            match self.lexer.next() {
                Ok(Some(Token { kind: Kind::Hint, .. })) => {}
                Ok(Some(Token { kind: Kind::Semicolon, .. })) if !self.begun => {}
                Ok(Some(token)) if token.kind != Kind::Semicolon => {
                    self.begun = true;
                    return Some(token);
                }
                _ => self.ended = true,
            }
        }
        None
    }
}

/// Whether a statement may begin with one of these words. What begins with something else than a letter, such as a
/// comment, is not looked into, and so may.
pub(super) fn may_begin(statement: &str, words: &[&str]) -> bool {
    let length = statement.bytes().take_while(u8::is_ascii_alphabetic).count();
    let first = &statement.as_bytes()[..length];
    length == 0 || words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(first))
}

/// The first tokens of a statement: enough for most questions, read without going further.
pub(super) struct Head<'s> {
    tokens: [Option<Token<'s>>; 6],
}

impl Head<'_> {
    /// Whether the token at a place is this keyword.
    pub(super) fn is(&self, place: usize, keyword: &str) -> bool {
        self.is_any(place, &[keyword])
    }

    /// Whether the token at a place is one of these keywords.
    pub(super) fn is_any(&self, place: usize, keywords: &[&str]) -> bool {
        self.tokens.get(place).copied().flatten().is_some_and(|token| token.is_any(keywords))
    }

    /// Whether the statement begins with this one byte.
    pub(super) fn begins_with_mark(&self, byte: u8) -> bool {
        self.tokens[0].is_some_and(|token| token.is_mark(byte))
    }

    /// Whether the statement begins with these keywords.
    pub(super) fn begins(&self, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(place, keyword)| self.is(place, keyword))
    }
}
