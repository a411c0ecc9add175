//! UUIDs, as bytes.

use std::fmt;
use std::str::FromStr;

use crate::value::Mismatch;

/// A UUID (RFC 9562): 16 bytes, written in five groups of hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(pub [u8; 16]);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for Uuid {
    type Err = Mismatch;

    /// Reads the form with hyphens, and the one of 32 digits without.
    fn from_str(text: &str) -> Result<Self, Mismatch> {
        let hyphens = [8, 13, 18, 23];
        let wanted = |text: &str| text.len() == 36 && hyphens.iter().all(|&at| text.as_bytes()[at] == b'-');
        let digits = if wanted(text) { text.replace('-', "") } else { text.to_owned() };
        if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Mismatch::unreadable("a UUID", text));
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let digit = |c: u8| char::from(c).to_digit(16).unwrap_or_default();
            *byte = u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).unwrap_or_default();
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::Uuid;

    #[test]
    fn both_forms_are_read_and_the_one_with_hyphens_is_written() {
        let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let uuid: Uuid = text.parse().expect("a valid UUID");
        assert_eq!(uuid.to_string(), text);
        assert_eq!("67E5504410B1426F9247BB680E5FE0C8".parse::<Uuid>().expect("a valid UUID"), uuid);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "67e55044",
            "67e55044-10b1-426f-9247-bb680e5fe0cg",
            "67e5504410b1-426f-9247-bb680e5fe0c8-",
            "ééééééééééééééééé",
        ] {
            assert!(text.parse::<Uuid>().is_err(), "{text}");
        }
    }
}
