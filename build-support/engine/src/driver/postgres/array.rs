//! Arrays: as literals on the way to the server, in the binary form on the way back.

use std::error::Error;
use std::fmt::Write as _;

use glim::value::Value;
use tokio_postgres::types::{FromSql, Type};

use super::decode;
use super::encode::{self, Encoded};

/// The literal of an array whose elements are of that type.
pub(super) fn encode(elements: &[Value], of: &Type) -> Result<String, String> {
    let mut literal = String::from("{");
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            literal.push(delimiter(of));
        }
        let encoded = match element {
            Value::Array(_) => return Err("an array in an array is not kept: write one array".to_owned()),
            element => encode::encode(element, of).map_err(|reason| format!("element {}: {reason}", at + 1))?,
        };
        match encoded {
            Encoded::Null => literal.push_str("NULL"),
            Encoded::Text(text) => quote(text, &mut literal),
            Encoded::Own(text) => quote(&text, &mut literal),
            Encoded::Binary(bytes) => {
                literal.push_str("\"\\\\x");
                for byte in bytes {
                    let _ = write!(literal, "{byte:02x}"); // writing to a String cannot fail
                }
                literal.push('"');
            }
        }
    }
    literal.push('}');
    Ok(literal)
}

/// What parts the elements of a literal: a comma, but for the one type whose values have commas.
fn delimiter(of: &Type) -> char {
    if *of == Type::BOX { ';' } else { ',' }
}

/// Every text in quotes is itself; without them, some would be NULL or nothing.
fn quote(text: &str, literal: &mut String) {
    literal.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            literal.push('\\');
        }
        literal.push(character);
    }
    literal.push('"');
}

/// An element of an array that is read.
struct Element(Value);

impl<'a> FromSql<'a> for Element {
    fn from_sql(ty: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(decode::decode(bytes, ty).map(Self)?)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads an array of that type, which must be one of arrays.
pub(super) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, String> {
    if bytes.first_chunk().is_some_and(|dimensions| i32::from_be_bytes(*dimensions) > 1) {
        return Err("an array of several dimensions has no counterpart here; cast it to text (`::text`)".to_owned());
    }
    let elements = Vec::<Element>::from_sql(ty, bytes).map_err(|error| error.to_string())?;
    Ok(Value::Array(elements.into_iter().map(|element| element.0).collect()))
}

#[cfg(test)]
mod tests {
    use glim::value::Value;
    use tokio_postgres::types::Type;

    use super::encode;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn elements_are_themselves_whatever_they_hold() {
        let all = [text("a,b"), text(""), text("NULL"), Value::Null, text("\"\\{}")];
        assert_eq!(encode(&all, &Type::TEXT), Ok("{\"a,b\",\"\",\"NULL\",NULL,\"\\\"\\\\{}\"}".to_owned()));
        assert_eq!(encode(&[], &Type::INT4), Ok("{}".to_owned()));
        assert_eq!(encode(&[Value::Int(1), Value::Int(-2)], &Type::INT4), Ok("{\"1\",\"-2\"}".to_owned()));
        assert_eq!(encode(&[Value::Bytes(vec![0, 255])], &Type::BYTEA), Ok("{\"\\\\x00ff\"}".to_owned()));
    }

    #[test]
    fn an_element_that_does_not_fit_is_told_by_its_number() {
        let error = encode(&[Value::Int(1), Value::Int(40_000)], &Type::INT2).expect_err("beyond smallint");
        assert_eq!(error, "element 2: an integer (40000) does not fit the type smallint");
        assert!(encode(&[Value::Array(Vec::new())], &Type::INT2).is_err());
    }
}
