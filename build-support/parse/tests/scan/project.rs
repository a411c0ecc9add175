//! A crate in a temporary directory.

use std::fs;
use std::path::PathBuf;

use glim_parse::scan::{CfgSet, CrateRoot, Scan, scan};
use tempfile::TempDir;

/// The files of a crate called `app`.
pub(crate) struct Project {
    folder: TempDir,
    cfg: CfgSet,
}

impl Project {
    /// With those files, `src/lib.rs` first among them or not.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let project = Self { folder, cfg: CfgSet::new(["on"], "unix\ntarget_os=\"linux\"") };
        for (name, text) in files {
            let path = project.path(name);
            fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn root(&self) -> CrateRoot {
        CrateRoot {
            name: "app".to_owned(),
            file: self.path("src/lib.rs"),
            cfg: self.cfg.clone(),
            glim: vec!["glim".to_owned()],
            crates: Vec::new(),
        }
    }

    pub(crate) fn scan(&self) -> Scan {
        scan(&[self.root()])
    }
}

/// A model of that name, which needs no imports.
pub(crate) fn model(name: &str) -> String {
    format!("#[derive(glim::Model)]\nstruct {name} {{\n    #[glim(primary_key)]\n    id: i32,\n}}\n")
}

/// Scans those files; nothing may be wrong with them. Gives `module::Model` for each model, in the order found.
pub(crate) fn models(files: &[(&str, &str)]) -> Vec<String> {
    let scan = Project::new(files).scan();
    assert_eq!(messages(&scan), [""; 0]);
    names(&scan)
}

pub(crate) fn names(scan: &Scan) -> Vec<String> {
    scan.models.iter().map(|model| format!("{}::{}", model.place.module, model.name)).collect()
}

pub(crate) fn messages(scan: &Scan) -> Vec<&str> {
    scan.problems.iter().map(|problem| problem.message.as_str()).collect()
}
