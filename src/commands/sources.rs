//! What the sources of the selected packages say, in glim's words or another library's, and where that and the runner's
//! report disagree.

use std::collections::HashSet;
use std::path::Path;

use glim::wire::Registry;
use glim_parse::Library;
use glim_parse::scan::{self, CfgSet, CrateRoot, FoundMigration, FoundModel, Place, Scan, SourceProblem};
use glim_schema::Schema;

use super::registered::crate_of;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::{Diagnostic, Snippet};
use crate::runner;
use crate::workspace::{DependencyKind, GLIM, Package, Selection, Target, TargetKind, Unlinked, Workspace};

/// What the sources say, with the models of the library that the configuration names; where it names none, of the one
/// that has some. Where none of the packages depends on another library, nothing is looked at but glim's own.
pub(super) fn models(workspace: &Workspace, selection: &Selection, configured: Option<Library>) -> Result<Scan> {
    with_models(scan(workspace, selection), workspace, selection, configured)
}

/// The same, where glim's own is known already.
pub(super) fn with_models(
    own: Scan,
    workspace: &Workspace,
    selection: &Selection,
    configured: Option<Library>,
) -> Result<Scan> {
    let libraries: Vec<Library> = match configured {
        Some(Library::Glim) => Vec::new(),
        Some(library) => vec![library],
        None => others().filter(|library| !users(workspace, selection, *library).is_empty()).collect(),
    };
    let has_own = || own.models.iter().any(|model| !model.frozen);
    if libraries.is_empty() || (configured.is_none() && has_own()) {
        return Ok(own);
    }
    let mut found: Vec<Scan> = libraries.iter().map(|library| scan_for(workspace, selection, *library)).collect();
    if configured.is_none() {
        // Where no model can be read, what stands in the way must not go unsaid.
        let has_models = found.iter().any(|scan| !scan.models.is_empty());
        found.retain(|scan| if has_models { !scan.models.is_empty() } else { !scan.problems.is_empty() });
        found.truncate(if has_models { found.len() } else { 1 });
    }
    match found.len() {
        0 => Ok(own),
        1 => Ok(joined(own, found.remove(0))),
        _ => {
            let titles: Vec<&str> = found.iter().map(|scan| scan.library.title()).collect();
            let error = Diagnostic::error(format!("there are models of {}", titles.join(" and ")));
            let keys: Vec<String> =
                found.iter().map(|scan| format!("`models = \"{}\"`", scan.library.name())).collect();
            let help = format!("say which describe the schema: {} in `[extensions.migration]`", keys.join(" or "));
            Err(Failure::usage(error.help(help)))
        }
    }
}

/// The libraries beside glim.
fn others() -> impl Iterator<Item = Library> {
    Library::ALL.into_iter().filter(|library| *library != Library::Glim)
}

/// The members of the build that depend on a library.
fn users(workspace: &Workspace, selection: &Selection, library: Library) -> Vec<usize> {
    let members = selection.activations.iter().filter(|(index, activation)| {
        let mut dependencies = workspace.packages[**index].dependencies.iter();
        dependencies.any(|it| it.name == library.package() && it.kind == DependencyKind::Normal && activation.has(it))
    });
    members.map(|(index, _)| *index).collect()
}

/// What the sources say in the words of another library: those of the packages that depend on it, else of all that are
/// selected.
fn scan_for(workspace: &Workspace, selection: &Selection, library: Library) -> Scan {
    let mut packages = users(workspace, selection, library);
    if packages.is_empty() {
        packages.clone_from(&selection.packages);
    }
    let is_read = |target: &Target| matches!(target.kind, TargetKind::Library | TargetKind::Binary);
    let targets: Vec<(usize, usize)> = packages
        .into_iter()
        .flat_map(|package| {
            let targets = workspace.packages[package].targets.iter().enumerate();
            targets.filter(|(_, target)| is_read(target)).map(move |(target, _)| (package, target))
        })
        .collect();
    let roots: Vec<_> =
        targets.iter().map(|&(package, target)| root(workspace, selection, &targets, package, target)).collect();
    let mut scan = scan::scan_for(&roots, library);
    keep_once(&mut scan);
    scan
}

