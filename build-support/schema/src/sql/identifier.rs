//! Names: how they are quoted, and which of them a database would cut, fold or refuse.

use crate::Dialect;
use crate::dialect::IdentifierLimit;
use crate::name::cut;
use crate::sql::Problem;

/// The name in the database's quotes, whatever characters it has.
///
/// SQLite gets backticks, as MySQL does: it takes a name in double quotes that no column has for a string, so that
/// a misspelt column would read as its own name, and an index on one would be made.
pub fn quote(dialect: Dialect, name: &str) -> String {
    let mark = match dialect {
        Dialect::Sqlite | Dialect::Mysql => '`',
        Dialect::Postgres => '"',
    };
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push(mark);
    for (at, part) in name.split(mark).enumerate() {
        if at > 0 {
            quoted.extend([mark, mark]);
        }
        quoted.push_str(part);
    }
    quoted.push(mark);
    quoted
}

/// The names in the database's quotes, between commas.
pub(super) fn quote_list<N: AsRef<str>>(dialect: Dialect, names: &[N]) -> String {
    names.iter().map(|name| quote(dialect, name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Refuses a name that the database would refuse, or cut without a word.
///
/// # Errors
/// [`Problem::Identifier`], with the length and the limit where that is the reason.
pub fn check_identifier(dialect: Dialect, name: &str) -> Result<(), Problem> {
    let refuse = |reason: String| Err(Problem::Identifier { dialect, name: name.to_owned(), reason });
    if name.is_empty() {
        return refuse("it is empty".to_owned());
    }
    if name.contains('\0') {
        return refuse("it contains the character U+0000".to_owned());
    }
    if !dialect.fits_identifier(name) {
        return refuse(match dialect.capabilities().identifier_limit {
            IdentifierLimit::None => "it is too long".to_owned(),
            IdentifierLimit::Bytes(limit) => {
                format!("it is {} bytes long, and the limit is {limit} bytes", name.len())
            }
            IdentifierLimit::Characters(limit) => {
                format!("it is {} characters long, and the limit is {limit} characters", name.chars().count())
            }
        });
    }
    match dialect {
        Dialect::Sqlite if starts_with_reserved_prefix(name) => {
            refuse("names that begin with `sqlite_` are reserved".to_owned())
        }
        Dialect::Mysql if name.ends_with(' ') => refuse("it ends with a space".to_owned()),
        // The server's dictionary keeps names in three-byte UTF-8 (MySQL manual, "Schema Object Names").
        Dialect::Mysql => match name.chars().find(|&char| char > '\u{ffff}') {
            Some(char) => refuse(format!("it contains {char:?}, and names hold no characters above U+FFFF")),
            None => Ok(()),
        },
        Dialect::Sqlite | Dialect::Postgres => Ok(()),
    }
}

fn starts_with_reserved_prefix(name: &str) -> bool {
    name.as_bytes().get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"sqlite_"))
}

/// Refuses names of one kind, within one object, that the database cannot tell apart. To be called before
/// [`check_identifier`], so that of two names that are both too long the pair is told.
pub(super) fn check_distinct<'a>(
    dialect: Dialect,
    object: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Problem> {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for name in names {
        let folded = fold(dialect, name);
        match seen.iter().find(|(other, _)| *other == folded) {
            Some((_, first)) if *first == name => {
                return Err(Problem::Invalid {
                    object: object.to_owned(),
                    reason: format!("the name `{}` is given twice", name.escape_debug()),
                });
            }
            Some((_, first)) => {
                let reason = match dialect {
                    Dialect::Sqlite | Dialect::Mysql => "does not tell capitals from small letters",
                    Dialect::Postgres => "cuts names after 63 bytes",
                };
                return Err(Problem::Clash { dialect, first: (*first).to_owned(), second: name.to_owned(), reason });
            }
            None => seen.push((folded, name)),
        }
    }
    Ok(())
}

/// The form in which the database compares names.
fn fold(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Sqlite => name.to_ascii_lowercase(),
        Dialect::Postgres => cut(name, 63).to_owned(),
        Dialect::Mysql => name.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_distinct, check_identifier, quote};
    use crate::Dialect;

    #[test]
    fn the_quote_is_doubled() {
        assert_eq!(quote(Dialect::Postgres, "a\"b`c"), "\"a\"\"b`c\"");
        assert_eq!(quote(Dialect::Mysql, "a\"b`c"), "`a\"b``c`");
        assert_eq!(quote(Dialect::Sqlite, "`"), "````");
    }

    #[test]
    fn names_at_the_limit_pass_and_longer_ones_are_measured() {
        let of = |unit: &str, times: usize| unit.repeat(times);
        assert_eq!(check_identifier(Dialect::Postgres, &of("a", 63)), Ok(()));
        assert_eq!(check_identifier(Dialect::Mysql, &of("é", 64)), Ok(()));
        assert_eq!(check_identifier(Dialect::Sqlite, &of("a", 1000)), Ok(()));
        let problem = check_identifier(Dialect::Postgres, &of("é", 32)).expect_err("64 bytes are too many");
        assert!(problem.to_string().ends_with("it is 64 bytes long, and the limit is 63 bytes"), "{problem}");
        let problem = check_identifier(Dialect::Mysql, &of("é", 65)).expect_err("65 characters are too many");
        assert!(problem.to_string().ends_with("it is 65 characters long, and the limit is 64 characters"), "{problem}");
    }

    #[test]
    fn what_a_database_refuses_as_a_name_is_refused() {
        for dialect in Dialect::ALL {
            assert!(check_identifier(dialect, "").is_err());
            assert!(check_identifier(dialect, "a\0b").is_err());
        }
        assert!(check_identifier(Dialect::Sqlite, "SQLite_x").is_err());
        assert_eq!(check_identifier(Dialect::Sqlite, "sqlite"), Ok(()));
        assert!(check_identifier(Dialect::Mysql, "a ").is_err());
        assert!(check_identifier(Dialect::Mysql, "🦀").is_err());
        assert_eq!(check_identifier(Dialect::Postgres, "🦀 "), Ok(()));
    }

    #[test]
    fn names_that_a_database_takes_for_one_are_named_together() {
        let stem = "a".repeat(63);
        let (first, second) = (format!("{stem}1"), format!("{stem}2"));
        let problem = check_distinct(Dialect::Postgres, "table `t`", [first.as_str(), &second]).expect_err("a clash");
        let text = problem.to_string();
        assert!(text.contains(&first) && text.contains(&second) && text.contains("63 bytes"), "{text}");
        for dialect in [Dialect::Sqlite, Dialect::Mysql] {
            assert!(check_distinct(dialect, "table `t`", ["name", "Name"]).is_err());
        }
        assert_eq!(check_distinct(Dialect::Postgres, "table `t`", ["name", "Name"]), Ok(()));
        assert_eq!(check_distinct(Dialect::Sqlite, "table `t`", ["É", "é"]), Ok(()));
    }
}
