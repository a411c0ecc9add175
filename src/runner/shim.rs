//! A package with only a binary, made linkable: a generated package of the same name and version whose library is the
//! user's `main.rs`. Same name and version, so that `CARGO_PKG_*` say what they say in the user's own build, and so that
//! the entry in the lock file is the same.
//!
//! What a library's build would get wrong is mended thus:
//! 1. `CARGO_MANIFEST_DIR` and `CARGO_BIN_NAME` are set by a generated build script.
//! 2. Where the user has a build script, it is that one; for it to find its files, the shim lies in a [mirror].
//! 3. Nothing calls `main`, so most of the program is dead code: those lints are off, and where the sources deny them
//!    themselves, [`super::wrapper`] overrides that.

use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::manifest::{Manifest, PackageTable, TargetTable, stated};
use super::message::Said;
use super::mirror::{self, Mirror};
use crate::workspace::{Package, Target, Workspace};

/// A shim.
#[derive(Debug)]
pub(super) struct Shim<'a> {
    package: &'a Package,
    /// The binary that becomes a library.
    target: &'a Target,
    /// Where it lies, relative to the tree.
    place: PathBuf,
}

impl<'a> Shim<'a> {
    pub(super) fn new(workspace: &Workspace, package: &'a Package, target: &'a Target) -> Self {
        Self { package, target, place: mirror::place(&workspace.root, &package.dir, &package.name) }
    }

    /// The package's name.
    pub(super) fn name(&self) -> &str {
        &self.package.name
    }

    /// Whether one of these errors is in it.
    pub(super) fn is_at_fault(&self, errors: &[Said]) -> bool {
        let Package { name, version, .. } = self.package;
        // Cargo leaves the name out where the folder has the same.
        let ends = [format!("#{name}@{version}"), format!("/{name}#{version}")];
        errors.iter().any(|it| it.package.contains("/tree") && ends.iter().any(|end| it.package.ends_with(end)))
    }

    /// What its root file says about the build as a whole.
    pub(super) fn traits(&self) -> Traits {
        Traits::of(&std::fs::read_to_string(&self.target.src_path).unwrap_or_default())
    }

    /// Its folder in that of a runner.
    pub(super) fn folder(&self, runner: &Path) -> PathBuf {
        tree(runner).join(&self.place)
    }

    /// Its own files: all but the links to the user's.
    pub(super) fn files(&self, runner: &Path) -> Vec<(PathBuf, String)> {
        let folder = self.folder(runner);
        let mut files = vec![(folder.join("Cargo.toml"), self.manifest().text())];
        if self.package.build_script().is_none() {
            files.push((folder.join("build.rs"), self.script()));
        }
        files
    }

    fn manifest(&self) -> Manifest {
        let Package { name, version, edition, features, .. } = self.package;
        let (dependencies, target) = stated(&self.package.dependencies);
        Manifest {
            package: PackageTable {
                name: name.clone(),
                version: version.clone(),
                edition: edition.clone(),
                publish: false,
                more: self.package_keys(),
            },
            lib: Some(TargetTable {
                name: self.target.name.replace('-', "_"),
                path: self.target.src_path.to_string_lossy().into_owned(),
            }),
            features: features.clone(),
            dependencies,
            target,
            lints: lints(),
            ..Manifest::default()
        }
    }

