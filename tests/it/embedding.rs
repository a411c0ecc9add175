//! Programs that migrate their database themselves, and the command beside them.

use std::process::Command;

use crate::support::{Project, repository};

const FIXTURE: &str = "fixtures/embed-sqlx";

const FILES: [&str; 6] = [
    "Cargo.toml",
    "build.rs",
    "migrations/20261122_150203_create_notes.sql",
    "migrations/20261122_150500_first_notes.rs",
    "src/adapter.rs",
    "src/main.rs",
];

/// The fixture, with the paths of its dependencies made absolute.
fn service() -> Project {
    let folder = repository().join(FIXTURE);
    // What is not here yet is fetched once; without a network, what is here has to do.
    let fetched = Command::new(env!("CARGO")).args(["fetch", "--locked", "--quiet"]).current_dir(&folder).output();
    let said = String::from_utf8(fetched.expect("cargo can be run").stderr).expect("cargo says UTF-8");
    assert!(!said.contains("--locked"), "the fixture's lock file is out of date: {said}");
    let packages = repository().join("build-support").display().to_string();
    let read = |path: &&'static str| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (*path, text.replace("../../build-support", &packages))
    };
    let files: Vec<_> = FILES.iter().map(read).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Project::shared("embed-sqlx", &files)
}

#[test]
fn a_service_on_an_sqlx_pool_migrates_when_it_starts() {
    let project = service();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("app.db").display());
    let start = || project.cargo(&["run", "--quiet", "--offline", "--", &url]).succeeds().stdout;
    assert_eq!(start(), "applied 20261122_150203_create_notes\napplied FirstNotes\n3 notes\n");
    assert_eq!(start(), "3 notes\n");
    // The command knows what the service has done, and can undo it; the service does it again.
    let glim = |args: &[&str]| project.command().env("TEST_DATABASE_URL", &url).args(args).succeeds().stdout;
    let status = glim(&["status"]);
    assert!(!status.contains("pending") && !status.contains("changed"), "{status}");
    glim(&["rollback", "--steps", "1"]);
    assert_eq!(start(), "applied FirstNotes\n3 notes\n");
}
