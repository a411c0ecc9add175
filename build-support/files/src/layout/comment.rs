//! Where the comments at the head of a file end.

/// The position of the first character that is neither white space nor part of a comment.
pub(super) fn end(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches('\u{feff}').trim_start();
        rest = if rest.starts_with("--") {
            rest.find('\n').map_or("", |at| &rest[at..])
        } else if rest.starts_with("/*") && !is_run(rest) {
            after_block(rest)
        } else {
            return text.len() - rest.len();
        };
    }
}

/// Whether MySQL or MariaDB run what is in this comment.
fn is_run(comment: &str) -> bool {
    comment.starts_with("/*!") || comment.starts_with("/*M!")
}

/// What follows a block comment; comments nest, as they do on PostgreSQL.
fn after_block(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'/', b'*', &bytes[at..]) {
        at += next;
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return &text[at..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_and_blanks_are_passed_over() {
        for (text, rest) in [
            ("", ""),
            ("-- a\n\n  -- b\r\nselect 1", "select 1"),
            ("/* a /* b */ c */ select 1", "select 1"),
            ("/*/ select 1 */ x", "x"),
            ("/* never ends", ""),
            ("-- é", ""),
            ("/* é */ é", "é"),
            ("\u{feff}-- a\nx", "x"),
            ("- 1", "- 1"),
            ("-- a\n/*!40101 SET NAMES utf8 */;", "/*!40101 SET NAMES utf8 */;"),
        ] {
            assert_eq!(&text[super::end(text)..], rest, "{text:?}");
        }
    }
}
