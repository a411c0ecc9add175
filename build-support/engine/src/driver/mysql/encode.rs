//! Values as parameters of a prepared statement.

use std::borrow::Cow;

use glim::value::{Date, Time, Timestamp, Value};

/// The digits that a server keeps of a number, and of them behind the point (MySQL; MariaDB keeps more of these).
const DIGITS: usize = 65;
const DIGITS_BEHIND: usize = 30;

/// How a parameter with this value is written in the statement. The crate gives a value one of few types; where that is
/// not the one that the value should have, a cast says so.
pub(super) fn placeholder_for(value: &Value) -> Cow<'static, str> {
    match value {
        // Text that is compared with a number is rounded to a double.
        Value::Decimal(decimal) => {
            let text = decimal.as_str().trim_start_matches('-');
            let (before, behind) = text.split_once('.').unwrap_or((text, ""));
            if behind.len() > DIGITS_BEHIND || before.len() + behind.len() > DIGITS {
                Cow::Borrowed("?")
            } else {
                Cow::Owned(format!("CAST(? AS DECIMAL({DIGITS},{}))", behind.len()))
            }
        }
        // They would count as text.
        Value::Bytes(_) => Cow::Borrowed("CAST(? AS BINARY)"),
        // It would have a time.
        Value::Date(_) => Cow::Borrowed("CAST(? AS DATE)"),
        _ => Cow::Borrowed("?"),
    }
}

/// A value as the crate takes it; `Err` with the reason where it cannot be stored.
pub(super) fn encode(value: &Value) -> Result<mysql::Value, String> {
    Ok(match value {
        Value::Null => mysql::Value::NULL,
        Value::Bool(v) => mysql::Value::Int((*v).into()),
        Value::Int(v) => mysql::Value::Int(*v),
        Value::Uint(v) => mysql::Value::UInt(*v),
        Value::Float(v) if !v.is_finite() => return Err(format!("MySQL cannot store the floating-point number {v}")),
        Value::Float(v) => mysql::Value::Double(*v),
        Value::Decimal(v) => bytes(v.as_str()),
        Value::Text(v) | Value::Json(v) => bytes(v),
        Value::Uuid(v) => bytes(&v.to_string()),
        Value::Bytes(v) => mysql::Value::Bytes(v.clone()),
        Value::Array(_) => return Err("MySQL and MariaDB keep no arrays".to_owned()),
        Value::Date(v) => {
            // 00:00:00 is a time of any day.
            moment(*v, Time::new(0, 0, 0, 0).ok_or("no midnight")?)?
        }
        // What is below a microsecond is dropped, as on the other databases.
        Value::Time(v) => mysql::Value::Time(false, 0, v.hour, v.minute, v.second, v.nanosecond / 1_000),
        // The session is in UTC.
        Value::Timestamp(Timestamp { date, time }) | Value::TimestampTz(Timestamp { date, time }) => {
            moment(*date, *time)?
        }
    })
}

fn bytes(text: &str) -> mysql::Value {
    mysql::Value::Bytes(text.as_bytes().to_vec())
}

fn moment(date: Date, time: Time) -> Result<mysql::Value, String> {
    let year = u16::try_from(date.year).ok().filter(|year| *year <= 9_999);
    let year = year.ok_or_else(|| format!("MySQL keeps years from 0 to 9999, but got {date}"))?;
    let microsecond = time.nanosecond / 1_000;
    Ok(mysql::Value::Date(year, date.month, date.day, time.hour, time.minute, time.second, microsecond))
}

#[cfg(test)]
mod tests {
    use glim::value::{Date, Value};

    use super::{encode, placeholder_for};

    #[test]
    fn a_number_keeps_its_digits() {
        let placeholder = |digits: &str| placeholder_for(&Value::Decimal(digits.parse().expect("a number")));
        assert_eq!(placeholder("-12.50"), "CAST(? AS DECIMAL(65,2))");
        assert_eq!(placeholder("7"), "CAST(? AS DECIMAL(65,0))");
        assert_eq!(placeholder(&"9".repeat(66)), "?");
        assert_eq!(placeholder(&format!("0.{}", "9".repeat(31))), "?");
    }

    #[test]
    fn what_mysql_cannot_keep_is_named() {
        assert!(encode(&Value::Float(f64::NAN)).is_err());
        let date = Date::new(-1, 1, 1).expect("a valid date");
        assert!(encode(&Value::Date(date)).is_err());
    }
}
