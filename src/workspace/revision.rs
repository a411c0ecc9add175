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
    /// Writes it out. Neither the user's files nor git's index are touched.
    pub(crate) fn write_out(revision: &str, now: &Workspace, options: &CargoOptions) -> Result<Self> {
        let failed = |what: &str, error: &dyn std::error::Error| {
            Failure::no(Diagnostic::error(format!("cannot {what} the revision `{revision}`")).caused_by(error))
        };
        let top = PathBuf::from(git(&now.root, &["rev-parse", "--show-toplevel"], None, revision)?);
        let commit = format!("{revision}^{{commit}}");
        let commit = git(&now.root, &["rev-parse", "--verify", "--end-of-options", &commit], None, revision)?;
        // Not below the target directory: cargo would look for a workspace in the folders above.
        let folder = tempfile::Builder::new().prefix("glim-revision-").tempdir();
        let folder = folder.map_err(|error| failed("make a folder for", &error))?;
        let index = folder.path().join("index");
        let tree = folder.path().join("tree");
        git(&top, &["read-tree", &commit], Some(&index), revision)?;
        let prefix = format!("--prefix={}/", tree.display());
        git(&top, &["checkout-index", "--all", "--quiet", &prefix], Some(&index), revision)?;

        let in_tree = |path: &Path| {
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            real(path).strip_prefix(real(&top)).ok().map(|path| tree.join(path))
        };
        let root = in_tree(&now.root).unwrap_or_else(|| tree.clone());
        let cwd = in_tree(&now.cwd).filter(|cwd| cwd.is_dir()).unwrap_or_else(|| root.clone());
        let manifest_path = match &options.manifest_path {
            Some(path) => in_tree(&now.cwd.join(path)),
            None => None,
        };
        let target_dir = Some(folder.path().join("target"));
        let options = CargoOptions { manifest_path, target_dir, ..options.clone() };
        let workspace = Workspace::load(&options, &cwd).map_err(|mut failure| {
            if let Some(first) = failure.diagnostics.first_mut() {
                first.notes.push(format!("this is the workspace at the revision `{revision}`"));
            }
            failure
        })?;
        Ok(Self { workspace, _folder: folder })
    }
}

/// What git answers, in one line.
fn git(folder: &Path, arguments: &[&str], index: Option<&Path>, revision: &str) -> Result<String> {
    let title = || Diagnostic::error(format!("cannot read the revision `{revision}`"));
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command
        .output()
        .map_err(|error| Failure::usage(title().caused_by(&error).help("`git` has to be installed for `git:REV`")))?;
    if !output.status.success() {
        let mut error = title();
        error.causes.push(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        return Err(Failure::usage(error.help("name a commit, a tag or a branch of the repository")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned())
}
