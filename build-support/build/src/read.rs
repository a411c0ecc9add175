//! Reading the folders: what of them becomes modules, and which migrations they hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use glim_files::layout::{self, Folder, Problem};
use glim_parse::scan::{FolderModule, folder_modules};

use crate::environment::Environment;
use crate::instruction::Instruction;
use crate::migration::Migration;
use crate::{Migrations, rust, sql};

/// What the folders hold.
#[derive(Debug)]
pub(crate) struct Content {
    /// Their Rust files.
    pub(crate) modules: Vec<FolderModule>,
    /// Their migrations: those in SQL in the order of their layout, then those in Rust by file and line.
    pub(crate) migrations: Vec<Migration>,
    /// What to watch, and what is wrong.
    pub(crate) instructions: Vec<Instruction>,
}

/// Reads all of them.
pub(crate) fn all(wanted: &Migrations, here: &Environment) -> Content {
    let mut content = Content { modules: Vec::new(), migrations: Vec::new(), instructions: Vec::new() };
    let mut of_sql = Vec::new();
    for name in &wanted.folders {
        let folder = real(&here.package.join(name), &here.package);
        content.instructions.push(Instruction::Watch(folder.clone()));
        if !folder.is_dir() {
            let help = "make it, or name another in build.rs and in `glim::migrations!`";
            let problem = Instruction::error(Path::new(name), None, "there is no such folder", Some(help));
            content.instructions.push(problem);
            continue;
        }
        match folder_modules(&folder) {
            Ok(modules) => content.modules.extend(modules),
            Err(error) => {
                let message = format!("the folder cannot be read: {error}");
                content.instructions.push(Instruction::error(Path::new(name), None, &message, None));
                continue;
            }
        }
        match layout::read(&folder, wanted.layout) {
            Ok(folder) => of_sql.push(folder),
            Err(problems) => content.refuse(&problems, here),
        }
    }
    match layout::join(of_sql) {
        Ok(folder) => content.add_sql(&folder, here),
        Err(problems) => content.refuse(&problems, here),
    }
    content.name_modules(here);
    content.migrations.extend(rust::migrations(&content.modules, here));
    content
}

/// Where a folder is. One that a symbolic link leads to is taken for what it is, so that what the compiler says of its
/// files names those that the user knows; otherwise the path stays as cargo gave it.
fn real(folder: &Path, package: &Path) -> PathBuf {
    let (Ok(real), Ok(real_package)) = (fs::canonicalize(folder), fs::canonicalize(package)) else {
        return folder.to_owned();
    };
    match real.strip_prefix(real_package) {
        Ok(inside) => package.join(inside),
        Err(_) => usable(real),
    }
}

/// Windows writes real paths as `\\?\C:\folder`, in which `/` separates nothing.
fn usable(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(plain) if !plain.starts_with("UNC") => PathBuf::from(plain),
        _ => path,
    }
}

impl Content {
    fn refuse(&mut self, problems: &[Problem], here: &Environment) {
        for problem in problems {
            let (file, line, help) = place(problem, here);
            self.instructions.push(Instruction::error(&file, line, &problem.message, help.as_deref()));
        }
    }

    fn add_sql(&mut self, folder: &Folder, here: &Environment) {
        for problem in &folder.warnings {
            let (file, line, help) = place(problem, here);
            self.instructions.push(Instruction::warning(&file, line, &problem.message, help.as_deref()));
        }
        for migration in sql::without_rollback(folder) {
            let message = "nothing says how to undo this migration, so it cannot be rolled back";
            let file = here.shown(&migration.run.path);
            let line = usize::try_from(migration.run.line).ok();
            let help = sql::rollback_help(folder.layout);
            self.instructions.push(Instruction::warning(&file, line, message, help));
        }
        self.migrations.extend(sql::migrations(folder));
    }

    /// Leaves out the second of two modules with one name: a crate can have only one.
    fn name_modules(&mut self, here: &Environment) {
        let mut names: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut kept = Vec::with_capacity(self.modules.len());
        for module in self.modules.drain(..) {
            let problem = match names.get(&module.name) {
                Some(other) => Some((
                    format!(
                        "its module would be called `{}`, as that of `{}` is",
                        module.name,
                        here.shown(other).display()
                    ),
                    "rename one of the two",
                )),
                None if module.file.to_str().is_none() => {
                    Some(("the name of the file is not UTF-8".to_owned(), "rename the file"))
                }
                None => None,
            };
            match problem {
                Some((message, help)) => {
                    let file = here.shown(&module.file);
                    self.instructions.push(Instruction::error(&file, None, &message, Some(help)));
                }
                None => {
                    names.insert(module.name.clone(), module.file.clone());
                    kept.push(module);
                }
            }
        }
        self.modules = kept;
    }
}

/// Where a problem is, and what helps; that the layout can be named, it says of glim.toml only.
fn place(problem: &Problem, here: &Environment) -> (PathBuf, Option<usize>, Option<String>) {
    let file = problem.path.as_deref().map(|path| here.shown(path)).unwrap_or_default();
    let line = problem.line.and_then(|line| usize::try_from(line).ok());
    let help = problem.help.clone().map(|help| {
        let more = if help.contains("layout = \"") { ", and the same with `.layout(...)` in build.rs" } else { "" };
        help + more
    });
    (file, line, help)
}
