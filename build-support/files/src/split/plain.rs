//! What can be skipped without a look at its tokens.

use glim_schema::Dialect;

/// How far a text can be skipped, from between two tokens to between two others, when no more than the end of the
/// statement is wanted: up to where a quote, a comment or a `;` may begin.
pub(super) fn skippable(rest: &[u8], dialect: Dialect) -> usize {
    let stops = match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
        Dialect::Mysql => &MYSQL,
    };
    let stop = rest.iter().position(|byte| stops[usize::from(*byte)]).unwrap_or(rest.len());
    // What begins a quote on PostgreSQL depends on what stands before: `a$b$` and `E'`.
    if dialect == Dialect::Postgres && matches!(rest.get(stop), Some(b'$' | b'\'')) {
        let word = rest[..stop].iter().rev().take_while(|byte| super::lexer::is_word(**byte)).count();
        stop - word
    } else {
        stop
    }
}

const SQLITE: [bool; 256] = stops(b"`[");
const POSTGRES: [bool; 256] = stops(b"$\\");
const MYSQL: [bool; 256] = stops(b"`#");

/// Where something may begin that has to be looked at: in each dialect, and the given bytes. The first byte of a byte
/// order mark is among them.
const fn stops(more: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut sets: &[&[u8]] = &[b"'\";-/\xef", more];
    while let [set, rest @ ..] = sets {
        let mut bytes = *set;
        while let [byte, others @ ..] = bytes {
            table[*byte as usize] = true;
            bytes = others;
        }
        sets = rest;
    }
    table
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{Mysql, Postgres, Sqlite};

    use super::skippable;

    #[test]
    fn it_goes_no_further_than_to_a_quote_comment_or_end() {
        for (text, dialect, length) in [
            ("a b, (c) ; d", Sqlite, 9),
            ("a = 'b'", Sqlite, 4),
            ("a [b]", Sqlite, 2),
            ("a [b]", Postgres, 5),
            ("a $1, b$c$", Postgres, 2),
            ("1, b$c$", Postgres, 3),
            ("a = E'b'", Postgres, 4),
            ("a = xE'b'", Mysql, 6),
            ("a # b", Mysql, 2),
            ("a # b", Postgres, 5),
            ("a / b", Mysql, 2),
            ("ä - b", Mysql, 3),
            ("", Mysql, 0),
        ] {
            assert_eq!(skippable(text.as_bytes(), dialect), length, "{dialect:?}: {text}");
        }
    }
}
