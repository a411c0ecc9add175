//! Lines and columns, computed when somebody asks for them.

use std::fmt;

/// A place in a text, as people count: from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Position {
    /// The place of a byte. One past the end, or inside a character, counts as the next place that exists before it.
    pub fn of(text: &str, byte: usize) -> Self {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &text[..byte];
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
        // Editors do not count a byte order mark.
        let line_text = before[line_start..].strip_prefix('\u{feff}').unwrap_or(&before[line_start..]);
        Self { line: 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count(), column: 1 + line_text.chars().count() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "\u{feff}ab\r\näöü\n";
        for (byte, shown) in [(0, "1:1"), (3, "1:1"), (4, "1:2"), (7, "2:1"), (8, "2:1"), (9, "2:2"), (99, "3:1")] {
            assert_eq!(Position::of(text, byte).to_string(), shown, "{byte}");
        }
    }
}
