//! Where a Rust migration is written, and what makes the crate know of it.

use std::path::{Path, PathBuf};

use glim_parse::declare_module;

use super::code::is_keyword;
use super::name::Name;
use super::written::Edits;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::settings::{Folders, Outline};
use crate::workspace::{CargoOptions, DependencyKind, Package, Workspace, listed};

/// The package's module of migrations.
const MODULE: &str = "migrations";

/// The place of a migration.
pub(super) struct Place {
    /// The migration's file.
    pub(super) file: PathBuf,
    /// What the package calls glim.
    pub(super) glim: String,
    /// The package's edition.
    pub(super) edition: String,
    migration: String,
    declared: Declared,
}

/// How the crate knows of the file.
enum Declared {
    /// Its build script looks at the folder.
    ByFolder,
    /// By a `mod` in the module of migrations, which the crate's root declares.
    In { module: PathBuf, root: PathBuf, name: String },
}

/// What was, or would be, written.
pub(super) struct Written {
    /// The migration's name in the ledger.
    pub(super) migration: String,
    /// The migration's own files.
    pub(super) files: Vec<PathBuf>,
}

impl Place {
    /// Finds the package, and where its migrations are.
    pub(super) fn find(workspace: &Workspace, options: &CargoOptions, name: &Name) -> Result<Self> {
        let selection = workspace.select(options)?;
        let selected: Vec<_> = selection.dependents.iter().filter(|it| it.selected).collect();
        let [dependent] = selected.as_slice() else {
            let names: Vec<&str> = selected.iter().map(|it| workspace.packages[it.package].name.as_str()).collect();
            return Err(undecided(&names));
        };
        let package = &workspace.packages[dependent.package];
        let root = &package.targets[dependent.target].src_path;
        let glim = package.glim().next().and_then(|it| it.rename.as_deref()).unwrap_or("glim").replace('-', "_");
        let mut stem = match name.version() {
            Some(version) => format!("m{version}_{}", name.stem),
            None => name.stem.clone(),
        };
        if is_keyword(&stem) {
            stem.push('_');
        }
        let base = root.parent().unwrap_or(&package.dir);
        let (file, declared) = match folder(package, root)? {
            Some(folder) => (folder.join(format!("{stem}.rs")), Declared::ByFolder),
            None => {
                let inside = base.join(MODULE).join("mod.rs");
                let module = if inside.is_file() { inside } else { base.join(MODULE).with_extension("rs") };
                let file = base.join(MODULE).join(format!("{stem}.rs"));
                (file, Declared::In { module, root: root.clone(), name: stem })
            }
        };
        let (migration, edition) = (name.type_name.clone(), package.edition.clone());
        Ok(Self { file, glim, edition, migration, declared })
    }

    /// Adds the file, and what declares it.
    pub(super) fn add_to(self, edits: &mut Edits, text: String) -> Result<Written> {
        let Self { file, migration, declared, .. } = self;
        if edits.read(&file)?.is_some() {
            let error = Diagnostic::error(format!("there is a file {} already", file.display()));
            return Err(Failure::usage(error.help("choose another name for the migration")));
        }
        edits.write(file.clone(), text);
        if let Declared::In { module, root, name } = declared {
            let text =
                edits.read(&module)?.unwrap_or_else(|| "//! Migrations: what `cargo glim run` applies.\n".to_owned());
            declare(edits, &module, &text, &name)?;
            let text = edits.read(&root)?.unwrap_or_default();
            declare(edits, &root, &text, MODULE)?;
        }
        Ok(Written { migration, files: vec![file] })
    }
}

fn declare(edits: &mut Edits, file: &Path, text: &str, name: &str) -> Result<()> {
    match declare_module(text, name) {
        Ok(Some(text)) => edits.write(file.to_owned(), in_order(&text, name)),
        Ok(None) => {}
        Err(error) => {
            let start = error.span().start();
            let place = format!("{}:{}:{}", file.display(), start.line, start.column + 1);
            let error = Diagnostic::error(format!("cannot declare the module `{name}`: {place} does not parse"))
                .caused_by(&error);
            return Err(Failure::usage(error.help("mend that, then repeat the command; nothing was written")));
        }
    }
    Ok(())
}

/// Moves the declaration of that module, which stands before others, to its place by name: rustfmt would.
fn in_order(text: &str, name: &str) -> String {
    fn module(line: &str) -> Option<&str> {
        let (_, name) = line.trim_end().strip_suffix(';')?.rsplit_once("mod ")?;
        (!name.contains(' ') && !line.starts_with([' ', '\t', '/'])).then_some(name)
    }
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut at = lines.iter().position(|line| module(line) == Some(name)).unwrap_or(lines.len());
    while lines.get(at + 1).and_then(|next| module(next)).is_some_and(|next| next < name) {
        lines.swap(at, at + 1);
        at += 1;
    }
    lines.concat()
}

/// The folder that `glim::migrations!` takes in, where the crate does so.
fn folder(package: &Package, root: &Path) -> Result<Option<PathBuf>> {
    let is_helped = |it: &crate::workspace::Dependency| it.name == "glim-build" && it.kind == DependencyKind::Build;
    if !package.dependencies.iter().any(is_helped) {
        return Ok(None);
    }
    let text = fs_err::read_to_string(root)
        .map_err(|error| Failure::usage(Diagnostic::error("cannot read the crate's root").caused_by(&error)))?;
    let call = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let call = call.filter_map(|line| line.split_once("migrations!")).map(|(_, rest)| rest.to_owned()).next();
    Ok(call.map(|rest| {
        let named = rest.split('"').nth(1).unwrap_or(MODULE);
        package.dir.join(named)
    }))
}

/// The folders of SQL migrations that are there.
pub(super) fn sql_folders(outline: &Outline, workspace: &Workspace) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = outline.folders.paths.iter().map(|path| workspace.root.join(path)).collect();
    if folders.is_empty() {
        folders.push(workspace.root.join(Folders::DEFAULT));
    }
    folders.retain(|folder| folder.is_dir());
    folders
}

fn undecided(names: &[&str]) -> Failure {
    Failure::usage(match names {
        [] => Diagnostic::error("no selected package depends on glim-migrations")
            .help("`cargo glim init` adds the dependency; `cargo glim make NAME --sql` writes an SQL file"),
        [first, ..] => Diagnostic::error("which package shall have the migration?")
            .note(format!("selected are {}", listed(names.iter().copied())))
            .help(format!("name one: `cargo glim make NAME -p {first}`")),
    })
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn a_module_is_declared_where_rustfmt_would_put_it() {
        let text = "//! Doc.\n\nmod m2;\nmod a;\npub mod m1;\nmod m3;\n\nuse m1::X;\n";
        let expected = "//! Doc.\n\nmod a;\npub mod m1;\nmod m2;\nmod m3;\n\nuse m1::X;\n";
        assert_eq!(in_order(text, "m2"), expected);
        assert_eq!(in_order("mod m2;\n\nfn a() {}\n", "m2"), "mod m2;\n\nfn a() {}\n");
    }
}
