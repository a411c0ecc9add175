//! What would otherwise be silent: migrations that are there but do not reach the runner.

use super::build::{Build, Built};
use super::generate::Plan;
use super::locked::Lock;
use super::shim::Shim;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::diagnostic::Diagnostic;
use crate::workspace::{GLIM, Package, Reason, Selection, Unlinked, Workspace, either, listed};

/// Why there is no runner at all: nothing that is selected depends on glim, or nothing that does can be linked.
pub(super) fn nothing_to_link(workspace: &Workspace, selection: &Selection) -> Failure {
    let certain: Vec<Diagnostic> = selection.unlinked.iter().filter_map(|it| unlinked(workspace, it, true)).collect();
    if !certain.is_empty() {
        return Failure { exit: Exit::Usage, diagnostics: certain };
    }
    let elsewhere: Vec<&Package> = workspace.packages.iter().filter(|it| it.glim().next().is_some()).collect();
    if !elsewhere.is_empty() {
        let selected = selection.packages.iter().map(|it| workspace.packages[*it].name.as_str());
        let title = match selection.packages.as_slice() {
            [_] => format!("the package {} does not depend on `{GLIM}`", listed(selected)),
            _ => format!("none of the selected packages depends on `{GLIM}`"),
        };
        let names = elsewhere.iter().map(|it| it.name.as_str());
        let (first, others) = (&elsewhere[0].name, listed(names));
        let error = Diagnostic::error(title).note(format!("in this workspace, {others} can hold migrations"));
        return Failure::usage(error.help(format!("pass `-p {first}`, or `--workspace` for all")));
    }
    let error = Diagnostic::error(format!("nothing here depends on `{GLIM}`, so there are no migrations"));
    let mut packages = workspace.packages.iter();
    let only_for_tests = packages.clone().find(|it| it.dependencies.iter().any(|it| it.name == GLIM));
    let error = match only_for_tests {
        Some(package) => error.note(format!(
            "`{}` depends on it for tests or its build script only, and those take no part in the program",
            package.name
        )),
        None => error,
    };
    let command = match (packages.next(), packages.next()) {
        (Some(_), None) => format!("cargo add {GLIM}"),
        (Some(package), Some(_)) => format!("cargo add {GLIM} -p {}", package.name),
        (None, _) => "cargo new".to_owned(),
    };
    let error = error.help(format!("run `{command}`, then write a migration and register it"));
    Failure::usage(
        error.help("or write migrations in SQL into a folder `migrations`, for which nothing has to be built"),
    )
}

/// What is to be said without having seen a source file: that a package depends on glim, but nothing in it can register
/// anything.
pub(super) fn warnings(workspace: &Workspace, selection: &Selection) -> Vec<Diagnostic> {
    selection.unlinked.iter().filter_map(|it| unlinked(workspace, it, false)).collect()
}

/// That a migration was seen in the sources of a target that is not linked; the caller adds the place.
pub(crate) fn unreachable(workspace: &Workspace, it: &Unlinked, migration: &str) -> Diagnostic {
    let title = format!("the migration `{migration}` does not reach the runner");
    explain(workspace, it, Diagnostic::warning(title))
}

fn unlinked(workspace: &Workspace, it: &Unlinked, is_error: bool) -> Option<Diagnostic> {
    // Most programs beside a library hold no migrations: only the sources tell.
    if matches!(it.reason, Reason::BesideLibrary | Reason::BesideBinary) {
        return None;
    }
    let package = &workspace.packages[it.package];
    let title = format!("migrations of the package `{}` do not reach the runner", package.name);
    let diagnostic = if is_error { Diagnostic::error(title) } else { Diagnostic::warning(title) };
    Some(explain(workspace, it, diagnostic))
}

/// Why a target is not linked, and what to do.
fn explain(workspace: &Workspace, it: &Unlinked, diagnostic: Diagnostic) -> Diagnostic {
    let package = &workspace.packages[it.package];
    let target = it.target.map_or(package.name.as_str(), |target| &package.targets[target].name);
    match &it.reason {
        Reason::BesideLibrary => diagnostic
            .note(format!(
                "it is in the binary `{target}`, which no other program can link; the package's library can be"
            ))
            .help("move the module into the library, and `use` it from there in the binary"),
        Reason::BesideBinary => diagnostic
            .note(format!(
                "it is in the binary `{target}`; the package has several, and glim links the one that runs by default"
            ))
            .help("move the module into a library (`src/lib.rs`), which all binaries can use"),
        Reason::Ambiguous => {
            let names = either(package.binaries().map(|it| it.name.as_str()));
            let note =
                format!("`{}` has several binaries, no library, and nothing says which one counts", package.name);
            let line = format!("set `default-run` under `[package]` to {names}");
            diagnostic.note(note).help(format!("{line}, or move the migrations into `src/lib.rs`"))
        }
        Reason::NeedsFeatures(features) => {
            let list = listed(features.iter().map(String::as_str));
            let flag = flag(package, features);
            diagnostic
                .note(format!("the binary `{target}` requires {list}, which is off"))
                .help(format!("pass `{flag}`"))
        }
        Reason::NotLinkable => {
            let types = listed(it.target.iter().flat_map(|it| &package.targets[*it].crate_types).map(String::as_str));
            diagnostic
                .note(format!("its library is built as {types} only, which no other Rust program can link"))
                .help("add `\"rlib\"` to `crate-type` under `[lib]`")
        }
        Reason::ProcMacro => diagnostic
            .note("its library is a procedural macro, which runs inside of the compiler")
            .help("move the migrations into a package with an ordinary library"),
        Reason::Off(features) => {
            let note = format!("its dependency on `{GLIM}` is optional, and off");
            match features.as_slice() {
                [] => diagnostic.note(note).help("add a feature that turns it on"),
                [feature, ..] => {
                    let flag = flag(package, std::slice::from_ref(feature));
                    let always = format!("[package.metadata.glim] features = [{feature:?}]");
                    diagnostic.note(note).help(format!("pass `{flag}`, or write `{always}` into its `Cargo.toml`"))
                }
            }
        }
        Reason::OtherPlatform(target) => diagnostic
            .note(format!("its dependency on `{GLIM}` is under `[target.'{target}']`, which does not hold here"))
            .help("move the dependency to `[dependencies]`"),
    }
}

