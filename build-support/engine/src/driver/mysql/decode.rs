//! Values of a row: in the binary form of a prepared statement, or as text.

use std::io;

use glim::value::{Date, Time, Timestamp, Value};

use super::packet::{Column, Reader};

/// The numbers of types (`enum_field_types` in `field_types.h` of the server).
pub(super) mod kind {
    pub(in crate::driver::mysql) const DECIMAL: u8 = 0;
    pub(in crate::driver::mysql) const TINY: u8 = 1;
    pub(in crate::driver::mysql) const SHORT: u8 = 2;
    pub(in crate::driver::mysql) const LONG: u8 = 3;
    pub(in crate::driver::mysql) const FLOAT: u8 = 4;
    pub(in crate::driver::mysql) const DOUBLE: u8 = 5;
    pub(in crate::driver::mysql) const NULL: u8 = 6;
    pub(in crate::driver::mysql) const TIMESTAMP: u8 = 7;
    pub(in crate::driver::mysql) const LONGLONG: u8 = 8;
    pub(in crate::driver::mysql) const INT24: u8 = 9;
    pub(in crate::driver::mysql) const DATE: u8 = 10;
    pub(in crate::driver::mysql) const TIME: u8 = 11;
    pub(in crate::driver::mysql) const DATETIME: u8 = 12;
    pub(in crate::driver::mysql) const YEAR: u8 = 13;
    pub(in crate::driver::mysql) const VARCHAR: u8 = 15;
    pub(in crate::driver::mysql) const BIT: u8 = 16;
    pub(in crate::driver::mysql) const JSON: u8 = 245;
    pub(in crate::driver::mysql) const NEWDECIMAL: u8 = 246;
    pub(in crate::driver::mysql) const ENUM: u8 = 247;
    pub(in crate::driver::mysql) const SET: u8 = 248;
    pub(in crate::driver::mysql) const TINY_BLOB: u8 = 249;
    pub(in crate::driver::mysql) const MEDIUM_BLOB: u8 = 250;
    pub(in crate::driver::mysql) const LONG_BLOB: u8 = 251;
    pub(in crate::driver::mysql) const BLOB: u8 = 252;
    pub(in crate::driver::mysql) const VAR_STRING: u8 = 253;
    pub(in crate::driver::mysql) const STRING: u8 = 254;
    pub(in crate::driver::mysql) const GEOMETRY: u8 = 255;
}

/// Why a row could not be read.
pub(super) enum Unreadable {
    /// The packet makes no sense.
    Broken(io::Error),
    /// A column's value is none of ours: the column's name, and why.
    Column(String, String),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Reads a row of a prepared statement.
pub(super) fn binary_row(packet: &[u8], columns: &[Column]) -> Result<Vec<Value>, Unreadable> {
    let mut reader = Reader(packet);
    let _header = reader.u8()?;
    // The first two bits are not used.
    let nulls = reader.bytes((columns.len() + 2).div_ceil(8))?;
    let is_null = |index: usize| nulls[(index + 2) / 8] & 1 << ((index + 2) % 8) != 0;
    let mut values = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        values.push(if is_null(index) { Value::Null } else { binary(&mut reader, column)? });
    }
    Ok(values)
}

fn binary(reader: &mut Reader<'_>, column: &Column) -> Result<Value, Unreadable> {
    let refuse = |reason: String| Unreadable::Column(column.name.clone(), reason);
    let unsigned = column.is_unsigned;
    Ok(match column.kind {
        kind::TINY => {
            let [byte] = reader.array()?;
            Value::Int(if unsigned { byte.into() } else { byte.cast_signed().into() })
        }
        kind::SHORT | kind::YEAR => {
            let bytes = reader.array()?;
            Value::Int(if unsigned { u16::from_le_bytes(bytes).into() } else { i16::from_le_bytes(bytes).into() })
        }
        kind::LONG | kind::INT24 => {
            let bytes = reader.array()?;
            Value::Int(if unsigned { u32::from_le_bytes(bytes).into() } else { i32::from_le_bytes(bytes).into() })
        }
        kind::LONGLONG if unsigned => Value::Uint(u64::from_le_bytes(reader.array()?)),
        kind::LONGLONG => Value::Int(i64::from_le_bytes(reader.array()?)),
        kind::FLOAT => Value::Float(f32::from_le_bytes(reader.array()?).into()),
        kind::DOUBLE => Value::Float(f64::from_le_bytes(reader.array()?)),
        kind::NULL => Value::Null,
        kind::DATE | kind::DATETIME | kind::TIMESTAMP => {
            let length = reader.u8()?;
            let bytes = reader.bytes(length.into())?;
            moment(bytes, column.kind).map_err(refuse)?
        }
        kind::TIME => {
            let length = reader.u8()?;
            let bytes = reader.bytes(length.into())?;
            Value::Time(time(bytes).map_err(refuse)?)
        }
        _ => text(reader.string()?, column).map_err(refuse)?,
    })
}

/// Reads a row of a statement that was not prepared: each value as its text.
pub(super) fn text_row(packet: &[u8], columns: &[Column]) -> Result<Vec<Value>, Unreadable> {
    let mut reader = Reader(packet);
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        if reader.0.first() == Some(&0xFB) {
            reader.0 = &reader.0[1..];
            values.push(Value::Null);
        } else {
            let bytes = reader.string()?;
            let value = text(bytes, column).map_err(|reason| Unreadable::Column(column.name.clone(), reason))?;
            values.push(value);
        }
    }
    Ok(values)
}

