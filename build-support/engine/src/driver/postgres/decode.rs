//! Values of a row, from the binary form that the server sends.

use glim::value::{Date, Time, Timestamp, Uuid, Value};
use postgres_protocol::Oid;

use super::numeric;
use super::types::{
    BOOL, BYTEA, CHAR, DATE, FLOAT4, FLOAT8, INT2, INT4, INT8, JSON, JSONB, NUMERIC, OID, TIME, TIMESTAMP, TIMESTAMPTZ,
    TypeNames, UUID, VOID,
};

/// Days from 1970-01-01 to 2000-01-01, from which the server counts.
const EPOCH_DAYS: i64 = 10_957;
const EPOCH_MICROSECONDS: i64 = EPOCH_DAYS * 86_400_000_000;

/// Reads a value of the type, or says why it cannot be one of ours.
pub(super) fn decode(bytes: &[u8], oid: Oid, names: &TypeNames) -> Result<Value, String> {
    Ok(match oid {
        BOOL => Value::Bool(u8::from_be_bytes(fixed(bytes)?) != 0),
        INT2 => Value::Int(i16::from_be_bytes(fixed(bytes)?).into()),
        INT4 => Value::Int(i32::from_be_bytes(fixed(bytes)?).into()),
        INT8 => Value::Int(i64::from_be_bytes(fixed(bytes)?)),
        OID => Value::Int(u32::from_be_bytes(fixed(bytes)?).into()),
        FLOAT4 => Value::Float(f32::from_be_bytes(fixed(bytes)?).into()),
        FLOAT8 => Value::Float(f64::from_be_bytes(fixed(bytes)?)),
        NUMERIC => Value::Decimal(numeric::decode(bytes)?),
        BYTEA => Value::Bytes(bytes.to_vec()),
        DATE => Value::Date(date(i32::from_be_bytes(fixed(bytes)?))?),
        TIME => {
            let time = Time::from_microseconds(i64::from_be_bytes(fixed(bytes)?));
            Value::Time(time.ok_or("the time 24:00:00 is none of a day; cast the column to text")?)
        }
        TIMESTAMP => Value::Timestamp(timestamp(i64::from_be_bytes(fixed(bytes)?))?),
        TIMESTAMPTZ => Value::TimestampTz(timestamp(i64::from_be_bytes(fixed(bytes)?))?),
        UUID => Value::Uuid(Uuid(fixed(bytes)?)),
        JSON => Value::Json(text(bytes)?),
        JSONB => match bytes.split_first() {
            Some((1, json)) => Value::Json(text(json)?),
            _ => return Err("the server sent JSON in an unknown form".to_owned()),
        },
        // One byte; 0 stands for none.
        CHAR => match u8::from_be_bytes(fixed(bytes)?) {
            0 => Value::Text(String::new()),
            byte => Value::Text(char::from(byte).to_string()),
        },
        VOID => Value::Null,
        _ if names.is_text(oid) => Value::Text(text(bytes)?),
        _ => {
            return Err(format!(
                "the type {} has no counterpart here; cast the column to text (`::text`)",
                names.name(oid)
            ));
        }
    })
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| format!("the server sent {} bytes instead of {N}", bytes.len()))
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "the server sent text that is not UTF-8".to_owned())
}

fn date(days: i32) -> Result<Date, String> {
    match days {
        i32::MAX | i32::MIN => Err("the date is infinite; cast the column to text".to_owned()),
        _ => Date::from_days_since_epoch(i64::from(days) + EPOCH_DAYS)
            .ok_or_else(|| "a date beyond all years".to_owned()),
    }
}

fn timestamp(microseconds: i64) -> Result<Timestamp, String> {
    match microseconds {
        i64::MAX | i64::MIN => Err("the timestamp is infinite; cast the column to text".to_owned()),
        _ => microseconds
            .checked_add(EPOCH_MICROSECONDS)
            .and_then(Timestamp::from_microseconds_since_epoch)
            .ok_or_else(|| "a timestamp beyond all years".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use glim::value::Value;
    use proptest::prelude::*;

    use super::{TypeNames, decode};
    use crate::driver::postgres::types::{DATE, INT4, TIMESTAMP};

    #[test]
    fn infinity_is_refused() {
        let names = TypeNames::default();
        assert!(decode(&i32::MAX.to_be_bytes(), DATE, &names).is_err());
        assert!(decode(&i64::MIN.to_be_bytes(), TIMESTAMP, &names).is_err());
    }

    #[test]
    fn an_unknown_type_is_named() {
        let error = decode(&[], 600, &TypeNames::default()).expect_err("a point");
        assert!(error.contains("600") && error.contains("::text"), "{error}");
        assert_eq!(decode(&7_i32.to_be_bytes(), INT4, &TypeNames::default()), Ok(Value::Int(7)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, oid in 0_u32..4_000) {
            let _ = decode(&bytes, oid, &TypeNames::default());
        }
    }
}
