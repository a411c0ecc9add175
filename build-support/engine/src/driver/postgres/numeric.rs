//! The binary form of `numeric`, which the manual leaves out: see `numeric_send` in PostgreSQL's `numeric.c`.

use std::fmt::Write as _;

use glim::value::Decimal;

/// Reads all digits of a number, or says why there are none.
pub(super) fn decode(bytes: &[u8]) -> Result<Decimal, String> {
    let broken = || "the server sent a broken number".to_owned();
    let mut words = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let mut word = || words.next().ok_or_else(broken);
    let (count, weight, sign, scale) = (word()?, word()?, word()?, word()?);
    let weight = i32::from(weight.cast_signed());
    let negative = match sign {
        0x0000 => false,
        0x4000 => true,
        0xC000 => return Err("NaN is no decimal number".to_owned()),
        0xD000 | 0xF000 => return Err("infinity is no decimal number".to_owned()),
        _ => return Err(broken()),
    };
    // Groups of four digits; the first is multiplied by 10000^weight. Those at the ends that are 0 are not sent.
    let groups: Vec<u16> = words.collect();
    if groups.len() != usize::from(count) {
        return Err(broken());
    }
    let group = |power: i32| {
        let index = weight - power;
        usize::try_from(index).ok().and_then(|index| groups.get(index)).copied().unwrap_or(0)
    };
    let mut text = String::with_capacity(groups.len() * 4 + usize::from(scale) + 8);
    if negative {
        text.push('-');
    }
    let _ = write!(text, "{}", group(weight.max(0))); // writing to a String cannot fail
    for power in (0..weight.max(0)).rev() {
        let _ = write!(text, "{:04}", group(power));
    }
    if scale > 0 {
        text.push('.');
        let end = text.len() + usize::from(scale);
        let mut power = -1;
        while text.len() < end {
            let _ = write!(text, "{:04}", group(power));
            power -= 1;
        }
        text.truncate(end);
    }
    text.parse().map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn number(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Result<String, String> {
        let count = u16::try_from(groups.len()).expect("few groups");
        let head = [count, weight.cast_unsigned(), sign, scale];
        let bytes: Vec<u8> = head.iter().chain(groups).flat_map(|word| word.to_be_bytes()).collect();
        decode(&bytes).map(|decimal| decimal.to_string())
    }

    #[test]
    fn groups_of_digits_are_put_together() {
        assert_eq!(number(0, 0, 0, &[]), Ok("0".to_owned()));
        assert_eq!(number(0, 0, 2, &[]), Ok("0.00".to_owned()));
        assert_eq!(number(1, 0x4000, 3, &[12, 345, 6000]), Ok("-120345.600".to_owned()));
        assert_eq!(number(-1, 0, 4, &[5]), Ok("0.0005".to_owned()));
        assert_eq!(number(-2, 0, 6, &[1200]), Ok("0.000012".to_owned()));
        assert_eq!(number(2, 0, 0, &[1]), Ok("100000000".to_owned()));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert!(number(0, 0xC000, 0, &[]).is_err());
        assert!(number(0, 0xD000, 0, &[]).is_err());
        assert!(decode(&[0, 1]).is_err());
        assert!(decode(&[0, 1, 0, 0, 0, 0, 0, 0]).is_err());
    }
}