/// The migrations of the one, and the models of the other.
fn joined(own: Scan, models: Scan) -> Scan {
    let mut scan = Scan { library: models.library, models: models.models, ..own };
    scan.files = scan.files.max(models.files);
    scan.lines = scan.lines.max(models.lines);
    let new = models.problems.into_iter().filter(|problem| !scan.problems.contains(problem)).collect::<Vec<_>>();
    scan.problems.extend(new);
    scan
}

/// What the sources say in glim's own words: first of the targets that the runner links, in their order, then of those that it cannot.
pub(super) fn scan(workspace: &Workspace, selection: &Selection) -> Scan {
    let linked = selection.dependents.iter().map(|it| (it.package, it.target));
    let unlinked = selection.unlinked.iter().filter_map(|it| Some((it.package, it.target?)));
    let targets: Vec<(usize, usize)> = linked.chain(unlinked).collect();
    let roots: Vec<_> =
        targets.iter().map(|&(package, target)| root(workspace, selection, &targets, package, target)).collect();
    let mut scan = scan::scan(&roots);
    keep_once(&mut scan);
    scan
}

/// A file that a library and a binary both declare as a module is one file all the same.
fn keep_once(scan: &mut Scan) {
    let mut seen = HashSet::new();
    scan.models.retain(|model| seen.insert((model.place.file.clone(), model.place.line, model.name.clone())));
}

fn root(
    workspace: &Workspace,
    selection: &Selection,
    targets: &[(usize, usize)],
    package: usize,
    target: usize,
) -> CrateRoot {
    let features =
        selection.activations.get(&package).map(|activation| activation.features.clone()).unwrap_or_default();
    let package = &workspace.packages[package];
    let others = package.dependencies.iter().filter_map(|dependency| {
        let path = dependency.path.as_deref()?;
        let at = targets.iter().position(|&(other, _)| workspace.packages[other].dir == path)?;
        Some((crate_name(dependency.key()), at))
    });
    CrateRoot {
        name: crate_name(&package.targets[target].name),
        file: package.targets[target].src_path.clone(),
        cfg: CfgSet::of_this_platform(features),
        glim: glim_names(package),
        crates: others.collect(),
    }
}

/// What the package's sources call glim.
fn glim_names(package: &Package) -> Vec<String> {
    let name = |rename: Option<&str>| rename.map_or_else(|| "glim".to_owned(), crate_name);
    package.dependencies.iter().filter(|it| it.name == GLIM).map(|it| name(it.rename.as_deref())).collect()
}

fn crate_name(name: &str) -> String {
    name.replace('-', "_")
}

/// Shows what is wrong in the sources. Gives whether all of them could be read.
pub(super) fn say_problems(scan: &Scan, workspace: &Workspace, shell: &mut Shell) -> bool {
    for problem in &scan.problems {
        shell.diagnostic(&diagnostic(problem, workspace));
    }
    scan.problems.iter().all(|problem| problem.severity == scan::Severity::Warning)
}

/// The same, for commands that must not act on a part of the truth.
pub(super) fn refuse_errors(scan: &Scan, workspace: &Workspace, shell: &mut Shell) -> Result<()> {
    if say_problems(scan, workspace, shell) {
        return Ok(());
    }
    let error = Diagnostic::error("not all of the sources can be read; nothing was changed");
    Err(Failure::new(Exit::No, error))
}

