//! The checksum of an SQL migration, which tells whether it changed after it was applied.
//!
//! It is kept in databases: **what follows never changes**. A better definition gets another prefix, and both are
//! compared for as long as old rows exist.
//!
//! `sql1:` is FNV-1a of 128 bits (Fowler, Noll, Vo; IETF RFC 9923) over the bytes of the text, with CR LF taken as LF, and
//! without white space at the end, written as 32 hexadecimal digits. It protects from mistakes, not from somebody who
//! wants two texts of one checksum.

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The checksum of the text that a migration sends.
pub fn checksum(text: &str) -> String {
    let mut hash = BASIS;
    let mut bytes = text.trim_end().bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\r' && bytes.peek() == Some(&b'\n') {
            continue;
        }
        hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
    }
    format!("sql1:{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn the_checksum_of_a_text_is_for_ever_this() {
        // The first two are test vectors of RFC 9923.
        assert_eq!(checksum(""), "sql1:6c62272e07bb014262b821756295c58d");
        assert_eq!(checksum("a"), "sql1:d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn line_ends_and_what_follows_the_last_one_do_not_count() {
        let text = "SELECT 1;\nSELECT 2;\n";
        assert_eq!(checksum(text), checksum("SELECT 1;\r\nSELECT 2;\r\n\n"));
        assert_ne!(checksum(text), checksum("SELECT 1;\rSELECT 2;\n"));
        assert_ne!(checksum(text), checksum("SELECT 1; SELECT 2;\n"));
    }
}
