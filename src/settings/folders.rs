//! Where SQL migrations are: the keys `migrations` and `layout`.

use std::path::{Path, PathBuf};

use glim_engine::near::nearest;
use glim_files::layout::Layout;

use super::file::Source;
use super::mask;
use super::table::Table;
use crate::report::diagnostic::Diagnostic;

/// The folders of SQL migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folders {
    /// Relative to the workspace's root; none where nothing is configured and the usual folder is not there.
    pub(crate) paths: Vec<PathBuf>,
    /// The layout; none where the folders are to show it themselves.
    pub(crate) layout: Option<Layout>,
}

impl Folders {
    /// The folder that is looked at when none is configured.
    pub(crate) const DEFAULT: &str = "migrations";

    /// These, or the usual folder where none is configured and it is there.
    pub(super) fn or_default(&self, root: &Path) -> Self {
        let mut folders = self.clone();
        if folders.paths.is_empty() && root.join(Self::DEFAULT).is_dir() {
            folders.paths.push(Self::DEFAULT.into());
        }
        folders
    }

    pub(super) fn read(table: &mut Table<'_, '_>, source: &Source, problems: &mut Vec<Diagnostic>) -> Self {
        let mut paths = Vec::new();
        for path in table.texts("migrations", problems) {
            if path.get_ref().trim().is_empty() {
                let error = Diagnostic::error("`migrations` in `[extensions.migration]` is empty");
                let error = error.at(source.snippet(path.span(), "expected a folder"));
                problems.push(error.help("name a folder, relative to the workspace's root, or leave the key out"));
            } else {
                paths.push(path.into_inner().into());
            }
        }
        let layout = table.text("layout", problems).and_then(|name| {
            let known = Layout::ALL.map(Layout::name);
            let layout = name.get_ref().parse().ok();
            if layout.is_none() {
                let error = Diagnostic::error(format!("unknown layout `{}`", mask::name(name.get_ref())));
                let error = error.at(source.snippet(name.span(), "unknown"));
                problems.push(match nearest(name.get_ref(), known) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.note(format!("the layouts are {}", known.join(", "))),
                });
            }
            layout
        });
        Self { paths, layout }
    }
}