    fn package_keys(&self) -> Table {
        let about = &self.package.about;
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        let texts = [
            ("description", about.description.clone()),
            ("homepage", about.homepage.clone()),
            ("repository", about.repository.clone()),
            ("license", about.license.clone()),
            ("license-file", path(&about.license_file)),
            ("readme", path(&about.readme)),
            ("rust-version", about.rust_version.clone()),
            ("links", self.package.links.clone()),
            ("build", Some(self.build())),
        ];
        let texts = texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Value::String(text?))));
        let mut keys: Table = texts.collect();
        let authors = about.authors.iter().cloned().map(Value::String).collect();
        keys.insert("authors".to_owned(), Value::Array(authors));
        if about.readme.is_none() {
            keys.insert("readme".to_owned(), Value::Boolean(false));
        }
        // A mirror shows the user's other targets to cargo, which would take them for the shim's.
        for key in ["autolib", "autobins", "autoexamples", "autotests", "autobenches"] {
            keys.insert(key.to_owned(), Value::Boolean(false));
        }
        keys
    }

    /// The build script's path, relative to the shim where that is possible.
    fn build(&self) -> String {
        let script = self.package.build_script().map(|script| script.src_path.as_path());
        let script = script.map(|path| path.strip_prefix(&self.package.dir).unwrap_or(path));
        script.map_or_else(|| "build.rs".to_owned(), |path| path.to_string_lossy().into_owned())
    }

    fn script(&self) -> String {
        let (dir, binary) = (self.package.dir.to_string_lossy(), &self.target.name);
        format!(
            "//! Written by cargo-glim, and written again when it must change.\n\nfn main() {{\n    \
             println!(\"cargo:rerun-if-changed=build.rs\");\n    \
             println!(\"cargo:rustc-env=CARGO_MANIFEST_DIR={{}}\", {dir:?});\n    \
             println!(\"cargo:rustc-env=CARGO_BIN_NAME={{}}\", {binary:?});\n}}\n"
        )
    }
}

/// What attributes of a crate say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Traits {
    /// `#![no_main]`.
    pub(super) has_no_main: bool,
    /// Lints are errors that a library is measured by and a program is not: dead code, missing documentation.
    pub(super) denies_lints: bool,
}

impl Traits {
    /// By the text alone: a wrong guess costs little, as the compiler decides.
    fn of(root: &str) -> Self {
        let inner = || root.split("#![").skip(1).filter_map(|rest| rest.split_once(']')).map(|(it, _)| it.trim());
        let levels = |names: [&'static str; 2]| inner().filter(move |it| names.iter().any(|name| it.contains(name)));
        let denied = || levels(["deny(", "forbid("]).flat_map(lints_in);
        // These are the same for both, or are off in the manifest.
        let is_harmless = |lint: &str| ["warnings", "unsafe_code"].contains(&lint) || lint.starts_with("clippy::");
        let warns = levels(["warn(", "expect("]).next().is_some();
        Self {
            has_no_main: inner().any(|it| it.contains("no_main")),
            denies_lints: denied().any(|lint| !is_harmless(lint)) || (warns && denied().any(|lint| lint == "warnings")),
        }
    }
}

/// The names in `deny(a, b)`.
fn lints_in(attribute: &str) -> impl Iterator<Item = &str> {
    let (_, list) = attribute.rsplit_once('(').unwrap_or_default();
    list.split([',', ')']).map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("reason"))
}

