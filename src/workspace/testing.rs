//! Workspaces for unit tests, without a file.

use std::path::PathBuf;

use super::Workspace;
use super::package::{About, Dependency, DependencyKind, Package, Target, TargetKind};

/// Members in `/w`, by name.
pub(crate) fn workspace(packages: impl IntoIterator<Item = Package>) -> Workspace {
    let mut packages: Vec<Package> = packages.into_iter().collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Workspace {
        root: PathBuf::from("/w"),
        target_dir: PathBuf::from("/w/target"),
        cwd: PathBuf::from("/w"),
        default_members: (0..packages.len()).collect(),
        packages,
        metadata: serde_json::Value::Null,
        fingerprint: 0,
    }
}

/// A package with a library in `/w/<name>`.
pub(crate) fn package(name: &str) -> Package {
    let dir = PathBuf::from("/w").join(name);
    Package {
        id: format!("path+file:///w/{name}#0.1.0"),
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        edition: "2024".to_owned(),
        targets: vec![target(TargetKind::Library, &name.replace('-', "_"), dir.join("src/lib.rs"), "lib")],
        dir,
        dependencies: Vec::new(),
        features: std::collections::BTreeMap::new(),
        links: None,
        default_run: None,
        about: About::default(),
        metadata: serde_json::Value::Null,
    }
}

fn target(kind: TargetKind, name: &str, src_path: PathBuf, crate_type: &str) -> Target {
    let crate_types = vec![crate_type.to_owned()];
    let (name, edition) = (name.to_owned(), "2024".to_owned());
    Target { kind, name, crate_types, src_path, edition, required_features: Vec::new() }
}

/// A normal dependency on a registry's package.
pub(crate) fn depends(name: &str) -> Dependency {
    Dependency {
        name: name.to_owned(),
        rename: None,
        source: Some("registry+https://github.com/rust-lang/crates.io-index".to_owned()),
        req: "^0.1".to_owned(),
        kind: DependencyKind::Normal,
        optional: false,
        default_features: true,
        features: Vec::new(),
        target: None,
        registry: None,
        path: None,
    }
}

impl Package {
    pub(crate) fn depends(mut self, dependency: Dependency) -> Self {
        self.dependencies.push(dependency);
        self
    }

    pub(crate) fn feature(mut self, name: &str, values: &[&str]) -> Self {
        self.features.insert(name.to_owned(), values.iter().map(ToString::to_string).collect());
        self
    }

    pub(crate) fn without_library(mut self) -> Self {
        self.targets.retain(|target| target.kind != TargetKind::Library);
        self
    }

    pub(crate) fn library_of(mut self, crate_type: &str) -> Self {
        for target in self.targets.iter_mut().filter(|target| target.kind == TargetKind::Library) {
            target.crate_types = vec![crate_type.to_owned()];
        }
        self
    }

    pub(crate) fn binary(mut self, name: &str) -> Self {
        let path = if name == self.name { "src/main.rs".to_owned() } else { format!("src/bin/{name}.rs") };
        self.targets.push(target(TargetKind::Binary, name, self.dir.join(path), "bin"));
        self
    }

    pub(crate) fn script(mut self) -> Self {
        self.targets.push(target(TargetKind::BuildScript, "build-script-build", self.dir.join("build.rs"), "bin"));
        self
    }
}

impl Dependency {
    pub(crate) fn on_member(mut self) -> Self {
        self.path = Some(PathBuf::from("/w").join(&self.name));
        (self.source, self.req) = (None, "*".to_owned());
        self
    }

    pub(crate) fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(crate) fn without_default(mut self) -> Self {
        self.default_features = false;
        self
    }

    pub(crate) fn with(mut self, features: &[&str]) -> Self {
        self.features = features.iter().map(ToString::to_string).collect();
        self
    }

    pub(crate) fn renamed(mut self, key: &str) -> Self {
        self.rename = Some(key.to_owned());
        self
    }

    pub(crate) fn of_kind(mut self, kind: DependencyKind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn on(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }

    pub(crate) fn from(mut self, source: &str) -> Self {
        self.source = Some(source.to_owned());
        self
    }
}
