//! How far strings, quoted names and comments reach. Each function takes the text from the opening on and gives a
//! length with both ends, or `None` where the closing is missing.

use memchr::{memchr, memchr2, memmem};

/// Between two of the same byte; two of them inside stand for one.
pub(super) fn doubled(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(quote, rest.get(at..)?)? + 1;
        if rest.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

/// As [`doubled`], where a backslash takes its meaning from the next byte.
pub(super) fn escaped(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr2(quote, b'\\', rest.get(at..)?)?;
        if rest[at] == b'\\' || rest.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
}

/// PostgreSQL's `E'...'`, from its quote on. A string that goes on after a line break is one string, and its second
/// part has escapes although no `E` stands before it.
pub(super) fn escape_string(rest: &[u8]) -> Option<usize> {
    let mut end = escaped(rest, b'\'')?;
    while let Some(next) = continuation(&rest[end..]) {
        end += next;
        end += escaped(&rest[end..], b'\'')?;
    }
    Some(end)
}

/// How far the next part of a string is away, where one follows: at least one line break, and between the parts no
/// more than white space and `--` comments.
fn continuation(rest: &[u8]) -> Option<usize> {
    let mut broken = false;
    let mut at = 0;
    loop {
        match rest.get(at)? {
            b'\n' | b'\r' => (broken, at) = (true, at + 1),
            b' ' | b'\t' | 0x0b | 0x0c => at += 1,
            b'-' if rest[at..].starts_with(b"--") => at += memchr2(b'\n', b'\r', &rest[at..])?,
            b'\'' if broken => return Some(at),
            _ => return None,
        }
    }
}

/// The length of `$tag$`, where one stands at the start.
pub(super) fn dollar_tag(rest: &[u8]) -> Option<usize> {
    let name = rest[1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || !b.is_ascii()).count();
    let is_tag = rest.get(1 + name) == Some(&b'$') && !rest[1].is_ascii_digit();
    is_tag.then_some(name + 2)
}

/// From one `$tag$`, whose length is given, to the next.
pub(super) fn dollar(rest: &[u8], tag: usize) -> Option<usize> {
    memmem::find(&rest[tag..], &rest[..tag]).map(|inside| inside + 2 * tag)
}

/// `/* ... */`, where a `/*` inside means nothing.
pub(super) fn comment(rest: &[u8]) -> Option<usize> {
    memmem::find(rest.get(2..)?, b"*/").map(|inside| inside + 4)
}

/// `/* ... */`, where each `/*` inside needs a `*/` of its own.
pub(super) fn nested_comment(rest: &[u8]) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = 2;
    loop {
        at += memchr2(b'*', b'/', rest.get(at..)?)?;
        match (rest[at], rest.get(at + 1)) {
            (b'*', Some(b'/')) => (depth, at) = (depth - 1, at + 2),
            (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{comment, dollar, dollar_tag, doubled, escape_string, escaped, nested_comment};

    #[test]
    fn a_doubled_quote_does_not_close() {
        assert_eq!(doubled(b"'a''b' '", b'\''), Some(6));
        assert_eq!(doubled(b"''", b'\''), Some(2));
        assert_eq!(doubled(b"'''", b'\''), None);
        assert_eq!(doubled(b"'", b'\''), None);
    }

    #[test]
    fn a_backslash_hides_a_quote() {
        assert_eq!(escaped(br"'a\'b' '", b'\''), Some(6));
        assert_eq!(escaped(br"'a\\' '", b'\''), Some(5));
        assert_eq!(escaped(br"'a''b'", b'\''), Some(6));
        assert_eq!(escaped(br"'a\", b'\''), None);
        assert_eq!(escaped(br"'\'", b'\''), None);
    }

    #[test]
    fn an_escape_string_goes_on_after_a_line_break() {
        assert_eq!(escape_string(b"'a'\n  '\\'b' ;"), Some(11));
        assert_eq!(escape_string(b"'a' -- why\n'\\''"), Some(15));
        assert_eq!(escape_string(b"'a' 'b'"), Some(3));
        assert_eq!(escape_string(b"'a'\n;"), Some(3));
        assert_eq!(escape_string(b"'a'\n'"), None);
    }

    #[test]
    fn dollar_quotes_end_with_their_own_tag() {
        assert_eq!(dollar_tag(b"$$ "), Some(2));
        assert_eq!(dollar_tag(b"$b_1$"), Some(5));
        assert_eq!(dollar_tag("$ä$".as_bytes()), Some(4));
        for other in ["$", "$1", "$1$", "$a", "$a b$", "$-$"] {
            assert_eq!(dollar_tag(other.as_bytes()), None, "{other}");
        }
        assert_eq!(dollar(b"$a$ $b$ $$ $a$;", 3), Some(14));
        assert_eq!(dollar(b"$$x$$", 2), Some(5));
        assert_eq!(dollar(b"$a$ $A$", 3), None);
    }

    #[test]
    fn comments_nest_on_postgresql_only() {
        assert_eq!(nested_comment(b"/* /* */ */ "), Some(11));
        assert_eq!(nested_comment(b"/*/**/*/"), Some(8));
        assert_eq!(nested_comment(b"/* /* */"), None);
        assert_eq!(comment(b"/* /* */ */"), Some(8));
        assert_eq!(comment(b"/*/"), None);
        assert_eq!(comment(b"/**/"), Some(4));
    }
}
