//! The default of a column, checked against the column's type.

use std::fmt;

use glim_schema::{ColumnType, Default};

use crate::attrs::Literal;

/// Why a default does not fit its column.
pub(crate) struct Unfit {
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

const WRITE_SQL: &str = "for an expression of the database, write `default = sql(\"...\")`";

/// The column's default that the literal means.
pub(crate) fn of_type(literal: &Literal, ty: &ColumnType) -> Result<Default, Unfit> {
    match (literal, ty) {
        (Literal::Sql(sql), _) => Ok(Default::Expression(sql.clone())),
        (Literal::Bool(value), ColumnType::Bool | ColumnType::Native(_)) => {
            Ok(Default::Keyword(if *value { "TRUE" } else { "FALSE" }))
        }
        (Literal::Integer(digits), _) if ty.is_integer() => integer(digits, ty),
        (
            Literal::Integer(digits) | Literal::Float(digits),
            ColumnType::Float32 | ColumnType::Float64 | ColumnType::Native(_),
        ) => Ok(Default::Number(digits.clone())),
        (Literal::Integer(digits) | Literal::Float(digits) | Literal::Text(digits), ColumnType::Decimal { .. }) => {
            decimal(digits, ty)
        }
        // Without values, they are not known yet.
        (Literal::Text(text), ColumnType::Enum(ty)) if ty.values.is_empty() || ty.values.contains(text) => {
            Ok(Default::Text(text.clone()))
        }
        (Literal::Text(text), ColumnType::Text { length }) => match length {
            Some(length) if text.chars().count() > *length as usize => {
                Err(unfit(format!("the default is longer than the {length} characters of the column"), "shorten it"))
            }
            _ => Ok(Default::Text(text.clone())),
        },
        (
            Literal::Text(text),
            ColumnType::Date
            | ColumnType::Time
            | ColumnType::Timestamp
            | ColumnType::TimestampTz
            | ColumnType::Uuid
            | ColumnType::Json
            | ColumnType::Array(_)
            | ColumnType::Native(_),
        ) => {
            if looks_like_sql(text) {
                let message = format!("the default would be the text `{text}`, not what it computes");
                return Err(unfit(message, WRITE_SQL));
            }
            Ok(Default::Text(text.clone()))
        }
        _ => Err(unfit(format!("the default does not fit a column of {}", Kind(ty)), expected(ty))),
    }
}

fn integer(digits: &str, ty: &ColumnType) -> Result<Default, Unfit> {
    let (least, greatest) = ty.integer_range().unwrap_or((i128::MIN, i128::MAX));
    match digits.parse::<i128>() {
        Ok(value) if (least..=greatest).contains(&value) => Ok(Default::Number(value.to_string())),
        _ => {
            let message = format!("the default is beyond the column's range, {least} to {greatest}");
            Err(unfit(message, "write a number in the range, or give the field a wider type"))
        }
    }
}

/// Digits that the column can hold without rounding.
fn decimal(text: &str, ty: &ColumnType) -> Result<Default, Unfit> {
    let ColumnType::Decimal { precision, scale } = ty else { return Ok(Default::Number(text.to_owned())) };
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(unfit(
            "the default is no decimal number".to_owned(),
            "write it as digits, such as `default = 1.50`",
        ));
    }
    let whole_digits = whole.trim_start_matches('0').len();
    if fraction.trim_end_matches('0').len() > usize::from(*scale)
        || whole_digits > usize::from(precision.saturating_sub(*scale))
    {
        let message =
            format!("the default has more digits than the column holds (precision {precision}, scale {scale})");
        return Err(unfit(message, "write fewer digits, or raise `precision` and `scale`"));
    }
    Ok(Default::Number(text.to_owned()))
}

/// Whether a text for a column that is no text reads like an expression: `now()`, `CURRENT_DATE`.
fn looks_like_sql(text: &str) -> bool {
    text.ends_with(')') || text.to_ascii_uppercase().starts_with("CURRENT_") || text.eq_ignore_ascii_case("now")
}

