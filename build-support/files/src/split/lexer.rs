//! From bytes to tokens, by the rules of each dialect.

use glim_schema::Dialect;
use memchr::{memchr, memchr2};

use super::error::{Problem, SplitError};
use super::plain::skippable;
use super::quote;
use super::token::{Kind, Token};

/// What `mysql`, the program, cuts longer delimiters down to.
const DELIMITER_LIMIT: usize = 15;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the tokens of a text, one after the other. Every token begins and ends between two characters.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'s> {
    bytes: &'s [u8],
    at: usize,
    dialect: Dialect,
    /// What ends a statement instead of `;`.
    delimiter: Option<&'s [u8]>,
    /// Where the `/*!` began in which we are.
    hint: Option<usize>,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(sql: &'s str, dialect: Dialect) -> Self {
        Self { bytes: sql.as_bytes(), at: 0, dialect, delimiter: None, hint: None }
    }

    /// The next token, or `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'s>>, SplitError> {
        self.skip_blank()?;
        let start = self.at;
        let rest = &self.bytes[start..];
        let Some(&first) = rest.first() else {
            return match self.hint {
                Some(hint) => Err(SplitError::new(Problem::Comment, hint)),
                None => Ok(None),
            };
        };
        let (kind, length) = match self.delimiter {
            Some(delimiter) if rest.starts_with(delimiter) => (Kind::Delimiter, delimiter.len()),
            _ => self.measure(first, rest)?,
        };
        self.at = start + length;
        Ok(Some(Token { kind, start, text: &rest[..length] }))
    }

    /// Goes past tokens that are neither quoted nor `;`, as far as that is quick, and gives the end of the last.
    pub(super) fn skip_plain(&mut self) -> Option<usize> {
        if self.delimiter.is_some() || self.hint.is_some() {
            return None;
        }
        let skipped = &self.bytes[self.at..][..skippable(&self.bytes[self.at..], self.dialect)];
        let blank = skipped.iter().rev().take_while(|byte| is_blank(**byte)).count();
        let end = (blank < skipped.len()).then_some(self.at + skipped.len() - blank);
        self.at += skipped.len();
        end
    }

    /// Whether a `DELIMITER` line is in force.
    pub(super) fn has_delimiter(&self) -> bool {
        self.delimiter.is_some()
    }

    /// Whether the next token stands between `/*!` and `*/`.
    pub(super) fn in_hint(&self) -> bool {
        self.hint.is_some()
    }

    /// Reads the rest of a `DELIMITER` line, whose first word has just come.
    pub(super) fn set_delimiter(&mut self, line: &Token<'_>) -> Result<(), SplitError> {
        let rest = &self.bytes[self.at..];
        let rest = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        self.at += rest.len();
        let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let delimiter = words.next().unwrap_or_default();
        if delimiter.is_empty() || delimiter.len() > DELIMITER_LIMIT || delimiter.contains(&b'\\') {
            return Err(SplitError::new(Problem::Delimiter, line.start));
        }
        self.delimiter = (delimiter != b";").then_some(delimiter);
        Ok(())
    }

    /// Whether the line that begins with this token, a `DELIMITER`, sets the usual delimiter again.
    pub(super) fn restores_delimiter(&self, word: &Token<'_>) -> bool {
        let first = word.start == 0 || self.bytes[word.start - 1] == b'\n';
        let rest = &self.bytes[word.end()..];
        first && rest[..memchr(b'\n', rest).unwrap_or(rest.len())].trim_ascii() == b";"
    }

    /// Goes past white space and comments.
    fn skip_blank(&mut self) -> Result<(), SplitError> {
        let mysql = self.dialect == Dialect::Mysql;
        loop {
            let rest = &self.bytes[self.at..];
            let Some(&first) = rest.first() else { return Ok(()) };
            self.at += match first {
                blank if is_blank(blank) => 1,
                0xef if rest.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
                b'-' | b'/' | b'#' if self.delimiter.is_some_and(|delimiter| rest.starts_with(delimiter)) => {
                    return Ok(());
                }
                // MySQL takes `--` for a comment only before a space or control character: `1--1` is 2.
                b'-' if rest.starts_with(b"--") && (!mysql || rest.get(2).is_none_or(|next| *next <= b' ')) => {
                    self.line(rest)
                }
                b'#' if mysql => self.line(rest),
                // What MySQL and MariaDB execute between `/*!` and `*/` is code.
                b'/' if rest.starts_with(b"/*")
                    && !(mysql && (rest.starts_with(b"/*!") || rest.starts_with(b"/*M!"))) =>
                {
                    match self.dialect {
                        Dialect::Postgres => quote::nested_comment(rest),
                        Dialect::Mysql => quote::comment(rest),
                        // SQLite closes a comment at the end of the text, by its documentation.
                        Dialect::Sqlite => Some(quote::comment(rest).unwrap_or(rest.len())),
                    }
                    .ok_or_else(|| SplitError::new(Problem::Comment, self.at))?
                }
                _ => return Ok(()),
            };
        }
    }

    /// The length of what is left of the line. For PostgreSQL, a carriage return ends one too.
    fn line(&self, rest: &[u8]) -> usize {
        match self.dialect {
            Dialect::Postgres => memchr2(b'\n', b'\r', rest),
            Dialect::Sqlite | Dialect::Mysql => memchr(b'\n', rest),
        }
        .unwrap_or(rest.len())
    }

    /// What the token is that begins with this byte, and how long.
    fn measure(&mut self, first: u8, rest: &[u8]) -> Result<(Kind, usize), SplitError> {
        let found = match (first, self.dialect) {
            (b';', _) => (Kind::Semicolon, Some(1)),
            (b'e' | b'E', Dialect::Postgres) if rest.get(1) == Some(&b'\'') => {
                (Kind::Text, quote::escape_string(&rest[1..]).map(|length| length + 1))
            }
            (b'$', Dialect::Postgres) => match quote::dollar_tag(rest) {
                Some(tag) => (Kind::Dollar, quote::dollar(rest, tag)),
                None => (Kind::Mark(b'$'), Some(1)),
            },
            (b'\'' | b'"', Dialect::Mysql) => (Kind::Text, quote::escaped(rest, first)),
            (b'\'', _) => (Kind::Text, quote::doubled(rest, first)),
            (b'"', _) | (b'`', Dialect::Sqlite | Dialect::Mysql) => (Kind::Name, quote::doubled(rest, first)),
            (b'[', Dialect::Sqlite) => (Kind::Name, memchr(b']', rest).map(|inside| inside + 1)),
            (b'/', Dialect::Mysql) if rest.starts_with(b"/*") => {
                self.hint.get_or_insert(self.at);
                let opening = 2 + usize::from(rest[2] == b'M') + 1;
                (Kind::Hint, Some(opening + rest[opening..].iter().take_while(|byte| byte.is_ascii_digit()).count()))
            }
            (b'*', Dialect::Mysql) if self.hint.is_some() && rest.starts_with(b"*/") => {
                self.hint = None;
                (Kind::Hint, Some(2))
            }
            _ if is_word(first) => (Kind::Word, Some(self.word(first, rest))),
            _ => (Kind::Mark(first), Some(1)),
        };
        match found {
            (kind, Some(length)) => Ok((kind, length)),
            (kind, None) => {
                let problem = match kind {
                    Kind::Name => Problem::Name,
                    Kind::Dollar => {
                        let tag = &rest[..quote::dollar_tag(rest).unwrap_or_default()];
                        Problem::DollarQuote(String::from_utf8_lossy(tag).into_owned())
                    }
                    _ => Problem::String,
                };
                Err(SplitError::new(problem, self.at))
            }
        }
    }

    /// The length of a word.
    fn word(&self, first: u8, rest: &[u8]) -> usize {
        // On PostgreSQL a number ends before a dollar sign, while `a$b` is one name everywhere.
        let dollars = !(self.dialect == Dialect::Postgres && first.is_ascii_digit());
        let length = rest.iter().take_while(|byte| is_word(**byte) && (dollars || **byte != b'$')).count();
        // A delimiter such as `$$` cuts words: `END$$`.
        let cut = self.delimiter.and_then(|delimiter| {
            (1..length).find(|at| rest[*at] == delimiter[0] && rest[*at..].starts_with(delimiter))
        });
        cut.unwrap_or(length)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether a byte can be part of a name or a number. What a name may begin with makes no difference here.
pub(super) fn is_word(byte: u8) -> bool {
    const WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let this = byte as u8;
            table[byte] = this.is_ascii_alphanumeric() || this == b'_' || this == b'$' || !this.is_ascii();
            byte += 1;
        }
        table
    };
    WORD[usize::from(byte)]
}
