//! `$1`, `$2` in SQL for databases that write parameters in another way.
//!
//! A placeholder counts only as a whole token outside strings, quoted names and comments; everything else is copied as
//! it stands. PostgreSQL writes parameters so itself and never comes here, nor does SQL without parameters.

use std::borrow::Cow;
use std::ops::Range;

use glim_schema::Dialect;

/// A placeholder in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Placeholder {
    /// Where it stands, in bytes.
    range: Range<usize>,
    /// Its number, from 1 on.
    number: usize,
}

/// A statement as SQLite wants it, which takes `$2` for a name: `$2` becomes `?2`, which has its length, so that the
/// positions of errors stay true.
pub fn numbered(sql: &str) -> Cow<'_, str> {
    let found = placeholders(sql, Dialect::Sqlite, true);
    if found.is_empty() {
        return Cow::Borrowed(sql);
    }
    let mut text = sql.to_owned();
    for placeholder in found {
        let dollar = placeholder.range.start;
        text.replace_range(dollar..=dollar, "?");
    }
    Cow::Owned(text)
}

/// A statement as MySQL wants it: each `$n` becomes what `write` gives for the value with that number, counted from 0,
/// which is `?` unless the value needs a cast. With it comes which value each of them takes, counted from 0; `None` where
/// the text has no `$n` and is sent as it stands, with the values in their order. `backslash_escapes` says whether a
/// backslash in a string is an escape, as it is unless `sql_mode` holds `NO_BACKSLASH_ESCAPES`.
pub fn positional<'s>(
    sql: &'s str,
    backslash_escapes: bool,
    write: impl Fn(usize) -> &'s str,
) -> (Cow<'s, str>, Option<Vec<usize>>) {
    let found = placeholders(sql, Dialect::Mysql, backslash_escapes);
    if found.is_empty() {
        return (Cow::Borrowed(sql), None);
    }
    let mut text = String::with_capacity(sql.len());
    let mut copied = 0;
    for placeholder in &found {
        text.push_str(&sql[copied..placeholder.range.start]);
        text.push_str(write(placeholder.number - 1));
        copied = placeholder.range.end;
    }
    text.push_str(&sql[copied..]);
    (Cow::Owned(text), Some(found.iter().map(|placeholder| placeholder.number - 1).collect()))
}

/// All placeholders of a text, in their order.
fn placeholders(sql: &str, dialect: Dialect, backslash_escapes: bool) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let bytes = sql.as_bytes();
    if memchr::memchr(b'$', bytes).is_none() {
        return found;
    }
    let mysql = dialect == Dialect::Mysql;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        at += match rest[0] {
            quote @ (b'\'' | b'"') => quoted(rest, quote, mysql && backslash_escapes),
            b'`' => quoted(rest, b'`', false),
            b'[' if dialect == Dialect::Sqlite => quoted(rest, b']', false),
            b'#' if mysql => line(rest),
            // MySQL takes `--` for a comment only before a space or control character: `1--1` is 2.
            b'-' if rest.starts_with(b"--") && (!mysql || rest.get(2).is_none_or(|next| *next <= b' ')) => line(rest),
            // What MySQL and MariaDB execute between `/*!` and `*/` is code.
            b'/' if mysql && (rest.starts_with(b"/*!") || rest.starts_with(b"/*M!")) => 3,
            b'/' if rest.starts_with(b"/*") => {
                memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4)
            }
            first if is_word(first) || matches!(first, b'@' | b':') => {
                let length = 1 + rest[1..].iter().take_while(|byte| is_word(**byte)).count();
                if let Some(number) = number(&rest[..length]) {
                    found.push(Placeholder { range: at..at + length, number });
                }
                length
            }
            _ => 1,
        };
    }
    found
}

/// The length of what stands between quotes, with the quotes. A doubled quote inside ends one and begins the next.
fn quoted(rest: &[u8], end: u8, backslash_escapes: bool) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        at += 1;
        if *byte == end {
            return at;
        }
        if *byte == b'\\' && backslash_escapes {
            at += 1;
        }
    }
    rest.len()
}

