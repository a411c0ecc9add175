//! Versions of migrations: whole numbers of any length.

use std::cmp::Ordering;
use std::fmt;

/// A migration's version: a whole number of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// More digits than any numbering needs, and few enough for the ledger's column.
    const MAX_DIGITS: usize = 100;

    /// Reads digits, which `_` and `-` may separate. Points are refused: `1.10` follows `1.9`, but 110 also `2.0`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, '_' | '-')).collect();
        let valid =
            !digits.is_empty() && digits.len() <= Self::MAX_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        let significant = digits.trim_start_matches('0');
        valid.then(|| Self(if significant.is_empty() { "0" } else { significant }.to_owned()))
    }

    /// The version in a file's name: `^[Vm]?(\d{8}_\d{6}|\d+)_`.
    pub fn of_file(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next()?;
        let rest = name.strip_prefix(['V', 'm']).unwrap_or(name);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let first = digits(rest);
        let after = rest[first..].strip_prefix('_')?;
        let second = digits(after);
        let both = first == 8 && second == 6 && after[second..].starts_with('_');
        Self::parse(if both { &rest[..first + 1 + second] } else { &rest[..first] })
    }

    /// The next greater version.
    pub(super) fn next(&self) -> Self {
        let nines = self.0.bytes().rev().take_while(|&b| b == b'9').count();
        let (head, zeros) = (&self.0[..self.0.len() - nines], "0".repeat(nines));
        let last = head.bytes().last().map_or('1', |b| char::from(b + 1));
        Self(format!("{}{last}{zeros}", &head[..head.len().saturating_sub(1)]))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    fn of_file(path: &str) -> Option<String> {
        Version::of_file(path).map(|version| version.to_string())
    }

    #[test]
    fn a_files_name_gives_the_version() {
        for (path, version) in [
            ("migrations/20240131_235959_add_users.rs", Some("20240131235959")),
            ("m20240131_235959_add_users.rs", Some("20240131235959")),
            ("V2__add_users.sql", Some("2")),
            ("a\\0007_add_users.sql", Some("7")),
            ("20240131_2359_add_users.rs", Some("20240131")),
            ("20240131_235959.rs", Some("20240131")),
            ("000_first.sql", Some("0")),
            ("7.rs", None),
            ("U7_x.rs", None),
            ("mm7_x.rs", None),
            ("_7_x.rs", None),
            ("add_7_users.rs", None),
            ("7_x/mod.rs", None),
            ("é7_x.rs", None),
            ("", None),
        ] {
            assert_eq!(of_file(path).as_deref(), version, "{path}");
        }
    }

    #[test]
    fn versions_compare_as_numbers_of_any_length() {
        let version = |text: &str| Version::parse(text).expect("a valid version");
        assert!(version("9") < version("10"));
        assert!(version("0009") < version("10"));
        assert!(
            version("99999999999999999999999999999999999999999")
                < version("100000000000000000000000000000000000000000")
        );
        assert_eq!(version("2024-01-31_12"), version("2024013112"));
    }

    #[test]
    fn a_version_that_is_no_number_is_refused() {
        for text in ["", "_", "1.2", "v1", "1a", "-", "١", &"9".repeat(101)] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_version_carries() {
        for (text, next) in
            [("0", "1"), ("9", "10"), ("199", "200"), ("999", "1000"), ("20240131235959", "20240131235960")]
        {
            assert_eq!(Version::parse(text).map(|v| v.next().to_string()).as_deref(), Some(next));
        }
    }
}
