//! Rust source to tokens, as far as finding items and comparing code needs it: comments and white space are dropped,
//! each token is a range of the text, and operators come one character at a time. Several hundred megabytes a second,
//! where a full token stream takes a tenth of that: this is what reads the files that hold no model.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword; also a raw one, with its `r#`.
    Ident,
    /// `'a`.
    Lifetime,
    /// A text in quotes without `b` or `c` before it, raw or not.
    Text,
    /// Any other literal.
    Literal,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// One character of an operator, or one that Rust does not know.
    Punct(u8),
}

/// Something that never ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LexError {
    pub(super) span: Range<usize>,
    pub(super) message: &'static str,
}

/// A position in a text, from which tokens are taken.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Lexer<'a> {
    /// From the start of a file: a byte order mark and a `#!` line are skipped.
    pub(super) fn file(text: &'a str) -> Self {
        let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        if text[at..].starts_with("#!") {
            // `#![attribute]` is no `#!` line, wherever its bracket stands.
            let bracket = Lexer { text, at: at + 2, end: text.len() }.next();
            if !matches!(bracket, Ok(Some(token)) if token.kind == Kind::Open(b'[')) {
                at = memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |line| at + line);
            }
        }
        Self { text, at, end: text.len() }
    }

    /// Within a range of the text, which begins and ends between tokens.
    pub(super) fn range(text: &'a str, range: Range<usize>) -> Self {
        Self { text, at: range.start, end: range.end }
    }

    /// All tokens that are left, up to an error if there is one.
    pub(super) fn rest(mut self) -> Vec<Token> {
        // A token and the space before it are seldom shorter.
        let mut tokens = Vec::with_capacity((self.end - self.at) / 4);
        tokens.extend(std::iter::from_fn(|| self.next().ok().flatten()));
        tokens
    }

    /// The text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The character before a position, which is where a file that ends too early is pointed at.
    pub(super) fn character_before(&self, end: usize) -> Range<usize> {
        let last = self.text.get(..end).and_then(|text| text.char_indices().next_back());
        last.map_or(end, |(start, _)| start)..end
    }

    /// Where the next token is looked for.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Token>, LexError> {
        let bytes = &self.text.as_bytes()[..self.end];
        loop {
            let Some(&byte) = bytes.get(self.at) else { return Ok(None) };
            match CLASS[byte as usize] {
                Class::Space => self.at += 1,
                Class::Slash => match bytes.get(self.at + 1) {
                    Some(b'/') => {
                        self.at = memchr(b'\n', &bytes[self.at..]).map_or(self.end, |line| self.at + line + 1);
                    }
                    Some(b'*') => self.block_comment(bytes)?,
                    _ => return Ok(Some(self.take(Kind::Punct(b'/'), 1))),
                },
                Class::Letter => return self.word(bytes).map(Some),
                Class::Other => match self.text[self.at..].chars().next() {
                    Some(char) if is_white_space(char) => self.at += char.len_utf8(),
                    _ => return self.word(bytes).map(Some),
                },
                Class::Digit => return Ok(Some(self.number(bytes))),
                Class::Quote => return self.text_literal(bytes, self.at, Kind::Text).map(Some),
                Class::Apostrophe => return self.char_or_lifetime(bytes, self.at).map(Some),
                Class::Open => return Ok(Some(self.take(Kind::Open(byte), 1))),
                Class::Close => return Ok(Some(self.take(Kind::Close(byte), 1))),
                Class::Punct => return Ok(Some(self.take(Kind::Punct(byte), 1))),
            }
        }
    }

    fn take(&mut self, kind: Kind, length: usize) -> Token {
        let start = self.at;
        self.at += length;
        Token { kind, start, end: self.at }
    }

    fn block_comment(&mut self, bytes: &[u8]) -> Result<(), LexError> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match memchr2(b'/', b'*', bytes.get(self.at..).unwrap_or_default()) {
                None => {
                    return Err(LexError { span: start..start + 2, message: "this comment is never closed" });
                }
                Some(found) => self.at += found,
            }
            match bytes.get(self.at..self.at + 2) {
                Some(b"/*") => {
                    depth += 1;
                    self.at += 2;
                }
                Some(b"*/") => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    /// An identifier, or a literal with a prefix.
    fn word(&mut self, bytes: &[u8]) -> Result<Token, LexError> {
        let start = self.at;
        let end = self.word_end(start);
        match (&bytes[start..end], bytes.get(end)) {
            (b"r" | b"br" | b"cr", Some(b'"' | b'#')) => {
                let hashes = bytes[end..].iter().take_while(|byte| **byte == b'#').count();
                if bytes.get(end + hashes) == Some(&b'"') {
                    let kind = if end - start == 1 { Kind::Text } else { Kind::Literal };
                    return self.raw_text(bytes, end, hashes, kind);
                }
                if end - start == 1 && hashes == 1 {
                    let end = self.word_end(end + 1);
                    return Ok(self.take(Kind::Ident, end - start));
                }
            }
            (b"b" | b"c", Some(b'"')) => return self.text_literal(bytes, end, Kind::Literal),
            (b"b", Some(b'\'')) => return self.char_or_lifetime(bytes, end),
            _ => {}
        }
        Ok(self.take(Kind::Ident, end - start))
    }

    /// A text whose opening quote is at `quote`.
    fn text_literal(&mut self, bytes: &[u8], quote: usize, kind: Kind) -> Result<Token, LexError> {
        let mut at = quote + 1;
        loop {
            match memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
                None => return Err(LexError { span: quote..quote + 1, message: "this text is never closed" }),
                Some(found) if bytes[at + found] == b'"' => {
                    return Ok(self.take(kind, at + found + 1 - self.at));
                }
                Some(found) => at += found + 2,
            }
        }
    }

    /// A raw text whose `hashes` begin at `from`.
    fn raw_text(&mut self, bytes: &[u8], from: usize, hashes: usize, kind: Kind) -> Result<Token, LexError> {
        let mut at = from + hashes + 1;
        loop {
            match memchr(b'"', bytes.get(at..).unwrap_or_default()) {
                None => return Err(LexError { span: from..from + 1, message: "this text is never closed" }),
                Some(found) => at += found + 1,
            }
            let after = bytes.get(at..at + hashes);
            if after.is_some_and(|after| after.iter().all(|byte| *byte == b'#')) {
                return Ok(self.take(kind, at + hashes - self.at));
            }
        }
    }

    /// What begins with the apostrophe at `quote`.
    fn char_or_lifetime(&mut self, bytes: &[u8], quote: usize) -> Result<Token, LexError> {
        let unclosed = LexError { span: quote..quote + 1, message: "this character is never closed" };
        let Some(char) = self.text[quote + 1..self.end].chars().next() else { return Err(unclosed) };
        if char == '\\' {
            let mut at = quote + 1;
            return loop {
                match bytes.get(at) {
                    Some(b'\'') => break Ok(self.take(Kind::Literal, at + 1 - self.at)),
                    Some(b'\\') => at += 2,
                    Some(b'\n') | None => break Err(unclosed),
                    Some(_) => at += 1,
                }
            };
        }
        let after = quote + 1 + char.len_utf8();
        if bytes.get(after) == Some(&b'\'') {
            return Ok(self.take(Kind::Literal, after + 1 - self.at));
        }
        let end = self.word_end(quote + 1);
        if end == quote + 1 {
            return Err(unclosed);
        }
        Ok(self.take(Kind::Lifetime, end - self.at))
    }

    fn word_end(&self, start: usize) -> usize {
        word_end(self.text, start, self.end)
    }

    fn number(&mut self, bytes: &[u8]) -> Token {
        let start = self.at;
        let mut end = self.word_end(start);
        let is_radix = matches!(bytes.get(start + 1), Some(b'x' | b'b' | b'o'));
        if bytes.get(end) == Some(&b'.') {
            let after = bytes.get(end + 1).map(|byte| CLASS[*byte as usize]);
            // `1..2` and `1.max(2)` end before the point.
            let is_fraction = !matches!(after, Some(Class::Letter | Class::Other)) && bytes.get(end + 1) != Some(&b'.');
            if is_fraction {
                end = self.word_end(end + 1);
            }
        }
        let is_exponent = matches!(bytes[end - 1], b'e' | b'E') && !is_radix;
        if is_exponent
            && matches!(bytes.get(end), Some(b'+' | b'-'))
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            end = self.word_end(end + 1);
        }
        self.take(Kind::Literal, end - start)
    }
}

