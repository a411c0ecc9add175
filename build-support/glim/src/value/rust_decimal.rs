//! Conversions for `rust_decimal`. Behind the feature `rust_decimal`.

use crate::value::{Decimal, Element, FromValue, Mismatch, ToValue, Value};

impl ToValue for ::rust_decimal::Decimal {
    fn to_value(&self) -> Value {
        let digits = self.to_string();
        // It writes nothing but a sign, digits and a point; a text keeps the digits if that should ever change.
        digits.parse().map_or(Value::Text(digits), Value::Decimal)
    }
}

impl FromValue for ::rust_decimal::Decimal {
    /// Exactly, or not at all: a number of more than 96 bits or 28 digits after the point is refused, not rounded.
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let number = Decimal::from_value(value)?;
        let digits = number.as_str();
        // Zeros at the end mean nothing, and a column of a large scale is full of them.
        let short = || if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        Self::from_str_exact(digits)
            .or_else(|_| Self::from_str_exact(short()))
            .map_err(|_| Mismatch::range("rust_decimal::Decimal", &number))
    }
}

impl Element for ::rust_decimal::Decimal {}

#[cfg(test)]
mod tests {
    use ::rust_decimal::Decimal;
    use proptest::prelude::*;

    use crate::value::{FromValue, ToValue, Value};

    fn read(digits: &str) -> Option<String> {
        let value = Value::Decimal(digits.parse().expect("a valid number"));
        Decimal::from_value(&value).ok().map(|number| number.to_string())
    }

    #[test]
    fn digits_are_kept_or_refused_but_never_rounded() {
        assert_eq!(read("-1.10").as_deref(), Some("-1.10"));
        assert_eq!(read("79228162514264337593543950335").as_deref(), Some("79228162514264337593543950335"));
        assert_eq!(read("79228162514264337593543950336"), None);
        assert_eq!(read("0.00000000000000000000000000001"), None);
        assert_eq!(read(&format!("1.5{}", "0".repeat(40))).as_deref(), Some("1.5"));
        assert_eq!(read(&format!("7.{}", "0".repeat(40))).as_deref(), Some("7"));
    }

    #[test]
    fn floats_are_refused() {
        assert!(Decimal::from_value(&Value::Float(1.1)).is_err());
        assert_eq!(Decimal::from_value(&Value::Int(-5)), Ok(Decimal::from(-5)));
    }

    proptest! {
        #[test]
        fn every_number_comes_back_with_its_zeros(mantissa in -(1_i128 << 96) + 1..(1_i128 << 96), scale in 0_u32..=28) {
            let number = Decimal::from_i128_with_scale(mantissa, scale);
            let back = Decimal::from_value(&number.to_value()).expect("a number of its own");
            prop_assert_eq!((back.mantissa(), back.scale()), (number.mantissa(), number.scale()));
        }
    }
}
