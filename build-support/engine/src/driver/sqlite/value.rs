//! Values in the five storage classes of SQLite.
//!
//! A value comes back by its storage class: `FromValue` knows in which forms SQLite keeps booleans, dates and the like.

use glim::value::Value;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// The form in which a value is stored, or why it cannot be.
pub(super) fn to_sql(value: &Value) -> Result<ToSqlOutput<'_>, String> {
    let text = |text: String| ToSqlOutput::Owned(rusqlite::types::Value::Text(text));
    let integer = |number: i64| ToSqlOutput::Borrowed(ValueRef::Integer(number));
    Ok(match value {
        Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Bool(v) => integer(i64::from(*v)),
        Value::Int(v) => integer(*v),
        Value::Uint(v) => {
            integer(i64::try_from(*v).map_err(|_| format!("SQLite keeps no integer above {}, but got {v}", i64::MAX))?)
        }
        // SQLite would store NULL in its place.
        Value::Float(v) if v.is_nan() => {
            return Err("SQLite cannot store a floating-point number that is NaN".to_owned());
        }
        Value::Float(v) => ToSqlOutput::Borrowed(ValueRef::Real(*v)),
        Value::Decimal(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_str().as_bytes())),
        Value::Text(v) | Value::Json(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
        Value::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
        Value::Date(v) => text(v.to_string()),
        Value::Time(v) => text(v.to_string()),
        Value::Timestamp(v) => text(v.to_string()),
        // With its offset, so that a reader sees an instant and not a local time.
        Value::TimestampTz(v) => text(format!("{v}+00:00")),
        Value::Uuid(v) => text(v.to_string()),
        Value::Array(_) => return Err("SQLite keeps no arrays".to_owned()),
    })
}

/// The value of a stored form, or why there is none.
pub(super) fn from_sql(stored: ValueRef<'_>) -> Result<Value, String> {
    Ok(match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Real(v) => Value::Float(v),
        ValueRef::Text(v) => match std::str::from_utf8(v) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return Err("the stored text is not UTF-8; read it with CAST(... AS BLOB)".to_owned()),
        },
        ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
    })
}
