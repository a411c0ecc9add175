//! Values as parameters.
//!
//! A value goes where it can be read back as what it was, and nowhere else: 300 fits no `smallint` that is an enum, and a
//! timestamp fits no `date`. It travels as text, which the server reads as it reads its own literals, and `bytea` as
//! bytes.

use glim::value::{Date, Time, Timestamp, Value};
use tokio_postgres::types::{Kind, Type};

use super::{array, types};

/// A parameter as it is sent. Its place knows how: see `adapters`.
#[derive(Debug, PartialEq)]
pub enum Encoded<'a> {
    Null,
    Text(&'a str),
    Own(String),
    Binary(&'a [u8]),
}

/// Encodes a value for a parameter of the type, or says why it does not fit.
pub(super) fn encode<'a>(value: &'a Value, declared: &Type) -> Result<Encoded<'a>, String> {
    let ty = types::base(declared);
    let is_text = *ty == Type::CHAR || types::is_text(declared) || types::is_text(ty);
    let own = |text: String| Ok(Encoded::Own(text));
    match value {
        Value::Null => Ok(Encoded::Null),
        // Any type reads its values from text, `bytea` in two ways that bytes could be mistaken for.
        Value::Text(text) if *ty != Type::BYTEA => Ok(Encoded::Text(text)),
        Value::Json(text) if is_text || matches!(*ty, Type::JSON | Type::JSONB) => Ok(Encoded::Text(text)),
        Value::Bytes(bytes) if *ty == Type::BYTEA => Ok(Encoded::Binary(bytes)),
        Value::Uuid(uuid) if *ty == Type::BYTEA => Ok(Encoded::Binary(&uuid.0)),
        Value::Uuid(uuid) if is_text || *ty == Type::UUID => own(uuid.to_string()),
        Value::Bool(v) if *ty == Type::BOOL => Ok(Encoded::Text(if *v { "t" } else { "f" })),
        Value::Bool(v) if matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8) => {
            Ok(Encoded::Text(if *v { "1" } else { "0" }))
        }
        Value::Array(elements) => match ty.kind() {
            Kind::Array(of) => array::encode(elements, of).map(Encoded::Own),
            _ => Err(misfit(value, None::<i64>, declared)),
        },
        Value::Int(v) => integer((*v).into(), ty).ok_or_else(|| misfit(value, Some(v), declared)),
        Value::Uint(v) => integer((*v).into(), ty).ok_or_else(|| misfit(value, Some(v), declared)),
        Value::Float(v) => float(*v, ty).ok_or_else(|| misfit(value, Some(v), declared)),
        Value::Decimal(v) if is_text || *ty == Type::NUMERIC => Ok(Encoded::Text(v.as_str())),
        Value::Decimal(v) if matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8) && v.fraction_digits() == 0 => {
            Ok(Encoded::Text(v.as_str().split('.').next().unwrap_or_default()))
        }
        Value::Date(v) if is_text => own(v.to_string()),
        Value::Date(v) if matches!(*ty, Type::DATE | Type::TIMESTAMP) => own(date(*v)),
        Value::Time(v) if is_text => own(v.to_string()),
        Value::Time(v) if *ty == Type::TIME => own(whole_microseconds(*v).to_string()),
        Value::Timestamp(v) if is_text => own(v.to_string()),
        Value::TimestampTz(v) if is_text => own(format!("{v}+00:00")),
        Value::Timestamp(v) if *ty == Type::TIMESTAMP => own(timestamp(*v, "")),
        // A timestamp without zone is in UTC, as it is when a column with zone is read into one.
        Value::Timestamp(v) | Value::TimestampTz(v) if *ty == Type::TIMESTAMPTZ => own(timestamp(*v, "+00")),
        Value::TimestampTz(v) if *ty == Type::TIMESTAMP => own(timestamp(*v, "")),
        _ => Err(misfit(value, None::<i64>, declared)),
    }
}

fn misfit(value: &Value, shown: Option<impl std::fmt::Display>, ty: &Type) -> String {
    let shown = shown.map_or_else(String::new, |shown| format!(" ({shown})"));
    format!("{}{shown} does not fit the type {}", value.kind(), types::name(ty))
}

fn integer<'a>(number: i128, ty: &Type) -> Option<Encoded<'a>> {
    /// Up to here every integer has a float of its own.
    const fn exact(digits: u32) -> i128 {
        1 << digits
    }
    let fits = match *ty {
        Type::INT2 => i16::try_from(number).is_ok(),
        Type::INT4 => i32::try_from(number).is_ok(),
        Type::INT8 => i64::try_from(number).is_ok(),
        Type::OID => u32::try_from(number).is_ok(),
        Type::NUMERIC => true,
        Type::FLOAT4 => number.abs() <= exact(f32::MANTISSA_DIGITS),
        Type::FLOAT8 => number.abs() <= exact(f64::MANTISSA_DIGITS),
        Type::BOOL => matches!(number, 0 | 1),
        _ => false,
    };
    fits.then(|| Encoded::Own(number.to_string()))
}

