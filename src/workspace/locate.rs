//! Finds the manifest and the workspace root as cargo does, without cargo: to know where the cache lies.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::options::CargoOptions;
use super::paths::normal;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// The manifest that the user means, and what lies above it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// The manifest of the current package or virtual workspace; absolute.
    pub(super) manifest: PathBuf,
    /// The folder of the workspace root; a guess where a manifest does not parse.
    pub(super) root: PathBuf,
    /// Every manifest that was looked at, there or not: what would change the answer.
    pub(super) looked_at: Vec<PathBuf>,
}

#[derive(Default, Deserialize)]
struct Manifest {
    workspace: Option<WorkspaceTable>,
    package: Option<PackageTable>,
}

#[derive(Deserialize)]
struct WorkspaceTable {
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    exclude: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct PackageTable {
    workspace: Option<PathBuf>,
}

/// Finds them.
pub(super) fn locate(options: &CargoOptions, cwd: &Path, cargo_home: Option<&Path>) -> Result<Location> {
    let manifest = match &options.manifest_path {
        Some(path) => stated(path, cwd)?,
        None => found(cwd)?,
    };
    let mut looked_at = vec![manifest.clone()];
    let root = root(&manifest, cargo_home, &mut looked_at);
    Ok(Location { manifest, root, looked_at })
}

fn stated(path: &Path, cwd: &Path) -> Result<PathBuf> {
    let manifest = normal(&cwd.join(path));
    let shown = path.display();
    if manifest.is_dir() {
        let error = Diagnostic::error(format!("the manifest path `{shown}` is a folder"));
        return Err(Failure::usage(
            error.help(format!("pass `--manifest-path {}`", path.join("Cargo.toml").display())),
        ));
    }
    if !manifest.is_file() {
        let error = Diagnostic::error(format!("the manifest path `{shown}` does not exist"));
        return Err(Failure::usage(error.help("pass the path of a `Cargo.toml` file")));
    }
    if manifest.file_name().is_none_or(|name| name != "Cargo.toml") {
        let error = Diagnostic::error(format!("the manifest path `{shown}` is not a `Cargo.toml` file"));
        return Err(Failure::usage(error.help("pass the path of a `Cargo.toml` file")));
    }
    Ok(manifest)
}

fn found(cwd: &Path) -> Result<PathBuf> {
    let found = cwd.ancestors().map(|dir| dir.join("Cargo.toml")).find(|manifest| manifest.is_file());
    found.ok_or_else(|| {
        let error = Diagnostic::error(format!("no `Cargo.toml` in `{}` or any folder above it", cwd.display()));
        Failure::usage(error.help("run this inside a Cargo project, or pass `--manifest-path`"))
    })
}

/// The folder of the workspace root:
/// 1. A manifest with `[workspace]` is the root.
/// 2. One with `package.workspace` names it.
/// 3. Else it is the nearest manifest above with `[workspace]` that does not exclude this one.
/// 4. Else the package stands alone.
fn root(manifest: &Path, cargo_home: Option<&Path>, looked_at: &mut Vec<PathBuf>) -> PathBuf {
    let dir = folder(manifest);
    let own = read(manifest);
    if own.workspace.is_some() {
        return dir.to_owned();
    }
    if let Some(named) = own.package.and_then(|package| package.workspace) {
        let root = normal(&dir.join(named));
        looked_at.push(root.join("Cargo.toml"));
        return root;
    }
    for above in dir.ancestors().skip(1) {
        let candidate = above.join("Cargo.toml");
        let read = read(&candidate);
        looked_at.push(candidate);
        if let Some(workspace) = &read.workspace
            && !workspace.excludes(above, dir)
        {
            return above.to_owned();
        }
        if let Some(named) = read.package.and_then(|package| package.workspace) {
            return normal(&above.join(named));
        }
        // Cargo's own folder holds other people's workspaces.
        if Some(above) == cargo_home {
            break;
        }
    }
    dir.to_owned()
}

impl WorkspaceTable {
    fn excludes(&self, root: &Path, dir: &Path) -> bool {
        let excluded = self.exclude.iter().any(|path| dir.starts_with(normal(&root.join(path))));
        let explicit = self.members.iter().any(|path| dir == normal(&root.join(path)));
        excluded && !explicit
    }
}

fn read(manifest: &Path) -> Manifest {
    // Cargo says what is wrong with one that does not parse.
    std::fs::read_to_string(manifest).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// The patterns of `workspace.members`, absolute: where a new package could appear.
pub(super) fn member_patterns(root: &Path) -> Vec<PathBuf> {
    let members = read(&root.join("Cargo.toml")).workspace.map(|workspace| workspace.members).unwrap_or_default();
    members.into_iter().filter(|member| member.contains(['*', '?', '['])).map(|member| root.join(member)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path of a folder that had these manifests; the folder of the last is the one that the search starts from.
    fn locate_in(manifests: &[(&str, &str)]) -> (PathBuf, Location) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut last = folder.path().to_owned();
        for (path, text) in manifests {
            last = folder.path().join(path);
            std::fs::create_dir_all(&last).expect("folders");
            std::fs::write(last.join("Cargo.toml"), text).expect("a manifest");
        }
        let location = locate(&CargoOptions::default(), &last, None).expect("a manifest was written");
        (folder.path().to_owned(), location)
    }

    #[test]
    fn a_package_alone_is_its_own_root() {
        let (folder, location) = locate_in(&[("", "[package]\nname = 'a'")]);
        assert_eq!(location.root, folder);
    }

    #[test]
    fn a_member_finds_the_workspace_above() {
        let (folder, location) = locate_in(&[("", "[workspace]\nmembers = ['crates/*']"), ("crates/a", "[package]")]);
        assert_eq!(location.root, folder);
        assert_eq!(location.manifest, folder.join("crates/a/Cargo.toml"));
    }

    #[test]
    fn an_excluded_package_stands_alone() {
        let (folder, location) = locate_in(&[("", "[workspace]\nexclude = ['x']"), ("x/a", "[package]")]);
        assert_eq!(location.root, folder.join("x/a"));
    }

    #[test]
    fn a_package_may_name_its_workspace() {
        let (folder, location) = locate_in(&[("w", "[workspace]"), ("a", "[package]\nworkspace = '../w'")]);
        assert_eq!(location.root, folder.join("w"));
    }

    #[test]
    fn a_manifest_that_does_not_parse_is_left_to_cargo() {
        let (folder, location) = locate_in(&[("", "[package")]);
        assert_eq!(location.root, folder);
    }

    #[test]
    fn outside_of_a_project_the_error_says_where_we_looked() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let failure = locate(&CargoOptions::default(), folder.path(), None).expect_err("there is no manifest");
        assert!(failure.diagnostics[0].title.contains(&folder.path().display().to_string()), "{failure:?}");
    }

    #[test]
    fn a_manifest_path_must_be_a_file_of_that_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("other.toml"), "").expect("a file");
        for (path, message) in [("", "is a folder"), ("x/Cargo.toml", "does not exist"), ("other.toml", "is not a")] {
            let manifest_path = Some(folder.path().join(path));
            let options = CargoOptions { manifest_path, ..CargoOptions::default() };
            let failure = locate(&options, folder.path(), None).expect_err("not a manifest");
            assert!(failure.diagnostics[0].title.contains(message), "{failure:?}");
        }
    }
}
