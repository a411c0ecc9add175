//! `glim::migrations!()`: the files of a folder as modules, as `glim-build` declares them.

use std::ops::Range;
use std::path::Path;

use super::super::attributes::{Attributes, split_at_commas, unquoted};
use super::super::candidate::RawProblem;
use super::super::cfg::Truth;
use super::super::directory::Directory;
use super::super::folder::{FOLDER, MODULE, folder_modules};
use super::super::found::Severity;
use super::super::path::NamePath;
use super::{Child, Reader, Scope};

impl Reader<'_> {
    /// Whether a macro called `migrations` is glim's: by its path, or by a `use` above it.
    pub(super) fn is_glims(&mut self, path: &NamePath) -> bool {
        let glim = self.context.glim;
        match path.names.as_slice() {
            [krate, _] => glim.contains(krate),
            [_] => self.scope().imports.iter().any(|import| {
                import.name.as_deref() == Some("migrations")
                    && import.path.names.first().is_some_and(|krate| glim.contains(krate))
            }),
            _ => false,
        }
    }

    /// Follows the macro's folders, which are named from the package's own, as in the build script.
    pub(super) fn migrations(&mut self, at: usize, arguments: Range<usize>, attributes: &Attributes) {
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        let mut folders: Vec<_> = split_at_commas(self.text, arguments)
            .into_iter()
            .filter_map(|range| Some((unquoted(&self.text[range.clone()])?, range)))
            .collect();
        if folders.is_empty() {
            folders.push((FOLDER.to_owned(), at..at + MODULE.len()));
        }
        let file = self.file.path;
        let package = file.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file());
        let package = package.or(file.parent()).unwrap_or(Path::new(""));
        let parent = self.source.scopes.len();
        let directory = self.scope().directory.clone();
        self.source.scopes.push(Scope::new(Some((self.current(), at)), MODULE.to_owned(), gate.clone(), directory));
        for (name, span) in folders {
            let folder = package.join(&name);
            match folder_modules(&folder) {
                Ok(modules) => {
                    self.source.folders.push(folder.clone());
                    for module in modules {
                        let position = self.source.children.len();
                        self.source.children.push(Child {
                            parent: (parent, position),
                            name: Some(module.name),
                            directory: Directory::beside(&module.file),
                            file: module.file,
                            gate: gate.clone(),
                            may_circle: true,
                        });
                    }
                }
                // It may be that nobody compiles it.
                Err(_) if gate != Truth::True => {}
                Err(error) => {
                    let message = format!("cannot read the folder `{name}`: {error}");
                    let help = Some(format!("it would be `{}`", folder.display()));
                    self.problem(RawProblem { span, message, help }, Severity::Error);
                }
            }
        }
    }
}
