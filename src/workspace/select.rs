//! Which packages are meant, by cargo's rules: `-p` and `--workspace`, `--exclude`, else what the current directory and
//! `default-members` say.

use glim_engine::near::{did_you_mean, nearest_first};
use glob::Pattern;

use super::Workspace;
use super::options::CargoOptions;
use super::package::Package;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// The packages that are meant, as indices in order.
pub(super) fn select(workspace: &Workspace, options: &CargoOptions) -> Result<Vec<usize>> {
    let all = || (0..workspace.packages.len()).collect::<Vec<_>>();
    if !options.exclude.is_empty() && !options.workspace {
        let error = Diagnostic::error("`--exclude` is only understood together with `--workspace`");
        return Err(Failure::usage(error.help("add `--workspace`, or name the packages that you mean with `-p`")));
    }
    let selected = if options.workspace {
        let excluded = matching(workspace, &options.exclude)?;
        all().into_iter().filter(|index| !excluded.contains(index)).collect()
    } else if options.packages.is_empty() {
        workspace.default_members.clone()
    } else {
        matching(workspace, &options.packages)?
    };
    if selected.is_empty() {
        let error = Diagnostic::error("no package is selected");
        return Err(Failure::usage(error.help("leave out an `--exclude`")));
    }
    Ok(selected)
}

fn matching(workspace: &Workspace, specs: &[String]) -> Result<Vec<usize>> {
    let mut matched: Vec<usize> = Vec::new();
    let mut unknown = Vec::new();
    for spec in specs {
        let found: Vec<usize> =
            (0..workspace.packages.len()).filter(|index| matches(spec, &workspace.packages[*index])).collect();
        if found.is_empty() {
            unknown.push(unknown_package(spec, workspace));
        }
        matched.extend(found);
    }
    if !unknown.is_empty() {
        return Err(Failure { exit: crate::exit::Exit::Usage, diagnostics: unknown });
    }
    matched.sort_unstable();
    matched.dedup();
    Ok(matched)
}

/// `name`, `name@version`, a pattern (`users-*`), or a URL (`path+file:///…#name@version`, `file:///…`).
fn matches(spec: &str, package: &Package) -> bool {
    let id = package.id.as_str();
    if spec.contains("://") {
        return id == spec || id.strip_prefix("path+").is_some_and(|url| url == spec || without_fragment(url) == spec);
    }
    let (name, version) = spec.split_once(['@', ':']).unwrap_or((spec, ""));
    let is_named = name == package.name || Pattern::new(name).is_ok_and(|pattern| pattern.matches(&package.name));
    is_named && is_version(version, &package.version)
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

/// Cargo takes `1`, `1.2` and `1.2.3` for version 1.2.3.
fn is_version(stated: &str, version: &str) -> bool {
    let rest = version.strip_prefix(stated);
    stated.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn unknown_package(spec: &str, workspace: &Workspace) -> Diagnostic {
    let names = || workspace.packages.iter().map(|package| package.name.as_str());
    let root = workspace.root.display();
    let error = Diagnostic::error(format!("package `{spec}` is not in the workspace `{root}`"));
    let name = spec.split_once(['@', ':']).map_or(spec, |(name, _)| name);
    if let Some(package) = workspace.packages.iter().find(|package| package.name == name) {
        return error.help(format!("`{name}` has the version {}", package.version));
    }
    match did_you_mean(&nearest_first(name, names())) {
        None => error.note(format!("its packages are {}", super::words::listed(names()))),
        Some(help) => error.help(help),
    }
}
