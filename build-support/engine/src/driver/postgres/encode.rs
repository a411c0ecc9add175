//! Values as parameters.
//!
//! A value goes where it can be read back as what it was, and nowhere else: 300 fits no `smallint` that is an enum, and a
//! timestamp fits no `date`. It travels as text, which the server reads as it reads its own literals, and `bytea` as
//! bytes.

use glim::value::{Date, Time, Timestamp, Value};
use postgres_protocol::Oid;

use super::types::{
    BOOL, BYTEA, CHAR, DATE, FLOAT4, FLOAT8, INT2, INT4, INT8, JSON, JSONB, NUMERIC, OID, TIME, TIMESTAMP, TIMESTAMPTZ,
    TypeNames, UUID,
};

/// A parameter as it is sent.
#[derive(Debug, PartialEq)]
pub(super) enum Encoded<'a> {
    Null,
    Text(&'a str),
    Own(String),
    Binary(&'a [u8]),
}

impl Encoded<'_> {
    /// The format's number in the protocol: 0 for text, 1 for binary.
    pub(super) fn format(&self) -> i16 {
        i16::from(matches!(self, Self::Binary(_)))
    }

    /// What is sent; `None` for NULL.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.as_bytes()),
            Self::Own(text) => Some(text.as_bytes()),
            Self::Binary(bytes) => Some(bytes),
        }
    }
}

/// Encodes a value for a parameter of the type, or says why it does not fit.
pub(super) fn encode<'a>(value: &'a Value, declared: Oid, names: &TypeNames) -> Result<Encoded<'a>, String> {
    let oid = names.base(declared);
    let is_text = oid == CHAR || names.is_text(declared) || names.is_text(oid);
    let own = |text: String| Ok(Encoded::Own(text));
    match value {
        Value::Null => Ok(Encoded::Null),
        // Any type reads its values from text, `bytea` in two ways that bytes could be mistaken for.
        Value::Text(text) if oid != BYTEA => Ok(Encoded::Text(text)),
        Value::Json(text) if is_text || matches!(oid, JSON | JSONB) => Ok(Encoded::Text(text)),
        Value::Bytes(bytes) if oid == BYTEA => Ok(Encoded::Binary(bytes)),
        Value::Uuid(uuid) if oid == BYTEA => Ok(Encoded::Binary(&uuid.0)),
        Value::Uuid(uuid) if is_text || oid == UUID => own(uuid.to_string()),
        Value::Bool(v) if oid == BOOL => Ok(Encoded::Text(if *v { "t" } else { "f" })),
        Value::Bool(v) if matches!(oid, INT2 | INT4 | INT8) => Ok(Encoded::Text(if *v { "1" } else { "0" })),
        Value::Int(v) => integer((*v).into(), oid).ok_or_else(|| misfit(value, Some(v), declared, names)),
        Value::Uint(v) => integer((*v).into(), oid).ok_or_else(|| misfit(value, Some(v), declared, names)),
        Value::Float(v) => float(*v, oid).ok_or_else(|| misfit(value, Some(v), declared, names)),
        Value::Decimal(v) if is_text || oid == NUMERIC => Ok(Encoded::Text(v.as_str())),
        Value::Decimal(v) if matches!(oid, INT2 | INT4 | INT8) && v.fraction_digits() == 0 => {
            Ok(Encoded::Text(v.as_str().split('.').next().unwrap_or_default()))
        }
        Value::Date(v) if is_text => own(v.to_string()),
        Value::Date(v) if matches!(oid, DATE | TIMESTAMP) => own(date(*v)),
        Value::Time(v) if is_text => own(v.to_string()),
        Value::Time(v) if oid == TIME => own(whole_microseconds(*v).to_string()),
        Value::Timestamp(v) if is_text => own(v.to_string()),
        Value::TimestampTz(v) if is_text => own(format!("{v}+00:00")),
        Value::Timestamp(v) if oid == TIMESTAMP => own(timestamp(*v, "")),
        // A timestamp without zone is in UTC, as it is when a column with zone is read into one.
        Value::Timestamp(v) | Value::TimestampTz(v) if oid == TIMESTAMPTZ => own(timestamp(*v, "+00")),
        Value::TimestampTz(v) if oid == TIMESTAMP => own(timestamp(*v, "")),
        _ => Err(misfit(value, None::<i64>, declared, names)),
    }
}

