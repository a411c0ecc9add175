//! Where the configuration stands: `glim.toml`, or `[workspace.metadata.glim]` of the root manifest.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mask;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::{Diagnostic, Snippet};

pub(super) const OWN: &str = "glim.toml";
const MANIFEST: &str = "Cargo.toml";

/// The text that holds the configuration.
pub(super) struct File {
    text: String,
    home: Home,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Own,
    Manifest,
}

/// A file as diagnostics show it: without the passwords in it.
pub(super) struct Source {
    path: PathBuf,
    masked: Arc<str>,
}

/// The top of the configuration.
pub(super) type Root<'t, 'i> = &'t DeTable<'i>;

impl File {
    /// The one place that holds a configuration, if any does.
    pub(super) fn find(root: &Path) -> Result<Option<Self>> {
        let own = read(root, OWN)?.map(|text| Self { text, home: Home::Own });
        // Most manifests do without: parsing waits until the word is there.
        let manifest = read(root, MANIFEST)?
            .filter(|text| text.contains("metadata") && text.contains("glim"))
            .map(|text| Self { text, home: Home::Manifest });
        let Some(manifest) = manifest else { return Ok(own) };
        let Ok(tree) = DeTable::parse(&manifest.text) else {
            // cargo says what is wrong with a manifest, and better.
            return Ok(own);
        };
        let tree = tree.get_ref();
        if let Some(key) = find_key(tree, &["package", "metadata", "glim"]) {
            let source = Source::new(&manifest, mask::unread(&manifest.text));
            return Err(Failure::usage(
                Diagnostic::error("`[package.metadata.glim]` is not read")
                    .at(source.snippet(key, "meant for the whole workspace"))
                    .help("name the table `[workspace.metadata.glim]`, or move what it holds to `glim.toml`"),
            ));
        }
        let Some(key) = find_key(tree, &["workspace", "metadata", "glim"]) else { return Ok(own) };
        let Some(own) = own else { return Ok(Some(manifest)) };
        let first = Source::new(&own, mask::unread(&own.text));
        let second = Source::new(&manifest, mask::unread(&manifest.text));
        let start = own.text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let line_end = own.text[start..].find('\n').map_or(own.text.len(), |end| start + end);
        Err(Failure::usage(
            Diagnostic::error("the configuration stands in two places")
                .at(second.snippet(key, "here"))
                .at(first.snippet(start..line_end, "and here"))
                .help("keep `glim.toml` and remove `[workspace.metadata.glim]`, or the other way round"),
        ))
    }

    /// Hands the configuration's top table to `read`.
    pub(super) fn parse<T>(&self, read: impl FnOnce(Root<'_, '_>, &Source) -> Result<T>) -> Result<T> {
        let (tree, errors) = DeTable::parse_recoverable(&self.text);
        if !errors.is_empty() {
            let source = Source::new(self, mask::unread(&self.text));
            return Err(Failure { exit: crate::exit::Exit::Usage, diagnostics: syntax_errors(&errors, &source) });
        }
        let tree = tree.get_ref();
        let root = match self.home {
            Home::Own => tree,
            Home::Manifest => match find_value(tree, &["workspace", "metadata", "glim"]) {
                Some(value) => match value.get_ref() {
                    DeValue::Table(table) => table,
                    other => {
                        let source = Source::new(self, mask::unread(&self.text));
                        let title = format!("`workspace.metadata.glim` is {}, not a table", super::table::kind(other));
                        return Err(Failure::usage(
                            Diagnostic::error(title)
                                .at(source.snippet(value.span(), "expected a table"))
                                .help("write `[workspace.metadata.glim.db.default]` and its keys"),
                        ));
                    }
                },
                None => tree,
            },
        };
        read(root, &Source::new(self, mask::read(&self.text, root)))
    }
}

impl Source {
    fn new(file: &File, masked: String) -> Self {
        let name = match file.home {
            Home::Own => OWN,
            Home::Manifest => MANIFEST,
        };
        Self { path: name.into(), masked: masked.into() }
    }

    /// A place in the file.
    pub(super) fn snippet(&self, span: Range<usize>, label: impl Into<String>) -> Snippet {
        Snippet { path: self.path.clone(), source: Arc::clone(&self.masked), span, label: label.into() }
    }

    /// The file's name.
    pub(super) fn name(&self) -> std::borrow::Cow<'_, str> {
        self.path.to_string_lossy()
    }
}

fn read(root: &Path, name: &str) -> Result<Option<String>> {
    match std::fs::read_to_string(root.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let diagnostic = Diagnostic::error(format!("cannot read `{name}`")).caused_by(&error);
            Err(Failure::usage(match error.kind() {
                io::ErrorKind::InvalidData => diagnostic.help("save the file in UTF-8"),
                io::ErrorKind::IsADirectory => diagnostic.help("a file is expected here, not a folder"),
                io::ErrorKind::PermissionDenied => diagnostic.help("give yourself the right to read it"),
                _ => diagnostic,
            }))
        }
    }
}

fn syntax_errors(errors: &[toml::de::Error], source: &Source) -> Vec<Diagnostic> {
    let mut lines = Vec::new();
    let mut diagnostics = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        // What follows on the same line is mostly an echo of the first error.
        let line = source.masked.get(..span.start).map_or(0, |before| before.matches('\n').count());
        if lines.contains(&line) {
            continue;
        }
        lines.push(line);
        let title = format!("`{}` is not valid TOML", source.name());
        let label = error.message().lines().collect::<Vec<_>>().join(", ");
        diagnostics.push(Diagnostic::error(title).at(source.snippet(span, label)));
    }
    diagnostics
}

fn find_value<'t, 'i>(table: &'t DeTable<'i>, path: &[&str]) -> Option<&'t Spanned<DeValue<'i>>> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    match value.get_ref() {
        _ if rest.is_empty() => Some(value),
        DeValue::Table(table) => find_value(table, rest),
        _ => None,
    }
}

/// The span of the last key of a path.
fn find_key(table: &DeTable<'_>, path: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    match value.get_ref() {
        _ if rest.is_empty() => Some(key.span()),
        DeValue::Table(table) => find_key(table, rest),
        _ => None,
    }
}
