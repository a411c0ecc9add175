//! Tokens of a statement that SQLite has stored, and the names among them.

use std::ops::Range;

use glim_files::split::{Kind, Token, tokens};
use glim_schema::Dialect;

use super::Refusal;

/// The tokens of a stored statement.
pub(crate) fn read(sql: &str) -> Result<Vec<Token<'_>>, Refusal> {
    tokens(sql, Dialect::Sqlite).map_err(|error| Refusal::new(format!("its definition cannot be read: {error:?}")))
}

/// The name that a token stands for, without its quotes. SQLite takes a string for a name where only a name can stand.
pub(crate) fn name(token: &Token<'_>) -> Option<String> {
    let text = std::str::from_utf8(token.text).ok()?;
    match token.kind {
        Kind::Word => Some(text.to_owned()),
        Kind::Name | Kind::Text => {
            let inside = text.get(1..text.len().checked_sub(1)?)?;
            Some(match text.as_bytes().first()? {
                b'[' => inside.to_owned(),
                b'`' => inside.replace("``", "`"),
                b'\'' => inside.replace("''", "'"),
                _ => inside.replace("\"\"", "\""),
            })
        }
        _ => None,
    }
}

/// Whether a token in an expression may mean the column of that name: a string is none, and what stands before a
/// parenthesis is a function.
pub(super) fn mentions(tokens: &[Token<'_>], at: usize, column: &str) -> bool {
    let token = &tokens[at];
    let calls = tokens.get(at + 1).is_some_and(|next| next.is_mark(b'(')) && token.kind == Kind::Word;
    token.kind != Kind::Text && !calls && name(token).is_some_and(|name| same(&name, column))
}

/// Whether SQLite takes two names for one.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The name in quotes.
pub(super) fn quoted(name: &str) -> String {
    glim_schema::sql::quote(Dialect::Sqlite, name)
}

/// Names in quotes, between commas.
pub(super) fn list<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    names.into_iter().map(|name| quoted(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The bytes from the first of some tokens to the end of the last.
pub(super) fn bytes(tokens: &[Token<'_>], range: &Range<usize>) -> Range<usize> {
    match tokens.get(range.clone()) {
        Some([first, .., last]) => first.start..last.end(),
        Some([only]) => only.start..only.end(),
        Some([]) | None => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::{mentions, name, read};

    #[test]
    fn each_style_of_quotes_gives_the_same_name() {
        let tokens = read("a \"a\" `a` [a] 'a' \"a\"\"b\" `a``b` 'a''b' [a\"b]").expect("tokens");
        let names: Vec<_> = tokens.iter().filter_map(name).collect();
        assert_eq!(names, ["a", "a", "a", "a", "a", "a\"b", "a`b", "a'b", "a\"b"]);
    }

    #[test]
    fn a_text_and_a_function_are_no_columns() {
        let tokens = read("'length' length(x) length \"Length\" (length)").expect("tokens");
        let found: Vec<_> = (0..tokens.len()).filter(|&at| mentions(&tokens, at, "length")).collect();
        assert_eq!(found, [5, 6, 8]);
    }
}
