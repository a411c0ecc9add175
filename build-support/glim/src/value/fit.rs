//! Whether a value fits its column. Asked before a row is written, since databases cut, round, clamp or reinterpret
//! some of what does not fit, each in its own way, without a word.

use glim_schema::{Column, ColumnType, Dialect, EnumType};

use crate::value::{Date, Decimal, Time, Value};

/// Refuses a value that the column would not keep as it is. A column of a native type is not checked, except for NULL.
///
/// Times are kept to the microsecond. The conversions from chrono, time and jiff cut what is finer; a [`Time`] made by
/// hand that is finer is refused here.
///
/// # Errors
/// Why it does not fit, naming the kind of the value. Texts and bytes are not shown: they may be secret.
pub fn fit(value: &Value, column: &Column, dialect: Dialect) -> Result<(), String> {
    match value {
        Value::Null if column.nullable || column.auto_increment => Ok(()),
        Value::Null => Err("NULL does not fit: the column is NOT NULL".to_owned()),
        value => fit_type(value, &column.ty, dialect),
    }
}

/// The same of a value that is not NULL.
fn fit_type(value: &Value, ty: &ColumnType, dialect: Dialect) -> Result<(), String> {
    match (ty, value) {
        (ColumnType::Array(of), Value::Array(elements)) => array(elements, of, dialect),
        (ColumnType::Native(_), _)
        | (ColumnType::Bool, Value::Bool(_) | Value::Int(0 | 1))
        | (ColumnType::Uuid, Value::Uuid(_))
        | (ColumnType::Json, Value::Json(_)) => Ok(()),
        (ty, Value::Bool(_)) if ty.is_integer() => Ok(()),
        (ty, Value::Int(v)) if ty.is_integer() => integer((*v).into(), value, ty, dialect),
        (ty, Value::Uint(v)) if ty.is_integer() => integer((*v).into(), value, ty, dialect),
        (ColumnType::Float32 | ColumnType::Float64, Value::Float(v)) => float(*v, ty, dialect),
        (ColumnType::Float32 | ColumnType::Float64, Value::Int(v)) => whole_float(*v, ty),
        (ColumnType::Decimal { precision, scale }, Value::Decimal(v)) => decimal(v, *precision, *scale),
        (ColumnType::Decimal { precision, scale }, Value::Int(v)) => {
            digits(value, decimal_digits(v.unsigned_abs()), *precision, *scale)
        }
        (ColumnType::Decimal { precision, scale }, Value::Uint(v)) => {
            digits(value, decimal_digits(*v), *precision, *scale)
        }
        (ColumnType::Text { length }, Value::Text(v)) => text(v, *length, dialect),
        (ColumnType::Enum(ty), Value::Text(v)) => one_of(v, ty),
        (ColumnType::Bytes { length }, Value::Bytes(v)) => bytes(v, *length),
        (ColumnType::Date, Value::Date(v)) => year(*v, value, years(dialect, Span::Dates)),
        (ColumnType::Time, Value::Time(v)) => microseconds(*v, value),
        (ColumnType::Timestamp, Value::Timestamp(v)) | (ColumnType::TimestampTz, Value::TimestampTz(v)) => {
            year(v.date, value, years(dialect, Span::Timestamps))?;
            microseconds(v.time, value)
        }
        (ty, _) => Err(format!("{} does not fit: the column holds {}", value.kind(), plural(ty))),
    }
}

fn array(elements: &[Value], of: &ColumnType, dialect: Dialect) -> Result<(), String> {
    for (element, number) in elements.iter().zip(1..).filter(|(element, _)| !element.is_null()) {
        fit_type(element, of, dialect).map_err(|reason| format!("element {number}: {reason}"))?;
    }
    Ok(())
}

fn one_of(text: &str, ty: &EnumType) -> Result<(), String> {
    if ty.values.iter().any(|value| value == text) {
        return Ok(());
    }
    Err(format!("a text does not fit: it is none of the values of `{}`", ty.name))
}

