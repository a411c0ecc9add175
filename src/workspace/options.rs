//! What the user said about packages, features and the build, in cargo's own terms.

use std::path::PathBuf;

/// Options with the meaning that they have for `cargo build`.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of cargo")]
pub(crate) struct CargoOptions {
    /// `--manifest-path`.
    pub(crate) manifest_path: Option<PathBuf>,
    /// `-p`, repeated: package names or specs; empty means those that the current directory selects.
    pub(crate) packages: Vec<String>,
    /// `--workspace`.
    pub(crate) workspace: bool,
    /// `--exclude`, repeated.
    pub(crate) exclude: Vec<String>,
    /// `--features`, split at commas and spaces.
    pub(crate) features: Vec<String>,
    /// `--all-features`.
    pub(crate) all_features: bool,
    /// `--no-default-features`.
    pub(crate) no_default_features: bool,
    /// `--profile`; `--release` is `release`.
    pub(crate) profile: Option<String>,
    /// `--target-dir`.
    pub(crate) target_dir: Option<PathBuf>,
    /// `--locked`.
    pub(crate) locked: bool,
    /// `--offline`.
    pub(crate) offline: bool,
    /// `--frozen`.
    pub(crate) frozen: bool,
    /// `--config`, repeated.
    pub(crate) config: Vec<String>,
    /// `-Z`, repeated.
    pub(crate) unstable: Vec<String>,
    /// `--no-build`: use the runner built last.
    pub(crate) no_build: bool,
}
