//! The tokens of an SQL text, as far as the ends of statements depend on them.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A keyword, a name without quotes, or a number.
    Word,
    /// A string, with its quotes.
    Text,
    /// A string between two `$tag$`, with both.
    Dollar,
    /// A quoted name, with its quotes.
    Name,
    /// `;`
    Semicolon,
    /// What a `DELIMITER` line has put in place of `;`.
    Delimiter,
    /// `/*!50003` or the `*/` that belongs to it: what stands between them is code.
    Hint,
    /// Any other byte.
    Mark(u8),
}

/// A token, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Token<'s> {
    /// What it is.
    pub kind: Kind,
    /// Its first byte, counted from the start of the text.
    pub start: usize,
    /// Its bytes.
    pub text: &'s [u8],
}

impl Token<'_> {
    /// The byte after its last.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword, which is given in lower case.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword.as_bytes())
    }

    /// Whether it is one of these keywords.
    pub fn is_any(&self, keywords: &[&str]) -> bool {
        self.kind == Kind::Word && keywords.iter().any(|keyword| self.text.eq_ignore_ascii_case(keyword.as_bytes()))
    }

    /// Whether it is this one byte.
    pub fn is_mark(&self, byte: u8) -> bool {
        self.kind == Kind::Mark(byte)
    }
}
