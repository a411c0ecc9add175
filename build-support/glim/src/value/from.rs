//! Values to Rust types.
//!
//! Databases differ in what they can say: SQLite has no booleans, dates or UUIDs, and MySQL's boolean is a number. So
//! a conversion accepts each form in which some database gives the same value, and nothing that would lose a part of it.

use std::borrow::Cow;
use std::fmt;

use crate::value::{Date, Decimal, Time, Timestamp, Uuid, Value};

/// A type that a stored value can be read into.
#[diagnostic::on_unimplemented(
    message = "no value of a column can be read into `{Self}`",
    note = "an enum has `#[derive(glim::Enum)]`; any other type of your own implements `glim::FromValue`"
)]
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// [`Mismatch`] when the value is of another kind, or beyond the type's range.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;
}

/// Why a value could not be read as a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(String);

impl Mismatch {
    /// A value of another kind than the wanted one.
    pub fn kind(wanted: &str, value: &Value) -> Self {
        match value {
            Value::Null => Self(format!("expected {wanted}, found NULL; read it as an Option")),
            _ => Self(format!("expected {wanted}, found {}", value.kind())),
        }
    }

    /// A text that is not written as the wanted kind is.
    pub fn unreadable(wanted: &str, text: &str) -> Self {
        Self(format!("expected {wanted}, found the text {text:?}"))
    }

    /// A text that is none of the values of an enum.
    pub fn no_value(name: &str, values: &[&str], text: &str) -> Self {
        Self(format!("expected a value of the enum `{name}` (`{}`), found the text {text:?}", values.join("`, `")))
    }

    /// The same of an element of an array, from 1.
    pub(super) fn of_element(self, number: usize) -> Self {
        Self(format!("element {number}: {}", self.0))
    }

    /// A value beyond the range of the wanted type.
    pub fn range(wanted: &str, value: impl fmt::Display) -> Self {
        Self(format!("{value} is beyond the range of {wanted}"))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Ok(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: FromValue> FromValue for Box<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        T::from_value(value).map(Self::new)
    }
}

impl FromValue for Box<str> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        String::from_value(value).map(Into::into)
    }
}

impl FromValue for Box<[u8]> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Vec::<u8>::from_value(value).map(Into::into)
    }
}

impl<T: ToOwned + ?Sized> FromValue for Cow<'_, T>
where
    T::Owned: FromValue,
{
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        T::Owned::from_value(value).map(Self::Owned)
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(v) => Ok(*v),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            Value::Int(v) => Err(Mismatch::range("a boolean", v)),
            _ => Err(Mismatch::kind("a boolean", value)),
        }
    }
}

macro_rules! integer_from_value {
    ($($type:ty)*) => {$(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                let integer: i128 = match value {
                    Value::Int(v) => (*v).into(),
                    Value::Uint(v) => (*v).into(),
                    Value::Bool(v) => (*v).into(),
                    // `numeric(20, 0)` is how PostgreSQL keeps a u64.
                    Value::Decimal(v) if v.fraction_digits() == 0 => {
                        let digits = v.as_str().split('.').next().unwrap_or_default();
                        digits.parse().map_err(|_| Mismatch::range(stringify!($type), v))?
                    }
                    _ => return Err(Mismatch::kind(concat!("an integer (", stringify!($type), ")"), value)),
                };
                integer.try_into().map_err(|_| Mismatch::range(stringify!($type), integer))
            }
        }
    )*};
}

integer_from_value! { i8 i16 i32 i64 u8 u16 u32 u64 }

impl FromValue for f64 {
    #[expect(clippy::cast_precision_loss, reason = "checked: an integer that a f64 cannot hold is refused")]
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        match value {
            Value::Float(v) => Ok(*v),
            Value::Int(v) if v.unsigned_abs() <= EXACT => Ok(*v as Self),
            Value::Int(v) => Err(Mismatch::range("f64 without loss", v)),
            Value::Decimal(v) => v.as_str().parse().map_err(|_| Mismatch::range("f64", v)),
            _ => Err(Mismatch::kind("a number (f64)", value)),
        }
    }
}