fn flag(package: &Package, features: &[String]) -> String {
    let features: Vec<String> = features.iter().map(|feature| format!("{}/{feature}", package.name)).collect();
    format!("--features {}", features.join(","))
}

/// Packages of other workspaces or registries that depend on glim. Members are linked whether their crates are named or
/// not; of these, we do not know where they are.
pub(super) fn outside(names: &[&str]) -> Option<Diagnostic> {
    let (&first, _) = names.split_first()?;
    let title = format!("{} may hold migrations, and is no member of the workspace", listed(names.iter().copied()));
    let warning = Diagnostic::warning(title);
    let warning = warning.note("its migrations are seen only if code of the workspace names the crate");
    Some(warning.help(format!(
        "if it has any, write `use {} as _;` in the package that depends on it",
        first.replace('-', "_")
    )))
}

/// Two versions of glim in one program: each has a registry of its own, and the runner would see one of them.
pub(super) fn duplicates(lock: &Lock, runner: &str) -> Option<Failure> {
    let glims = lock.glims();
    if glims.len() < 2 {
        return None;
    }
    let title =
        format!("the program holds {} versions of `{GLIM}`, and migrations of only one would be seen", glims.len());
    let mut error = Diagnostic::error(title);
    for ((_, version, source), dependents) in &glims {
        let from = source.map(|source| format!(" from {source}")).unwrap_or_default();
        let by = listed(dependents.iter().copied().filter(|name| *name != runner));
        error = error.note(format!("version {version}{from} is what {by} depends on"));
    }
    Some(Failure::usage(error.help(format!("make all of them depend on one version, then run `cargo update {GLIM}`"))))
}

/// `--locked`, when the user's lock file lacks what the build needed.
pub(super) fn not_locked(missing: &[(&str, &str, Option<&str>)], exists: bool) -> Failure {
    let verb = if exists { "updated" } else { "created" };
    let mut error = Diagnostic::error(format!("`Cargo.lock` needs to be {verb}, but `--locked` was passed"));
    for (name, version, _) in missing {
        error = error.note(format!("`{name} {version}` is not in it"));
    }
    Failure::new(Exit::Compile, error.help("run `cargo build` without `--locked`, and commit the lock file"))
}

/// Says what cargo did not: whose fault it is, where that is not plain, and how to see it again.
pub(super) fn not_built(build: &Build<'_>, outcome: &Built, plan: &Plan<'_>) -> Failure {
    let again = format!("to see it again, run `{}` in `{}`", build.shown(), build.cwd.display());
    let in_runner = outcome.errors.iter().any(|error| error.package.contains(&plan.name));
    let in_shims: Vec<&str> = plan.shims.iter().filter(|it| it.is_at_fault(&outcome.errors)).map(Shim::name).collect();
    let diagnostic = if in_runner && plan.shims.len() > 1 {
        let names = listed(plan.shims.iter().map(Shim::name));
        Diagnostic::error(format!("{names} cannot be linked into one program"))
            .note("they have only binaries, and two programs may each define what there can be only one of")
            .help("select them one at a time with `-p`, or move the migrations of each into a library (`src/lib.rs`)")
            .help(again)
    } else if in_runner {
        Diagnostic::error("the program that cargo-glim generated could not be built")
            .note(format!("cargo-glim is version {}; the `{GLIM}` in use may be another", env!("CARGO_PKG_VERSION")))
            .help(again)
    } else if !in_shims.is_empty() {
        Diagnostic::error(format!("could not build {} for its migrations", listed(in_shims)))
            .note("a package with only a binary is built as a library, so that its migrations can be linked")
            .help("if `cargo build` works all the same, move its modules into `src/lib.rs`, and `use` them from `src/main.rs`")
            .help(again)
    } else if outcome.errors.is_empty() {
        Diagnostic::error("cargo could not build the program that runs migrations").help(again)
    } else {
        // The compiler has said all there is to say about the user's own code.
        return Failure::already_said(Exit::Compile);
    };
    Failure::new(Exit::Compile, diagnostic)
}

/// A program that does not begin with Rust's own `main` cannot be made a library: its `main` would be linked beside that
/// of the runner.
pub(super) fn no_main(shim: &Shim<'_>) -> Failure {
    let title = format!("migrations of the package `{}` do not reach the runner", shim.name());
    let error =
        Diagnostic::error(title).note("it has only a binary, with `#![no_main]`, which cannot be linked as a library");
    Failure::usage(error.help("move the migrations into a library (`src/lib.rs`)"))
}
