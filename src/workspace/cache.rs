//! Keeps what cargo said, so that a second command need not ask: `<target>/glim/workspace-<manifest>.json`.
//!
//! An answer holds as long as all that cargo read for it is the same: the manifests (by content), cargo's configuration,
//! the toolchain file, some variables, which folders the member patterns match, and which files targets are discovered
//! from. The lock file does not count: `--no-deps` reads none.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::Workspace;
use super::config::CargoConfig;
use super::environment::Environment;
use super::files::{make_target_folder, write_atomically};
use super::hash::Fingerprint;
use super::locate::{Location, member_patterns};
use super::options::CargoOptions;

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Cached {
    fingerprint: u64,
    /// The manifests of all members.
    manifests: Vec<PathBuf>,
    /// Absolute.
    member_patterns: Vec<PathBuf>,
    workspace: Workspace,
}

/// What the question to cargo consists of, besides files that only its answer names.
pub(super) struct Question<'a> {
    pub(super) options: &'a CargoOptions,
    pub(super) location: &'a Location,
    pub(super) config: &'a CargoConfig,
    pub(super) environment: &'a Environment,
    pub(super) cwd: &'a Path,
}

/// The file for a manifest.
pub(super) fn file(target_dir: &Path, manifest: &Path) -> PathBuf {
    let name = Fingerprint::new().add_path(manifest).finish();
    target_dir.join("glim").join(format!("workspace-{name:016x}.json"))
}

/// The answer from the last time, if it still holds.
pub(super) fn read(file: &Path, question: &Question<'_>) -> Option<Workspace> {
    let cached: Cached = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    let holds = cached.fingerprint == question.fingerprint(&cached.manifests, &cached.member_patterns);
    let Workspace { root, target_dir, packages, default_members, metadata, .. } = cached.workspace;
    let (cwd, fingerprint) = (question.cwd.to_owned(), cached.fingerprint);
    holds.then_some(Workspace { root, target_dir, cwd, packages, default_members, metadata, fingerprint })
}

/// Keeps an answer to a question that was asked at this time, if in a file. Where that fails (a read-only disk), the next
/// command asks again.
pub(super) fn write(
    file: Option<&Path>,
    asked: SystemTime,
    question: &Question<'_>,
    mut workspace: Workspace,
) -> Workspace {
    let manifests: Vec<PathBuf> = workspace.packages.iter().map(|it| it.dir.join("Cargo.toml")).collect();
    let member_patterns = member_patterns(&workspace.root);
    let fingerprint = question.fingerprint(&manifests, &member_patterns);
    workspace.fingerprint = fingerprint;
    let cached = Cached { fingerprint, manifests, member_patterns, workspace };
    // An editor that saves while cargo reads would make an old answer look new.
    let is_older = |file: &PathBuf| file.metadata().and_then(|it| it.modified()).is_ok_and(|it| it < asked);
    let file = file.filter(|_| cached.manifests.iter().all(is_older));
    if let (Some(file), Ok(json)) = (file, serde_json::to_vec(&cached)) {
        let _ = make_target_folder(file.parent().unwrap_or(file), &cached.workspace.target_dir)
            .and_then(|()| write_atomically(file, &json));
    }
    cached.workspace
}

impl Question<'_> {
    fn fingerprint(&self, manifests: &[PathBuf], member_patterns: &[PathBuf]) -> u64 {
        let mut fingerprint = Fingerprint::new();
        fingerprint.add_program();
        let CargoOptions { config, unstable, .. } = self.options;
        for argument in config.iter().chain(unstable) {
            fingerprint.add(argument);
        }
        for (name, value) in self.environment.iter() {
            fingerprint.add(name).add(value.as_encoded_bytes());
        }
        for file in self.location.looked_at.iter().chain(&self.config.files).chain(manifests) {
            fingerprint.add_file(file);
        }
        for folder in self.cwd.ancestors() {
            for name in ["rust-toolchain", "rust-toolchain.toml"] {
                let file = folder.join(name);
                if file.exists() {
                    fingerprint.add_file(&file);
                }
            }
        }
        for pattern in member_patterns {
            for manifest in expand(pattern) {
                fingerprint.add_path(&manifest);
            }
        }
        for manifest in manifests {
            add_discovered(&mut fingerprint, manifest.parent().unwrap_or(manifest));
        }
        fingerprint.finish()
    }
}

/// The manifests that a member pattern matches.
fn expand(pattern: &Path) -> Vec<PathBuf> {
    let pattern = pattern.join("Cargo.toml");
    let paths = pattern.to_str().and_then(|pattern| glob::glob(pattern).ok());
    // Sorted by the iterator. Folders that cannot be read match nothing, as for cargo.
    paths.into_iter().flatten().filter_map(Result::ok).collect()
}

/// The files that are targets by being there.
fn add_discovered(fingerprint: &mut Fingerprint, dir: &Path) {
    for name in ["build.rs", "src/lib.rs", "src/main.rs"] {
        fingerprint.add([u8::from(dir.join(name).exists())]);
    }
    let entries = std::fs::read_dir(dir.join("src/bin")).into_iter().flatten().filter_map(Result::ok);
    let mut binaries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    binaries.sort();
    for binary in &binaries {
        fingerprint.add_path(binary).add([u8::from(binary.join("main.rs").exists())]);
    }
}
