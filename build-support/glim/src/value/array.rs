//! Arrays: several values of one type in one column, which PostgreSQL keeps.

use crate::value::{Date, Decimal, FromValue, Mismatch, Time, Timestamp, ToValue, Uuid, Value};

/// A type whose values can be the elements of an array, so that a `Vec` of them is a value. Not `u8`: a `Vec<u8>` is bytes.
/// `#[derive(glim::Enum)]` implements it too; a type of your own that implements [`ToValue`] and [`FromValue`] may.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the element of an array",
    note = "an array holds plain values, `Option`s of them, or an enum with `#[derive(glim::Enum)]`; `Vec<u8>` is bytes"
)]
pub trait Element {}

/// Says of types that they are elements.
macro_rules! elements {
    ($($type:ty)*) => {$(
        impl Element for $type {}
    )*};
}

elements! {
    bool i8 i16 i32 i64 u16 u32 u64 f32 f64 char String Vec<u8> Date Time Timestamp Decimal Uuid
}

impl<const N: usize> Element for [u8; N] {}

/// NULL among the elements.
impl<T: Element> Element for Option<T> {}

impl<T: ToValue + Element> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        Value::Array(self.iter().map(ToValue::to_value).collect())
    }
}

impl<T: FromValue + Element> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Value::Array(elements) = value else { return Err(Mismatch::kind("an array", value)) };
        let each = elements.iter().zip(1..);
        each.map(|(element, number)| T::from_value(element).map_err(|error| error.of_element(number))).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::value::{FromValue, ToValue, Value};

    #[test]
    fn arrays_come_back_with_what_is_null_in_them() {
        let numbers = vec![Some(1), None, Some(-3)];
        assert_eq!(numbers.to_value(), Value::Array(vec![Value::Int(1), Value::Null, Value::Int(-3)]));
        assert_eq!(FromValue::from_value(&numbers.to_value()), Ok(numbers));
        let bytes = vec![vec![1_u8], vec![]];
        assert_eq!(FromValue::from_value(&bytes.to_value()), Ok(bytes));
        assert_eq!(Vec::<String>::from_value(&Value::Array(Vec::new())), Ok(Vec::new()));
        assert_eq!(Option::<Vec<i32>>::from_value(&Value::Null), Ok(None));
        assert_eq!(vec![1_u8, 2].to_value(), Value::Bytes(vec![1, 2]));
    }

    #[test]
    fn an_element_that_does_not_fit_is_told_by_its_number() {
        let with_null = Value::Array(vec![Value::Int(1), Value::Null]);
        let error = Vec::<i32>::from_value(&with_null).expect_err("NULL is no integer").to_string();
        assert_eq!(error, "element 2: expected an integer (i32), found NULL; read it as an Option");
        let error = Vec::<i32>::from_value(&Value::Int(1)).expect_err("no array").to_string();
        assert_eq!(error, "expected an array, found an integer");
    }
}
