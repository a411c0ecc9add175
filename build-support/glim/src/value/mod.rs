//! Values as they go to a database and come back, independent of any driver.

mod array;
#[cfg(feature = "chrono")]
mod chrono;
mod decimal;
mod fit;
mod from;
#[cfg(feature = "jiff")]
mod jiff;
mod params;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "serde_json")]
mod serde_json;
mod time;
#[cfg(feature = "time")]
mod time_crate;
mod to;
mod uuid;
#[cfg(feature = "uuid")]
mod uuid_crate;

use std::fmt;

pub use self::array::Element;
pub use self::decimal::Decimal;
pub use self::fit::fit;
pub use self::from::{FromValue, Mismatch};
pub use self::params::Params;
pub use self::time::{Date, Time, Timestamp};
pub use self::to::ToValue;
pub use self::uuid::Uuid;

/// A value of a column or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`, or one whose origin is unsigned.
    Uint(u64),
    /// An IEEE 754 number.
    Float(f64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time without a zone.
    Timestamp(Timestamp),
    /// An instant, in UTC.
    TimestampTz(Timestamp),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document, as text.
    Json(String),
    /// Values of one type, NULLs among them, and no arrays.
    Array(Vec<Self>),
}

/// The kind of a [`Value`], for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of the value of that name")]
pub enum ValueKind {
    Null,
    Bool,
    Int,
    Uint,
    Float,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Uuid,
    Json,
    Array,
}

impl Value {
    /// The kind of this value.
    pub const fn kind(&self) -> ValueKind {
        match self {
            Self::Null => ValueKind::Null,
            Self::Bool(_) => ValueKind::Bool,
            Self::Int(_) => ValueKind::Int,
            Self::Uint(_) => ValueKind::Uint,
            Self::Float(_) => ValueKind::Float,
            Self::Decimal(_) => ValueKind::Decimal,
            Self::Text(_) => ValueKind::Text,
            Self::Bytes(_) => ValueKind::Bytes,
            Self::Date(_) => ValueKind::Date,
            Self::Time(_) => ValueKind::Time,
            Self::Timestamp(_) => ValueKind::Timestamp,
            Self::TimestampTz(_) => ValueKind::TimestampTz,
            Self::Uuid(_) => ValueKind::Uuid,
            Self::Json(_) => ValueKind::Json,
            Self::Array(_) => ValueKind::Array,
        }
    }

    /// Whether this is NULL.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "NULL",
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Uint => "an unsigned integer",
            Self::Float => "a floating-point number",
            Self::Decimal => "a decimal number",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::Timestamp => "a timestamp",
            Self::TimestampTz => "a timestamp with time zone",
            Self::Uuid => "a UUID",
            Self::Json => "JSON",
            Self::Array => "an array",
        })
    }
}