fn expected(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool => "write `default = true` or `default = false`, or SQL as `default = sql(\"...\")`",
        ColumnType::Float32 | ColumnType::Float64 => "write a number, such as `default = 0.5`",
        ColumnType::Bytes { .. } => "bytes have no literal: write SQL as `default = sql(\"...\")`",
        ty if ty.is_integer() => "write a whole number, such as `default = 0`, or SQL as `default = sql(\"...\")`",
        _ => "write a text in quotes, such as `default = \"...\"`, or SQL as `default = sql(\"...\")`",
    }
}

fn unfit(message: String, help: &'static str) -> Unfit {
    Unfit { message, help }
}

/// A column type in words.
struct Kind<'a>(&'a ColumnType);

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            ColumnType::Bool => "booleans",
            ColumnType::Float32 | ColumnType::Float64 => "floating-point numbers",
            ColumnType::Decimal { .. } => "decimal numbers",
            ColumnType::Text { .. } => "text",
            ColumnType::Bytes { .. } => "bytes",
            ColumnType::Date => "dates",
            ColumnType::Time => "times",
            ColumnType::Timestamp | ColumnType::TimestampTz => "timestamps",
            ColumnType::Uuid => "UUIDs",
            ColumnType::Json => "JSON",
            ColumnType::Enum(ty) if ty.name.is_empty() => "an enum",
            ColumnType::Enum(ty) => &ty.name,
            ColumnType::Array(_) => "arrays",
            ColumnType::Native(name) => name,
            _ => "integers",
        })
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{ColumnType, Default};

    use super::of_type;
    use crate::attrs::Literal;

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    #[test]
    fn values_become_defaults_of_their_kind() {
        let decimal = ColumnType::Decimal { precision: 4, scale: 2 };
        for (literal, ty, expected) in [
            (Literal::Bool(true), ColumnType::Bool, Default::Keyword("TRUE")),
            (Literal::Integer("-128".into()), ColumnType::Int8, Default::Number("-128".into())),
            (Literal::Integer("1".into()), ColumnType::Float64, Default::Number("1".into())),
            (Literal::Float("0.5".into()), ColumnType::Float32, Default::Number("0.5".into())),
            (text("12.30"), decimal.clone(), Default::Number("12.30".into())),
            (Literal::Float("-99.99".into()), decimal, Default::Number("-99.99".into())),
            (text("it's"), ColumnType::Text { length: Some(4) }, Default::Text("it's".into())),
            (text("2026-11-22"), ColumnType::Date, Default::Text("2026-11-22".into())),
            (Literal::Sql("now()".into()), ColumnType::Timestamp, Default::Expression("now()".into())),
        ] {
            let Ok(default) = of_type(&literal, &ty) else { panic!("{literal:?} fits {ty:?}") };
            assert_eq!(default, expected);
        }
    }

    #[test]
    fn what_the_column_cannot_hold_is_refused() {
        let decimal = ColumnType::Decimal { precision: 4, scale: 2 };
        for (literal, ty) in [
            (Literal::Integer("128".into()), ColumnType::Int8),
            (Literal::Integer("-1".into()), ColumnType::Uint64),
            (Literal::Float("1.0".into()), ColumnType::Int32),
            (Literal::Bool(true), ColumnType::Int32),
            (Literal::Integer("1".into()), ColumnType::Bool),
            (text("123.4"), decimal.clone()),
            (text("1.234"), decimal.clone()),
            (text("one"), decimal),
            (text("12345"), ColumnType::Text { length: Some(4) }),
            (text("now()"), ColumnType::Timestamp),
            (text("current_timestamp"), ColumnType::Native("timestamptz".into())),
            (text("x"), ColumnType::Bytes { length: None }),
            (Literal::Integer("1".into()), ColumnType::Text { length: None }),
        ] {
            assert!(of_type(&literal, &ty).is_err(), "{literal:?} does not fit {ty:?}");
        }
    }
}
