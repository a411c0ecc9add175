//! Environment variables: those of the process, then those of `.env` at the workspace root, which is read but never
//! exported, so that no child process inherits a password from us.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where variables are looked up.
pub(super) struct Variables<'a> {
    process: &'a dyn Fn(&str) -> Option<String>,
    path: PathBuf,
    file: OnceCell<DotEnv>,
}

/// What `.env` holds.
#[derive(Default)]
struct DotEnv {
    values: HashMap<String, String>,
    /// Why some of it could not be read; never with its text, which may be a secret.
    trouble: Option<String>,
}

/// A value, and where it is from.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) value: String,
    pub(super) from_file: bool,
}

impl<'a> Variables<'a> {
    pub(super) fn new(root: &Path, process: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { process, path: root.join(".env"), file: OnceCell::new() }
    }

    /// A variable's value.
    pub(super) fn get(&self, name: &str) -> Option<Variable> {
        if let Some(value) = (self.process)(name) {
            return Some(Variable { value, from_file: false });
        }
        let value = self.file().values.get(name)?.clone();
        Some(Variable { value, from_file: true })
    }

    /// Why `.env` could not be read in full, if so.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.file().trouble.as_deref()
    }

    fn file(&self) -> &DotEnv {
        self.file.get_or_init(|| DotEnv::read(&self.path))
    }
}

impl DotEnv {
    fn read(path: &Path) -> Self {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::default(),
            Err(error) => {
                return Self { trouble: Some(format!("`.env` cannot be read: {error}")), ..Self::default() };
            }
        };
        // The reader takes a byte order mark for a part of the first name, and a last line without its end for an
        // unfinished one.
        let text = format!("{}\n", text.trim_start_matches('\u{feff}'));
        let mut read = Self::default();
        for item in dotenvy::from_read_iter(text.as_bytes()) {
            match item {
                // The first of two counts, as it does where `.env` is loaded into the environment.
                Ok((name, value)) => {
                    read.values.entry(name).or_insert(value);
                }
                // The error's own message quotes the line.
                Err(_) => read.trouble = Some("`.env` has a line that is not `NAME=value`".to_owned()),
            }
        }
        read
    }
}

/// A piece of a text with `${NAME}` in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Literal(&'t str),
    Variable(&'t str),
}

/// Splits `text` at its variables. `$${` stands for `${` itself. The error says what is wrong, without the text.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            pieces.push(Piece::Literal(&rest[..at - 1]));
            pieces.push(Piece::Literal("${"));
            rest = &rest[at + 2..];
            continue;
        }
        pieces.push(Piece::Literal(&rest[..at]));
        let after = &rest[at + 2..];
        let end = after.find('}').ok_or("`${` has no closing `}`; a literal `${` is written `$${`")?;
        let name = &after[..end];
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err("between `${` and `}` stands a variable's name: letters, digits and `_`".to_owned());
        }
        pieces.push(Piece::Variable(name));
        rest = &after[end + 1..];
    }
    pieces.push(Piece::Literal(rest));
    pieces.retain(|piece| *piece != Piece::Literal(""));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Variables, pieces};

    #[test]
    fn pieces_are_split_at_variables() {
        use Piece::{Literal, Variable};
        assert_eq!(pieces("a${B}c"), Ok(vec![Literal("a"), Variable("B"), Literal("c")]));
        assert_eq!(pieces("${A}${B_1}"), Ok(vec![Variable("A"), Variable("B_1")]));
        assert_eq!(pieces("$${A}"), Ok(vec![Literal("${"), Literal("A}")]));
        assert_eq!(pieces("pa$$word"), Ok(vec![Literal("pa$$word")]));
        assert_eq!(pieces(""), Ok(vec![]));
    }

    #[test]
    fn malformed_variables_are_refused() {
        for text in ["${", "a${B", "${}", "${A:-b}", "${1A}", "${a b}"] {
            assert!(pieces(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_process_comes_before_the_file() {
        let root = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(root.path().join(".env"), "\u{feff}A=file\nB='from file'\nB=second").expect("written");
        let process = |name: &str| (name == "A").then(|| "process".to_owned());
        let variables = Variables::new(root.path(), &process);
        assert!(variables.get("A").is_some_and(|a| a.value == "process" && !a.from_file));
        assert!(variables.get("B").is_some_and(|b| b.value == "from file" && b.from_file));
        assert!(variables.get("C").is_none());
        assert_eq!(variables.trouble(), None);
    }

    #[test]
    fn a_broken_line_is_told_without_its_text_and_the_rest_still_counts() {
        let root = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(root.path().join(".env"), "PASSWORD hunter2\nA=1").expect("written");
        let variables = Variables::new(root.path(), &|_| None);
        assert!(variables.get("A").is_some_and(|a| a.value == "1"));
        assert!(variables.trouble().is_some_and(|trouble| !trouble.contains("hunter2")));
    }
}
