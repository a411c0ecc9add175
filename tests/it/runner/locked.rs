//! Versions: those of the user's lock file, from wherever the user has them, without a network.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{glim, migration, package, status};
use crate::support::{Glim, Project, repository};

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a tool that must do what it is asked for.
#[track_caller]
fn done(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A project whose dependencies lie in a folder of its own, `vendor`, among them two versions of one.
fn vendored() -> Project {
    let manifest =
        |more: &str| format!("{}\n[workspace]\n", package("locked-vendored", &format!("{}\n{more}", glim())));
    let plain = manifest("");
    let lib = migration("Vendored", "locked_pinned::VERSION");
    let project = Project::shared("locked-vendored", &[("Cargo.toml", &plain), ("src/lib.rs", &lib)]);
    if !project.path("vendor/syn").exists() {
        done(cargo().args(["vendor", "--offline", "--quiet", "vendor"]).current_dir(project.path("")));
    }
    for version in ["1.0.0", "1.0.1"] {
        let place = format!("vendor/locked-pinned-{version}");
        let manifest = package("locked-pinned", "").replace("0.1.0", version);
        project.write(&format!("{place}/Cargo.toml"), &manifest);
        project.write(&format!("{place}/src/lib.rs"), &format!("pub const VERSION: &str = {version:?};"));
        project.write(&format!("{place}/.cargo-checksum.json"), "{\"files\":{},\"package\":null}");
    }
    let sources = "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
    project.write(".cargo/config.toml", sources);
    project.write("Cargo.toml", &manifest("locked-pinned = \"1\""));
    done(cargo().args(["generate-lockfile", "--offline", "--quiet"]).current_dir(project.path("")));
    project
}

/// With a target directory of its own: the shared one holds the same crates from another place.
fn vendored_status(project: &Project) -> Glim {
    status(project).env("CARGO_TARGET_DIR", project.path("target"))
}

#[test]
fn a_vendored_workspace_keeps_its_pins_offline_and_locked() {
    let project = vendored();
    let lock = project.read("Cargo.lock");
    let older =
        lock.replace("name = \"locked-pinned\"\nversion = \"1.0.1\"", "name = \"locked-pinned\"\nversion = \"1.0.0\"");
    assert_ne!(lock, older);
    let seen = |flags: &[&str]| vendored_status(&project).args(flags).succeeds().description("Vendored");

    project.write("Cargo.lock", &older);
    let mut permissions = project.path("Cargo.lock").metadata().expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("Cargo.lock"), permissions).expect("the file is the test's own");
    for flags in [&["--offline"][..], &["--locked"], &["--frozen"], &[]] {
        assert_eq!(seen(flags), "1.0.0", "{flags:?}");
    }
    fs::remove_file(project.path("Cargo.lock")).expect("the folder is the test's own");
    project.write("Cargo.lock", &lock);
    assert_eq!(seen(&["--frozen"]), "1.0.1");
    project.write("Cargo.lock", &older);
    assert_eq!(seen(&[]), "1.0.0");

    // One that is out of date is completed for the runner, and never touched itself.
    let (before, rest) = older.split_once("[[package]]\nname = \"locked-pinned\"").expect("an entry");
    let (_, after) = rest.split_once("\n\n").expect("an end");
    let stale = format!("{before}{after}").replace(" \"locked-pinned\",\n", "");
    project.write("Cargo.lock", &stale);
    assert_eq!(seen(&[]), "1.0.1");
    let output = vendored_status(&project).arg("--locked").run().exits(101).silent();
    output
        .stderr_has("`Cargo.lock` needs to be updated, but `--locked`")
        .stderr_has("`locked-pinned 1.0.1` is not in it");
    assert_eq!(project.read("Cargo.lock"), stale);

    project.remove("Cargo.lock");
    assert_eq!(seen(&[]), "1.0.1");
    let output = vendored_status(&project).arg("--frozen").run().exits(101).silent();
    output.stderr_has("`Cargo.lock` needs to be created");
    assert!(!project.path("Cargo.lock").exists());
}

/// Glim as a repository that a user could depend on.
fn upstream(root: &Path) {
    let _ = fs::remove_dir_all(root);
    for name in ["glim", "derive", "parse", "schema"] {
        copy(&repository().join("build-support").join(name), &root.join("build-support").join(name));
    }
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("the repository has a manifest");
    let mut manifest: toml::Table = manifest.parse().expect("TOML");
    manifest.retain(|key, _| key == "workspace");
    fs::write(root.join("Cargo.toml"), manifest.to_string()).expect("a folder of the test's own");
    commit(root);
    done(git(root).args(["tag", "v1"]));
    // What comes after the tag must not be used.
    fs::write(root.join("build-support/glim/src/lib.rs"), "compile_error!(\"after the tag\");").expect("a file");
    commit(root);
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    // So that the same files are the same commit, and cargo need not compile them again.
    command.env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z").env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z");
    command
}

