//! What the runner reports, joined with what the sources say, as the engine wants it.

use std::path::Path;

use glim::wire::{RegisteredMigration, Registry};
use glim_engine::catalog::Entry;
use glim_parse::scan::{FoundMigration, Scan};

/// The registered migrations. `packages` are the linked members, dependencies first.
pub(super) fn join(registry: &Registry, scan: &Scan, packages: &[&str], root: &Path) -> Vec<Entry> {
    registry.migrations.iter().map(|migration| entry(migration, scan, packages, root)).collect()
}

fn entry(migration: &RegisteredMigration, scan: &Scan, packages: &[&str], root: &Path) -> Entry {
    let code = code(migration, scan);
    Entry {
        name: migration.name.clone(),
        description: migration.description.clone(),
        version: migration.version.clone(),
        package: migration.package.clone(),
        // Packages from outside of the workspace come first: members depend on them, never the other way round.
        package_order: packages.iter().position(|name| *name == migration.package).map_or(0, |position| position + 1),
        file: relative(&migration.file, root),
        line: migration.line,
        after: migration.after.clone(),
        transaction: migration.transaction,
        irreversible: migration.irreversible,
        db: migration.db.clone(),
        checksum: code.map(|code| code.checksum.to_string()),
        has_rollback: code.map(|code| code.has_rollback),
    }
}

/// The `impl Migration` block of a registered type: in the module that registers it, else the only one of that name in
/// its crate.
fn code<'s>(migration: &RegisteredMigration, scan: &'s Scan) -> Option<&'s FoundMigration> {
    let of_name = || scan.migrations.iter().filter(|found| found.type_name == migration.type_name);
    if let Some(found) = of_name().find(|found| found.place.module == migration.module) {
        return Some(found);
    }
    let crate_of = |module: &str| module.split("::").next().map(str::to_owned);
    let mut in_crate = of_name().filter(|found| crate_of(&found.place.module) == crate_of(&migration.module));
    match (in_crate.next(), in_crate.next()) {
        (Some(found), None) => Some(found),
        _ => None,
    }
}

/// A file as the compiler was given it, relative to the workspace where it is inside.
pub(super) fn relative(file: &str, root: &Path) -> String {
    let path = Path::new(file);
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
