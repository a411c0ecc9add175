//! The runner's folder, as it is to be:
//!
//! ```text
//! <target>/glim/<key>/
//!   .lock         held while one command writes, builds or starts the runner
//!   Cargo.toml    depends on each package that registers migrations, and on glim; a workspace of its own
//!   Cargo.lock    the user's, which cargo then completes
//!   main.rs       names each crate, so that it is linked, and calls glim
//!   tree/…        shims of packages that have only a binary, among links to what their build scripts read
//!   state.json    what is remembered between two commands
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::inherited::Inherited;
use super::locked::{Lock, Pin};
use super::manifest::{self, DependencyTable, Linked, Manifest};
use super::shim::Shim;
use super::state::State;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::workspace::{Dependent, Fingerprint, Selection, TargetKind, Workspace, write_atomically, write_if_changed};

/// What is to be generated.
pub(super) struct Plan<'a> {
    workspace: &'a Workspace,
    selection: &'a Selection,
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) shims: Vec<Shim<'a>>,
    linked: Vec<Linked>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(workspace: &'a Workspace, selection: &'a Selection, name: String, folder: PathBuf) -> Self {
        let (mut shims, mut linked) = (Vec::new(), Vec::new());
        for Dependent { package, target, features, .. } in &selection.dependents {
            let package = &workspace.packages[*package];
            let target = &package.targets[*target];
            let path = if target.kind == TargetKind::Binary {
                let shim = Shim::new(workspace, package, target);
                let path = shim.folder(&folder);
                shims.push(shim);
                path
            } else {
                package.dir.clone()
            };
            let path = path.to_string_lossy().into_owned();
            linked.push(Linked { package: package.name.clone(), path, features: features.iter().cloned().collect() });
        }
        Self { workspace, selection, name, folder, shims, linked }
    }

    /// Writes what changed since the last time.
    pub(super) fn write(&self, state: &mut State) -> Result<()> {
        let users_lock = self.users_lock();
        let generated_from = self.fingerprint(users_lock.as_deref());
        if state.generated_from == generated_from && self.folder.join("main.rs").exists() {
            return Ok(());
        }
        let lock = users_lock.as_deref().map(Lock::parse);
        let manifest = self.manifest(lock.as_ref())?;
        let mut files = vec![
            (self.folder.join("Cargo.toml"), manifest.text()),
            (self.folder.join("main.rs"), manifest::main(&self.linked)),
        ];
        files.extend(self.shims.iter().flat_map(|shim| shim.files(&self.folder)));
        for (file, text) in files {
            write_if_changed(&file, text.as_bytes()).map_err(|error| cannot_write(&file, &error))?;
        }
        if let Some(text) = users_lock {
            // Cargo drops from it what the runner does not need, so each time it starts from the user's, or a pin that is
            // needed later would be gone. Written rather than copied: the user's may be read-only.
            let file = self.folder.join("Cargo.lock");
            write_atomically(&file, text.as_bytes()).map_err(|error| cannot_write(&file, &error))?;
        }
        state.generated_from = generated_from;
        Ok(())
    }

    fn fingerprint(&self, users_lock: Option<&str>) -> u64 {
        let mut fingerprint = Fingerprint::new();
        fingerprint.add_program().add(self.workspace.fingerprint.to_le_bytes());
        fingerprint.add(users_lock.unwrap_or_default()).add(&self.name).finish()
    }

    /// The user's `Cargo.lock`.
    pub(super) fn users_lock(&self) -> Option<String> {
        fs::read_to_string(self.workspace.root.join("Cargo.lock")).ok()
    }

    /// The runner's `Cargo.lock`.
    pub(super) fn own_lock(&self) -> String {
        fs::read_to_string(self.folder.join("Cargo.lock")).unwrap_or_default()
    }

    /// Packages that depend on glim and are not linked by name, as a lock file says.
    pub(super) fn outside<'l>(&self, lock: &'l Lock) -> Vec<&'l str> {
        // An application may embed the engine, which registers nothing.
        let is_known =
            |name: &str| name == self.name || name == "glim-engine" || self.linked.iter().any(|it| it.package == name);
        lock.glims().into_values().flatten().filter(|name| !is_known(name)).collect()
    }

    fn manifest(&self, lock: Option<&Lock>) -> Result<Manifest> {
        let file = self.workspace.root.join("Cargo.toml");
        let root = fs::read_to_string(&file).map_err(|error| {
            Failure::usage(Diagnostic::error(format!("cannot read `{}`", file.display())).caused_by(&error))
        })?;
        let members = self.workspace.needed_by(self.selection.dependents.iter().map(|it| it.package));
        // The lock file may be older than the manifests, which are known.
        let stated =
            members.iter().flat_map(|index| &self.workspace.packages[*index].dependencies).map(|it| it.name.as_str());
        let dependents = self.selection.dependents.iter().map(|it| &self.workspace.packages[it.package]);
        let linked = dependents.map(|it| (it.name.as_str(), it.version.as_str()));
        let used = lock.and_then(|lock| lock.needed_by(linked, stated));
        let inherited = Inherited::read(&root, &self.workspace.root, used.as_ref());
        Ok(Manifest::runner(&self.name, &self.linked, self.glim(lock), inherited))
    }

    /// Glim as the first package has it; that all have the same is checked once cargo has resolved them.
    fn glim(&self, lock: Option<&Lock>) -> DependencyTable {
        let dependents = self.selection.dependents.iter().map(|it| {
            let package = &self.workspace.packages[it.package];
            let glim = package.glim().find(|glim| self.selection.activations[&it.package].has(glim));
            let pin: Option<Pin> = lock.and_then(|lock| lock.glim_of(&package.name, &package.version));
            (glim, pin)
        });
        let first = dependents.into_iter().find_map(|(glim, pin)| Some((glim?, pin)));
        let (glim, pin) = first.expect("a package is a dependent because it has a dependency on glim that is on");
        DependencyTable::glim(glim, pin.as_ref())
    }
}

pub(super) fn cannot_write(file: &Path, error: &io::Error) -> Failure {
    Failure::usage(Diagnostic::error(format!("cannot write `{}`", file.display())).caused_by(error))
}