/// Links the files that the build scripts of shims may read. This is done each time: which files there are is no part of
/// any manifest.
pub(super) fn link_files(shims: &[Shim<'_>], workspace: &Workspace, runner: &Path) -> io::Result<()> {
    let mut inside = Vec::new();
    for shim in shims.iter().filter(|shim| shim.package.build_script().is_some()) {
        if shim.package.dir.starts_with(&workspace.root) {
            inside.push(shim);
        } else {
            Mirror::default().make(&shim.package.dir, &shim.folder(runner), &workspace.target_dir)?;
        }
    }
    if inside.is_empty() {
        return Ok(());
    }
    let all = shims.iter().map(|shim| shim.place.as_path());
    Mirror::of(all).make(&workspace.root, &tree(runner), &workspace.target_dir)
}

fn tree(runner: &Path) -> PathBuf {
    runner.join("tree")
}

/// `warnings` for what the user asks of every crate with `-D warnings`, the others for `#![deny(warnings)]`.
fn lints() -> Table {
    let allow =
        || Table::from_iter([("level".to_owned(), Value::from("allow")), ("priority".to_owned(), Value::from(-1))]);
    let groups = ["warnings", "unused"].map(|group| (group.to_owned(), Value::Table(allow())));
    let mut rust = Table::from_iter(groups);
    rust.insert("dead_code".to_owned(), Value::from("allow"));
    Table::from_iter([("rust".to_owned(), Value::Table(rust))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::{depends, package, workspace};
    use crate::workspace::{DependencyKind, GLIM};

    fn app() -> Package {
        let mut app = package("my-app").without_library().binary("my-app").depends(depends(GLIM).renamed("moves"));
        app.about.description = Some("says \"hello\"\nand more".to_owned());
        app.about.authors = vec!["Añ <a@example.org>".to_owned()];
        app
    }

    fn shim_of(app: Package) -> (String, String) {
        let workspace = workspace([app]);
        let package = &workspace.packages[0];
        let target = package.binaries().next().expect("a binary");
        let shim = Shim::new(&workspace, package, target);
        assert_eq!(shim.folder(Path::new("/w/target/glim/k")), Path::new("/w/target/glim/k/tree/my-app"));
        (shim.manifest().text(), shim.script())
    }

    #[test]
    fn the_whole_manifest() {
        let app = app().feature("default", &[]).depends(depends("cc").of_kind(DependencyKind::Build));
        insta::assert_snapshot!(shim_of(app).0, @r#"
        # Written by cargo-glim, and written again when it must change.
        [package]
        name = "my-app"
        version = "0.1.0"
        edition = "2024"
        publish = false
        authors = ["Añ <a@example.org>"]
        autobenches = false
        autobins = false
        autoexamples = false
        autolib = false
        autotests = false
        build = "build.rs"
        description = """
        says "hello"
        and more"""
        readme = false

        [lib]
        name = "my_app"
        path = "/w/my-app/src/main.rs"

        [features]
        default = []

        [dependencies.moves]
        package = "glim-migrations"
        version = "^0.1"
        default-features = true

        [build-dependencies.cc]
        version = "^0.1"
        default-features = true

        [lints.rust]
        dead_code = "allow"

        [lints.rust.unused]
        level = "allow"
        priority = -1

        [lints.rust.warnings]
        level = "allow"
        priority = -1
        "#);
    }

    #[test]
    fn the_users_build_script_stays() {
        let manifest: Table = shim_of(app().script()).0.parse().expect("valid TOML");
        assert_eq!(manifest["package"]["build"].as_str(), Some("build.rs"));
        assert_eq!(manifest["lib"]["path"].as_str(), Some("/w/my-app/src/main.rs"));
        assert_eq!(manifest["lib"]["name"].as_str(), Some("my_app"));
    }

    #[test]
    fn what_the_root_file_says() {
        let of = |no_main, denies| Traits { has_no_main: no_main, denies_lints: denies };
        assert_eq!(Traits::of("fn main() {}"), of(false, false));
        assert_eq!(Traits::of("#![no_main]\n"), of(true, false));
        assert_eq!(Traits::of("#![deny(warnings)]\n#![forbid(unsafe_code)]\n#![deny(clippy::all)]"), of(false, false));
        assert_eq!(Traits::of("#![forbid(\n    unsafe_code,\n    dead_code\n)]"), of(false, true));
        assert_eq!(Traits::of("#![deny(missing_docs, reason = \"x\")]"), of(false, true));
        assert_eq!(Traits::of("#![warn(missing_docs)]"), of(false, false));
        assert_eq!(Traits::of("#![warn(missing_docs)]\n#![deny(warnings)]"), of(false, true));
        assert_eq!(Traits::of("#![allow(dead_code)] #[deny(unused)] fn f() {}"), of(false, false));
    }

    #[test]
    fn the_script_escapes_its_paths() {
        let mut app = app();
        app.dir = PathBuf::from("/w/my-app");
        app.targets[0].name = "odd\"name".to_owned();
        assert!(shim_of(app).1.contains(r#""odd\"name""#));
    }
}
