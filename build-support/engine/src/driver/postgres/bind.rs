//! The message that binds values to a statement's parameters.

use glim::value::Value;
use postgres_protocol::message::frontend::{self, BindError};
use postgres_protocol::{IsNull, Oid};

use super::encode::{Encoded, encode};
use super::types::TypeNames;
use crate::driver::{Result, refused, wrong_count};

/// Writes the message that binds the values; all columns of the result are asked for in binary form.
pub(super) fn bind(
    sql: &str,
    params: &[Value],
    types: &[Oid],
    names: &TypeNames,
    output: &mut bytes::BytesMut,
) -> Result<()> {
    if params.len() != types.len() {
        return Err(wrong_count(sql, types.len(), params.len()));
    }
    let encoded: Vec<Encoded<'_>> = params
        .iter()
        .zip(types)
        .enumerate()
        .map(|(index, (value, oid))| encode_named(sql, index, value, *oid, names))
        .collect::<Result<_>>()?;
    let write = |value: &Encoded<'_>, output: &mut bytes::BytesMut| {
        Ok(value.bytes().map_or(IsNull::Yes, |bytes| {
            output.extend_from_slice(bytes);
            IsNull::No
        }))
    };
    frontend::bind("", "", encoded.iter().map(Encoded::format), &encoded, write, [1], output).map_err(|error| {
        let reason = match error {
            BindError::Conversion(error) => error.to_string(),
            BindError::Serialization(error) => error.to_string(),
        };
        refused(sql, format!("the parameters cannot be sent: {reason}"))
    })
}

fn encode_named<'a>(sql: &str, index: usize, value: &'a Value, oid: Oid, names: &TypeNames) -> Result<Encoded<'a>> {
    encode(value, oid, names).map_err(|reason| refused(sql, format!("parameter `${}`: {reason}", index + 1)))
}

/// Whether the values fit the parameters, in number and kind.
pub(super) fn check(sql: &str, params: &[Value], types: &[Oid], names: &TypeNames) -> Result<()> {
    if params.len() != types.len() {
        return Err(wrong_count(sql, types.len(), params.len()));
    }
    for (index, (value, oid)) in params.iter().zip(types).enumerate() {
        encode_named(sql, index, value, *oid, names)?;
    }
    Ok(())
}
