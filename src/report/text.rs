//! Text from databases and files, made safe to show: no escape sequence of a stranger reaches the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with control characters written out (`\u{1b}`), but for line ends and tabs. Characters that reorder what is
/// shown (bidirectional overrides) count as such.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // U+202A-202E and U+2066-2069 change the direction of the text after them.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(visible("añ 日本\n\tb"), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_are_written_out() {
        assert_eq!(visible("a\u{1b}[2Jb\rc\u{9b}d"), "a\\u{1b}[2Jb\\u{d}c\\u{9b}d");
    }

    #[test]
    fn direction_overrides_are_written_out() {
        assert_eq!(visible("a\u{202e}b"), "a\\u{202e}b");
    }
}