impl FromValue for f32 {
    /// Numbers that are finite in 64 bits and too large for 32 are refused; finer digits are rounded, as the column that
    /// kept 32 bits did.
    #[expect(clippy::cast_possible_truncation, reason = "checked: what is too large is refused")]
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let wide = f64::from_value(value)?;
        let narrow = wide as Self;
        if narrow.is_infinite() && wide.is_finite() { Err(Mismatch::range("f32", wide)) } else { Ok(narrow) }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Text(v) | Value::Json(v) => Ok(v.clone()),
            Value::Uuid(v) => Ok(v.to_string()),
            Value::Decimal(v) => Ok(v.to_string()),
            _ => Err(Mismatch::kind("text", value)),
        }
    }
}

impl FromValue for char {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let text = String::from_value(value)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => Ok(char),
            _ => Err(Mismatch::unreadable("one character", &text)),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bytes(v) => Ok(v.clone()),
            _ => Err(Mismatch::kind("bytes", value)),
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let bytes = Vec::<u8>::from_value(value)?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| Mismatch(format!("expected {N} bytes, found {length}")))
    }
}

/// Implements [`FromValue`] for a type that has a kind of its own, and that some databases give as text.
macro_rules! own_or_text {
    ($($type:ident: $wanted:literal $(, also $other:ident)?;)*) => {$(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$type(v) $(| Value::$other(v))? => Ok(v.clone()),
                    Value::Text(text) => text.parse(),
                    _ => Err(Mismatch::kind($wanted, value)),
                }
            }
        }
    )*};
}

own_or_text! {
    Date: "a date";
    Time: "a time";
    Timestamp: "a timestamp", also TimestampTz;
}

impl FromValue for Decimal {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Decimal(v) => Ok(v.clone()),
            Value::Int(v) => v.to_string().parse(),
            Value::Uint(v) => v.to_string().parse(),
            Value::Text(text) => text.parse(),
            _ => Err(Mismatch::kind("a decimal number", value)),
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Uuid(v) => Ok(*v),
            Value::Text(text) => text.parse(),
            Value::Bytes(bytes) => {
                let bytes = bytes.as_slice().try_into();
                bytes.map(Self).map_err(|_| Mismatch::kind("a UUID of 16 bytes", value))
            }
            _ => Err(Mismatch::kind("a UUID", value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, FromValue, Timestamp, Value};

    #[test]
    fn integers_beyond_the_type_are_refused_not_cut() {
        assert_eq!(i8::from_value(&Value::Int(127)), Ok(127));
        assert!(i8::from_value(&Value::Int(128)).is_err());
        assert!(u8::from_value(&Value::Int(-1)).is_err());
        assert_eq!(u64::from_value(&Value::Uint(u64::MAX)), Ok(u64::MAX));
        assert!(i64::from_value(&Value::Uint(u64::MAX)).is_err());
    }

    #[test]
    fn a_numeric_column_gives_back_the_greatest_u64() {
        let stored: Decimal = "18446744073709551615".parse().expect("a valid number");
        assert_eq!(u64::from_value(&Value::Decimal(stored)), Ok(u64::MAX));
    }

    #[test]
    fn text_from_a_database_without_timestamps_is_read() {
        let value = Value::Text("2026-11-22 15:02:03.5".to_owned());
        assert_eq!(Timestamp::from_value(&value).map(|t| t.to_string()), Ok("2026-11-22 15:02:03.5".to_owned()));
    }

    #[test]
    fn null_asks_for_an_option() {
        let error = i32::from_value(&Value::Null).expect_err("NULL is no integer");
        assert!(error.to_string().contains("Option"), "{error}");
        assert_eq!(Option::<i32>::from_value(&Value::Null), Ok(None));
    }
}
