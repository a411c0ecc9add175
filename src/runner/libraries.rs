//! Where a runner finds dynamic libraries: crates of the type `dylib`, the standard library, what build scripts made.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::Built;

/// The variable that the platform's loader reads.
const VARIABLE: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// The folders, by the rules of `cargo run`.
pub(super) fn paths(executable: &Path, built: &Built, target_dir: &Path, cargo: &OsStr) -> Vec<PathBuf> {
    let beside = executable.parent().unwrap_or(executable);
    // Those of the system are found anyway.
    let made = built.linked.iter().filter(|path| path.starts_with(target_dir)).cloned();
    let mut paths: Vec<PathBuf> = made.collect();
    paths.extend(built.dynamic.iter().cloned());
    paths.extend([beside.join("deps"), beside.to_owned()]);
    paths.extend(standard_library(cargo, !built.dynamic.is_empty()));
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

/// The folders of the toolchain's standard library. Where cargo's path does not tell, the compiler is asked, if it matters.
fn standard_library(cargo: &OsStr, matters: bool) -> Vec<PathBuf> {
    let toolchain = Path::new(cargo).parent().and_then(Path::parent).map(|toolchain| toolchain.join("lib/rustlib"));
    let targets = toolchain.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
    let found: Vec<PathBuf> =
        targets.filter_map(Result::ok).map(|it| it.path().join("lib")).filter(|it| it.is_dir()).collect();
    if !found.is_empty() || !matters {
        return found;
    }
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir"]).output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    text.lines().next().map(PathBuf::from).into_iter().collect()
}

/// The variable with the folders before what it holds already.
pub(super) fn variable(paths: &[PathBuf]) -> Option<(&'static str, OsString)> {
    let present = std::env::var_os(VARIABLE).unwrap_or_default();
    let present = std::env::split_paths(&present).filter(|path| !path.as_os_str().is_empty());
    // A path with the separator in it cannot be said; the program may do without.
    let joined = std::env::join_paths(paths.iter().cloned().chain(present)).ok()?;
    (!paths.is_empty()).then_some((VARIABLE, joined))
}
