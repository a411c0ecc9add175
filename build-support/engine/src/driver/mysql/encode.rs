//! Values as parameters of a prepared statement.

use glim::value::{Date, Time, Timestamp, Value};

use super::decode::kind;
use super::packet::put_string;

/// Writes the values of an execution: which are NULL, their types, and the others themselves. `Err` with the index and
/// the reason where one cannot be stored.
pub(super) fn put_values(output: &mut Vec<u8>, values: &[&Value]) -> Result<(), (usize, String)> {
    let mut nulls = vec![0_u8; values.len().div_ceil(8)];
    for (index, value) in values.iter().enumerate() {
        if value.is_null() {
            nulls[index / 8] |= 1 << (index % 8);
        }
    }
    output.extend_from_slice(&nulls);
    output.push(1); // the types follow
    for value in values {
        output.extend_from_slice(&type_of(value));
    }
    for (index, value) in values.iter().enumerate() {
        put_value(output, value).map_err(|reason| (index, reason))?;
    }
    Ok(())
}

/// A type's number, and the flag for an unsigned one.
fn type_of(value: &Value) -> [u8; 2] {
    match value {
        Value::Null => [kind::NULL, 0],
        Value::Bool(_) => [kind::TINY, 0],
        Value::Int(_) => [kind::LONGLONG, 0],
        Value::Uint(_) => [kind::LONGLONG, 0x80],
        Value::Float(_) => [kind::DOUBLE, 0],
        // As a number: compared as text, it would be rounded to a double.
        Value::Decimal(_) => [kind::NEWDECIMAL, 0],
        Value::Text(_) | Value::Json(_) | Value::Uuid(_) => [kind::VAR_STRING, 0],
        Value::Bytes(_) => [kind::BLOB, 0],
        Value::Date(_) => [kind::DATE, 0],
        Value::Time(_) => [kind::TIME, 0],
        // The session is in UTC.
        Value::Timestamp(_) | Value::TimestampTz(_) => [kind::DATETIME, 0],
    }
}

fn put_value(output: &mut Vec<u8>, value: &Value) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::Bool(v) => output.push(u8::from(*v)),
        Value::Int(v) => output.extend_from_slice(&v.to_le_bytes()),
        Value::Uint(v) => output.extend_from_slice(&v.to_le_bytes()),
        Value::Float(v) if !v.is_finite() => return Err(format!("MySQL cannot store the floating-point number {v}")),
        Value::Float(v) => output.extend_from_slice(&v.to_le_bytes()),
        Value::Decimal(v) => put_string(output, v.as_str().as_bytes()),
        Value::Text(v) | Value::Json(v) => put_string(output, v.as_bytes()),
        Value::Uuid(v) => put_string(output, v.to_string().as_bytes()),
        Value::Bytes(v) => put_string(output, v),
        Value::Date(v) => {
            output.push(4);
            put_date(output, *v)?;
        }
        Value::Time(v) => {
            output.push(12);
            output.extend_from_slice(&[0; 5]); // not negative, no days
            put_time(output, *v);
        }
        Value::Timestamp(Timestamp { date, time }) | Value::TimestampTz(Timestamp { date, time }) => {
            output.push(11);
            put_date(output, *date)?;
            put_time(output, *time);
        }
    }
    Ok(())
}

fn put_date(output: &mut Vec<u8>, date: Date) -> Result<(), String> {
    let year = u16::try_from(date.year).ok().filter(|year| *year <= 9_999);
    let year = year.ok_or_else(|| format!("MySQL keeps years from 0 to 9999, but got {date}"))?;
    output.extend_from_slice(&year.to_le_bytes());
    output.extend_from_slice(&[date.month, date.day]);
    Ok(())
}

/// What is below a microsecond is dropped, as on the other databases.
fn put_time(output: &mut Vec<u8>, time: Time) {
    output.extend_from_slice(&[time.hour, time.minute, time.second]);
    output.extend_from_slice(&(time.nanosecond / 1_000).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use glim::value::{Date, Value};

    use super::put_values;

    #[test]
    fn nulls_and_types_come_before_the_values() {
        let mut output = Vec::new();
        put_values(&mut output, &[&Value::Null, &Value::Bool(true), &Value::Null]).expect("values");
        assert_eq!(output, [0b101, 1, 6, 0, 1, 0, 6, 0, 1]);
    }

    #[test]
    fn what_mysql_cannot_keep_is_named() {
        let error = put_values(&mut Vec::new(), &[&Value::Int(1), &Value::Float(f64::NAN)]).expect_err("NaN");
        assert_eq!(error.0, 1);
        let date = Date::new(-1, 1, 1).expect("a valid date");
        assert!(put_values(&mut Vec::new(), &[&Value::Date(date)]).is_err());
    }
}