fn integer(number: i128, value: &Value, ty: &ColumnType, dialect: Dialect) -> Result<(), String> {
    let kind = value.kind();
    if let Some((least, greatest)) = ty.integer_range() {
        if !(least..=greatest).contains(&number) {
            return Err(format!("{kind} of {number} does not fit: the column holds {least} to {greatest}"));
        }
    }
    match dialect {
        Dialect::Sqlite if number > i64::MAX.into() => {
            Err(format!("{kind} of {number} does not fit: SQLite keeps none above {}", i64::MAX))
        }
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => Ok(()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the comparison finds what is lost")]
fn float(number: f64, ty: &ColumnType, dialect: Dialect) -> Result<(), String> {
    let keeps = match dialect {
        // SQLite stores NaN as NULL.
        Dialect::Sqlite => !number.is_nan(),
        Dialect::Postgres => true,
        Dialect::Mysql => number.is_finite(),
    };
    if !keeps {
        return Err(format!("a floating-point number that is {number} does not fit: {} keeps none", dialect.title()));
    }
    if *ty == ColumnType::Float32 && !number.is_nan() && f64::from(number as f32).to_bits() != number.to_bits() {
        return Err(format!("a floating-point number of {number:?} does not fit: the column holds those of 32 bits"));
    }
    Ok(())
}

fn whole_float(number: i64, ty: &ColumnType) -> Result<(), String> {
    let bits = if *ty == ColumnType::Float32 { f32::MANTISSA_DIGITS } else { f64::MANTISSA_DIGITS };
    if number.unsigned_abs() > 1 << bits {
        return Err(format!("an integer of {number} does not fit: the column holds whole numbers of {bits} bits"));
    }
    Ok(())
}

fn decimal(number: &Decimal, precision: u16, scale: u16) -> Result<(), String> {
    let kind = "a decimal number";
    let fraction = number.fraction_digits();
    if fraction > usize::from(scale) {
        return Err(format!("{kind} with {fraction} digits after the point does not fit: the column holds {scale}"));
    }
    let (integer, most) = (number.integer_digits(), precision.saturating_sub(scale));
    if integer > usize::from(most) {
        return Err(format!("{kind} with {integer} digits before the point does not fit: the column holds {most}"));
    }
    Ok(())
}

fn digits(value: &Value, digits: u32, precision: u16, scale: u16) -> Result<(), String> {
    let most = precision.saturating_sub(scale);
    if digits > most.into() {
        let kind = value.kind();
        return Err(format!("{kind} of {digits} digits does not fit: the column holds {most} before the point"));
    }
    Ok(())
}

fn decimal_digits(number: u64) -> u32 {
    number.checked_ilog10().map_or(0, |log| log + 1)
}

fn text(text: &str, length: Option<u32>, dialect: Dialect) -> Result<(), String> {
    match dialect {
        Dialect::Postgres if text.contains('\0') => {
            return Err("text with the character U+0000 does not fit: PostgreSQL keeps none".to_owned());
        }
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => {}
    }
    let Some(length) = length else { return Ok(()) };
    let most = usize::try_from(length).unwrap_or(usize::MAX);
    // No text has more characters than bytes, and most are short: they need no counting.
    if text.len() <= most {
        return Ok(());
    }
    let characters = text.chars().count();
    if characters > most {
        return Err(format!("text of {characters} characters does not fit: the column holds {most}"));
    }
    Ok(())
}

fn bytes(bytes: &[u8], length: Option<u32>) -> Result<(), String> {
    let most = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
    if bytes.len() > most {
        return Err(format!("bytes, {} of them, do not fit: the column holds {most}", bytes.len()));
    }
    Ok(())
}

/// What a range of years is of: PostgreSQL's differ.
#[derive(Clone, Copy)]
enum Span {
    Dates,
    Timestamps,
}

/// The first and the last year that the database documents.
fn years(dialect: Dialect, span: Span) -> (i32, i32) {
    match (dialect, span) {
        // "Date And Time Functions"; outside, dates would also sort as other texts do.
        (Dialect::Sqlite, Span::Dates | Span::Timestamps) => (0, 9999),
        // From 4713 BC, which is -4712 when 1 BC is the year 0.
        (Dialect::Postgres, Span::Dates) => (-4712, 5_874_897),
        (Dialect::Postgres, Span::Timestamps) => (-4712, 294_276),
        (Dialect::Mysql, Span::Dates | Span::Timestamps) => (1000, 9999),
    }
}

fn year(date: Date, value: &Value, (first, last): (i32, i32)) -> Result<(), String> {
    if (first..=last).contains(&date.year) {
        return Ok(());
    }
    let (kind, year) = (value.kind(), date.year);
    Err(format!("{kind} in the year {year} does not fit: the database keeps the years {first} to {last}"))
}

fn microseconds(time: Time, value: &Value) -> Result<(), String> {
    if time == time.to_microsecond() {
        return Ok(());
    }
    let kind = value.kind();
    Err(format!("{kind} finer than a microsecond does not fit; cut it with `to_microsecond`"))
}

/// What the column holds, in the plural.
fn plural(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool => "booleans",
        ColumnType::Int8
        | ColumnType::Int16
        | ColumnType::Int32
        | ColumnType::Int64
        | ColumnType::Uint8
        | ColumnType::Uint16
        | ColumnType::Uint32
        | ColumnType::Uint64 => "integers",
        ColumnType::Float32 | ColumnType::Float64 => "floating-point numbers",
        ColumnType::Decimal { .. } => "decimal numbers",
        ColumnType::Text { .. } => "text",
        ColumnType::Bytes { .. } => "bytes",
        ColumnType::Date => "dates",
        ColumnType::Time => "times",
        ColumnType::Timestamp => "timestamps without time zone",
        ColumnType::TimestampTz => "timestamps with time zone",
        ColumnType::Uuid => "UUIDs",
        ColumnType::Json => "JSON",
        ColumnType::Native(_) => "a native type",
        ColumnType::Enum(_) => "values of an enum",
        ColumnType::Array(_) => "arrays",
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Column, ColumnType, Dialect};
    use proptest::prelude::*;

    use super::fit;
    use crate::value::{Date, Time, Timestamp, ToValue, Value};

    fn fits(ty: ColumnType, value: impl ToValue) -> [bool; 3] {
        let column = Column::new("c", ty);
        Dialect::ALL.map(|dialect| fit(&value.to_value(), &column, dialect).is_ok())
    }

    fn reason(ty: ColumnType, value: impl ToValue) -> String {
        fit(&value.to_value(), &Column::new("c", ty), Dialect::Postgres).expect_err("a value that does not fit")
    }

    const YES: [bool; 3] = [true; 3];
    const NO: [bool; 3] = [false; 3];

    #[test]
    fn null_needs_a_column_that_may_be_null_or_numbers_itself() {
        let column = || Column::new("c", ColumnType::Int32);
        for dialect in Dialect::ALL {
            assert!(fit(&Value::Null, &column(), dialect).is_err());
            assert!(fit(&Value::Null, &column().nullable(), dialect).is_ok());
            assert!(fit(&Value::Null, &column().auto_increment(), dialect).is_ok());
        }
    }

    #[test]
    fn integers_have_the_range_of_the_column_and_of_the_database() {
        assert_eq!(fits(ColumnType::Int8, 127_i64), YES);
        assert_eq!(fits(ColumnType::Int8, 128_i64), NO);
        assert_eq!(fits(ColumnType::Uint8, -1_i64), NO);
        assert_eq!(fits(ColumnType::Int64, u64::MAX), NO);
        assert_eq!(fits(ColumnType::Uint64, u64::MAX), [false, true, true]);
        assert_eq!(fits(ColumnType::Int32, true), YES);
        assert_eq!(reason(ColumnType::Int8, 300_i64), "an integer of 300 does not fit: the column holds -128 to 127");
    }

    #[test]
    fn floats_that_a_database_would_change_are_refused() {
        assert_eq!(fits(ColumnType::Float64, f64::NAN), [false, true, false]);
        assert_eq!(fits(ColumnType::Float64, f64::INFINITY), [true, true, false]);
        assert_eq!(fits(ColumnType::Float32, 0.1_f32), YES);
        assert_eq!(fits(ColumnType::Float32, 0.1_f64), NO);
        assert_eq!(fits(ColumnType::Float32, 1e300_f64), NO);
        assert_eq!(fits(ColumnType::Float32, -0.0_f64), YES);
        assert_eq!(fits(ColumnType::Float64, (1_i64 << 53) + 1), NO);
    }

    #[test]
    fn decimals_are_counted_on_both_sides_of_the_point() {
        let ty = || ColumnType::Decimal { precision: 5, scale: 2 };
        let number = |text: &str| Value::Decimal(text.parse().expect("a valid number"));
        assert_eq!(fits(ty(), number("-999.99")), YES);
        assert_eq!(fits(ty(), number("000999.9900")), YES);
        assert_eq!(fits(ty(), number("1000")), NO);
        assert_eq!(fits(ty(), number("0.001")), NO);
        assert_eq!(fits(ty(), 999), YES);
        assert_eq!(fits(ty(), -1000), NO);
        assert_eq!(fits(ty(), 0), YES);
        assert_eq!(fits(ty(), u64::MAX), NO);
        assert_eq!(fits(ty(), 1.5), NO);
        assert!(reason(ty(), number("1234.5")).starts_with("a decimal number with 4 digits before the point"));
    }

    #[test]
    fn lengths_are_counted_in_characters_and_bytes() {
        let text = || ColumnType::Text { length: Some(3) };
        assert_eq!(fits(text(), "ééé"), YES);
        assert_eq!(fits(text(), "abcd"), NO);
        // PostgreSQL would cut trailing spaces.
        assert_eq!(fits(text(), "abc "), NO);
        assert_eq!(fits(ColumnType::Text { length: None }, "a\0"), [true, false, true]);
        assert_eq!(fits(ColumnType::Bytes { length: Some(2) }, vec![1_u8, 2]), YES);
        assert_eq!(fits(ColumnType::Bytes { length: Some(2) }, vec![1_u8, 2, 3]), NO);
        assert_eq!(reason(text(), "secret"), "text of 6 characters does not fit: the column holds 3");
    }

    #[test]
    fn years_and_fractions_of_seconds_have_limits() {
        let day = |year| Date::new(year, 1, 1).expect("a valid date");
        let at = |year| Timestamp { date: day(year), time: Time::new(0, 0, 0, 0).expect("a valid time") };
        assert_eq!(fits(ColumnType::Date, day(1000)), YES);
        assert_eq!(fits(ColumnType::Date, day(999)), [true, true, false]);
        assert_eq!(fits(ColumnType::Date, day(-1)), [false, true, false]);
        assert_eq!(fits(ColumnType::Timestamp, at(10_000)), [false, true, false]);
        assert_eq!(fits(ColumnType::Timestamp, at(294_277)), NO);
        assert_eq!(fits(ColumnType::TimestampTz, Value::TimestampTz(at(2026))), YES);
        let fine = Time::new(1, 2, 3, 1_001).expect("a valid time");
        assert_eq!(fits(ColumnType::Time, fine), NO);
        assert_eq!(fits(ColumnType::Time, fine.to_microsecond()), YES);
        assert_eq!(fits(ColumnType::Timestamp, Timestamp { time: fine, ..at(2026) }), NO);
    }

    #[test]
    fn each_element_of_an_array_fits() {
        let ty = || ColumnType::array(ColumnType::Int8);
        assert_eq!(fits(ty(), vec![Some(127), None]), YES);
        assert_eq!(fits(ty(), Vec::<i32>::new()), YES);
        assert_eq!(
            reason(ty(), vec![1, 300]),
            "element 2: an integer of 300 does not fit: the column holds -128 to 127"
        );
        assert_eq!(reason(ty(), "{1}"), "text does not fit: the column holds arrays");
    }

    #[test]
    fn another_kind_of_value_is_named() {
        assert_eq!(reason(ColumnType::Int32, "5"), "text does not fit: the column holds integers");
        assert_eq!(fits(ColumnType::Bool, 2), NO);
        assert_eq!(fits(ColumnType::Text { length: None }, vec![1_u8]), NO);
        assert_eq!(fits(ColumnType::TimestampTz, Date::new(2026, 1, 1).expect("a valid date")), NO);
        assert_eq!(fits(ColumnType::Native("inet".to_owned()), "10.0.0.1"), YES);
    }

    proptest! {
        #[test]
        fn an_integer_fits_exactly_where_its_type_converts(value: i64) {
            prop_assert_eq!(fits(ColumnType::Int8, value), [i8::try_from(value).is_ok(); 3]);
            prop_assert_eq!(fits(ColumnType::Int16, value), [i16::try_from(value).is_ok(); 3]);
            prop_assert_eq!(fits(ColumnType::Int32, value), [i32::try_from(value).is_ok(); 3]);
            prop_assert_eq!(fits(ColumnType::Uint32, value), [u32::try_from(value).is_ok(); 3]);
            prop_assert_eq!(fits(ColumnType::Uint64, value), [u64::try_from(value).is_ok(); 3]);
        }

        #[test]
        fn a_text_fits_exactly_by_its_characters(value in "\\PC{0,12}", length in 1_u32..12) {
            let short = value.chars().count() <= length as usize;
            prop_assert_eq!(fits(ColumnType::Text { length: Some(length) }, value), [short; 3]);
        }

        #[test]
        fn a_whole_decimal_fits_where_its_integer_does(value: i64, precision in 1_u16..20) {
            let ty = || ColumnType::Decimal { precision, scale: 0 };
            let decimal = Value::Decimal(value.to_string().parse().expect("a valid number"));
            prop_assert_eq!(fits(ty(), value), fits(ty(), decimal));
            let fitting = i128::from(value).abs() < 10_i128.pow(precision.into());
            prop_assert_eq!(fits(ty(), value), [fitting; 3]);
        }
    }
}
