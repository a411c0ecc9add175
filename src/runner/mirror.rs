//! Folders that look like the user's but have manifests of their own: real folders from the workspace's root down to the
//! packages, and in them links to all that lies beside the way. So a build script that reads `data/x` or `../proto/x`, or
//! asks cargo to watch it, finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A tree of real folders: what leads to the packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mirror {
    below: BTreeMap<OsString, Mirror>,
}

impl Mirror {
    /// Of packages, by their paths relative to the root.
    pub(super) fn of<'a>(packages: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut mirror = Self::default();
        for package in packages {
            let mut folder = &mut mirror;
            for name in package {
                folder = folder.below.entry(name.to_owned()).or_default();
            }
        }
        mirror
    }

    /// Makes the mirror of `folder` at `mirrored`, without `left_out`. Links that are right stay as they are.
    pub(super) fn make(&self, folder: &Path, mirrored: &Path, left_out: &Path) -> io::Result<()> {
        if fs::symlink_metadata(mirrored).is_ok_and(|it| it.is_symlink()) {
            remove(mirrored)?;
        }
        fs::create_dir_all(mirrored)?;
        let mut linked: BTreeSet<OsString> = BTreeSet::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, path) = (entry.file_name(), entry.path());
            if is_own(&name) || path == left_out || self.below.contains_key(&name) {
                continue;
            }
            let link = mirrored.join(&name);
            if fs::read_link(&link).ok().as_deref() != Some(&*path) {
                remove(&link)?;
                make_link(&path, &link)?;
            }
            linked.insert(name);
        }
        for entry in fs::read_dir(mirrored)? {
            let entry = entry?;
            if entry.file_type()?.is_symlink() && !linked.contains(&entry.file_name()) {
                remove(&entry.path())?;
            }
        }
        self.below.iter().try_for_each(|(name, it)| it.make(&folder.join(name), &mirrored.join(name), left_out))
    }
}

/// Manifest and lock file are the mirror's own; cargo would ask a repository which files belong to a package.
fn is_own(name: &OsStr) -> bool {
    ["Cargo.toml", "Cargo.lock", ".git"].iter().any(|it| name == *it)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        // On Windows a link to a folder is removed like a folder.
        Ok(it) if it.is_symlink() => fs::remove_file(path).or_else(|_| fs::remove_dir(path)),
        Ok(it) if it.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn make_link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

/// Needs the developer mode, or rights that a user seldom has; the caller says what to do without.
#[cfg(windows)]
fn make_link(original: &Path, link: &Path) -> io::Result<()> {
    if original.is_dir() {
        std::os::windows::fs::symlink_dir(original, link)
    } else {
        std::os::windows::fs::symlink_file(original, link)
    }
}

#[cfg(not(any(unix, windows)))]
fn make_link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Where a package lies in the mirror of `root`: by its relative path, or by its name where it lies outside.
pub(super) fn place(root: &Path, package: &Path, name: &str) -> PathBuf {
    package.strip_prefix(root).map_or_else(|_| PathBuf::from(name), Path::to_owned)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn write(root: &Path, file: &str) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders");
        fs::write(path, file).expect("a file");
    }

    #[test]
    fn what_is_beside_the_way_is_found_under_the_same_relative_path() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (root, tree) = (folder.path().join("w"), folder.path().join("w/target/glim/k/tree"));
        for file in ["proto/x", "crates/app/data/y", "crates/app/Cargo.toml", "crates/other/z", "target/debug/t"] {
            write(&root, file);
        }
        let mirror = Mirror::of([Path::new("crates/app"), Path::new("tools/b")]);
        write(&root, "tools/b/q");
        mirror.make(&root, &tree, &root.join("target")).expect("a mirror");
        let read = |path: &str| fs::read_to_string(tree.join(path)).ok();
        assert_eq!(read("crates/app/../../proto/x").as_deref(), Some("proto/x"));
        assert_eq!(read("crates/app/data/y").as_deref(), Some("crates/app/data/y"));
        assert_eq!(read("crates/other/z").as_deref(), Some("crates/other/z"));
        assert_eq!(read("tools/b/q").as_deref(), Some("tools/b/q"));
        assert_eq!(read("crates/app/Cargo.toml"), None);
        assert_eq!(read("target/debug/t"), None);

        fs::write(tree.join("crates/app/Cargo.toml"), "own").expect("a file");
        fs::remove_dir_all(root.join("proto")).expect("removable");
        write(&root, "crates/app/new");
        mirror.make(&root, &tree, &root.join("target")).expect("a mirror");
        assert_eq!(read("crates/app/Cargo.toml").as_deref(), Some("own"));
        assert_eq!(read("crates/app/new").as_deref(), Some("crates/app/new"));
        assert!(fs::symlink_metadata(tree.join("proto")).is_err());
    }

    #[test]
    fn a_package_that_is_the_root_is_mirrored_itself() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (root, tree) = (folder.path().join("w"), folder.path().join("tree"));
        write(&root, "data/x");
        Mirror::of([Path::new("")]).make(&root, &tree, &root.join("target")).expect("a mirror");
        assert!(tree.join("data/x").is_file());
    }
}
