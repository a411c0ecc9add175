//! Tokens of a statement as rules ask about them: keywords in a row, names, and parts between commas.

use std::ops::Range;

use glim_files::split::{Kind, Token};

/// Some tokens of a statement.
#[derive(Clone, Copy)]
pub(super) struct Words<'w, 's>(pub(super) &'w [Token<'s>]);

impl Words<'_, '_> {
    /// Whether these keywords, separated by spaces, stand from a place on.
    pub(super) fn at(self, place: usize, keywords: &str) -> bool {
        keywords.split(' ').zip(place..).all(|(keyword, at)| self.0.get(at).is_some_and(|token| is(token, keyword)))
    }

    /// Whether it begins with these keywords.
    pub(super) fn begins(self, keywords: &str) -> bool {
        self.at(0, keywords)
    }

    /// Where these keywords stand, in whatever depth of parentheses.
    pub(super) fn find(self, keywords: &str) -> Option<usize> {
        (0..self.0.len()).find(|place| self.at(*place, keywords))
    }

    /// Whether these keywords stand anywhere.
    pub(super) fn has(self, keywords: &str) -> bool {
        self.find(keywords).is_some()
    }

    /// The same outside of parentheses.
    pub(super) fn has_outside(self, keywords: &str) -> bool {
        let mut depth = 0_usize;
        (0..self.0.len()).any(|place| {
            let token = &self.0[place];
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && self.at(place, keywords)
        })
    }

    /// The place after the first of these phrases that stands at a place, else that place.
    pub(super) fn skip(self, place: usize, phrases: &[&str]) -> usize {
        let found = phrases.iter().find(|phrase| self.at(place, phrase));
        found.map_or(place, |phrase| place + phrase.split(' ').count())
    }

    /// The name at a place, with its schema, and the place after it.
    pub(super) fn name(self, place: usize) -> Option<(String, usize)> {
        let mut name = part(self.0.get(place)?)?;
        let mut next = place + 1;
        while let (Some(dot), Some(token)) = (self.0.get(next), self.0.get(next + 1)) {
            let Some(more) = part(token).filter(|_| dot.is_mark(b'.')) else { break };
            name = format!("{name}.{more}");
            next += 2;
        }
        Some((name, next))
    }

    /// The names from a place on, with commas between them, and the place after the last.
    pub(super) fn names(self, mut place: usize) -> (Vec<String>, usize) {
        let mut names = Vec::new();
        while let Some((name, next)) = self.name(place) {
            names.push(name);
            place = next;
            if !self.0.get(place).is_some_and(|token| token.is_mark(b',')) {
                break;
            }
            place += 1;
        }
        (names, place)
    }

    /// The parts between the commas outside of parentheses, from a place to the end.
    pub(super) fn parts(self, from: usize) -> Vec<Range<usize>> {
        let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, from);
        for (place, token) in self.0.iter().enumerate().skip(from) {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                Kind::Mark(b',') if depth == 0 => {
                    parts.push(start..place);
                    start = place + 1;
                }
                _ => {}
            }
        }
        if start < self.0.len() {
            parts.push(start..self.0.len());
        }
        parts
    }

    /// What stands between a parenthesis at a place and the one that closes it.
    pub(super) fn group(self, open: usize) -> Option<Range<usize>> {
        if !self.0.get(open)?.is_mark(b'(') {
            return None;
        }
        let mut depth = 0_usize;
        for (place, token) in self.0.iter().enumerate().skip(open) {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') if depth == 1 => return Some(open + 1..place),
                Kind::Mark(b')') => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The tokens of a range.
    pub(super) fn of(self, range: Range<usize>) -> Self {
        Self(self.0.get(range).unwrap_or_default())
    }
}

fn is(token: &Token<'_>, keyword: &str) -> bool {
    match keyword.as_bytes() {
        [mark @ (b'(' | b')' | b'=' | b',' | b'|')] => token.is_mark(*mark),
        _ => token.is(keyword),
    }
}

/// A name as the server compares it: without quotes, and in small letters where it has none.
fn part(token: &Token<'_>) -> Option<String> {
    let text = String::from_utf8_lossy(token.text);
    match token.kind {
        Kind::Word => Some(text.to_lowercase()),
        Kind::Name | Kind::Text => {
            let quote = text.chars().next()?;
            let inside = text.get(1..text.len().checked_sub(1)?)?;
            Some(inside.replace(&format!("{quote}{quote}"), &quote.to_string()))
        }
        _ => None,
    }
}
