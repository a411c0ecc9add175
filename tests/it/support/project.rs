//! A Cargo project that uses glim, for a test to work in.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Database, Glim};

/// The configuration of a project that has none of its own: the database that `TEST_DATABASE_URL` names, plain,
/// protected, and so no more.
const SETTINGS: &str = r#"[extensions.migration]
db = "default"

[db.default]
url = "${TEST_DATABASE_URL}"

[db.protected]
url = "${TEST_DATABASE_URL}"
protected = true

[db.lax]
url = "${TEST_DATABASE_URL}"
protected = false
"#;

/// A project's folder.
#[derive(Debug)]
pub(crate) struct Project {
    root: PathBuf,
}

/// This repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where tests keep their files.
fn home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-projects")
}

/// The target directory of all test projects.
pub(crate) fn target() -> PathBuf {
    home().join("target")
}

/// An empty folder for one test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = home().join("scratch").join(name);
    // One is left where a test was killed and its process id came round again.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

impl Project {
    /// The library package `name` with these files, that tests share and do not change: its folder stays, so that it
    /// is compiled once. The name must be its own among all tests, since all share a target directory. `src/lib.rs` must
    /// be among the files; `Cargo.toml` and `glim.toml` are written where they are not.
    pub(crate) fn shared(name: &str, files: &[(&str, &str)]) -> Self {
        let root = home().join("shared").join(name);
        fs::create_dir_all(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
        // Each test may be a process of its own.
        let guard = File::create(root.with_extension("lock")).expect("a lock file can be made");
        guard.lock().expect("a lock can be had");
        let project = Self { root };
        project.fill(name, files);
        project
    }

    /// The library package `name` with these files, in a folder of the test's own, to be changed at will.
    pub(crate) fn own(name: &str, files: &[(&str, &str)]) -> Self {
        // Tests of one scenario may run side by side, as threads or as processes.
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let project = Self { root: scratch(&format!("{name}-{}-{count}", std::process::id())) };
        project.fill(name, files);
        project
    }

    fn fill(&self, name: &str, files: &[(&str, &str)]) {
        let manifest = manifest(name);
        let defaults = [("Cargo.toml", manifest.as_str()), ("glim.toml", SETTINGS)];
        let given = |path: &str| files.iter().any(|(given, _)| *given == path);
        for (path, text) in defaults.iter().filter(|(path, _)| !given(path)).chain(files) {
            self.write(path, text);
        }
        self.lock();
    }

    /// Gives the project the versions of this repository's lock file, so that nothing needs the network.
    fn lock(&self) {
        let ours = fs::read_to_string(repository().join("Cargo.lock")).expect("the repository has a lock file");
        let seen = self.path(".lock-source");
        let manifest = fs::read_to_string(self.path("Cargo.toml")).expect("the project has a manifest");
        let source = format!("{manifest}\n{ours}");
        if fs::read_to_string(&seen).is_ok_and(|seen| seen == source) {
            return;
        }
        self.write("Cargo.lock", &ours);
        // Drops what this project does not need.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version=1", "--offline"])
            .current_dir(&self.root)
            .output()
            .expect("cargo can be run");
        assert!(output.status.success(), "{}: {}", self.root.display(), String::from_utf8_lossy(&output.stderr));
        self.write(".lock-source", &source);
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file, unless it says so already: cargo goes by the time of the last change.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Every file, by its path, with what it holds; folders with nothing.
    #[track_caller]
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            for entry in entries {
                let path = entry.expect("the folder can be read").path();
                if path.is_dir() {
                    files.insert(path.clone(), None);
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                    files.insert(path, Some(content));
                }
            }
        }
        files
    }

    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[track_caller]
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// `cargo glim` in the project's folder, with no database set.
    pub(crate) fn command(&self) -> Glim {
        Glim::new(&self.root)
    }

    /// `cargo ARGS` in the project's folder, whose errors are not coloured.
    pub(crate) fn cargo(&self, args: &[&str]) -> Glim {
        Glim::cargo(&self.root).args(args).env("CARGO_TERM_COLOR", "never")
    }

    /// `cargo glim ARGS`, the arguments separated by spaces, on a database.
    pub(crate) fn glim(&self, database: &Database, args: &str) -> Glim {
        let password = database.server().map_or("", |server| server.password());
        self.command()
            .env("TEST_DATABASE_URL", database.url())
            .env("TEST_DATABASE_PASSWORD", password)
            .args(args.split_whitespace())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if self.root.starts_with(home().join("scratch")) && !std::thread::panicking() {
            // What is left after a failure is there to be looked at; a folder that cannot be removed is no failure.
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// The manifest of a library package that depends on glim alone.
pub(crate) fn manifest(name: &str) -> String {
    let glim = repository().join("build-support/glim").display().to_string();
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
glim = {{ package = "glim-migrations", path = {glim:?} }}
"#
    )
}
