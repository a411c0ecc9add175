//! Values of a row, from the binary form that the server sends.

use glim::value::{Date, Time, Timestamp, Uuid, Value};
use tokio_postgres::types::{Kind, Type};

use super::{array, numeric, types};

/// Days from 1970-01-01 to 2000-01-01, from which the server counts.
const EPOCH_DAYS: i64 = 10_957;
const EPOCH_MICROSECONDS: i64 = EPOCH_DAYS * 86_400_000_000;

/// Reads a value of the type, or says why it cannot be one of ours.
pub(super) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, String> {
    Ok(match *ty {
        Type::BOOL => Value::Bool(u8::from_be_bytes(fixed(bytes)?) != 0),
        Type::INT2 => Value::Int(i16::from_be_bytes(fixed(bytes)?).into()),
        Type::INT4 => Value::Int(i32::from_be_bytes(fixed(bytes)?).into()),
        Type::INT8 => Value::Int(i64::from_be_bytes(fixed(bytes)?)),
        Type::OID => Value::Int(u32::from_be_bytes(fixed(bytes)?).into()),
        Type::FLOAT4 => Value::Float(f32::from_be_bytes(fixed(bytes)?).into()),
        Type::FLOAT8 => Value::Float(f64::from_be_bytes(fixed(bytes)?)),
        Type::NUMERIC => Value::Decimal(numeric::decode(bytes)?),
        Type::BYTEA => Value::Bytes(bytes.to_vec()),
        Type::DATE => Value::Date(date(i32::from_be_bytes(fixed(bytes)?))?),
        Type::TIME => {
            let time = Time::from_microseconds(i64::from_be_bytes(fixed(bytes)?));
            Value::Time(time.ok_or("the time 24:00:00 is none of a day; cast the column to text")?)
        }
        Type::TIMESTAMP => Value::Timestamp(timestamp(i64::from_be_bytes(fixed(bytes)?))?),
        Type::TIMESTAMPTZ => Value::TimestampTz(timestamp(i64::from_be_bytes(fixed(bytes)?))?),
        Type::UUID => Value::Uuid(Uuid(fixed(bytes)?)),
        Type::JSON => Value::Json(text(bytes)?),
        Type::JSONB => match bytes.split_first() {
            Some((1, json)) => Value::Json(text(json)?),
            _ => return Err("the server sent JSON in an unknown form".to_owned()),
        },
        // One byte; 0 stands for none.
        Type::CHAR => match u8::from_be_bytes(fixed(bytes)?) {
            0 => Value::Text(String::new()),
            byte => Value::Text(char::from(byte).to_string()),
        },
        Type::VOID => Value::Null,
        _ if types::is_text(ty) => Value::Text(text(bytes)?),
        _ if matches!(ty.kind(), Kind::Array(_)) => array::decode(bytes, ty)?,
        _ => {
            return Err(format!(
                "the type {} has no counterpart here; cast the column to text (`::text`)",
                types::name(ty)
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

    use tokio_postgres::types::Type;

    use super::decode;

    #[test]
    fn infinity_is_refused() {
        assert!(decode(&i32::MAX.to_be_bytes(), &Type::DATE).is_err());
        assert!(decode(&i64::MIN.to_be_bytes(), &Type::TIMESTAMP).is_err());
    }

    #[test]
    fn an_unknown_type_is_named() {
        let error = decode(&[], &Type::POINT).expect_err("a point");
        assert!(error.contains("point") && error.contains("::text"), "{error}");
        assert_eq!(decode(&7_i32.to_be_bytes(), &Type::INT4), Ok(Value::Int(7)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, oid in 0_u32..4_000) {
            if let Some(ty) = Type::from_oid(oid) {
                let _ = decode(&bytes, &ty);
            }
        }
    }
}
