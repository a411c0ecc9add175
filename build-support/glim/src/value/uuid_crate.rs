//! Conversions for the crate uuid. Behind the feature `uuid`.

use crate::value::{Element, FromValue, Mismatch, ToValue, Uuid, Value};

impl ToValue for ::uuid::Uuid {
    fn to_value(&self) -> Value {
        Value::Uuid(Uuid(self.into_bytes()))
    }
}

impl FromValue for ::uuid::Uuid {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Uuid::from_value(value).map(|uuid| Self::from_bytes(uuid.0))
    }
}

impl Element for ::uuid::Uuid {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    proptest! {
        #[test]
        fn bytes_and_text_come_back(bytes: [u8; 16]) {
            let uuid = ::uuid::Uuid::from_bytes(bytes);
            prop_assert_eq!(FromValue::from_value(&uuid.to_value()), Ok(uuid));
            prop_assert_eq!(FromValue::from_value(&Value::Text(uuid.to_string())), Ok(uuid));
            prop_assert_eq!(FromValue::from_value(&Value::Bytes(bytes.to_vec())), Ok(uuid));
        }
    }
}