/// Reads a value from its text; also, in the binary form, those types that are sent so.
fn text(bytes: &[u8], column: &Column) -> Result<Value, String> {
    let utf8 = || std::str::from_utf8(bytes).map_err(|_| "the server sent text that is not UTF-8".to_owned());
    let digits = || utf8().map(str::trim);
    let unreadable = |what: &str| format!("the server sent {what} as `{}`", String::from_utf8_lossy(bytes));
    Ok(match column.kind {
        kind::LONGLONG if column.is_unsigned => Value::Uint(digits()?.parse().map_err(|_| unreadable("an integer"))?),
        kind::TINY | kind::SHORT | kind::YEAR | kind::LONG | kind::INT24 | kind::LONGLONG => {
            Value::Int(digits()?.parse().map_err(|_| unreadable("an integer"))?)
        }
        kind::FLOAT | kind::DOUBLE => Value::Float(digits()?.parse().map_err(|_| unreadable("a number"))?),
        kind::DECIMAL | kind::NEWDECIMAL => Value::Decimal(digits()?.parse().map_err(|_| unreadable("a number"))?),
        kind::DATE => Value::Date(digits()?.parse().map_err(|_| no_such_day(digits()))?),
        kind::DATETIME => Value::Timestamp(digits()?.parse().map_err(|_| no_such_day(digits()))?),
        kind::TIMESTAMP => Value::TimestampTz(digits()?.parse().map_err(|_| no_such_day(digits()))?),
        kind::TIME => Value::Time(digits()?.parse().map_err(|_| no_time_of_day())?),
        kind::BIT => bits(bytes)?,
        kind::JSON => Value::Json(utf8()?.to_owned()),
        kind::GEOMETRY => return Err("a geometry has no counterpart here; select ST_AsText() of the column".to_owned()),
        kind::VARCHAR
        | kind::ENUM
        | kind::SET
        | kind::TINY_BLOB
        | kind::MEDIUM_BLOB
        | kind::LONG_BLOB
        | kind::BLOB
        | kind::VAR_STRING
        | kind::STRING => {
            if column.is_binary {
                Value::Bytes(bytes.to_vec())
            } else {
                Value::Text(utf8()?.to_owned())
            }
        }
        kind::NULL => Value::Null,
        other => {
            return Err(format!("the type with the number {other} has no counterpart here; cast the column to char"));
        }
    })
}

/// The bits of a `bit(n)` as a number, the first bit highest.
fn bits(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > 8 {
        return Err("a bit field of more than 64 bits".to_owned());
    }
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Ok(i64::try_from(number).map_or(Value::Uint(number), Value::Int))
}

/// A date, or a date and time: as long as it has parts that are not zero.
fn moment(bytes: &[u8], kind: u8) -> Result<Value, String> {
    let part = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let year = u16::from_le_bytes([part(0), part(1)]);
    let date = Date::new(year.into(), part(2), part(3));
    let date = date.ok_or_else(|| no_such_day(Ok(&format!("{year:04}-{:02}-{:02}", part(2), part(3)))))?;
    if kind == kind::DATE {
        return Ok(Value::Date(date));
    }
    let microseconds = u32::from_le_bytes([part(7), part(8), part(9), part(10)]);
    let time = Time::new(part(4), part(5), part(6), microseconds.saturating_mul(1_000)).ok_or_else(no_time_of_day)?;
    let timestamp = Timestamp { date, time };
    // The session is in UTC, so a TIMESTAMP is an instant; a DATETIME is what stands there.
    Ok(if kind == kind::TIMESTAMP { Value::TimestampTz(timestamp) } else { Value::Timestamp(timestamp) })
}

fn time(bytes: &[u8]) -> Result<Time, String> {
    let part = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let is_negative = part(0) != 0;
    let days = u32::from_le_bytes([part(1), part(2), part(3), part(4)]);
    if is_negative || days > 0 {
        return Err(no_time_of_day());
    }
    let microseconds = u32::from_le_bytes([part(8), part(9), part(10), part(11)]);
    Time::new(part(5), part(6), part(7), microseconds.saturating_mul(1_000)).ok_or_else(no_time_of_day)
}

fn no_time_of_day() -> String {
    "the time is negative or 24 hours and more, which is no time of a day; cast the column to char".to_owned()
}

fn no_such_day(text: Result<&str, String>) -> String {
    format!("there is no day {}; cast the column to char", text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use glim::value::Value;
    use proptest::prelude::*;

    use super::{Column, binary_row, kind, moment, text_row, time};

    fn column(kind: u8) -> Column {
        Column { name: "c".to_owned(), kind, is_unsigned: false, is_binary: false }
    }

    #[test]
    fn a_zero_date_is_no_date() {
        assert!(moment(&[], kind::DATE).expect_err("no day").contains("0000-00-00"));
        assert!(moment(&[0xEA, 7, 2, 0], kind::DATETIME).is_err());
        assert!(moment(&[0xEA, 7, 2, 1], kind::DATETIME).is_ok());
    }

    #[test]
    fn a_duration_is_no_time_of_day() {
        assert!(time(&[]).is_ok());
        assert!(time(&[1, 0, 0, 0, 0, 1, 0, 0]).is_err());
        assert!(time(&[0, 1, 0, 0, 0, 1, 0, 0]).is_err());
    }

    #[test]
    fn bits_are_a_number() {
        let row = text_row(&[2, 1, 0], &[column(kind::BIT)]).ok();
        assert_eq!(row, Some(vec![Value::Int(256)]));
    }

    proptest! {
        #[test]
        fn any_row_is_read_without_a_panic(packet: Vec<u8>, kinds in prop::collection::vec(any::<u8>(), 0..20)) {
            let columns: Vec<_> = kinds.into_iter().map(column).collect();
            let _ = (binary_row(&packet, &columns), text_row(&packet, &columns));
        }
    }
}
