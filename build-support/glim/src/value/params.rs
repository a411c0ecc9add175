//! What may stand where a statement takes parameters.

use crate::value::{ToValue, Value};

/// The parameters of a statement: `()`, a tuple of up to 16, an array, a slice or a `Vec`.
pub trait Params {
    /// The values, in the order of `$1`, `$2` and so on.
    fn into_values(self) -> Vec<Value>;
}

impl Params for () {
    fn into_values(self) -> Vec<Value> {
        Vec::new()
    }
}

impl Params for Vec<Value> {
    fn into_values(self) -> Vec<Value> {
        self
    }
}

impl<T: ToValue> Params for &[T] {
    fn into_values(self) -> Vec<Value> {
        self.iter().map(ToValue::to_value).collect()
    }
}

impl<T: ToValue, const N: usize> Params for [T; N] {
    fn into_values(self) -> Vec<Value> {
        self.iter().map(ToValue::to_value).collect()
    }
}

impl<T: ToValue, const N: usize> Params for &[T; N] {
    fn into_values(self) -> Vec<Value> {
        self.iter().map(ToValue::to_value).collect()
    }
}

macro_rules! tuple_params {
    ($($name:ident)+) => {
        impl<$($name: ToValue),+> Params for ($($name,)+) {
            #[expect(non_snake_case, reason = "one variable for each type parameter")]
            fn into_values(self) -> Vec<Value> {
                let ($($name,)+) = self;
                vec![$($name.to_value()),+]
            }
        }
    };
}

tuple_params! { A }
tuple_params! { A B }
tuple_params! { A B C }
tuple_params! { A B C D }
tuple_params! { A B C D E }
tuple_params! { A B C D E F }
tuple_params! { A B C D E F G }
tuple_params! { A B C D E F G H }
tuple_params! { A B C D E F G H I }
tuple_params! { A B C D E F G H I J }
tuple_params! { A B C D E F G H I J K }
tuple_params! { A B C D E F G H I J K L }
tuple_params! { A B C D E F G H I J K L M }
tuple_params! { A B C D E F G H I J K L M N }
tuple_params! { A B C D E F G H I J K L M N O }
tuple_params! { A B C D E F G H I J K L M N O P }
