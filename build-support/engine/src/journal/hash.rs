//! What tells whether a statement is the one that was sent before: FNV-1a of 128 bits, as for the checksums of files.

use glim::Value;
use glim::wire::codec::Encode as _;

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// A hash of what was added so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash(u128);

impl Default for Hash {
    fn default() -> Self {
        Self(BASIS)
    }
}

impl Hash {
    /// Adds a text, told apart from the one after it.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        let length = bytes.len() as u64;
        for byte in length.to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }

    /// Adds values.
    pub(crate) fn add_values(&mut self, values: &[Value]) {
        let mut bytes = Vec::new();
        values.encode(&mut bytes);
        self.add(&bytes);
    }

    /// The hash in hexadecimal.
    pub(crate) fn digits(self) -> String {
        format!("{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use glim::Value;

    use super::Hash;

    fn of(texts: &[&str], values: &[Value]) -> String {
        let mut hash = Hash::default();
        for text in texts {
            hash.add(text.as_bytes());
        }
        hash.add_values(values);
        hash.digits()
    }

    #[test]
    fn any_difference_shows() {
        let all = [
            of(&["a", "b"], &[]),
            of(&["ab", ""], &[]),
            of(&["a", "b"], &[Value::Int(1)]),
            of(&["a", "b"], &[Value::Text("1".to_owned())]),
            of(&["a", "b"], &[Value::Int(1), Value::Null]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{all:?}");
        }
        assert_eq!(of(&["a"], &[Value::Int(1)]), of(&["a"], &[Value::Int(1)]));
    }
}