fn float<'a>(number: f64, ty: &Type) -> Option<Encoded<'a>> {
    #[expect(clippy::cast_possible_truncation, reason = "this is the test whether it fits")]
    let fits = match *ty {
        Type::FLOAT8 => true,
        // Finer digits are rounded, as a `real` column does; too large a number is not.
        Type::FLOAT4 => (number as f32).is_finite() || !number.is_finite(),
        Type::NUMERIC => number.is_finite(),
        _ => false,
    };
    // The shortest form that is read back as the same number; with an exponent, since 1e300 has 301 digits.
    let text = match number {
        _ if number.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        _ => format!("{number:e}"),
    };
    fits.then_some(Encoded::Own(text))
}

/// Years before 1 are written with an era: the year 0 is 1 BC.
fn date(date: Date) -> String {
    if date.year > 0 { date.to_string() } else { format!("{} BC", before_christ(date)) }
}

fn timestamp(timestamp: Timestamp, zone: &str) -> String {
    let (date, time) = (timestamp.date, whole_microseconds(timestamp.time));
    if date.year > 0 { format!("{date} {time}{zone}") } else { format!("{} {time}{zone} BC", before_christ(date)) }
}

/// What is below a microsecond is dropped, as on the other databases; the server would round, up to 24:00.
fn whole_microseconds(time: Time) -> Time {
    Time { nanosecond: time.nanosecond - time.nanosecond % 1_000, ..time }
}

fn before_christ(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", 1 - i64::from(date.year), date.month, date.day)
}

#[cfg(test)]
mod tests {
    use glim::value::{Date, Time, Timestamp, Value};

    use tokio_postgres::types::Type;

    use super::{Encoded, encode};

    fn text(value: &Value, ty: &Type) -> Result<String, String> {
        Ok(match encode(value, ty)? {
            Encoded::Text(text) => text.to_owned(),
            Encoded::Own(text) => text,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn integers_are_checked_against_the_type() {
        assert_eq!(text(&Value::Int(-32_768), &Type::INT2), Ok("-32768".to_owned()));
        let error = text(&Value::Int(32_768), &Type::INT2).expect_err("beyond smallint");
        assert_eq!(error, "an integer (32768) does not fit the type smallint");
        assert_eq!(text(&Value::Uint(u64::MAX), &Type::NUMERIC), Ok("18446744073709551615".to_owned()));
        assert!(text(&Value::Uint(u64::MAX), &Type::INT8).is_err());
        assert!(text(&Value::Int((1 << 53) + 1), &Type::FLOAT8).is_err());
        assert!(text(&Value::Int(2), &Type::BOOL).is_err());
    }

    #[test]
    fn floats_keep_their_value() {
        assert_eq!(text(&Value::Float(0.1), &Type::FLOAT8), Ok("1e-1".to_owned()));
        assert_eq!(text(&Value::Float(f64::NEG_INFINITY), &Type::FLOAT4), Ok("-Infinity".to_owned()));
        assert!(text(&Value::Float(1e300), &Type::FLOAT4).is_err());
        assert!(text(&Value::Float(f64::NAN), &Type::NUMERIC).is_err());
    }

    #[test]
    fn nothing_is_cut_or_reinterpreted() {
        let noon = Time::new(12, 0, 0, 0).expect("a valid time");
        let day = Date::new(2026, 11, 22).expect("a valid date");
        assert!(text(&Value::Timestamp(Timestamp { date: day, time: noon }), &Type::DATE).is_err());
        assert!(text(&Value::Bytes(vec![1]), &Type::TEXT).is_err());
        assert!(text(&Value::Text("abc".to_owned()), &Type::BYTEA).is_err());
        assert!(text(&Value::Int(1), &Type::TEXT).is_err());
        assert_eq!(encode(&Value::Bytes(vec![1]), &Type::BYTEA), Ok(Encoded::Binary(&[1])));
    }

    #[test]
    fn years_before_christ_have_their_era() {
        let ides = Date::new(-43, 3, 15).expect("a valid date");
        assert_eq!(text(&Value::Date(ides), &Type::DATE), Ok("0044-03-15 BC".to_owned()));
        let time = Time::new(1, 2, 3, 4_567).expect("a valid time");
        let moment = Value::Timestamp(Timestamp { date: ides, time });
        assert_eq!(text(&moment, &Type::TIMESTAMP), Ok("0044-03-15 01:02:03.000004 BC".to_owned()));
    }
}
