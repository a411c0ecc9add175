//! Numbers with their nouns.

/// `1 migration`, `2 migrations`; for nouns that take an `s`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn only_one_is_singular() {
        assert_eq!(plural(0, "table"), "0 tables");
        assert_eq!(plural(1, "table"), "1 table");
        assert_eq!(plural(2, "table"), "2 tables");
    }
}
