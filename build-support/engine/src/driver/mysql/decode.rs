//! Values of a row: as a prepared statement gives them, or as text.

use glim::value::{Date, Time, Timestamp, Value};
use mysql::Column;
use mysql::consts::{ColumnFlags, ColumnType};

/// The character set of what is not text.
const BINARY: u16 = 63;

/// Reads a value; `Err` with the reason where it has no counterpart.
pub(super) fn decode(value: mysql::Value, column: &Column) -> Result<Value, String> {
    let kind = column.column_type();
    Ok(match value {
        mysql::Value::NULL => Value::Null,
        mysql::Value::Bytes(bytes) => text(bytes, column)?,
        mysql::Value::Int(number) if is_large_unsigned(column) => Value::Uint(number.cast_unsigned()),
        mysql::Value::Int(number) => Value::Int(number),
        mysql::Value::UInt(number) if is_large_unsigned(column) => Value::Uint(number),
        mysql::Value::UInt(number) => i64::try_from(number).map_or(Value::Uint(number), Value::Int),
        mysql::Value::Float(number) => Value::Float(number.into()),
        mysql::Value::Double(number) => Value::Float(number),
        mysql::Value::Date(year, month, day, hour, minute, second, microsecond) => {
            let date = Date::new(year.into(), month, day);
            let date = date.ok_or_else(|| no_such_day(&format!("{year:04}-{month:02}-{day:02}")))?;
            let time = Time::new(hour, minute, second, microsecond.saturating_mul(1_000));
            let moment = Timestamp { date, time: time.ok_or_else(no_time_of_day)? };
            match kind {
                ColumnType::MYSQL_TYPE_DATE => Value::Date(date),
                // The session is in UTC, so a TIMESTAMP is an instant; a DATETIME is what stands there.
                ColumnType::MYSQL_TYPE_TIMESTAMP => Value::TimestampTz(moment),
                _ => Value::Timestamp(moment),
            }
        }
        mysql::Value::Time(false, 0, hour, minute, second, microsecond) => {
            let time = Time::new(hour, minute, second, microsecond.saturating_mul(1_000));
            Value::Time(time.ok_or_else(no_time_of_day)?)
        }
        mysql::Value::Time(..) => return Err(no_time_of_day()),
    })
}

/// Whether a column holds more than fits into an `i64`.
fn is_large_unsigned(column: &Column) -> bool {
    column.column_type() == ColumnType::MYSQL_TYPE_LONGLONG && column.flags().contains(ColumnFlags::UNSIGNED_FLAG)
}

/// Reads a value from its text; also, in the binary form, those types that are sent so.
fn text(bytes: Vec<u8>, column: &Column) -> Result<Value, String> {
    use ColumnType as Kind;

    let digits = || std::str::from_utf8(&bytes).unwrap_or_default().trim();
    let unreadable = |what: &str| format!("the server sent {what} as `{}`", String::from_utf8_lossy(&bytes));
    Ok(match column.column_type() {
        Kind::MYSQL_TYPE_LONGLONG if is_large_unsigned(column) => {
            Value::Uint(digits().parse().map_err(|_| unreadable("an integer"))?)
        }
        Kind::MYSQL_TYPE_TINY
        | Kind::MYSQL_TYPE_SHORT
        | Kind::MYSQL_TYPE_YEAR
        | Kind::MYSQL_TYPE_LONG
        | Kind::MYSQL_TYPE_INT24
        | Kind::MYSQL_TYPE_LONGLONG => Value::Int(digits().parse().map_err(|_| unreadable("an integer"))?),
        Kind::MYSQL_TYPE_FLOAT | Kind::MYSQL_TYPE_DOUBLE => {
            Value::Float(digits().parse().map_err(|_| unreadable("a number"))?)
        }
        Kind::MYSQL_TYPE_DECIMAL | Kind::MYSQL_TYPE_NEWDECIMAL => {
            Value::Decimal(digits().parse().map_err(|_| unreadable("a number"))?)
        }
        Kind::MYSQL_TYPE_DATE => Value::Date(digits().parse().map_err(|_| no_such_day(digits()))?),
        Kind::MYSQL_TYPE_DATETIME => Value::Timestamp(digits().parse().map_err(|_| no_such_day(digits()))?),
        Kind::MYSQL_TYPE_TIMESTAMP => Value::TimestampTz(digits().parse().map_err(|_| no_such_day(digits()))?),
        Kind::MYSQL_TYPE_TIME => Value::Time(digits().parse().map_err(|_| no_time_of_day())?),
        Kind::MYSQL_TYPE_BIT => bits(&bytes)?,
        Kind::MYSQL_TYPE_JSON => Value::Json(utf8(bytes)?),
        Kind::MYSQL_TYPE_GEOMETRY => {
            return Err("a geometry has no counterpart here; select ST_AsText() of the column".to_owned());
        }
        Kind::MYSQL_TYPE_VARCHAR
        | Kind::MYSQL_TYPE_ENUM
        | Kind::MYSQL_TYPE_SET
        | Kind::MYSQL_TYPE_TINY_BLOB
        | Kind::MYSQL_TYPE_MEDIUM_BLOB
        | Kind::MYSQL_TYPE_LONG_BLOB
        | Kind::MYSQL_TYPE_BLOB
        | Kind::MYSQL_TYPE_VAR_STRING
        | Kind::MYSQL_TYPE_STRING => {
            if column.character_set() == BINARY {
                Value::Bytes(bytes)
            } else {
                Value::Text(utf8(bytes)?)
            }
        }
        other => {
            let number = other as u8;
            return Err(format!("the type with the number {number} has no counterpart here; cast the column to char"));
        }
    })
}

fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "the server sent text that is not UTF-8".to_owned())
}

/// The bits of a `bit(n)` as a number, the first bit highest.
fn bits(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > 8 {
        return Err("a bit field of more than 64 bits".to_owned());
    }
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Ok(i64::try_from(number).map_or(Value::Uint(number), Value::Int))
}

fn no_time_of_day() -> String {
    "the time is negative or 24 hours and more, which is no time of a day; cast the column to char".to_owned()
}

fn no_such_day(text: &str) -> String {
    format!("there is no day {text}; cast the column to char")
}

#[cfg(test)]
mod tests {
    use glim::value::Value;
    use mysql::consts::ColumnType;
    use proptest::prelude::*;

    use super::{Column, decode};

    fn column(kind: ColumnType) -> Column {
        Column::new(kind)
    }

    #[test]
    fn a_zero_date_is_no_date() {
        let (date, moment) = (column(ColumnType::MYSQL_TYPE_DATE), column(ColumnType::MYSQL_TYPE_DATETIME));
        let zero = decode(mysql::Value::Date(0, 0, 0, 0, 0, 0, 0), &date);
        assert!(zero.expect_err("no day").contains("0000-00-00"));
        assert!(decode(mysql::Value::Date(2026, 2, 0, 0, 0, 0, 0), &moment).is_err());
        assert!(decode(mysql::Value::Date(2026, 2, 1, 0, 0, 0, 0), &moment).is_ok());
        assert!(decode(mysql::Value::Bytes(b"0000-00-00".to_vec()), &date).is_err());
    }

    #[test]
    fn a_duration_is_no_time_of_day() {
        let time = column(ColumnType::MYSQL_TYPE_TIME);
        assert!(decode(mysql::Value::Time(false, 0, 0, 0, 0, 0), &time).is_ok());
        assert!(decode(mysql::Value::Time(true, 0, 1, 0, 0, 0), &time).is_err());
        assert!(decode(mysql::Value::Time(false, 1, 1, 0, 0, 0), &time).is_err());
        assert!(decode(mysql::Value::Bytes(b"25:00:00".to_vec()), &time).is_err());
    }

    #[test]
    fn bits_are_a_number() {
        let value = decode(mysql::Value::Bytes(vec![1, 0]), &column(ColumnType::MYSQL_TYPE_BIT));
        assert_eq!(value, Ok(Value::Int(256)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(bytes: Vec<u8>, kind: u8) {
            if let Ok(kind) = ColumnType::try_from(kind) {
                let _ = decode(mysql::Value::Bytes(bytes), &column(kind));
            }
        }
    }
}
