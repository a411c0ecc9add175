//! Default values of columns.

use crate::sql::literal::mysql_expression;
use crate::sql::{Problem, literal};
use crate::{Column, ColumnType, Default, Dialect};

/// What follows the word `DEFAULT` in the column's definition.
pub(super) fn default(table: &str, column: &Column, value: &Default, dialect: Dialect) -> Result<String, Problem> {
    match value {
        Default::Keyword(word) => Ok((*word).to_owned()),
        Default::Number(number) if is_number(number) => Ok(match (dialect, &column.ty) {
            // A text there, like the values: as a number it would pass through 64 binary bits.
            (Dialect::Sqlite, ColumnType::Decimal { .. }) => format!("'{number}'"),
            (Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql, _) => number.clone(),
        }),
        Default::Number(number) => {
            Err(Problem::column(table, &column.name, format!("the default {number:?} is no number")))
        }
        Default::Text(text) => {
            // MySQL takes a default of these types only as an expression.
            let large = matches!(
                column.ty,
                ColumnType::Text { length: None } | ColumnType::Bytes { length: None } | ColumnType::Json
            );
            match dialect {
                Dialect::Mysql if large => Ok(format!("({})", mysql_expression(text)?)),
                Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => literal(dialect, text),
            }
        }
        Default::Expression(sql) if sql.trim().is_empty() => {
            Err(Problem::column(table, &column.name, "the default is an empty expression"))
        }
        Default::Expression(sql) => Ok(expression(sql.trim(), &column.ty, dialect)),
    }
}

/// Whether the default is the same for every row and known beforehand.
pub(super) fn is_constant(value: &Default) -> bool {
    match value {
        Default::Keyword(_) | Default::Number(_) | Default::Text(_) => true,
        Default::Expression(_) => false,
    }
}

pub(super) fn is_null(value: &Default) -> bool {
    match value {
        Default::Keyword(word) => word.eq_ignore_ascii_case("null"),
        Default::Expression(sql) => sql.trim().eq_ignore_ascii_case("null"),
        Default::Number(_) | Default::Text(_) => false,
    }
}

/// The three that the standard spells without parentheses are understood; all else goes into parentheses, without
/// which no database takes every expression.
fn expression(sql: &str, ty: &ColumnType, dialect: Dialect) -> String {
    let upper = sql.to_ascii_uppercase();
    let current = matches!(upper.as_str(), "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME");
    match dialect {
        Dialect::Sqlite | Dialect::Postgres if current => upper,
        Dialect::Mysql => match (upper.as_str(), ty) {
            // CURRENT_TIMESTAMP is in the session's zone there, and an instant is kept in UTC.
            ("CURRENT_TIMESTAMP", ColumnType::TimestampTz) => "(UTC_TIMESTAMP(6))".to_owned(),
            // Its precision must be that of the column.
            ("CURRENT_TIMESTAMP", ColumnType::Timestamp) => "CURRENT_TIMESTAMP(6)".to_owned(),
            ("CURRENT_TIMESTAMP", ColumnType::Native(_)) => upper,
            ("CURRENT_TIME", ColumnType::Time) => "(CURRENT_TIME(6))".to_owned(),
            _ => format!("({sql})"),
        },
        Dialect::Sqlite | Dialect::Postgres => format!("({sql})"),
    }
}

/// A sign, digits with at most one point among them, and an exponent; all but one digit optional.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !integer.is_empty() || !fraction.is_empty();
    some && digits(integer) && digits(fraction) && !exponent.is_empty() && digits(exponent)
}

#[cfg(test)]
mod tests {
    use super::{default, is_number};
    use crate::{Column, ColumnType, Default, Dialect};

    fn written(ty: ColumnType, value: &Default) -> [String; 3] {
        let column = Column::new("c", ty);
        Dialect::ALL.map(|dialect| default("t", &column, value, dialect).expect("a valid default"))
    }

    #[test]
    fn the_current_time_has_the_columns_precision_and_zone() {
        let now = || Default::Expression("current_timestamp".to_owned());
        let (here, utc) = (written(ColumnType::Timestamp, &now()), written(ColumnType::TimestampTz, &now()));
        assert_eq!(here, ["CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)"]);
        assert_eq!(utc, ["CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", "(UTC_TIMESTAMP(6))"]);
        let today = written(ColumnType::Date, &Default::Expression("CURRENT_DATE".to_owned()));
        assert_eq!(today, ["CURRENT_DATE", "CURRENT_DATE", "(CURRENT_DATE)"]);
    }

    #[test]
    fn expressions_and_large_texts_go_into_parentheses() {
        assert_eq!(written(ColumnType::Int32, &Default::Expression("1 + 1".to_owned())), ["(1 + 1)"; 3]);
        let text = written(ColumnType::Text { length: None }, &Default::Text("it's".to_owned()));
        assert_eq!(text, ["'it''s'", "'it''s'", "('it''s')"]);
        assert_eq!(written(ColumnType::Text { length: Some(9) }, &Default::Text("x".to_owned())), ["'x'"; 3]);
    }

    #[test]
    fn a_number_is_a_number() {
        for good in ["0", "-1", "+1.5", "1.", ".5", "1e9", "1E-9", "12345678901234567890"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "-", ".", "1e", "1;DROP TABLE x", "0x10", "1 2", "NaN", "--1"] {
            assert!(!is_number(bad), "{bad}");
        }
        let column = Column::new("c", ColumnType::Int32);
        for dialect in Dialect::ALL {
            assert!(default("t", &column, &Default::Number("1)".to_owned()), dialect).is_err());
        }
    }
}