fn misfit(value: &Value, shown: Option<impl std::fmt::Display>, oid: Oid, names: &TypeNames) -> String {
    let shown = shown.map_or_else(String::new, |shown| format!(" ({shown})"));
    format!("{}{shown} does not fit the type {}", value.kind(), names.name(oid))
}

fn integer<'a>(number: i128, oid: Oid) -> Option<Encoded<'a>> {
    /// Up to here every integer has a float of its own.
    const fn exact(digits: u32) -> i128 {
        1 << digits
    }
    let fits = match oid {
        INT2 => i16::try_from(number).is_ok(),
        INT4 => i32::try_from(number).is_ok(),
        INT8 => i64::try_from(number).is_ok(),
        OID => u32::try_from(number).is_ok(),
        NUMERIC => true,
        FLOAT4 => number.abs() <= exact(f32::MANTISSA_DIGITS),
        FLOAT8 => number.abs() <= exact(f64::MANTISSA_DIGITS),
        BOOL => matches!(number, 0 | 1),
        _ => false,
    };
    fits.then(|| Encoded::Own(number.to_string()))
}

fn float<'a>(number: f64, oid: Oid) -> Option<Encoded<'a>> {
    #[expect(clippy::cast_possible_truncation, reason = "this is the test whether it fits")]
    let fits = match oid {
        FLOAT8 => true,
        // Finer digits are rounded, as a `real` column does; too large a number is not.
        FLOAT4 => (number as f32).is_finite() || !number.is_finite(),
        NUMERIC => number.is_finite(),
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

    use super::{Encoded, TypeNames, encode};
    use crate::driver::postgres::types::{BOOL, BYTEA, DATE, FLOAT4, FLOAT8, INT2, INT8, NUMERIC, TEXT, TIMESTAMP};

    fn text(value: &Value, oid: u32) -> Result<String, String> {
        let encoded = encode(value, oid, &TypeNames::default())?;
        Ok(String::from_utf8(encoded.bytes().unwrap_or_default().to_vec()).expect("text"))
    }

    #[test]
    fn integers_are_checked_against_the_type() {
        assert_eq!(text(&Value::Int(-32_768), INT2), Ok("-32768".to_owned()));
        let error = text(&Value::Int(32_768), INT2).expect_err("beyond smallint");
        assert_eq!(error, "an integer (32768) does not fit the type smallint");
        assert_eq!(text(&Value::Uint(u64::MAX), NUMERIC), Ok("18446744073709551615".to_owned()));
        assert!(text(&Value::Uint(u64::MAX), INT8).is_err());
        assert!(text(&Value::Int((1 << 53) + 1), FLOAT8).is_err());
        assert!(text(&Value::Int(2), BOOL).is_err());
    }

    #[test]
    fn floats_keep_their_value() {
        assert_eq!(text(&Value::Float(0.1), FLOAT8), Ok("1e-1".to_owned()));
        assert_eq!(text(&Value::Float(f64::NEG_INFINITY), FLOAT4), Ok("-Infinity".to_owned()));
        assert!(text(&Value::Float(1e300), FLOAT4).is_err());
        assert!(text(&Value::Float(f64::NAN), NUMERIC).is_err());
    }

    #[test]
    fn nothing_is_cut_or_reinterpreted() {
        let noon = Time::new(12, 0, 0, 0).expect("a valid time");
        let day = Date::new(2026, 11, 22).expect("a valid date");
        assert!(text(&Value::Timestamp(Timestamp { date: day, time: noon }), DATE).is_err());
        assert!(text(&Value::Bytes(vec![1]), TEXT).is_err());
        assert!(text(&Value::Text("abc".to_owned()), BYTEA).is_err());
        assert!(text(&Value::Int(1), TEXT).is_err());
        assert_eq!(encode(&Value::Bytes(vec![1]), BYTEA, &TypeNames::default()), Ok(Encoded::Binary(&[1])));
    }

    #[test]
    fn years_before_christ_have_their_era() {
        let ides = Date::new(-43, 3, 15).expect("a valid date");
        assert_eq!(text(&Value::Date(ides), DATE), Ok("0044-03-15 BC".to_owned()));
        let time = Time::new(1, 2, 3, 4_567).expect("a valid time");
        let moment = Value::Timestamp(Timestamp { date: ides, time });
        assert_eq!(text(&moment, TIMESTAMP), Ok("0044-03-15 01:02:03.000004 BC".to_owned()));
    }
}
