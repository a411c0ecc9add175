//! Reading a table of the configuration key by key: each problem is noted with its place, and reading goes on.

use std::ops::Range;

use glim_engine::near::nearest;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::file::Source;
use crate::report::diagnostic::Diagnostic;

/// A table that is being read. Each key that is asked for becomes a known one.
pub(super) struct Table<'t, 'i> {
    /// As messages name it, such as `[db.default]`.
    title: String,
    table: &'t DeTable<'i>,
    source: &'t Source,
    known: Vec<&'static str>,
}

impl<'t, 'i> Table<'t, 'i> {
    pub(super) fn new(title: impl Into<String>, table: &'t DeTable<'i>, source: &'t Source) -> Self {
        Self { title: title.into(), table, source, known: Vec::new() }
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.to_string())),
            other => {
                problems.push(self.wrong_type(key, value.span(), other, "text in quotes"));
                None
            }
        }
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Vec<Spanned<String>> {
        const EXPECTED: &str = "text in quotes, or a list of such";
        let Some(value) = self.value(key) else { return Vec::new() };
        let values: Vec<_> = match value.get_ref() {
            DeValue::Array(values) => values.iter().collect(),
            _ => vec![value],
        };
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            match value.get_ref() {
                DeValue::String(text) => texts.push(Spanned::new(value.span(), text.to_string())),
                other => problems.push(self.wrong_type(key, value.span(), other, EXPECTED)),
            }
        }
        texts
    }

    /// A time, which is a text; the one mistake that everybody makes has its own help.
    pub(super) fn time(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.to_string())),
            other => {
                let mut problem = self.wrong_type(key, value.span(), other, "text with a unit");
                if let DeValue::Integer(number) = other {
                    problem = problem.help(format!("for seconds, write `{key} = \"{}s\"`", number.as_str()));
                }
                problems.push(problem);
                None
            }
        }
    }

    /// A number, or a variable that holds one; as text either way.
    pub(super) fn number(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Integer(number) => Some(Spanned::new(value.span(), decimal(number))),
            DeValue::String(text) if text.contains("${") => Some(Spanned::new(value.span(), text.to_string())),
            other => {
                let mut problem = self.wrong_type(key, value.span(), other, "a number");
                if matches!(other, DeValue::String(_)) {
                    problem = problem.help("write the number without quotes");
                }
                problems.push(problem);
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, key: &'static str, problems: &mut Vec<Diagnostic>) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            other => {
                problems.push(self.wrong_type(key, value.span(), other, "`true` or `false`"));
                None
            }
        }
    }

    /// A table, and the place of its key.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<(Range<usize>, &'t DeTable<'i>)> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((self.key_span(key), table)),
            other => {
                problems.push(self.wrong_type(key, value.span(), other, "a table"));
                None
            }
        }
    }

    /// Notes every key that was not asked for. Gives those that seem to have been meant, and are there under a wrong name
    /// only.
    pub(super) fn finish(self, problems: &mut Vec<Diagnostic>) -> Vec<&'static str> {
        let mut misspelt = Vec::new();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let mut problem = Diagnostic::error(format!("unknown key `{name}` in {}", self.title))
                .at(self.source.snippet(key.span(), "unknown"));
            problem = match nearest(name, self.known.iter().copied()) {
                Some(near) => {
                    misspelt.extend(self.known.iter().copied().filter(|known| *known == near));
                    problem.help(format!("did you mean `{near}`?"))
                }
                None => problem.note(format!("known keys: {}", self.known.join(", "))),
            };
            problems.push(problem);
        }
        misspelt
    }

    /// The place of a key; the table's start when it is not there.
    pub(super) fn key_span(&self, key: &str) -> Range<usize> {
        self.table.keys().find(|known| known.get_ref() == key).map_or(0..0, Spanned::span)
    }

    fn value(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.get(key)
    }

    fn wrong_type(&self, key: &str, span: Range<usize>, found: &DeValue<'_>, expected: &str) -> Diagnostic {
        Diagnostic::error(format!("`{key}` in {} is {}, not {expected}", self.title, kind(found)))
            .at(self.source.snippet(span, format!("expected {expected}")))
    }
}

/// What a value is, for messages.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// `0x10` is `16`; what does not fit stays as it is, and is out of range for every use.
fn decimal(number: &DeInteger<'_>) -> String {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())
}