fn diagnostic(problem: &SourceProblem, workspace: &Workspace) -> Diagnostic {
    let SourceProblem { severity, path, source, span, message, label, help } = problem;
    let diagnostic = match severity {
        scan::Severity::Error => Diagnostic::error(message),
        scan::Severity::Warning => Diagnostic::warning(message),
    };
    let path = relative(path, workspace).into();
    let diagnostic = diagnostic.at(Snippet { path, source: source.clone(), span: span.clone(), label: label.clone() });
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Models that only the sources or only the runner know of.
pub(super) fn models_disagree(
    registry: &Registry,
    scan: &Scan,
    workspace: &Workspace,
    selection: &Selection,
) -> Vec<Diagnostic> {
    let linked = selection.dependents.len();
    let mut warnings = Vec::new();
    let registered: HashSet<_> = registry.models.iter().map(|known| (&known.name, &known.module)).collect();
    for model in scan.models.iter().filter(|model| model.place.target < linked) {
        if !registered.contains(&(&model.name, &model.place.module)) {
            let place = shown(&model.place, workspace);
            let warning = Diagnostic::warning(format!("the model `{}` at {place} is not registered", model.name));
            warnings.push(
                warning.note("the compiler leaves it out: a `cfg` may be false there, or another derive be meant"),
            );
        }
    }
    let seen: HashSet<_> = scan.models.iter().map(|model| (&model.name, &model.place.module)).collect();
    for known in &registry.models {
        if !seen.contains(&(&known.name, &known.module)) {
            let title = format!("the model `{}` of {} is not seen in the sources", known.name, known.module);
            let note =
                format!("registered at {}:{}", super::registered::relative(&known.file, &workspace.root), known.line);
            let help = "a macro may make it; `sync` works only on models that stand in the sources";
            warnings.push(Diagnostic::warning(title).note(note).help(help));
        }
    }
    warnings
}

/// Migrations that only the sources know of.
pub(super) fn migrations_disagree(
    registry: &Registry,
    scan: &Scan,
    workspace: &Workspace,
    selection: &Selection,
) -> Vec<Diagnostic> {
    let linked = selection.dependents.len();
    let mut warnings = Vec::new();
    let registered: HashSet<_> =
        registry.migrations.iter().map(|known| (&known.type_name, crate_of(&known.module))).collect();
    for found in scan.migrations.iter().filter(|found| found.place.target < linked) {
        if !registered.contains(&(&found.type_name, crate_of(&found.place.module))) {
            let (name, place) = (&found.type_name, shown(&found.place, workspace));
            let warning = Diagnostic::warning(format!("the migration `{name}` at {place} is not registered"));
            let line = format!("`inventory::submit! {{ glim::migration!({name}) }}`");
            warnings.push(warning.help(format!("write {line} below it, or it never runs")));
        }
    }
    warnings.extend(unreachable(scan, workspace, selection));
    warnings
}

/// Migrations in targets that are not linked.
fn unreachable(scan: &Scan, workspace: &Workspace, selection: &Selection) -> Vec<Diagnostic> {
    let linked = selection.dependents.len();
    let unlinked: Vec<&Unlinked> = selection.unlinked.iter().filter(|it| it.target.is_some()).collect();
    if unlinked.is_empty() {
        return Vec::new();
    }
    // The library may have the same file as a module.
    let reached: HashSet<_> =
        scan.migrations.iter().filter(|found| found.place.target < linked).map(|found| &found.place.file).collect();
    let is_reached = |found: &FoundMigration| reached.contains(&found.place.file);
    let found = scan.migrations.iter().filter(|found| found.place.target >= linked && !is_reached(found));
    found
        .filter_map(|found| {
            let target = unlinked.get(found.place.target - linked)?;
            let place = shown(&found.place, workspace);
            Some(runner::unreachable(workspace, target, &found.type_name).note(format!("it is at {place}")))
        })
        .collect()
}

/// Adds a model's table to a schema.
pub(super) fn add(schema: &mut Schema, model: &FoundModel, workspace: &Workspace) -> Result<()> {
    schema.add(model.table.clone()).map_err(|problem| {
        let title = format!("the model `{}` does not fit the others", model.name);
        let place = shown(&model.place, workspace);
        Failure::no(Diagnostic::error(title).caused_by(&problem).note(format!("it is at {place}")))
    })
}

/// What to say of two models of one table.
pub(super) fn described_twice(first: &FoundModel, second: &FoundModel, workspace: &Workspace) -> Failure {
    let table = &second.table.name;
    let title = format!("models `{}` and `{}` describe the same table `{table}`", first.name, second.name);
    let (one, other) = (shown(&first.place, workspace), shown(&second.place, workspace));
    let help = "name another table with `#[glim(table = \"...\")]`, or mark a row shape of one migration as `frozen`";
    Failure::no(Diagnostic::error(title).note(format!("they are at {one} and {other}")).help(help))
}

/// A place as messages show it.
pub(super) fn shown(place: &Place, workspace: &Workspace) -> String {
    format!("{}:{}", relative(&place.file, workspace), place.line)
}

/// A file, relative to the workspace where it is inside.
pub(super) fn relative(file: &Path, workspace: &Workspace) -> String {
    file.strip_prefix(&workspace.root).unwrap_or(file).display().to_string()
}