/// Where the letters and digits end that begin at `start`.
fn word_end(text: &str, start: usize, end: usize) -> usize {
    let bytes = &text.as_bytes()[..end];
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match CLASS[*byte as usize] {
            Class::Letter | Class::Digit => at += 1,
            Class::Other => match text[at..].chars().next() {
                Some(char) if !is_white_space(char) => at += char.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    at
}

/// White space of Rust beyond ASCII (Rust Reference, "Whitespace").
fn is_white_space(char: char) -> bool {
    matches!(char, '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Digit,
    Slash,
    Quote,
    Apostrophe,
    Open,
    Close,
    Punct,
    /// Beyond ASCII.
    Other,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Punct; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let char = byte as u8;
        table[byte] = match char {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'/' => Class::Slash,
            b'"' => Class::Quote,
            b'\'' => Class::Apostrophe,
            b'(' | b'[' | b'{' => Class::Open,
            b')' | b']' | b'}' => Class::Close,
            0x80.. => Class::Other,
            _ => Class::Punct,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{Kind, Lexer};

    fn tokens(text: &str) -> Vec<(&str, Kind)> {
        let mut lexer = Lexer::file(text);
        let mut all = Vec::new();
        while let Some(token) = lexer.next().expect("tokens") {
            all.push((&text[token.start..token.end], token.kind));
        }
        all
    }

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn comments_and_space_are_no_tokens() {
        let text = "a // b \"\n/* c /* d */ ' */ e\u{2028}/// f\n//! g\n/**/h/*";
        assert_eq!(texts(&text[..text.len() - 2]), ["a", "e", "h"]);
        assert!(Lexer::file("/* /* */").next().is_err());
    }

    #[test]
    fn texts_hide_what_is_in_them() {
        for text in [r#""a \" } b""#, r##"r#"a " }"#"##, "r\"\\\"", "\"\\\\\"", "\"é{\""] {
            assert_eq!(tokens(text), [(text, Kind::Text)], "{text}");
        }
        for text in ["b\"}\"", "c\"}\"", "br#\"\"\"#", "b'\\''", "'\\u{7d}'", "'}'", "'é'", "'\"'", "'\\\\'"] {
            assert_eq!(tokens(text), [(text, Kind::Literal)], "{text}");
        }
        for text in ["\"a", "r#\"a\"", "'", "'\\", "'(", "\"\\"] {
            assert!(Lexer::file(text).next().is_err(), "{text}");
        }
    }

    #[test]
    fn lifetimes_are_no_characters() {
        assert_eq!(
            texts("&'a str, 'b', '_, <'r#c>"),
            ["&", "'a", "str", ",", "'b'", ",", "'_", ",", "<", "'r", "#", "c", ">"]
        );
    }

    #[test]
    fn numbers_end_where_they_end() {
        assert_eq!(
            texts("1..2 1.max(2) 1.5e-3 0xe-1 2. 1e5 x.0.1 1_u8"),
            [
                "1", ".", ".", "2", "1", ".", "max", "(", "2", ")", "1.5e-3", "0xe", "-", "1", "2.", "1e5", "x", ".",
                "0.1", "1_u8"
            ]
        );
    }

    #[test]
    fn a_file_may_begin_with_a_mark_and_a_line_for_the_shell() {
        assert_eq!(texts("\u{feff}#!/usr/bin/env run\nmod a;"), ["mod", "a", ";"]);
        assert_eq!(texts("#! /* x */ [a]"), ["#", "!", "[", "a", "]"]);
        assert_eq!(texts("#!"), Vec::<&str>::new());
    }

    #[test]
    fn raw_identifiers_keep_their_prefix() {
        assert_eq!(
            tokens("r#type r br#"),
            [("r#type", Kind::Ident), ("r", Kind::Ident), ("br", Kind::Ident), ("#", Kind::Punct(b'#'))]
        );
    }
}
