//! What of the configuration commands need that connect to nothing: a variable of a connection may be unset there.

use std::path::Path;

use glim_parse::Library;

use super::file::File;
use super::{DEFAULT, Document, Folders};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The configuration without its connections.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    /// The alias in use.
    pub(crate) alias: String,
    /// The alias that is used when none is named.
    pub(crate) default: String,
    /// Where SQL migrations are.
    pub(crate) folders: Folders,
    /// The library of the models; none where the sources are to show it.
    pub(crate) models: Option<Library>,
}

impl Outline {
    /// Reads the configuration of the workspace at `root`, for the alias `db` or the configured one.
    pub(crate) fn load(root: &Path, db: Option<&str>) -> Result<Self> {
        let of = |document: &Document, problems: Vec<_>| {
            if !problems.is_empty() {
                return Err(Failure { exit: Exit::Usage, diagnostics: problems });
            }
            let default = document.chosen.as_ref().map_or(DEFAULT, |chosen| chosen.get_ref()).to_owned();
            let alias = db.unwrap_or(&default).to_owned();
            Ok(Self { alias, default, folders: document.folders.or_default(root), models: document.models })
        };
        let Some(file) = File::find(root)? else { return of(&Document::default(), Vec::new()) };
        file.parse(|table, source| {
            let mut problems = Vec::new();
            let document = Document::read(table, source, &mut problems);
            let is_known = db.is_none_or(|db| document.aliases.iter().any(|keys| keys.name == db));
            if let Some(unknown) = db.filter(|_| !is_known) {
                problems.push(document.unknown_alias(unknown, true, Some(source)));
            }
            of(&document, problems)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Outline;

    #[test]
    fn a_variable_that_is_unset_does_not_matter() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text =
            "[extensions.migration]\ndb = \"main\"\nmigrations = \"db\"\n[db.main]\nurl = \"${NOT_SET_ANYWHERE}\"\n";
        std::fs::write(folder.path().join("glim.toml"), text).expect("writable");
        let outline = Outline::load(folder.path(), None).expect("a sound configuration");
        assert_eq!((outline.alias.as_str(), outline.default.as_str()), ("main", "main"));
        assert_eq!(outline.folders.paths, [std::path::PathBuf::from("db")]);
        let failure = Outline::load(folder.path(), Some("mian")).expect_err("an unknown alias");
        assert!(failure.message().contains("unknown alias `mian`"), "{failure:?}");
    }
}
