//! What the runner reports, joined with what the sources say, as the engine wants it.

use std::collections::HashMap;
use std::path::Path;

use glim::wire::{RegisteredMigration, Registry};
use glim_engine::catalog::Entry;
use glim_parse::scan::{FoundMigration, Scan};

/// The registered Rust migrations. `packages` are the linked members, dependencies first.
pub(super) fn join(registry: &Registry, scan: &Scan, packages: &[&str], root: &Path) -> Vec<Entry> {
    let blocks = blocks(scan);
    let types = registry.migrations.iter().filter(|migration| migration.sql.is_none());
    types.map(|migration| entry(migration, &blocks, packages, root)).collect()
}

/// The `impl Migration` blocks of the registered Rust migrations, by their names, as far as they are known.
pub(super) fn sources<'s>(registry: &'s Registry, scan: &'s Scan) -> HashMap<&'s str, &'s FoundMigration> {
    let blocks = blocks(scan);
    let types = registry.migrations.iter().filter(|migration| migration.sql.is_none());
    types.filter_map(|migration| Some((migration.name.as_str(), code(migration, &blocks)?))).collect()
}

/// The `impl Migration` blocks by the names of their types.
type Blocks<'s> = HashMap<&'s str, Vec<&'s FoundMigration>>;

fn blocks(scan: &Scan) -> Blocks<'_> {
    let mut blocks: Blocks<'_> = HashMap::new();
    for found in &scan.migrations {
        blocks.entry(found.type_name.as_str()).or_default().push(found);
    }
    blocks
}

fn entry(migration: &RegisteredMigration, blocks: &Blocks<'_>, packages: &[&str], root: &Path) -> Entry {
    let code = code(migration, blocks);
    Entry {
        // Packages from outside of the workspace come first: members depend on them, never the other way round.
        package_order: packages.iter().position(|name| *name == migration.package).map_or(0, |position| position + 1),
        file: relative(&migration.file, root),
        checksum: code.map(|code| code.checksum.to_string()),
        has_rollback: code.map(|code| code.has_rollback),
        ..Entry::of_type(migration)
    }
}

/// The `impl Migration` block of a registered type: in the module that registers it, else the only one of that name in
/// its crate.
fn code<'s>(migration: &RegisteredMigration, blocks: &Blocks<'s>) -> Option<&'s FoundMigration> {
    let of_name = blocks.get(migration.type_name.as_str())?;
    if let Some(found) = of_name.iter().find(|found| found.place.module == migration.module) {
        return Some(found);
    }
    let mut in_crate = of_name.iter().filter(|found| crate_of(&found.place.module) == crate_of(&migration.module));
    match (in_crate.next(), in_crate.next()) {
        (Some(found), None) => Some(found),
        _ => None,
    }
}

/// The crate that a module's path begins with.
pub(super) fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// A file as the compiler was given it, relative to the workspace where it is inside.
pub(super) fn relative(file: &str, root: &Path) -> String {
    let path = Path::new(file);
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
