//! Exact decimal numbers, as their digits.

use std::fmt;
use std::str::FromStr;

use crate::value::Mismatch;

/// An exact decimal number of any length, such as `-12.340`. Kept as it is written, so that no digit is lost on its way;
/// compare numbers, not texts, where `1.0` and `1.00` should be equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// The digits, with a sign and a point where the number has them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many digits stand before the point, without leading zeros.
    pub fn integer_digits(&self) -> usize {
        let unsigned = self.0.trim_start_matches(['-', '+']);
        unsigned.split('.').next().unwrap_or_default().trim_start_matches('0').len()
    }

    /// How many digits stand after the point, without trailing zeros.
    pub fn fraction_digits(&self) -> usize {
        self.0.split_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Decimal {
    type Err = Mismatch;

    /// Reads an optional sign, digits, and optionally a point and digits.
    fn from_str(text: &str) -> Result<Self, Mismatch> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if digits(integer) && digits(fraction) {
            Ok(Self(text.strip_prefix('+').unwrap_or(text).to_owned()))
        } else {
            Err(Mismatch::unreadable("a decimal number", text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn digits_are_kept_and_counted() {
        let number: Decimal = "-0012.3400".parse().expect("a valid number");
        assert_eq!((number.as_str(), number.integer_digits(), number.fraction_digits()), ("-0012.3400", 2, 2));
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for text in ["", "-", ".5", "5.", "1e3", "NaN", "1.2.3", "١"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }
}
