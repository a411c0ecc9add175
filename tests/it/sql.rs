//! SQL migrations: folders in the layouts of several tools, run without a runner.

mod faults;
mod layouts;
mod sessions;

use crate::support::Project;

/// A package that does not know glim, with these files.
pub(crate) fn project(name: &str, files: &[(&str, &str)]) -> Project {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let given = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")];
    let files: Vec<_> = given.into_iter().chain(files.iter().copied()).collect();
    Project::own(name, &files)
}
