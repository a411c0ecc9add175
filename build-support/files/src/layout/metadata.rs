//! diesel's `metadata.toml`, as far as it matters: whether a migration runs in a transaction.

/// The value of `run_in_transaction`, where the file has it. The error is the line that is not understood: the full
/// language of TOML would cost a user's build more than the rest of this package.
pub(super) fn run_in_transaction(text: &str) -> Result<Option<bool>, u32> {
    let mut found = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            // The keys of tables are no affair of diesel's.
            break;
        }
        let (key, value) = line.split_once('=').ok_or(number)?;
        let key = key.trim().trim_matches(['"', '\'']);
        let value = value.trim();
        let simple = !value.starts_with("\"\"\"") && !value.starts_with("'''") && !value.starts_with(['[', '{']);
        if key != "run_in_transaction" {
            if simple {
                continue;
            }
            return Err(number);
        }
        let value = value.split('#').next().unwrap_or_default().trim_end();
        let value = value.parse().map_err(|_| number)?;
        if found.replace(value).is_some() {
            return Err(number);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::run_in_transaction;

    #[test]
    fn the_key_is_read() {
        for (text, value) in [
            ("", None),
            ("run_in_transaction = false", Some(false)),
            ("# why\r\nrun_in_transaction=true # so\r\n", Some(true)),
            ("\"run_in_transaction\" = false", Some(false)),
            ("note = \"a = b\"\nrun_in_transaction = false", Some(false)),
            ("[other]\nrun_in_transaction = false", None),
        ] {
            assert_eq!(run_in_transaction(text), Ok(value), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, line) in [
            ("run_in_transaction = \"false\"", 1),
            ("run_in_transaction = True", 1),
            ("\nnote = '''", 2),
            ("\n\nnonsense", 3),
            ("run_in_transaction = true\nrun_in_transaction = true", 2),
        ] {
            assert_eq!(run_in_transaction(text), Err(line), "{text:?}");
        }
    }
}