/// The length of what is left of the line.
fn line(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Whether a byte can be part of a word: a name, a number, or a placeholder.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// The number of a placeholder, where the word is one: `$`, and a number that does not begin with 0.
fn number(word: &[u8]) -> Option<usize> {
    let digits = word.strip_prefix(b"$")?;
    let plain = digits.first().is_some_and(|first| *first != b'0') && digits.iter().all(u8::is_ascii_digit);
    // More digits than any database has parameters.
    (plain && digits.len() <= 5).then(|| digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{numbered, positional};

    fn mysql(sql: &str) -> (String, Vec<usize>) {
        let (text, order) = positional(sql, true, |_| "?");
        (text.into_owned(), order.unwrap_or_default())
    }

    #[test]
    fn placeholders_are_numbered_for_sqlite() {
        assert_eq!(numbered("SELECT $1, $12 WHERE a=$2"), "SELECT ?1, ?12 WHERE a=?2");
    }

    #[test]
    fn order_and_repetition_are_kept_for_mysql() {
        assert_eq!(mysql("SELECT $2,$1, $2"), ("SELECT ?,?, ?".to_owned(), vec![1, 0, 1]));
    }

    #[test]
    fn quoted_texts_and_comments_are_left_alone() {
        for sql in [
            "SELECT '$1'",
            "SELECT 'it''s $1'",
            "SELECT \"$1\"",
            "SELECT `$1`",
            "SELECT 1 -- $1",
            "SELECT 1 /* $1 */",
            "SELECT 1 /* $1",
            "SELECT '$1",
        ] {
            assert_eq!(numbered(sql), sql);
            assert_eq!(mysql(sql).0, sql);
        }
    }

    #[test]
    fn each_dialect_has_its_own_quotes_and_comments() {
        assert_eq!(numbered("SELECT [$1]"), "SELECT [$1]");
        assert_eq!(mysql("SELECT 'a\\'$1', $1"), ("SELECT 'a\\'$1', ?".to_owned(), vec![0]));
        assert_eq!(numbered("SELECT 'a\\', $1"), "SELECT 'a\\', ?1");
        assert_eq!(positional("SELECT 'a\\', $1", false, |_| "?").0, "SELECT 'a\\', ?");
        assert_eq!(mysql("SELECT 1 # $1\n, $1"), ("SELECT 1 # $1\n, ?".to_owned(), vec![0]));
        assert_eq!(mysql("SELECT 1--$1"), ("SELECT 1--?".to_owned(), vec![0]));
        assert_eq!(numbered("SELECT 1--$1"), "SELECT 1--$1");
        assert_eq!(mysql("SELECT /*! $1 */ 1"), ("SELECT /*! ? */ 1".to_owned(), vec![0]));
    }

    #[test]
    fn only_whole_tokens_count() {
        for sql in
            ["SELECT a$1", "SELECT $1a", "SELECT $a", "SELECT $0", "SELECT $01", "SELECT @$1", "SELECT $$1", "ä$1"]
        {
            assert!(matches!(numbered(sql), Cow::Borrowed(_)), "{sql}");
            assert_eq!(mysql(sql), (sql.to_owned(), vec![]), "{sql}");
        }
        assert_eq!(numbered("SELECT $1::text,($1),$1;"), "SELECT ?1::text,(?1),?1;");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(sql in ".*", escapes: bool) {
            let changed = numbered(&sql);
            prop_assert_eq!(changed.len(), sql.len());
            let (text, order) = positional(&sql, escapes, |_| "?");
            prop_assert!(text.len() <= sql.len());
            prop_assert_eq!(order.is_none(), text == sql);
        }

        #[test]
        fn what_stands_between_placeholders_is_copied(
            parts in prop::collection::vec(("('[^'\\\\]*'|\"[^\"\\\\]*\"|`[^`]*`|/\\*[a-z$1 ]*\\*/|[a-z0-9,()= ]*) ", 1_usize..99), 0..8),
        ) {
            let (mut written, mut wanted) = (String::new(), String::new());
            for (text, number) in &parts {
                written.extend([text, "$", &number.to_string(), " "]);
                wanted.extend([text, "? "]);
            }
            let order: Vec<_> = parts.iter().map(|(_, number)| number - 1).collect();
            prop_assert_eq!(mysql(&written), (wanted, order));
        }
    }
}
