//! Where the file of `mod name;` is, by rustc's own rules (`rustc_expand/src/module.rs`).
//!
//! 1. In a crate's root, in a `mod.rs`, in a file that `#[path]` names and in one that `include!` names: beside the file.
//! 2. In any other file `dir/file.rs`: in `dir/file/`.
//! 3. In an inline module `mod inner { ... }`: in the folder `inner` of the above.
//! 4. `#[path = "p"] mod name;` is `p`, seen from the file's own folder, or from the inline module's by rule 3.
//! 5. `#[path = "p"] mod inner { ... }` makes `p` the inline module's folder, seen likewise.
//! 6. Otherwise it is `name.rs` or `name/mod.rs` there. Both is an error, as is none.

use std::path::{Path, PathBuf};

/// Where modules of a file, or of an inline module in it, are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    folder: PathBuf,
    /// The folder inside `folder`, of rule 2, which `#[path]` passes by.
    inner: Option<String>,
}

/// A module's file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ModuleFile {
    pub(super) file: PathBuf,
    pub(super) directory: Directory,
}

/// Why a module has no file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoFile {
    /// None of these is there.
    Missing(Vec<PathBuf>),
    /// Both of these are there.
    Both(PathBuf, PathBuf),
}

impl Directory {
    /// Of a file by rule 1.
    pub(super) fn beside(file: &Path) -> Self {
        Self { folder: file.parent().map(Path::to_owned).unwrap_or_default(), inner: None }
    }

    /// Of an inline module.
    pub(super) fn inline(&self, name: &str, path: Option<&str>) -> Self {
        let folder = match path {
            Some(path) => self.folder.join(path),
            None => self.inside().join(name),
        };
        Self { folder, inner: None }
    }

    /// The file of `include!("path")`.
    pub(super) fn included(file: &Path, path: &str) -> PathBuf {
        file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The file of `mod name;`.
    pub(super) fn module(&self, name: &str, path: Option<&str>) -> Result<ModuleFile, NoFile> {
        if let Some(path) = path {
            let file = self.folder.join(path);
            let directory = Self::beside(&file);
            return if file.is_file() { Ok(ModuleFile { file, directory }) } else { Err(NoFile::Missing(vec![file])) };
        }
        let folder = self.inside();
        let flat = folder.join(format!("{name}.rs"));
        let deep = folder.join(name).join("mod.rs");
        match (flat.is_file(), deep.is_file()) {
            (true, false) => {
                let directory = Self { folder, inner: Some(name.to_owned()) };
                Ok(ModuleFile { file: flat, directory })
            }
            (false, true) => {
                let directory = Self::beside(&deep);
                Ok(ModuleFile { file: deep, directory })
            }
            (true, true) => Err(NoFile::Both(flat, deep)),
            (false, false) => Err(NoFile::Missing(vec![flat, deep])),
        }
    }

    fn inside(&self) -> PathBuf {
        match &self.inner {
            Some(inner) => self.folder.join(inner),
            None => self.folder.clone(),
        }
    }
}
