//! An older revision of the workspace, written out of git into a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{CargoOptions, Workspace};
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// A revision, as long as this value is there.
pub(crate) struct Revision {
    /// The workspace as it was.
    pub(crate) workspace: Workspace,
    /// Goes with this value.
    _folder: TempDir,
}

impl Revision {
    /// Writes it out; none where the workspace was no part of it. Neither the user's files nor git's index are touched.
    pub(crate) fn write_out(revision: &str, now: &Workspace, options: &CargoOptions) -> Result<Option<Self>> {
        let top = PathBuf::from(git(&now.root, &["rev-parse", "--show-toplevel"], None)?);
        let commit = format!("{revision}^{{commit}}");
        let commit = git(&top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], None);
        let commit = commit.map_err(|_| {
            let error = Diagnostic::error(format!("git knows no revision `{revision}`"));
            Failure::usage(error.help("name a tag, a branch or a commit of this repository"))
        })?;
        // Not below the target directory: cargo would look for a workspace in the folders above.
        let folder = tempfile::Builder::new().prefix("glim-revision-").tempdir().map_err(|error| {
            let title = format!("cannot make a folder for the revision `{revision}`");
            Failure::usage(Diagnostic::error(title).caused_by(&error))
        })?;
        let index = folder.path().join("index");
        let tree = folder.path().join("tree");
        git(&top, &["read-tree", &commit], Some(&index))?;
        // `--prefix` is put before each path as it is.
        let prefix = format!("--prefix={}/", tree.display());
        git(&top, &["checkout-index", "--all", "--quiet", &prefix], Some(&index))?;

        let in_tree = |path: &Path| {
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            real(path).strip_prefix(real(&top)).ok().map(|path| tree.join(path))
        };
        let root = in_tree(&now.root).unwrap_or_else(|| tree.clone());
        let cwd = in_tree(&now.cwd).unwrap_or_else(|| root.clone());
        let named = options.manifest_path.as_ref().and_then(|path| in_tree(&now.cwd.join(path)));
        let manifest = named.unwrap_or_else(|| manifest(&cwd, &root));
        if !manifest.exists() {
            return Ok(None);
        }
        let options = CargoOptions {
            manifest_path: Some(manifest),
            target_dir: Some(folder.path().join("target")),
            // The lock file need not be in git.
            locked: false,
            frozen: false,
            offline: options.offline || options.frozen,
            ..options.clone()
        };
        let cwd = if cwd.is_dir() { cwd } else { root };
        let workspace = Workspace::load(&options, &cwd).map_err(|mut failure| {
            if let Some(first) = failure.diagnostics.first_mut() {
                first.notes.push(format!("this is the workspace at the revision `{revision}`"));
            }
            failure
        })?;
        Ok(Some(Self { workspace, _folder: folder }))
    }

    /// The newest tag that the present commit stems from, if the folder is in a repository and there is one.
    pub(crate) fn newest_tag(folder: &Path) -> Result<Option<String>> {
        if !folder.ancestors().any(|folder| folder.join(".git").exists()) {
            return Ok(None);
        }
        if let Err(failure) = git(folder, &["rev-parse", "--show-toplevel"], None) {
            // A folder above may be hidden from git.
            let is_none = failure.message().contains("not a git repository");
            return if is_none { Ok(None) } else { Err(failure) };
        }
        if let Ok(tag) = git(folder, &["describe", "--tags", "--abbrev=0"], None) {
            return Ok(Some(tag));
        }
        if git(folder, &["rev-parse", "--is-shallow-repository"], None)? == "true" {
            let error =
                Diagnostic::error("this is a shallow clone without tags, so that the last release is not known");
            let help = "clone with history and tags (`fetch-depth: 0` for `actions/checkout`), name a revision with \
                        `--since`, or leave this stage out with `--skip upgrade`";
            return Err(Failure::no(error.help(help)));
        }
        Ok(None)
    }

    /// What to say where the workspace was no part of a revision that the user names.
    pub(crate) fn absent(revision: &str) -> Failure {
        let error = Diagnostic::error(format!("in {revision}, there is no `Cargo.toml` where this project has it"));
        Failure::usage(error.help("name a revision in which the project was there"))
    }
}

/// The manifest that holds in a folder, which may not be there.
fn manifest(folder: &Path, root: &Path) -> PathBuf {
    let folders = folder.ancestors().take_while(|folder| folder.starts_with(root));
    let mut manifests = folders.map(|folder| folder.join("Cargo.toml"));
    manifests.find(|manifest| manifest.exists()).unwrap_or_else(|| root.join("Cargo.toml"))
}

/// What git answers, in one line.
fn git(folder: &Path, arguments: &[&str], index: Option<&Path>) -> Result<String> {
    let mut command = Command::new("git");
    // What it says is read.
    command.arg("-C").arg(folder).args(arguments).env("LC_ALL", "C");
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let failed = |cause: String| {
        let mut error = Diagnostic::error(format!("`git {}` failed", arguments.join(" ")));
        error.causes.push(cause);
        Failure::usage(error)
    };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
