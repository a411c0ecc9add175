//! The recorded schema: what all migrations together make, in a file that is kept with them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use glim_schema::{Schema, lock};

use crate::failure::{Failure, Result};
use crate::report::diagnostic::{Diagnostic, Snippet};
use crate::settings::{Folders, Outline};
use crate::workspace::Workspace;

/// A recorded schema and its file.
pub(crate) struct Recorded {
    /// The file.
    pub(crate) path: PathBuf,
    /// What it says; empty where there is none.
    pub(crate) schema: Schema,
    /// Whether there is no such file yet.
    pub(crate) is_new: bool,
}

impl Recorded {
    /// Reads the file; that of an alias with models of its own is another one.
    pub(super) fn read(workspace: &Workspace, outline: &Outline, alias: Option<&str>) -> Result<Self> {
        let folder = outline.folders.paths.first().map_or(Path::new(Folders::DEFAULT), PathBuf::as_path);
        let file = alias.map_or_else(|| "schema.lock".to_owned(), |alias| format!("schema.{alias}.lock"));
        let path = workspace.root.join(folder).join(file);
        let text = match fs_err::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { path, schema: Schema::default(), is_new: true });
            }
            Err(error) => {
                let error = Diagnostic::error("cannot read the recorded schema").caused_by(&error);
                return Err(Failure::usage(error));
            }
        };
        let schema = lock::read(&text).map_err(|error| broken(&error, &path, &text, workspace))?;
        Ok(Self { path, schema, is_new: false })
    }

    /// The schema of all models that take part for the alias in use.
    pub(in crate::commands) fn of_all(workspace: &Workspace, outline: &Outline) -> Result<Schema> {
        let mut schema = Self::read(workspace, outline, None)?.schema;
        if outline.alias != outline.default {
            let own = Self::read(workspace, outline, Some(&outline.alias))?.schema;
            schema.tables.extend(own.tables);
        }
        Ok(schema)
    }
}

fn broken(error: &lock::LockError, path: &Path, text: &str, workspace: &Workspace) -> Failure {
    let shown = path.strip_prefix(&workspace.root).unwrap_or(path);
    let start: usize = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    let title = format!("the recorded schema cannot be read: {}", error.message);
    let snippet =
        Snippet { path: shown.to_owned(), source: text.into(), span: start..start + length, label: String::new() };
    Failure::no(Diagnostic::error(title).at(snippet).help(error.help.clone()))
}
