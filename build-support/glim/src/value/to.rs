//! Rust types to values.

use crate::value::{Date, Decimal, Time, Timestamp, Uuid, Value};

/// A type whose values can be stored. Implemented for the types of std that have a column type, and for those of
/// chrono, time, jiff, uuid, `rust_decimal` and `serde_json` behind the features of those names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as the value of a column",
    note = "an enum has `#[derive(glim::Enum)]`; any other type of your own implements `glim::ToValue`"
)]
pub trait ToValue {
    /// The value to store.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: ToValue + ?Sized> ToValue for Box<T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue + ToOwned + ?Sized> ToValue for std::borrow::Cow<'_, T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

/// Implements [`ToValue`] by an expression over a reference named by the closure's argument.
macro_rules! to_value {
    ($($type:ty => |$this:ident| $value:expr;)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                let $this = self;
                $value
            }
        }
    )*};
}

to_value! {
    Value => |v| v.clone();
    bool => |v| Value::Bool(*v);
    i8 => |v| Value::Int((*v).into());
    i16 => |v| Value::Int((*v).into());
    i32 => |v| Value::Int((*v).into());
    i64 => |v| Value::Int(*v);
    u8 => |v| Value::Int((*v).into());
    u16 => |v| Value::Int((*v).into());
    u32 => |v| Value::Int((*v).into());
    u64 => |v| i64::try_from(*v).map_or(Value::Uint(*v), Value::Int);
    f32 => |v| Value::Float((*v).into());
    f64 => |v| Value::Float(*v);
    str => |v| Value::Text(v.to_owned());
    String => |v| Value::Text(v.clone());
    char => |v| Value::Text(v.to_string());
    [u8] => |v| Value::Bytes(v.to_vec());
    Vec<u8> => |v| Value::Bytes(v.clone());
    Date => |v| Value::Date(*v);
    Time => |v| Value::Time(*v);
    Timestamp => |v| Value::Timestamp(*v);
    Decimal => |v| Value::Decimal(v.clone());
    Uuid => |v| Value::Uuid(*v);
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
