//! Words, texts and marks of a line.

use std::fmt::Write as _;

/// The smallest part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Letters, digits, underscores, a sign or a point within a number.
    Word(String),
    /// A text in double quotes.
    Text(String),
    /// One of `(`, `)`, `,` and `.`.
    Mark(char),
}

/// The parts of a line; the error says what is wrong with it.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = line.chars().peekable();
    while let Some(&char) = rest.peek() {
        if char.is_whitespace() {
            rest.next();
        } else if matches!(char, '(' | ')' | ',' | '.') {
            rest.next();
            found.push(Token::Mark(char));
        } else if char == '"' {
            rest.next();
            found.push(Token::Text(text(&mut rest)?));
        } else if is_word(char) {
            let mut word = String::new();
            while let Some(char) = rest.next_if(|&char| is_word(char)) {
                word.push(char);
            }
            found.push(Token::Word(word));
        } else {
            return Err(format!("the character {char:?} has no meaning here"));
        }
    }
    Ok(found)
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

fn text(rest: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let unfinished = || "a text has no end".to_owned();
    let mut text = String::new();
    loop {
        match rest.next().ok_or_else(unfinished)? {
            '"' => return Ok(text),
            '\\' => text.push(match rest.next().ok_or_else(unfinished)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => unicode(rest)?,
                char @ ('\\' | '"') => char,
                other => return Err(format!("`\\{other}` is no character")),
            }),
            char => text.push(char),
        }
    }
}

/// `{2028}`.
fn unicode(rest: &mut impl Iterator<Item = char>) -> Result<char, String> {
    let wrong = || "`\\u` stands before a number in braces".to_owned();
    if rest.next() != Some('{') {
        return Err(wrong());
    }
    let mut number = String::new();
    loop {
        match rest.next() {
            Some('}') => break,
            Some(char) if number.len() < 6 => number.push(char),
            _ => return Err(wrong()),
        }
    }
    u32::from_str_radix(&number, 16).ok().and_then(char::from_u32).ok_or_else(wrong)
}

/// The text in quotes, on one line whatever it holds.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            // Editors take some of these for the end of a line.
            char if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// A name as lines have it: as it is where it is a word, else in quotes.
pub fn name(name: &str) -> String {
    let starts = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
    if starts && name.chars().all(is_word) { name.to_owned() } else { quoted(name) }
}
