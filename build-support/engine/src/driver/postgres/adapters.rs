//! Our values in the traits of the client's crates.

use std::error::Error;

use bytes::BytesMut;
use glim::value::Value;
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::decode::decode;
use super::encode::Encoded;

impl ToSql for Encoded<'_> {
    fn to_sql(&self, _: &Type, output: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let bytes = match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Text(text) => text.as_bytes(),
            Self::Own(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        };
        output.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    /// It was encoded for this very type.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        if matches!(self, Self::Binary(_)) { Format::Binary } else { Format::Text }
    }

    to_sql_checked!();
}

/// A value of a row.
pub(super) struct Decoded(pub(super) Value);

impl FromSql<'_> for Decoded {
    fn from_sql(ty: &Type, bytes: &[u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(decode(bytes, ty)?))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
