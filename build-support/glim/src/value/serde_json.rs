//! Conversions for `serde_json::Value`. Behind the feature `serde_json`.
//!
//! JSON's `null` is stored as a document; NULL is an `Option` that is `None`. Where a database gives a number with more
//! digits than `serde_json` keeps, they are rounded as by any of its readers; its feature `arbitrary_precision` keeps
//! them.

use crate::value::{Element, FromValue, Mismatch, ToValue, Value};

impl ToValue for ::serde_json::Value {
    fn to_value(&self) -> Value {
        Value::Json(self.to_string())
    }
}

impl FromValue for ::serde_json::Value {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Json(text) | Value::Text(text) => {
                ::serde_json::from_str(text).map_err(|_| Mismatch::unreadable("JSON", text))
            }
            _ => Err(Mismatch::kind("JSON", value)),
        }
    }
}

impl Element for ::serde_json::Value {}

#[cfg(test)]
mod tests {
    use ::serde_json::Value as Json;
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            any::<i32>().prop_map(|n| Json::from(f64::from(n) / 8.0)),
            ".{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::vec((".{0,6}", inner), 0..4)
                    .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn null_is_a_document_and_no_value_is_none() {
        assert_eq!(Json::Null.to_value(), Value::Json("null".to_owned()));
        assert_eq!(Option::<Json>::from_value(&Value::Null), Ok(None));
        assert!(Json::from_value(&Value::Null).is_err());
        assert!(Json::from_value(&Value::Text("{".to_owned())).is_err());
    }

    proptest! {
        #[test]
        fn every_document_comes_back(document in json()) {
            prop_assert_eq!(Json::from_value(&document.to_value()), Ok(document));
        }
    }
}
