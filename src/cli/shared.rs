//! Flags that several commands share, grouped as `--help` groups them. Most mean what they mean for cargo.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::values::{ColorArg, some_time, time};
use crate::report;
use crate::workspace::CargoOptions;

pub(super) const DATABASE: &str = "Database options";
const PACKAGES: &str = "Package selection";
const FEATURES: &str = "Feature selection";
const BUILD: &str = "Build options";
pub(super) const OUTPUT: &str = "Output options";

#[derive(Args)]
pub(super) struct Database {
    /// The connection of the configuration to use
    #[arg(long, value_name = "ALIAS", global = true, help_heading = DATABASE)]
    pub(super) db: Option<String>,
}

/// For the commands that lock the database.
#[derive(Args)]
pub(super) struct Lock {
    /// How long to wait for another run to end, such as `30s`; `0s` does not wait
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = DATABASE)]
    pub(super) lock_timeout: Option<std::time::Duration>,
}

/// For the commands that run migrations.
#[derive(Args)]
pub(super) struct Limit {
    /// How long one migration may take, such as `2s`, `500ms` or `1m`
    #[arg(long, value_name = "TIME", value_parser = some_time)]
    pub(super) timeout: Option<std::time::Duration>,
}

#[derive(Args)]
pub(super) struct Packages {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", global = true, help_heading = PACKAGES)]
    manifest_path: Option<PathBuf>,

    /// Package to take models and migrations from
    #[arg(short, long, value_name = "SPEC", global = true, help_heading = PACKAGES)]
    package: Vec<String>,

    /// Take all packages of the workspace
    #[arg(long, global = true, help_heading = PACKAGES)]
    workspace: bool,

    /// Leave this package out; only with `--workspace`
    #[arg(long, value_name = "SPEC", global = true, requires = "workspace", help_heading = PACKAGES)]
    exclude: Vec<String>,
}

#[derive(Args)]
pub(super) struct Features {
    /// Features to activate, separated by spaces or commas
    #[arg(short = 'F', long, value_name = "FEATURES", global = true, help_heading = FEATURES)]
    features: Vec<String>,

    /// Activate all features
    #[arg(long, global = true, help_heading = FEATURES)]
    all_features: bool,

    /// Do not activate the `default` feature
    #[arg(long, global = true, help_heading = FEATURES)]
    no_default_features: bool,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags, as cargo has them")]
pub(super) struct Build {
    /// Use the migrations as they were built last
    #[arg(long, global = true, help_heading = BUILD)]
    no_build: bool,

    /// Build with optimisations
    #[arg(short, long, global = true, conflicts_with = "profile", help_heading = BUILD)]
    release: bool,

    /// Build with this profile
    #[arg(long, value_name = "NAME", global = true, help_heading = BUILD)]
    profile: Option<String>,

    /// Folder for everything that is built
    #[arg(long, value_name = "DIRECTORY", global = true, help_heading = BUILD)]
    target_dir: Option<PathBuf>,

    /// Require that Cargo.lock stays as it is
    #[arg(long, global = true, help_heading = BUILD)]
    locked: bool,

    /// Do without the network
    #[arg(long, global = true, help_heading = BUILD)]
    offline: bool,

    /// The same as both `--locked` and `--offline`
    #[arg(long, global = true, help_heading = BUILD)]
    frozen: bool,

    /// Override a setting of cargo's configuration
    #[arg(long, value_name = "KEY=VALUE|PATH", global = true, help_heading = BUILD)]
    config: Vec<String>,

    /// Unstable flag of a nightly cargo
    #[arg(short = 'Z', value_name = "FLAG", global = true, help_heading = BUILD)]
    unstable: Vec<String>,
}

#[derive(Args)]
pub(super) struct Output {
    /// When to use colours; without it, `CARGO_TERM_COLOR` and `NO_COLOR` are heeded
    #[arg(long, value_name = "WHEN", value_enum, global = true, help_heading = OUTPUT)]
    color: Option<ColorArg>,

    /// Say more, such as warnings of the build
    #[arg(short, long, action = ArgAction::Count, global = true, help_heading = OUTPUT)]
    verbose: u8,

    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = OUTPUT)]
    quiet: bool,
}

impl Output {
    /// The colour was found before parsing; clap has checked that it is a known word.
    pub(super) fn into_plain(self, format: report::Format, color: report::Color) -> report::Output {
        let Self { color: _, verbose, quiet } = self;
        let verbosity = match (quiet, verbose) {
            (true, _) => report::Verbosity::Quiet,
            (false, 0) => report::Verbosity::Normal,
            (false, _) => report::Verbosity::Verbose,
        };
        report::Output { format, color, verbosity }
    }
}

/// Every field is named, so that a new flag cannot be forgotten.
pub(super) fn cargo_options(packages: Packages, features: Features, build: Build) -> CargoOptions {
    let Packages { manifest_path, package, workspace, exclude } = packages;
    let Features { features, all_features, no_default_features } = features;
    let Build { no_build, release, profile, target_dir, locked, offline, frozen, config, unstable } = build;
    CargoOptions {
        manifest_path,
        packages: package,
        workspace,
        exclude,
        features: features
            .iter()
            .flat_map(|list| list.split([',', ' ']))
            .filter(|feature| !feature.is_empty())
            .map(str::to_owned)
            .collect(),
        all_features,
        no_default_features,
        profile: if release { Some("release".to_owned()) } else { profile },
        target_dir,
        locked,
        offline,
        frozen,
        config,
        unstable,
        no_build,
    }
}
