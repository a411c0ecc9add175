//! The examples and tests that SeaORM ships with its package, where the registry has unpacked one here.

use std::fs;
use std::path::{Path, PathBuf};

use glim_parse::Library;
use glim_parse::scan::{CfgSet, CrateRoot, Severity, scan_for};

/// The unpacked packages of that name.
fn packages(name: &str) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let registries = home.map(|home| home.join("registry/src")).into_iter().flat_map(|folder| entries(&folder));
    let is_it = |path: &PathBuf| {
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).is_some_and(|rest| rest.starts_with(['1', '2']))
    };
    registries.flat_map(|registry| entries(&registry)).filter(is_it).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The root files of crates in a folder.
fn roots(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            roots(&path, found);
        } else if path.ends_with("src/lib.rs") || path.ends_with("src/main.rs") {
            found.push(path);
        }
    }
}

#[test]
fn sea_orm_s_own_entities_are_read_without_a_loss() {
    let packages = packages("sea-orm");
    #[expect(clippy::print_stderr, reason = "a test says why it was skipped")]
    if packages.is_empty() {
        eprintln!("skipped: the registry has unpacked no sea-orm here (`cargo fetch` of a project with it does that)");
    }
    for package in packages {
        let mut files: Vec<PathBuf> =
            entries(&package.join("tests")).into_iter().filter(|path| path.is_file()).collect();
        roots(&package.join("examples"), &mut files);
        let mut tables = 0;
        for file in files {
            let root = CrateRoot {
                name: "shipped".to_owned(),
                file,
                cfg: CfgSet::of_this_platform([""; 0]),
                glim: Vec::new(),
                crates: Vec::new(),
            };
            let scan = scan_for(&[root], Library::SeaOrm);
            let errors: Vec<_> = scan.problems.iter().filter(|it| it.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{errors:?}");
            tables += scan.models.len();
        }
        assert!(tables > 100, "{}: {tables}", package.display());
    }
}
