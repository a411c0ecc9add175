//! The migrations that the Rust files of a folder register.

use glim_parse::scan::{CrateRoot, FolderModule, scan};

use crate::environment::Environment;
use crate::migration::Migration;
use crate::{names, version};

/// The registrations in the modules, as they stand in the sources. What is wrong there, the compiler says.
pub(crate) fn migrations(modules: &[FolderModule], here: &Environment) -> Vec<Migration> {
    let glim = names::of_glim(&here.package);
    let root = |module: &FolderModule| CrateRoot {
        name: module.name.clone(),
        file: module.file.clone(),
        cfg: here.cfg.clone(),
        glim: glim.clone(),
        crates: Vec::new(),
    };
    let found = scan(&modules.iter().map(root).collect::<Vec<_>>()).registrations;
    let migration = |found: glim_parse::scan::FoundRegistration| {
        let file_name = found.place.file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        Migration {
            version: found.version.or_else(|| version::of_rust_file(file_name).map(str::to_owned)),
            name: found.name.unwrap_or(found.type_name),
            after: found.after,
            file: found.place.file.clone(),
            line: found.place.line,
            sql: None,
        }
    };
    found.into_iter().map(migration).collect()
}
