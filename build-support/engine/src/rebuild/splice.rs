//! Cutting parts out of a CREATE TABLE and putting others in, so that all else stays as it is, comments too.

use std::ops::Range;

use super::constraint::Constraint;
use super::definition::Definition;

/// Texts that take the place of ranges of another.
#[derive(Clone, Debug, Default)]
pub(super) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    /// Puts a text in the place of some bytes.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    /// Puts a text before the byte.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// The text with all of it done.
    pub(super) fn apply(mut self, text: &str) -> String {
        // Of those at one place, the first stays the first.
        self.0.sort_by_key(|(range, _)| range.start);
        let mut done = String::with_capacity(text.len());
        let mut at = 0;
        for (range, new) in self.0 {
            done.push_str(text.get(at..range.start).unwrap_or_default());
            done.push_str(&new);
            at = at.max(range.end);
        }
        done.push_str(text.get(at..).unwrap_or_default());
        done
    }

    /// Cuts out a part of the table's list, with one of the commas around it.
    pub(super) fn cut_part(&mut self, definition: &Definition<'_>, part: &Range<usize>) {
        let tokens = &definition.tokens;
        let mut range = definition.bytes(part);
        let is_comma = |at: usize| tokens.get(at).is_some_and(|token| token.is_mark(b','));
        if is_comma(part.end) {
            range.end = tokens[part.end].end();
        } else if tokens.get(part.end).is_some_and(|token| token.is_mark(b')')) && is_comma(part.start - 1) {
            let comma = &tokens[part.start - 1];
            self.replace(comma.start..comma.end(), "");
        }
        self.replace(tidy(definition.text, range), "");
    }

    /// Cuts out a constraint of a column.
    pub(super) fn cut_constraint(&mut self, definition: &Definition<'_>, constraint: &Constraint) {
        let range = definition.bytes(&constraint.tokens);
        let before = &definition.text[..range.start];
        let start = before.trim_end_matches([' ', '\t']).len();
        self.replace(start..range.end, "");
    }

    /// Adds a part after the last column, or after the last part of all.
    pub(super) fn add_part(&mut self, definition: &Definition<'_>, text: &str, column: bool) {
        let columns = definition.columns.iter().map(|each| &each.tokens);
        let constraints = definition.constraints.iter().filter(|_| !column).map(|each| &each.tokens);
        let parts: Vec<_> = columns.chain(constraints).map(|tokens| definition.bytes(tokens)).collect();
        let Some(last) = parts.last() else { return };
        let before = &definition.text[..last.start];
        // As the last part stands: on a line of its own, as far to the right, or on the line of the others.
        let line = &before[before.rfind('\n').map_or(before.len(), |at| at + 1)..];
        let own_line = before.contains('\n') && line.trim().is_empty();
        let space = if own_line { format!("\n{line}") } else { " ".to_owned() };
        self.insert(last.end, format!(",{space}{text}"));
    }
}

/// The range, with the white space that would otherwise be left over: the whole line if nothing else is on it.
fn tidy(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let rest = text[range.end..].trim_start_matches([' ', '\t']);
    if before.ends_with('\n') && (rest.starts_with('\n') || rest.starts_with("\r\n")) {
        let line = before.strip_suffix('\n').unwrap_or(before);
        let start = line.strip_suffix('\r').unwrap_or(line).len();
        // A comment to the end of the line before needs its line break, and the one after the range is that.
        return start..text.len() - rest.len();
    }
    range.start..text.len() - rest.len()
}
