//! Versions of migrations as a build compares them: as whole numbers, by the rule of the engine's catalog.

/// A version's digits without what separates them and without leading zeros, with their number before them, so that
/// longer is greater. `None` for what is no whole number.
pub(crate) fn key(version: &str) -> Option<(usize, String)> {
    let digits: String = version.chars().filter(|c| !matches!(c, '_' | '-')).collect();
    let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let significant = digits.trim_start_matches('0');
    valid.then(|| (significant.len(), significant.to_owned()))
}

/// The version in the name of a Rust file: `^[Vm]?(\d{8}_\d{6}|\d+)_`.
pub(crate) fn of_rust_file(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(['V', 'm']).unwrap_or(name);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(rest);
    let after = rest[first..].strip_prefix('_').filter(|_| first > 0)?;
    let second = digits(after);
    let both = first == 8 && second == 6 && after[second..].starts_with('_');
    Some(&rest[..if both { first + 1 + second } else { first }])
}

#[cfg(test)]
mod tests {
    use super::{key, of_rust_file};

    #[test]
    fn versions_compare_as_numbers() {
        assert!(key("9") < key("10"));
        assert!(key("0009") < key("10"));
        assert_eq!(key("2026-11-22_150203"), key("20261122150203"));
        assert_eq!(key("000"), Some((0, String::new())));
        assert!(key("").is_none() && key("1.2").is_none() && key("add").is_none());
    }

    #[test]
    fn a_files_name_gives_the_version() {
        for (name, version) in [
            ("20261122_150203_add_users.rs", Some("20261122_150203")),
            ("m7_add.rs", Some("7")),
            ("V0007__add.rs", Some("0007")),
            ("20261122_1502_add.rs", Some("20261122")),
            ("20261122_150203.rs", Some("20261122")),
            ("7.rs", None),
            ("_7_x.rs", None),
            ("add_7.rs", None),
            ("é7_x.rs", None),
        ] {
            assert_eq!(of_rust_file(name), version, "{name}");
        }
    }
}
