//! Texts as SQL literals.

use std::fmt::Write as _;

use crate::Dialect;
use crate::sql::Problem;

/// The text as a literal that means the same in every mode of the server.
///
/// A backslash is what modes differ about: `standard_conforming_strings` on PostgreSQL, where `E'...'` is
/// unambiguous, and `NO_BACKSLASH_ESCAPES` on MySQL, where only hexadecimal is.
///
/// # Errors
/// [`Problem::Invalid`] for a text with U+0000, which ends a statement on SQLite and has no place in a text on
/// PostgreSQL.
pub fn literal(dialect: Dialect, text: &str) -> Result<String, Problem> {
    refuse_nul(text)?;
    let quoted = text.replace('\'', "''");
    Ok(match dialect {
        Dialect::Postgres if text.contains('\\') => format!("E'{}'", quoted.replace('\\', "\\\\")),
        Dialect::Mysql if text.contains('\\') => format!("_utf8mb4 x'{}'", hex(text)),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => format!("'{quoted}'"),
    })
}

/// The text for an expression that MySQL keeps: MariaDB writes down a hexadecimal literal of one as a quoted text, and
/// forgets the quotes in it.
pub(super) fn mysql_expression(text: &str) -> Result<String, Problem> {
    if text.contains('\\') {
        refuse_nul(text)?;
        return Ok(format!("CONVERT(UNHEX('{}') USING utf8mb4)", hex(text)));
    }
    literal(Dialect::Mysql, text)
}

/// The text for a `COMMENT` clause of MySQL, which takes no hexadecimal. Both marks are doubled: the literal ends
/// where it should in every mode, and under `NO_BACKSLASH_ESCAPES` the comment shows its backslashes twice.
pub(super) fn mysql_comment(text: &str) -> Result<String, Problem> {
    refuse_nul(text)?;
    Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")))
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn refuse_nul(text: &str) -> Result<(), Problem> {
    if text.contains('\0') {
        return Err(Problem::Invalid {
            object: format!("the text {text:?}"),
            reason: "a literal cannot contain the character U+0000".to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{literal, mysql_comment};
    use crate::Dialect;

    #[test]
    fn quotes_are_doubled_and_backslashes_mean_themselves() {
        let written = |dialect, text| literal(dialect, text).expect("a text without U+0000");
        for dialect in Dialect::ALL {
            assert_eq!(written(dialect, "it's"), "'it''s'");
            assert!(literal(dialect, "\0").is_err());
        }
        assert_eq!(written(Dialect::Sqlite, r"\'"), r"'\'''");
        assert_eq!(written(Dialect::Postgres, r"\'"), r"E'\\'''");
        assert_eq!(written(Dialect::Mysql, r"\'"), "_utf8mb4 x'5c27'");
        assert_eq!(mysql_comment(r"\'").expect("a text without U+0000"), r"'\\'''");
    }
}
