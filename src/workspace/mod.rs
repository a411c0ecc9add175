//! The user's workspace: what is in it, which packages are meant, and with which features.

mod cache;
mod config;
mod environment;
mod features;
mod files;
mod hash;
mod inspect;
mod locate;
pub(crate) mod options;
mod package;
mod paths;
mod platform;
mod revision;
mod select;
mod selection;
#[cfg(test)]
pub(crate) mod testing;
mod words;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

pub(crate) use config::CargoConfig;
pub(crate) use environment::Environment;
pub(crate) use files::{make_target_folder, write_atomically, write_if_changed};
pub(crate) use hash::Fingerprint;
pub(crate) use options::CargoOptions;
pub(crate) use package::{Dependency, DependencyKind, GLIM, Package, Target, TargetKind};
pub(crate) use paths::normal;
pub(crate) use revision::Revision;
pub(crate) use selection::{Dependent, Reason, Selection, Unlinked};
pub(crate) use words::{either, listed};

use crate::failure::Result;
use cache::Question;

/// A workspace, as `cargo metadata --no-deps` describes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Workspace {
    /// The folder of the root manifest.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target_dir: PathBuf,
    /// The folder that the command was started in.
    #[serde(skip)]
    pub(crate) cwd: PathBuf,
    /// The members, by name.
    pub(crate) packages: Vec<Package>,
    /// Those that are meant when the user names none, as indices.
    pub(crate) default_members: Vec<usize>,
    /// `[workspace.metadata.glim]`; null where there is none.
    pub(crate) metadata: serde_json::Value,
    /// Changes when any file does that this was read from.
    #[serde(skip)]
    pub(crate) fingerprint: u64,
}

impl Workspace {
    /// Reads the workspace that `cwd` or `--manifest-path` is in. Starts cargo only when something changed.
    pub(crate) fn load(options: &CargoOptions, cwd: &Path) -> Result<Self> {
        Self::load_in(options, cwd, &Environment::of_process())
    }

    fn load_in(options: &CargoOptions, cwd: &Path, environment: &Environment) -> Result<Self> {
        let location = locate::locate(options, cwd, environment.cargo_home().as_deref())?;
        let config = CargoConfig::read(options, cwd, environment);
        let target_dir = config.target_dir(options, &location.root, cwd, environment);
        let file = cache::file(&target_dir, &location.manifest);
        let question = Question { options, location: &location, config: &config, environment, cwd };
        if let Some(workspace) = cache::read(&file, &question) {
            return Ok(workspace);
        }
        let asked = SystemTime::now();
        let mut workspace = inspect::inspect(options, &location.manifest, cwd, environment)?;
        if options.target_dir.is_some() {
            // `cargo metadata` does not take the flag.
            workspace.target_dir.clone_from(&target_dir);
        }
        // Where cargo goes by something that we do not know, its answer is not kept: it would lie in the wrong place.
        let same = workspace.target_dir == target_dir;
        Ok(cache::write(same.then_some(file.as_path()), asked, &question, workspace))
    }
}
