//! Which packages are meant, and what is said when cargo cannot tell; each as cargo itself would have it.

use std::fs;

use crate::support::{Glim, Output, Project, repository, target};

/// A workspace with a package in its root, two members, and `default-members`.
fn rooted() -> Project {
    let glim = repository().join("build-support/glim").display().to_string();
    let package = |name: &str| {
        format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             [dependencies]\nglim-migrations = {{ path = {glim:?} }}\n"
        )
    };
    let model =
        |name: &str| format!("#[derive(glim::Model)]\npub struct {name} {{ #[glim(primary_key)] pub id: i32 }}\n");
    let root = format!(
        "{}\n[workspace]\nmembers = [\"crates/*\"]\ndefault-members = [\"crates/users\", \"crates/billing\"]\n",
        package("rooted-app")
    );
    Project::shared(
        "workspace-rooted",
        &[
            ("Cargo.toml", &root),
            ("src/lib.rs", &model("App")),
            ("crates/users/Cargo.toml", &package("rooted-users")),
            ("crates/users/src/lib.rs", &model("User")),
            ("crates/billing/Cargo.toml", &package("rooted-billing")),
            ("crates/billing/src/lib.rs", &model("Bill")),
        ],
    )
}

/// The models that a command lists, sorted: none is compiled for that.
fn models(command: Glim) -> Vec<String> {
    let output = command.env("TEST_DATABASE_URL", "sqlite::memory:").arg("models").succeeds();
    let mut names: Vec<String> =
        ["App", "Bill", "User"].into_iter().filter(|name| output.stdout.contains(name)).map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn the_packages_are_those_that_cargo_would_take() {
    let project = rooted();
    let selected = |args: &[&str]| models(project.command().args(args));
    assert_eq!(selected(&[]), ["Bill", "User"]);
    assert_eq!(selected(&["--workspace"]), ["App", "Bill", "User"]);
    assert_eq!(selected(&["--workspace", "--exclude", "rooted-app"]), ["Bill", "User"]);
    assert_eq!(selected(&["--workspace", "--exclude", "*-billing"]), ["App", "User"]);
    assert_eq!(selected(&["-p", "rooted-app"]), ["App"]);
    assert_eq!(selected(&["-p", "rooted-app@0.1.0", "-p", "rooted-users"]), ["App", "User"]);
    assert_eq!(selected(&["-p", "rooted-u*"]), ["User"]);
    let users = project.path("crates/users/src");
    assert_eq!(models(Glim::new(&users)), ["User"]);
    let manifest = project.path("crates/billing/Cargo.toml").display().to_string();
    assert_eq!(selected(&["--manifest-path", &manifest]), ["Bill"]);
}

/// A command that is refused.
fn refused(project: &Project, args: &[&str]) -> Output {
    project.command().env("TEST_DATABASE_URL", "sqlite::memory:").arg("models").args(args).run().exits(2).silent()
}

#[test]
fn what_is_not_in_the_workspace_is_named_with_near_misses() {
    let project = rooted();
    refused(&project, &["-p", "rooted-user"])
        .stderr_has("package `rooted-user`")
        .stderr_has("did you mean `rooted-users`");
    refused(&project, &["-p", "xyz"]).stderr_has("`rooted-app`, `rooted-billing` and `rooted-users`");
    refused(&project, &["-p", "rooted-users@9.0.0"]).stderr_has("`rooted-users` has the version 0.1.0");
    refused(&project, &["-p", "rooted-users", "-F", "nonsense"]).stderr_has("has no feature `nonsense`");
    refused(&project, &["--exclude", "rooted-users"]).stderr_has("--workspace");
}

#[test]
fn cargos_own_words_are_shown_once() {
    let project = Project::shared("workspace-broken", &[("src/lib.rs", "")]);
    let good = project.read("Cargo.toml");
    project.write("Cargo.toml", &good.replace("edition = \"2024\"", "edition = \"1066\""));
    let output = refused(&project, &[]);
    assert_eq!(output.stderr.matches("1066").count(), 1, "{output}");
    project.write("Cargo.toml", "[package\n");
    refused(&project, &[]).stderr_has("Cargo.toml");
    project.write("Cargo.toml", &good);
    project.command().env("TEST_DATABASE_URL", "sqlite::memory:").arg("models").succeeds();
}

#[test]
fn outside_of_a_project_the_folder_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Glim::new(folder.path()).arg("models").run().exits(2).silent();
    output.stderr_has("no `Cargo.toml` in").stderr_has(&folder.path().display().to_string());
}

#[test]
fn a_cache_that_was_damaged_is_made_again() {
    let project = rooted();
    assert_eq!(models(project.command()), ["Bill", "User"]);
    let caches = || {
        let entries = fs::read_dir(target().join("glim")).expect("a folder").map(|it| it.expect("an entry").path());
        entries
            .filter(|path| fs::read_to_string(path).is_ok_and(|text| text.contains("rooted-billing")))
            .collect::<Vec<_>>()
    };
    for rubbish in ["", "{", "{\"fingerprint\":0}", "\u{0}\u{0}"] {
        assert!(!caches().is_empty());
        for cache in caches() {
            fs::write(cache, rubbish).expect("a file of the test's own");
        }
        assert_eq!(models(project.command()), ["Bill", "User"]);
    }
}
