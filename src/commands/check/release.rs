//! The last release: what its sources say of migrations and models, read from git without changing anything there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use glim_parse::scan::FoundModel;
use tempfile::TempDir;

use crate::commands::context::Context;
use crate::commands::project::Project;
use crate::commands::{files, sources};
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::workspace::{CargoOptions, Workspace};

/// What was released.
pub(super) struct Release {
    /// The tag or revision.
    pub(super) revision: String,
    /// Its migrations by name, with what their code amounts to, where that can be seen.
    pub(super) migrations: BTreeMap<String, Option<String>>,
    /// Its models of the alias.
    pub(super) models: Vec<FoundModel>,
}

/// The release of that revision, or of the newest tag; none where there is no tag.
pub(super) fn find(since: Option<&str>, project: &Project, context: &mut Context<'_>) -> Result<Option<Release>> {
    let git = Git { folder: project.workspace.root.clone() };
    let revision = match since {
        Some(revision) => revision.to_owned(),
        None => match git.newest_tag()? {
            Some(tag) => tag,
            None => return Ok(None),
        },
    };
    let commit = git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")]);
    let commit = commit.map_err(|_| {
        let error = Diagnostic::error(format!("git knows no revision `{revision}`"));
        Failure::usage(error.help("name a tag, a branch or a commit of this repository"))
    })?;
    let sources = git.check_out(&commit)?;
    let root = sources.path().join(git.run(&["rev-parse", "--show-prefix"])?);
    let manifest = manifest(&root, project, context);
    if manifest.exists() {
        return read(revision, &root, manifest, project, context).map(Some);
    }
    match since {
        Some(revision) => {
            let error = Diagnostic::error(format!("in {revision}, there is no `Cargo.toml` where this project has it"));
            Err(Failure::usage(error.help("name a revision in which the project was there")))
        }
        // It was not part of that release.
        None => Ok(None),
    }
}

/// Where the manifest is, which names the project, in another folder's copy of it.
fn manifest(root: &Path, project: &Project, context: &Context<'_>) -> PathBuf {
    let Workspace { root: own, cwd, .. } = &project.workspace;
    let within = |path: &Path| path.strip_prefix(own).map(|path| root.join(path)).ok();
    let named = context.cargo.manifest_path.as_ref().and_then(|path| within(&cwd.join(path)));
    let here = within(cwd).map(|folder| folder.join("Cargo.toml"));
    named.or(here.filter(|manifest| manifest.exists())).unwrap_or_else(|| root.join("Cargo.toml"))
}

/// Reads the sources in a folder as those of the project are read.
fn read(
    revision: String,
    root: &Path,
    manifest: PathBuf,
    project: &Project,
    context: &mut Context<'_>,
) -> Result<Release> {
    let cargo = CargoOptions {
        manifest_path: Some(manifest),
        target_dir: Some(root.join("target")),
        locked: false,
        frozen: false,
        ..context.cargo.clone()
    };
    let workspace = Workspace::load(&cargo, root)?;
    let selection = workspace.select(&cargo)?;
    let scan = sources::scan(&workspace, &selection);
    // What was said of the release is not said again.
    let (of_files, _) = files::find(&project.settings.folders, &workspace.root)?;
    let mut migrations: BTreeMap<_, _> = of_files.into_iter().map(|entry| (entry.name, entry.checksum)).collect();
    for registration in &scan.registrations {
        let block = scan.migrations.iter().find(|block| block.type_name == registration.type_name);
        let name = registration.name.clone().unwrap_or_else(|| registration.type_name.clone());
        migrations.insert(name, block.map(|block| block.checksum.to_string()));
    }
    let alias = &project.settings.alias.name;
    let is_ours = |model: &FoundModel| !model.frozen && model.db.as_ref().is_none_or(|db| db == alias);
    let models = scan.models.into_iter().filter(is_ours).collect();
    Ok(Release { revision, migrations, models })
}

/// The repository that a folder is in.
struct Git {
    folder: PathBuf,
}

impl Git {
    /// The newest tag that the present commit stems from, if this is a repository and there is one.
    fn newest_tag(&self) -> Result<Option<String>> {
        if !self.folder.ancestors().any(|folder| folder.join(".git").exists()) {
            return Ok(None);
        }
        if let Err(failure) = self.run(&["rev-parse", "--show-toplevel"]) {
            // A folder above may be hidden from git.
            let is_none = failure.message().contains("not a git repository");
            return if is_none { Ok(None) } else { Err(failure) };
        }
        if let Ok(tag) = self.run(&["describe", "--tags", "--abbrev=0"]) {
            return Ok(Some(tag));
        }
        if self.run(&["rev-parse", "--is-shallow-repository"])? == "true" {
            let error =
                Diagnostic::error("this is a shallow clone without tags, so that the last release is not known");
            let help = "clone with history and tags (`fetch-depth: 0` for `actions/checkout`), name a revision with \
                        `--since`, or leave this stage out with `--skip upgrade`";
            return Err(Failure::no(error.help(help)));
        }
        Ok(None)
    }

    /// The files of a commit, in a folder that goes with the value. Neither the repository's index nor its working tree
    /// has a part in it.
    fn check_out(&self, commit: &str) -> Result<TempDir> {
        let folder = tempfile::Builder::new()
            .prefix("glim-release-")
            .tempdir()
            .map_err(|error| Failure::no(Diagnostic::error("cannot make a temporary folder").caused_by(&error)))?;
        let top = Self { folder: PathBuf::from(self.run(&["rev-parse", "--show-toplevel"])?) };
        let index = folder.path().join(".glim-index");
        // `--prefix` is put before each path as it is.
        let prefix = format!("{}/", folder.path().display());
        top.run_with(&index, &["read-tree", commit])?;
        top.run_with(&index, &["checkout-index", "--all", "--force", "--prefix", &prefix])?;
        Ok(folder)
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        self.start(arguments, None)
    }

    fn run_with(&self, index: &Path, arguments: &[&str]) -> Result<String> {
        self.start(arguments, Some(index.as_os_str()))
    }

    fn start(&self, arguments: &[&str], index: Option<&OsStr>) -> Result<String> {
        let mut command = Command::new("git");
        // What it says is read.
        command.arg("-C").arg(&self.folder).args(arguments).env("LC_ALL", "C");
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let failed = |cause: String| {
            let mut error = Diagnostic::error(format!("`git {}` failed", arguments.join(" ")));
            error.causes.push(cause);
            Failure::no(error)
        };
        let output = command.output().map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
        } else {
            Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
        }
    }
}
