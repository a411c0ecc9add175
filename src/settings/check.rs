//! What it takes to check a value: where it stands, what its variables hold, and where problems are noted.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::file::Source;
use super::url::decode;
use super::variables::{Piece, Variables, pieces};
use crate::report::diagnostic::Diagnostic;

/// The check of one alias, or of `DATABASE_URL`.
pub(super) struct Check<'a> {
    /// Whose values they are, as messages name it: "`[db.default]`".
    pub(super) subject: String,
    /// How they are written.
    pub(super) form: Form,
    /// The file that spans point into; none for `DATABASE_URL`.
    pub(super) source: Option<&'a Source>,
    /// The place of the whole, for what is missing.
    pub(super) span: Range<usize>,
    /// Whether this is what will be connected to. Variables and files count only then: another alias may be for
    /// another machine.
    pub(super) is_selected: bool,
    /// Whether something could not be read, so that what seems to be missing may be there.
    pub(super) is_damaged: bool,
    /// Keys that seem to be there under a wrong name.
    pub(super) misspelt: Vec<&'static str>,
    pub(super) variables: &'a Variables<'a>,
    /// The workspace root, which relative paths start from.
    pub(super) root: &'a Path,
    pub(super) problems: &'a mut Vec<Diagnostic>,
}

/// How a connection is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Key by key.
    Keys,
    /// As a URL.
    Url,
}

/// A value that is there. What it is may be unknown: a problem was noted, or it hangs on a variable that does not count.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) value: Option<String>,
}

/// Whether the literal text of a value is as it is, or percent-encoded, as in a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Percent,
}

impl Check<'_> {
    /// Notes a problem with a place.
    pub(super) fn problem(&mut self, diagnostic: Diagnostic, span: Range<usize>, label: &str) {
        self.problems.push(match self.source {
            Some(source) => diagnostic.at(source.snippet(span, label)),
            None => diagnostic,
        });
    }

    /// Whether a key that was not found is to be called missing: where it was misspelt, that is said already.
    pub(super) fn may_be_missing(&self, key: &str) -> bool {
        // Both name the database.
        let same = if key == "database" { "schema" } else { key };
        !self.is_damaged && !self.misspelt.iter().any(|misspelt| [key, same].contains(misspelt))
    }

    /// A text with its variables filled in.
    pub(super) fn resolve(&mut self, text: &Spanned<String>) -> Part {
        self.resolve_piecewise(text.get_ref(), text.span(), Encoding::Plain)
    }

    /// A text with its variables filled in; what variables hold is never decoded, so that a password in one needs no
    /// percent signs.
    pub(super) fn resolve_piecewise(&mut self, text: &str, span: Range<usize>, encoding: Encoding) -> Part {
        let value = self.fill_in(text, &span, encoding);
        Part { span, value }
    }

    fn fill_in(&mut self, text: &str, span: &Range<usize>, encoding: Encoding) -> Option<String> {
        let pieces = match pieces(text) {
            Ok(pieces) => pieces,
            Err(help) => {
                let title = format!("a variable in {} is malformed", self.subject);
                self.problem(Diagnostic::error(title).help(help), span.clone(), "");
                return None;
            }
        };
        let mut filled = Some(String::new());
        for piece in pieces {
            let part = match piece {
                Piece::Literal(literal) if encoding == Encoding::Plain => Some(literal.to_owned()),
                Piece::Literal(literal) => {
                    let decoded = decode(literal);
                    if decoded.is_none() {
                        let title = format!("{} has a malformed percent-encoding", self.subject);
                        let help = "`%` is followed by two hexadecimal digits; a `%` itself is written `%25`";
                        self.problem(Diagnostic::error(title).help(help), span.clone(), "");
                    }
                    decoded
                }
                Piece::Variable(_) if !self.is_selected => None,
                Piece::Variable(name) => self.variable(name, span),
            };
            filled = filled.zip(part).map(|(filled, part)| filled + &part);
        }
        filled
    }

    fn variable(&mut self, name: &str, span: &Range<usize>) -> Option<String> {
        let found = self.variables.get(name).map(|variable| variable.value);
        if found.is_none() {
            let title = format!("the variable `{name}` is not set");
            let mut problem = Diagnostic::error(title)
                .help(format!("set it in the environment, or write `{name}=...` in `.env` at the workspace root"));
            if let Some(trouble) = self.variables.trouble() {
                problem = problem.note(trouble);
            }
            self.problem(problem, span.clone(), &format!("{} needs it", self.subject));
        }
        found
    }

    /// The absolute path of a file that must be there, when this is what will be connected to.
    pub(super) fn file(&mut self, key: &str, part: &Part) -> Option<PathBuf> {
        let path = self.root.join(part.value.as_deref()?);
        if self.is_selected
            && let Err(error) = std::fs::File::open(&path)
        {
            let title = format!("cannot read the `{key}` of {}", self.subject);
            let note = format!("the path is `{}`", path.display());
            self.problem(Diagnostic::error(title).caused_by(&error).note(note), part.span.clone(), "");
            return None;
        }
        Some(path)
    }
}
