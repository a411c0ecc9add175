//! Asks cargo what the workspace is. The only code that knows `cargo_metadata`.

use std::path::Path;
use std::process::{Command, Stdio};

use cargo_metadata as cargo;

use super::Workspace;
use super::environment::Environment;
use super::options::CargoOptions;
use super::package::{About, Dependency, DependencyKind, GLIM, Package, Target, TargetKind};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::{Diagnostic, Snippet};
use crate::settings::mask_manifest;

/// Runs `cargo metadata --no-deps`, which resolves nothing, needs no network and writes no lock file.
pub(super) fn inspect(
    options: &CargoOptions,
    manifest: &Path,
    cwd: &Path,
    environment: &Environment,
) -> Result<Workspace> {
    let cargo = environment.cargo();
    let mut command = Command::new(&cargo);
    command.args(arguments(options)).arg("--manifest-path").arg(manifest).current_dir(cwd).stdin(Stdio::null());
    let output = command.output().map_err(|error| {
        let title = format!("cannot start `{}`", cargo.to_string_lossy());
        let diagnostic = Diagnostic::error(title).caused_by(&error);
        Failure::usage(diagnostic.help("install Rust from https://rustup.rs, or set `CARGO` to the path of cargo"))
    })?;
    if !output.status.success() {
        return Err(Failure::usage(refusal(&String::from_utf8_lossy(&output.stderr), cwd)));
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    // A wrapper around cargo may print lines of its own.
    let json = stdout.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    let metadata = cargo::MetadataCommand::parse(json).map_err(|error| {
        let diagnostic = Diagnostic::error("what `cargo metadata` says cannot be read").caused_by(&error);
        Failure::new(Exit::Usage, diagnostic.help("this cargo may be newer than this command: update cargo-glim"))
    })?;
    Ok(workspace(&metadata, cwd))
}

fn arguments(options: &CargoOptions) -> Vec<&str> {
    let mut arguments = vec!["metadata", "--no-deps", "--format-version", "1", "--color", "never"];
    arguments.extend(options.config.iter().flat_map(|config| ["--config", config]));
    arguments.extend(options.unstable.iter().flat_map(|flag| ["-Z", flag]));
    arguments
}

/// Cargo's own message, once: its first line is the title, the place that it shows is shown as we show places, and the
/// rest explains.
fn refusal(stderr: &str, cwd: &Path) -> Diagnostic {
    let start = stderr.find("error: ").map_or(0, |position| position + "error: ".len());
    let (title, rest) = stderr[start..].split_once('\n').unwrap_or((&stderr[start..], ""));
    let title = if title.trim().is_empty() { "`cargo metadata` failed" } else { title.trim() };
    let mut diagnostic = Diagnostic::error(title);
    let mut rest = rest.to_owned();
    if let Some((snippet, others)) = quoted(&rest, cwd) {
        diagnostic = diagnostic.at(snippet);
        rest = others;
    }
    match rest.trim_matches('\n').trim_end() {
        "" => diagnostic,
        rest => diagnostic.note(format!("cargo says:\n{rest}")),
    }
}

/// The place in a manifest that a message of cargo quotes, and the message without it.
fn quoted(message: &str, cwd: &Path) -> Option<(Snippet, String)> {
    let lines: Vec<&str> = message.lines().collect();
    let at = lines.iter().position(|line| line.trim_start().starts_with("--> "))?;
    let mut place = lines[at].trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
    let (column, line, path) =
        (place.next()?.parse::<usize>().ok()?, place.next()?.parse::<usize>().ok()?, place.next()?);
    let source = mask_manifest(&std::fs::read_to_string(cwd.join(path)).ok()?);
    let line_start: usize = source.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let before: usize = source.get(line_start..)?.chars().take(column.checked_sub(1)?).map(char::len_utf8).sum();
    let is_quote =
        |line: &&&str| line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().starts_with('|');
    let quote = lines[at + 1..].iter().take_while(is_quote);
    let carets = quote.clone().map(|line| line.matches('^').count()).find(|count| *count > 0).unwrap_or(1);
    let start = line_start + before;
    let snippet =
        Snippet { path: path.into(), source: source.into(), span: start..start + carets, label: String::new() };
    let others = [&lines[..at], &lines[at + 1 + quote.count()..]].concat();
    let others: Vec<&str> = others.into_iter().skip_while(|line| line.trim().is_empty()).collect();
    Some((snippet, others.join("\n")))
}

fn workspace(metadata: &cargo::Metadata, cwd: &Path) -> Workspace {
    let is_default = |package: &cargo::Package| {
        // Before 1.71 cargo did not say; then all are.
        metadata.workspace_default_members.is_missing() || metadata.workspace_default_members.contains(&package.id)
    };
    let members = |package: &&cargo::Package| metadata.workspace_members.contains(&package.id);
    let mut packages: Vec<_> = metadata.packages.iter().filter(members).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Workspace {
        root: metadata.workspace_root.clone().into(),
        target_dir: metadata.target_directory.clone().into(),
        cwd: cwd.to_owned(),
        default_members: (0..packages.len()).filter(|index| is_default(packages[*index])).collect(),
        packages: packages.into_iter().map(package).collect(),
        metadata: metadata.workspace_metadata.get("glim").cloned().unwrap_or_default(),
        fingerprint: 0,
    }
}

fn package(package: &cargo::Package) -> Package {
    let counts = |it: &&cargo::Dependency| it.kind != cargo::DependencyKind::Development || it.name == GLIM;
    let dir = package.manifest_path.parent().unwrap_or(&package.manifest_path);
    Package {
        id: package.id.repr.clone(),
        name: package.name.to_string(),
        version: package.version.to_string(),
        edition: package.edition.to_string(),
        dir: dir.into(),
        targets: package.targets.iter().filter_map(target).collect(),
        dependencies: package.dependencies.iter().filter(counts).map(dependency).collect(),
        features: package.features.clone(),
        links: package.links.clone(),
        default_run: package.default_run.clone(),
        about: About {
            authors: package.authors.clone(),
            description: package.description.clone(),
            homepage: package.homepage.clone(),
            repository: package.repository.clone(),
            license: package.license.clone(),
            license_file: package.license_file.clone().map(Into::into),
            readme: package.readme.clone().map(Into::into),
            rust_version: package.rust_version.as_ref().map(ToString::to_string),
        },
        metadata: package.metadata.get("glim").cloned().unwrap_or_default(),
    }
}

fn target(target: &cargo::Target) -> Option<Target> {
    let kind = target.kind.iter().find_map(|kind| match kind {
        cargo::TargetKind::ProcMacro => Some(TargetKind::ProcMacro),
        cargo::TargetKind::Bin => Some(TargetKind::Binary),
        cargo::TargetKind::CustomBuild => Some(TargetKind::BuildScript),
        cargo::TargetKind::Example | cargo::TargetKind::Test | cargo::TargetKind::Bench => None,
        // Every other kind is a crate type of `[lib]`.
        _ => Some(TargetKind::Library),
    })?;
    Some(Target {
        kind,
        name: target.name.clone(),
        crate_types: target.crate_types.iter().map(ToString::to_string).collect(),
        src_path: target.src_path.clone().into(),
        edition: target.edition.to_string(),
        required_features: target.required_features.clone(),
    })
}

fn dependency(dependency: &cargo::Dependency) -> Dependency {
    Dependency {
        name: dependency.name.clone(),
        rename: dependency.rename.clone(),
        source: dependency.source.as_ref().map(|source| source.repr.clone()),
        req: dependency.req.to_string(),
        kind: match dependency.kind {
            cargo::DependencyKind::Build => DependencyKind::Build,
            cargo::DependencyKind::Development => DependencyKind::Development,
            _ => DependencyKind::Normal,
        },
        optional: dependency.optional,
        default_features: dependency.uses_default_features,
        features: dependency.features.clone(),
        target: dependency.target.as_ref().map(ToString::to_string),
        registry: dependency.registry.clone(),
        path: dependency.path.clone().map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_message_is_shown_once() {
        let stderr = "warning: x\nerror: failed to parse manifest at `/x/Cargo.toml`\n\nCaused by:\n  no targets\n";
        let diagnostic = refusal(stderr, Path::new("/"));
        assert_eq!(diagnostic.title, "failed to parse manifest at `/x/Cargo.toml`");
        assert_eq!(diagnostic.notes, ["cargo says:\nCaused by:\n  no targets"]);
    }

    #[test]
    fn a_silent_cargo_is_still_an_error() {
        assert_eq!(refusal("", Path::new("/")).title, "`cargo metadata` failed");
    }

    #[test]
    fn the_place_that_cargo_quotes_is_shown_as_our_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = "[package]\nname = \"ä\"\nversion = true\n";
        std::fs::write(folder.path().join("Cargo.toml"), text).expect("a manifest");
        let stderr = "error: invalid type\n       \n --> Cargo.toml:3:11\n  |\n3 | version = true\n  |           ^^^^\n\
                      error: failed to load it\nreferenced by another\n";
        let diagnostic = refusal(stderr, folder.path());
        assert_eq!(diagnostic.title, "invalid type");
        assert_eq!(diagnostic.notes, ["cargo says:\nerror: failed to load it\nreferenced by another"]);
        let [Snippet { path, source, span, .. }] = diagnostic.snippets.as_slice() else { panic!("{diagnostic:?}") };
        assert_eq!((path.to_str(), &source[span.clone()]), (Some("Cargo.toml"), "true"));
    }

    #[test]
    fn a_place_that_cannot_be_read_stays_in_cargos_words() {
        let stderr = "error: invalid type\n --> nowhere/Cargo.toml:3:11\n";
        let diagnostic = refusal(stderr, Path::new("/"));
        assert_eq!(diagnostic.notes, ["cargo says:\n --> nowhere/Cargo.toml:3:11"]);
        assert_eq!(diagnostic.snippets, []);
    }
}
