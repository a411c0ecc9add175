//! What an input is made of: texts of words and signs, and what is seldom seen in either.

/// The words of a text, and each other character alone.
pub(crate) fn words(text: &str) -> Vec<&[u8]> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end =
            if is_word(first) { rest.find(|char| !is_word(char)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, after) = rest.split_at(end);
        pieces.push(piece.as_bytes());
        rest = after;
    }
    pieces
}

/// Characters that readers stumble over.
pub(crate) fn odd_texts() -> Vec<&'static [u8]> {
    let signs = "\0\t\n\r \"#$%&'()*+,-./:;<=>?@[\\]^`{|}~\u{7f}\u{85}\u{a0}é\u{300}\u{2028}日\u{feff}🦀";
    let wide = ["\r\n", "//", "/*", "*/", "--", "$$", "${", "://", "\"\"\"", "''", "r#", "0", "-1", "4294967296", "_"];
    words(signs).into_iter().chain(wide.map(str::as_bytes)).collect()
}

/// All bytes.
pub(crate) fn odd_bytes() -> Vec<&'static [u8]> {
    static BYTES: [u8; 256] = {
        let mut bytes = [0; 256];
        let mut at = 0;
        while at < bytes.len() {
            bytes[at] = at.to_le_bytes()[0];
            at += 1;
        }
        bytes
    };
    BYTES.chunks(1).collect()
}

#[cfg(test)]
mod tests {
    use super::{odd_bytes, words};

    #[test]
    fn a_text_is_cut_between_words_and_loses_nothing() {
        let text = "let été_1 = \"🦀\";";
        assert_eq!(words(text).concat(), text.as_bytes());
        assert_eq!(words("a_1 (b"), [&b"a_1"[..], b" ", b"(", b"b"]);
        assert_eq!(odd_bytes().len(), 256);
    }
}
