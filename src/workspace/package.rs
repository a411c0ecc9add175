//! What we keep of a package from `cargo metadata`: enough to select it, to link it, and to rebuild it as a library.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The package that users depend on.
pub(crate) const GLIM: &str = "glim-migrations";

/// A member of the workspace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) edition: String,
    /// The folder of its manifest.
    pub(crate) dir: PathBuf,
    /// Libraries, binaries and the build script; examples, tests and benches are left out.
    pub(crate) targets: Vec<Target>,
    /// Without development dependencies, save one on glim itself.
    pub(crate) dependencies: Vec<Dependency>,
    /// With the implicit features of optional dependencies.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) links: Option<String>,
    pub(crate) default_run: Option<String>,
    pub(crate) about: About,
    /// `[package.metadata.glim]`; null where there is none.
    pub(crate) metadata: serde_json::Value,
}

/// What the `CARGO_PKG_*` variables say besides name and version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) authors: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) homepage: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<PathBuf>,
    pub(crate) readme: Option<PathBuf>,
    pub(crate) rust_version: Option<String>,
}

/// What cargo builds of a package.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: TargetKind,
    pub(crate) name: String,
    pub(crate) crate_types: Vec<String>,
    pub(crate) src_path: PathBuf,
    pub(crate) edition: String,
    pub(crate) required_features: Vec<String>,
}

/// The kinds of target that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TargetKind {
    /// `[lib]` of any crate type but `proc-macro`.
    Library,
    /// `[lib] proc-macro = true`.
    ProcMacro,
    /// `[[bin]]`.
    Binary,
    /// `build.rs`.
    BuildScript,
}

/// A dependency as the manifest states it, with inheritance resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dependency {
    /// The package's name.
    pub(crate) name: String,
    /// The key in the manifest, where it is not the name.
    pub(crate) rename: Option<String>,
    /// `registry+…`, `sparse+…`, `git+…`; none for a path.
    pub(crate) source: Option<String>,
    pub(crate) req: String,
    pub(crate) kind: DependencyKind,
    pub(crate) optional: bool,
    pub(crate) default_features: bool,
    pub(crate) features: Vec<String>,
    /// A triple or `cfg(…)`.
    pub(crate) target: Option<String>,
    /// The index of a registry other than crates.io.
    pub(crate) registry: Option<String>,
    /// Absolute.
    pub(crate) path: Option<PathBuf>,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DependencyKind {
    Normal,
    Build,
    Development,
}

impl Package {
    /// The library target, of whatever crate type.
    pub(crate) fn library(&self) -> Option<&Target> {
        self.targets.iter().find(|target| matches!(target.kind, TargetKind::Library | TargetKind::ProcMacro))
    }

    /// The binary targets, in cargo's order.
    pub(crate) fn binaries(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.kind == TargetKind::Binary)
    }

    /// The build script.
    pub(crate) fn build_script(&self) -> Option<&Target> {
        self.targets.iter().find(|target| target.kind == TargetKind::BuildScript)
    }

    /// The dependencies on glim that reach a program, whatever they are called here.
    pub(crate) fn glim(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|it| it.name == GLIM && it.kind == DependencyKind::Normal)
    }
}

impl Dependency {
    /// What the manifest calls it.
    pub(crate) fn key(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

impl Target {
    /// Whether another crate can link it: a `cdylib` or `staticlib` alone cannot be.
    pub(crate) fn is_linkable(&self) -> bool {
        self.crate_types.iter().any(|it| matches!(it.as_str(), "lib" | "rlib" | "dylib"))
    }
}
