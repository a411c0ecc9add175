//! A configuration's text with its secrets replaced by `*`, byte by byte, so that spans still fit. What is not known to
//! be harmless counts as a secret: a misspelt `pasword` must not show its value either.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Keys whose values may be shown.
const HARMLESS: [&str; 23] = [
    "driver",
    "path",
    "host",
    "port",
    "schema",
    "database",
    "user",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "protected",
    "keep_answers",
    "lock_timeout",
    "statement_timeout",
    "connect_timeout",
    "search_path",
    "socket",
    "db",
    "migrations",
    "layout",
    "models",
    "version",
];

/// A name that the user wrote, for a message; a URL in its place is not repeated.
pub(super) fn name(name: &str) -> &str {
    if name.contains(['@', '/']) || name.matches(':').count() > 1 { "..." } else { name }
}

/// The text of a configuration that could be parsed.
pub(super) fn read(text: &str, root: &DeTable<'_>) -> String {
    let mut masked = text.as_bytes().to_vec();
    mask_table(&mut masked, root);
    into_string(masked)
}

fn mask_table(text: &mut [u8], table: &DeTable<'_>) {
    for (key, value) in table {
        mask_value(text, key.get_ref(), value.span(), value.get_ref());
    }
}

fn mask_value(text: &mut [u8], key: &str, span: Range<usize>, value: &DeValue<'_>) {
    match value {
        DeValue::Table(table) => mask_table(text, table),
        DeValue::Array(items) => {
            for item in items {
                mask_value(text, key, item.span(), item.get_ref());
            }
        }
        DeValue::String(_) if HARMLESS.contains(&key) || matches!(key, "url" | "scratch") => {
            let from = start_of_secret(&text[span.clone()], HARMLESS.contains(&key));
            mask_bytes(&mut text[span.start + from..span.end]);
        }
        _ if HARMLESS.contains(&key) => {}
        _ => mask_bytes(&mut text[span]),
    }
}

/// Where a value that may be a URL stops being harmless: after `://`, where a user and a password may follow.
fn start_of_secret(literal: &[u8], is_harmless: bool) -> usize {
    let holds = |needle: &[u8]| literal.windows(needle.len()).position(|window| window == needle);
    let is_file = literal.get(1..).is_some_and(|inner| inner.starts_with(b"sqlite:"));
    match holds(b"://") {
        _ if is_file && holds(b"@").is_none() => literal.len(),
        Some(at) => at + 3,
        None if is_harmless => literal.len(),
        None => 0,
    }
}

/// The text of a configuration that could not be parsed, or has not been. Line by line, and with a heavier hand.
pub(super) fn unread(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let from = start_of_secret_in_line(line);
        mask_bytes(&mut masked[start + from..start + line.len()]);
        start += line.len();
    }
    into_string(masked)
}

/// The text of a manifest that cargo refuses. Most of it has nothing to do with databases, and is to be read.
pub(crate) fn manifest(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if names_secret(line) || (line.contains("://") && line.contains('@')) {
            let from = line.find('=').map_or(0, |equals| equals + 1);
            mask_bytes(&mut masked[start + from..start + line.len()]);
        }
        start += line.len();
    }
    into_string(masked)
}

fn names_secret(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["pass", "pwd", "secret", "token"].iter().any(|word| lower.contains(word))
}

fn start_of_secret_in_line(line: &str) -> usize {
    let trimmed = line.trim();
    let is_suspect = names_secret(trimmed) || trimmed.contains("://");
    // A line without `=` that is no header may be the inside of a text of several lines.
    let Some(equals) = line.find('=') else {
        let is_header = trimmed.starts_with('[') && !is_suspect;
        return if is_header || trimmed.len() <= 1 { line.len() } else { 0 };
    };
    let key = line[..equals].trim().rsplit('.').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
    if HARMLESS.contains(&key) && !is_suspect { line.len() } else { equals + 1 }
}

/// Replaces all but quotes, blanks and variables.
fn mask_bytes(bytes: &mut [u8]) {
    let mut position = 0;
    while position < bytes.len() {
        if let Some(length) = variable_length(&bytes[position..]) {
            position += length;
            continue;
        }
        if !matches!(bytes[position], b'"' | b'\'' | b'\n' | b'\r' | b' ' | b'\t') {
            bytes[position] = b'*';
        }
        position += 1;
    }
}

/// How long the variable is that `bytes` begin with, if they do.
fn variable_length(bytes: &[u8]) -> Option<usize> {
    let inner = bytes.strip_prefix(b"${")?;
    let end = inner.iter().position(|byte| *byte == b'}')?;
    let is_name = inner[..end].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_name.then_some(end + 3)
}

fn into_string(masked: Vec<u8>) -> String {
    // Spans of TOML values begin and end at characters, so that no character is cut in two.
    String::from_utf8(masked).unwrap_or_else(|error| "*".repeat(error.as_bytes().len()))
}

#[cfg(test)]
mod tests {
    use super::{read, unread};

    fn masked(text: &str) -> String {
        let tree = toml::de::DeTable::parse(text).expect("valid TOML");
        read(text, tree.get_ref())
    }

    #[test]
    fn a_password_is_masked_and_its_variables_are_not() {
        assert_eq!(masked("[db.x]\npassword = \"hunter2\""), "[db.x]\npassword = \"*******\"");
        assert_eq!(masked("[db.x]\npassword = \"ab${PW}\""), "[db.x]\npassword = \"**${PW}\"");
    }

    #[test]
    fn a_misspelt_or_misplaced_password_is_masked_too() {
        for text in ["[db.x]\npasswort = \"hunter2\"", "password = 'hunter2'", "[db]\nx = { pw = \"hunter2\" }"] {
            assert!(!masked(text).contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn passwords_that_are_no_strings_are_masked() {
        assert!(!masked("[db.x]\npassword = 123456").contains("123456"));
        assert!(!masked("[db.x]\npassword = [\"hunter2\"]").contains("hunter2"));
    }

    #[test]
    fn a_url_keeps_its_scheme_only() {
        assert_eq!(masked("[db.x]\nurl = \"postgres://a:b@c/d\""), "[db.x]\nurl = \"postgres://*******\"");
        assert_eq!(masked("[db.x]\nurl = \"a:hunter2@c/d\""), "[db.x]\nurl = \"*************\"");
        assert_eq!(masked("[db.x]\nhost = \"x://a:b@c\""), "[db.x]\nhost = \"x://*****\"");
        assert_eq!(masked("[db.x]\nurl = \"sqlite:app.db\""), "[db.x]\nurl = \"sqlite:app.db\"");
    }

    #[test]
    fn the_length_stays_so_that_spans_fit() {
        let text = "[db.x]\npassword = \"añ日本\"\nhost = \"h\"";
        assert_eq!(masked(text).len(), text.len());
        assert_eq!(unread(text).len(), text.len());
    }

    #[test]
    fn text_that_does_not_parse_shows_known_keys_only() {
        let text = "[db.x]\ndriver = \"postgres\npassword = \"hunter2\nuser = \"a\", password = \"hunter2\"\nhunter2\n";
        let shown = unread(text);
        assert!(shown.contains("driver = \"postgres"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
