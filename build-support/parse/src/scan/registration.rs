//! `submit!(...)`.

use std::ops::Range;

use super::attributes::{split_at_commas, unquoted};
use super::found::FoundRegistration;
use super::lexer::{Kind, Lexer};
use super::path::NamePath;
use super::place::File;

/// The registrations in the arguments of a `submit!`: of each `migration!(...)` in them, or, where there is none, of the
/// arguments themselves. The second says which it was.
pub(super) fn read(file: &File<'_>, at: usize, arguments: Range<usize>) -> (Vec<FoundRegistration>, bool) {
    let text = file.text;
    let mut lexer = Lexer::range(text, arguments.clone());
    let mut all = Vec::new();
    let mut last_two = ["", ""];
    while let Ok(Some(token)) = lexer.next() {
        let word = &text[token.start..token.end];
        if matches!(token.kind, Kind::Open(_)) && last_two == ["migration", "!"] {
            let inside = token.end..arguments.end;
            all.extend(registration(file, at, split_group(text, inside)));
        }
        last_two = [last_two[1], word];
    }
    if all.is_empty() {
        return (registration(file, at, arguments).into_iter().collect(), false);
    }
    (all, true)
}

/// The part of a range before the delimiter that closes the group in which it begins.
fn split_group(text: &str, range: Range<usize>) -> Range<usize> {
    let mut lexer = Lexer::range(text, range.clone());
    let mut depth = 0_usize;
    while let Ok(Some(token)) = lexer.next() {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) if depth == 0 => return range.start..token.start,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
    range
}

/// The texts in quotes that follow.
fn texts(lexer: &mut Lexer<'_>) -> impl Iterator<Item = String> {
    let text = lexer.text();
    std::iter::from_fn(move || lexer.next().ok().flatten())
        .filter(|token| token.kind == Kind::Text)
        .filter_map(move |token| unquoted(&text[token.start..token.end]))
}

fn registration(file: &File<'_>, at: usize, arguments: Range<usize>) -> Option<FoundRegistration> {
    let text = file.text;
    let mut parts = split_at_commas(text, arguments).into_iter();
    let type_path = NamePath::read(text, parts.next()?);
    let mut found = FoundRegistration {
        type_name: type_path.last()?.to_owned(),
        name: None,
        version: None,
        after: Vec::new(),
        db: None,
        irreversible: false,
        allows: Vec::new(),
        place: file.place(at),
    };
    for part in parts {
        let mut lexer = Lexer::range(text, part.clone());
        let Ok(Some(key)) = lexer.next() else { continue };
        match &text[key.start..key.end] {
            "irreversible" => found.irreversible = true,
            "name" => found.name = texts(&mut lexer).next(),
            "version" => found.version = texts(&mut lexer).next(),
            "db" => found.db = texts(&mut lexer).next(),
            "allow" => {
                if let Ok(Some(open)) = lexer.next() {
                    let inside = split_group(text, open.end..part.end);
                    found.allows.push((text[inside].to_owned(), file.place(key.start).line));
                }
            }
            "after" => found.after = texts(&mut lexer).collect(),
            _ => {}
        }
    }
    Some(found)
}
