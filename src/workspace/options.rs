//! What the user said about packages, features and the build, in cargo's own terms.

use std::path::PathBuf;

/// Options with the meaning that they have for `cargo build`.
#[derive(Clone, Debug, Default)]
pub struct CargoOptions {
    /// `--manifest-path`.
    pub manifest_path: Option<PathBuf>,
    /// `-p`, repeated: package names or specs; empty means those that the current directory selects.
    pub packages: Vec<String>,
    /// `--workspace`.
    pub workspace: bool,
    /// `--exclude`, repeated.
    pub exclude: Vec<String>,
    /// `--features`, split at commas and spaces.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
    /// `--profile`; `--release` is `release`.
    pub profile: Option<String>,
    /// `--target-dir`.
    pub target_dir: Option<PathBuf>,
    /// `--locked`.
    pub locked: bool,
    /// `--offline`.
    pub offline: bool,
    /// `--frozen`.
    pub frozen: bool,
    /// `--config`, repeated.
    pub config: Vec<String>,
    /// `-Z`, repeated.
    pub unstable: Vec<String>,
    /// `--no-build`: use the runner built last.
    pub no_build: bool,
}
