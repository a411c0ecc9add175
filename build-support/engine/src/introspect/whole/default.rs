//! Defaults as catalogues give them.

use glim_schema::{ColumnType, Default, Dialect};

/// The default that the catalogue gives as this SQL; `None` for NULL, which is what a column holds anyway.
pub(super) fn default(dialect: Dialect, sql: &str, ty: &ColumnType) -> Option<Default> {
    let sql = sql.trim();
    let (literal, cast) = match dialect {
        Dialect::Postgres => without_cast(sql),
        Dialect::Sqlite | Dialect::Mysql => (sql, false),
    };
    let upper = literal.to_ascii_uppercase();
    Some(match upper.as_str() {
        "NULL" => return None,
        "TRUE" => Default::Keyword("TRUE"),
        "FALSE" => Default::Keyword("FALSE"),
        _ if is_number(literal) => Default::Number(literal.to_owned()),
        _ => match text(literal) {
            // PostgreSQL writes a negative number as `'-1'::integer`.
            Some(text) if cast && is_numeric(ty) && is_number(&text) => Default::Number(text),
            Some(text) if dialect != Dialect::Mysql || !text.contains('\\') => Default::Text(text),
            _ => Default::Expression(sql.to_owned()),
        },
    })
}

/// A literal without the cast that PostgreSQL adds to it.
fn without_cast(sql: &str) -> (&str, bool) {
    let Some((literal, ty)) = sql.rsplit_once("::") else { return (sql, false) };
    let is_type = ty.chars().all(|c| c.is_alphanumeric() || " _\"[](),.".contains(c));
    let is_literal = text(literal).is_some() || literal.eq_ignore_ascii_case("null") || is_number(literal);
    if is_type && is_literal { (literal, true) } else { (sql, false) }
}

/// What a literal says, if it is the whole text.
fn text(sql: &str) -> Option<String> {
    let inside = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inside.replace("''", "");
    (!plain.contains('\'')).then(|| inside.replace("''", "'"))
}

fn is_number(sql: &str) -> bool {
    let digits = sql.strip_prefix('-').unwrap_or(sql);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn is_numeric(ty: &ColumnType) -> bool {
    ty.is_integer() || matches!(ty, ColumnType::Float32 | ColumnType::Float64 | ColumnType::Decimal { .. })
}

#[cfg(test)]
mod tests {
    use glim_schema::{ColumnType, Default, Dialect};

    use super::default;

    #[test]
    fn casts_of_literals_are_left_out_and_other_expressions_stay() {
        let of = |sql: &str, ty: &ColumnType| default(Dialect::Postgres, sql, ty);
        let (int, words) = (ColumnType::Int32, ColumnType::Text { length: None });
        assert_eq!(of("'-1'::integer", &int), Some(Default::Number("-1".to_owned())));
        assert_eq!(of("'it''s'::character varying", &words), Some(Default::Text("it's".to_owned())));
        assert_eq!(of("'a::b'::text", &words), Some(Default::Text("a::b".to_owned())));
        assert_eq!(of("NULL::text", &words), None);
        for sql in ["now()", "('a'::text || 'b'::text)", "lower('A'::text)"] {
            assert_eq!(of(sql, &words), Some(Default::Expression(sql.to_owned())), "{sql}");
        }
        assert_eq!(of("true", &ColumnType::Bool), Some(Default::Keyword("TRUE")));
        assert_eq!(default(Dialect::Sqlite, "'1.10'", &words), Some(Default::Text("1.10".to_owned())));
    }
}
