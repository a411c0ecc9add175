//! Times as people write them: `2s`, `500ms`, `1m30s`.

use std::time::Duration;

/// Reads a time. The error says what would be right.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is a number with a unit, such as 500ms, 2s, 1m30s or 1h".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, after) = rest.split_at(digits);
        let unit_end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        if number.is_empty() {
            return Err(wrong());
        }
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
        // Databases take times as milliseconds in 31 bits; a longer one would overflow there.
        total = part
            .and_then(|part| total.checked_add(Duration::from_millis(part)))
            .filter(|total| total.as_millis() <= i32::MAX as u128)
            .ok_or_else(|| "a time is at most 24 days".to_owned())?;
        rest = after;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn units_add_up() {
        let cases = [("500ms", 500), ("2s", 2_000), ("1m", 60_000), ("1m30s", 90_000), ("2h", 7_200_000), ("0s", 0)];
        for (text, milliseconds) in cases {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", " ", "5", "s", "1x", "1.5s", "-1s", "1s2", "٣s", "1 s", "999999999999999999999s", "600h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