fn commit(folder: &Path) {
    done(git(folder).args(["init", "--quiet", "--initial-branch", "main"]));
    done(git(folder).args(["add", "--all", "--force"]));
    done(git(folder).args(["commit", "--quiet", "--no-verify", "--message", "x"]));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of the test's own");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}

/// A registry with one package in it, `locked-helper`.
fn registry(root: &Path) {
    let _ = fs::remove_dir_all(root);
    let source = root.join("helper");
    fs::create_dir_all(source.join("src")).expect("a folder of the test's own");
    let manifest = package("locked-helper", "").replace("0.1.0", "1.2.3");
    fs::write(source.join("Cargo.toml"), format!("{manifest}\n[workspace]\n")).expect("a file");
    fs::write(source.join("src/lib.rs"), "pub const WORD: &str = \"from a registry of our own\";").expect("a file");
    let (packed, target) =
        (["package", "--no-verify", "--offline", "--allow-dirty", "--quiet", "--target-dir"], root.join("packed"));
    done(cargo().args(packed).arg(&target).current_dir(&source));
    let file = root.join("locked-helper-1.2.3.crate");
    fs::copy(target.join("package/locked-helper-1.2.3.crate"), &file).expect("cargo has packed it");
    let sum = Command::new("sha256sum").arg(&file).output().expect("a tool of every system with a shell");
    let sum = String::from_utf8_lossy(&sum.stdout).split_whitespace().next().expect("a sum").to_owned();

    let index = root.join("index");
    fs::create_dir_all(index.join("lo/ck")).expect("a folder");
    let download = format!("file://{}/{{crate}}-{{version}}.crate", root.display());
    fs::write(index.join("config.json"), serde_json::json!({ "dl": download }).to_string()).expect("a file");
    let entry = serde_json::json!({
        "name": "locked-helper", "vers": "1.2.3", "deps": [], "cksum": sum, "features": {}, "yanked": false,
    });
    fs::write(index.join("lo/ck/locked-helper"), format!("{entry}\n")).expect("a file");
    commit(&index);
}

/// A home for cargo of its own, with the crates that the machine has.
#[cfg(unix)]
fn cargo_home(home: &Path) {
    let of_user = || std::env::home_dir().expect("a home").join(".cargo");
    let machines = std::env::var_os("CARGO_HOME").map_or_else(of_user, Into::into).join("registry");
    for part in ["cache", "index", "src"] {
        let own = home.join("registry").join(part);
        fs::create_dir_all(&own).expect("a folder of the test's own");
        for entry in fs::read_dir(machines.join(part)).into_iter().flatten().filter_map(Result::ok) {
            let link = own.join(entry.file_name());
            if !link.exists() {
                std::os::unix::fs::symlink(entry.path(), link).expect("a link");
            }
        }
    }
}

/// The program is built through a generated manifest, which must say where its dependencies come from.
#[cfg(unix)]
#[test]
fn dependencies_from_repositories_and_other_registries_are_found_again() {
    let plain = format!("{}\n[workspace]", package("locked-sources", ""));
    let project = Project::shared("locked-sources", &[("Cargo.toml", &plain), ("src/main.rs", "")]);
    let (upstream_at, registry_at) = (project.path("upstream"), project.path("registry"));
    upstream(&upstream_at);
    registry(&registry_at);
    let home = project.path("home");
    cargo_home(&home);
    let dependencies = format!(
        "glim-migrations = {{ git = \"file://{}\", tag = \"v1\" }}\nlocked-helper = {{ version = \"1\", registry = \"own\" }}\n",
        upstream_at.display()
    );
    project.write("Cargo.toml", &format!("{}\n[workspace]", package("locked-sources", &dependencies)));
    project.write("src/main.rs", &format!("fn main() {{}}\n{}", migration("Sourced", "locked_helper::WORD")));
    let index = format!("[registries.own]\nindex = \"file://{}/index\"\n", registry_at.display());
    project.write(".cargo/config.toml", &index);
    fs::copy(repository().join("Cargo.lock"), project.path("Cargo.lock")).expect("a lock file");
    // The user has built once, so that all is there.
    done(cargo().args(["fetch", "--quiet"]).current_dir(project.path("")).env("CARGO_HOME", &home));

    let output = status(&project).env("CARGO_HOME", &home).arg("--locked").succeeds();
    assert_eq!(output.description("Sourced"), "from a registry of our own");
}
