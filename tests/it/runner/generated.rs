//! What is generated: a program for each workspace of its own, which takes over what the user's root manifest says, and
//! is written again only when it must be.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::SystemTime;

use super::{glim, heard_until, migration, package, status, workspace};
use crate::support::{Project, target};

/// The folders of the runners of a project, by what their manifests name: one, and those of former versions of this
/// command that named them otherwise.
fn runners_of(project: &Project) -> Vec<PathBuf> {
    let root = project.path("").display().to_string().trim_end_matches('/').to_owned();
    let is_it = |folder: &PathBuf| {
        fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| manifest.contains(&format!("\"{root}")))
    };
    let entries = fs::read_dir(target().join("glim")).expect("a runner was generated");
    let found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).filter(is_it).collect();
    assert!(!found.is_empty(), "no runner mentions {root}");
    found
}

#[test]
fn two_workspaces_that_look_the_same_do_not_run_each_others_runner() {
    let twin = |place: &str, name: &str| {
        let manifest = format!("{}\n[workspace]", package("generated-twin", &glim()));
        Project::shared(place, &[("Cargo.toml", &manifest), ("src/lib.rs", &migration(name, "\"\""))])
    };
    let (one, two) = (twin("generated-twin-1", "InOne"), twin("generated-twin-2", "InTwo"));
    for _ in 0..2 {
        assert_eq!(status(&one).succeeds().names(), ["InOne"]);
        assert_eq!(status(&two).succeeds().names(), ["InTwo"]);
    }
}

#[test]
fn a_second_command_writes_and_compiles_nothing() {
    let project = Project::shared("generated-fresh", &[("src/lib.rs", &migration("Fresh", "\"\""))]);
    status(&project).succeeds();
    let folders = runners_of(&project);
    let times = || -> Vec<SystemTime> {
        let names = ["Cargo.toml", "Cargo.lock", "main.rs", "state.json"];
        let files = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
        files.map(|file| file.metadata().and_then(|it| it.modified()).expect("a file")).collect()
    };
    let before = times();
    status(&project).succeeds().lacks("Compiling").lacks("Locking").lacks("Finished");
    assert_eq!(times(), before);
}

#[test]
fn a_command_waits_for_another_that_uses_the_runner_and_says_so() {
    let project = Project::shared("generated-guard", &[("src/lib.rs", &migration("Guarded", "\"\""))]);
    status(&project).succeeds();
    let open = |folder: &PathBuf| File::create(folder.join(".lock")).expect("the lock file");
    let guards: Vec<File> = runners_of(&project).iter().map(open).collect();
    for guard in &guards {
        guard.lock().expect("nobody holds it for long");
    }
    let mut running = status(&project).spawn();
    let heard = heard_until(running.child(), "waiting for another cargo glim");
    for guard in &guards {
        guard.unlock().expect("it was locked");
    }
    assert_eq!(running.wait().exits(0).names(), ["Guarded"], "{heard}");
}

#[test]
fn what_the_root_manifest_says_of_the_whole_workspace_holds() {
    // A folder whose name needs care in TOML, in JSON and on the command line.
    let place = "generated añ \"quoted\" 'x' $y {z}";
    let glim = glim();
    let inherited = format!(
        "[workspace.package]\nversion = \"4.5.6\"\nedition = \"2021\"\n[workspace.dependencies]\nmoves = {}\n\
         generated-dep = \"1\"\n[patch.crates-io]\ngenerated-dep = {{ path = \"patched/dep\" }}\n\
         generated-unused = {{ path = \"patched/unused\" }}\n[profile.dev.package.generated-users]\n\
         debug-assertions = false\n[profile.dev.package.generated-elsewhere]\nopt-level = 1\n",
        glim.split_once(" = ").expect("a dependency").1.replace("{ ", "{ package = \"glim-migrations\", "),
    );
    let users = "[package]\nname = \"generated-users\"\nversion.workspace = true\nedition.workspace = true\n\
                 [dependencies]\nmoves.workspace = true\ngenerated-dep.workspace = true\n[features]\nextra = []\n";
    let what = "concat!(env!(\"CARGO_PKG_VERSION\"), \" \", generated_dep::patched!(), \
                \" \", generated_words!())";
    let words = "#[cfg(debug_assertions)]\nmacro_rules! generated_words { () => { \"checked\" } }\n\
                 #[cfg(not(debug_assertions))]\nmacro_rules! generated_words { () => { \"unchecked\" } }\n\
                 extern crate moves as glim;\n";
    let extra = "#[cfg(feature = \"extra\")]\nmod extra { use moves as glim;\n".to_owned()
        + &migration("Extra", "\"\"")
        + "}\n";
    let project = Project::shared(
        place,
        &[
            ("Cargo.toml", &workspace(&["users", "elsewhere"], &inherited)),
            ("users/Cargo.toml", users),
            ("users/src/lib.rs", &format!("{words}{}{extra}", migration("Users", what))),
            // Only this one needs the second patch, and it has nothing to do with migrations.
            ("elsewhere/Cargo.toml", &package("generated-elsewhere", "generated-unused = \"1\"")),
            ("elsewhere/src/lib.rs", ""),
            ("patched/dep/Cargo.toml", "[package]\nname = \"generated-dep\"\nversion = \"1.2.3\"\n[workspace]\n"),
            ("patched/dep/src/lib.rs", "#[macro_export]\nmacro_rules! patched { () => { \"patched\" } }\n"),
            ("patched/unused/Cargo.toml", "[package]\nname = \"generated-unused\"\nversion = \"1.0.0\"\n[workspace]\n"),
            ("patched/unused/src/lib.rs", ""),
        ],
    );
    let output = status(&project).succeeds();
    assert_eq!(output.description("Users"), "4.5.6 patched unchecked");
    assert_eq!(output.names(), ["Users"]);
    // Cargo would say so of each patch and profile that the runner has no use for.
    let output = output.lacks("was not used").lacks("did not match");
    drop(output);
    let with = status(&project).args(["--features", "generated-users/extra"]).succeeds();
    assert_eq!(with.names(), ["Users", "Extra"]);
}

#[test]
fn glim_itself_may_be_patched() {
    let patch = format!("[patch.crates-io]\n{}\n", glim());
    let manifest = format!("{}\n[workspace]\n{patch}", package("generated-patched", "glim-migrations = \"0.1\""));
    let lib = migration("Patched", "\"\"");
    let project = Project::shared("generated-patched", &[("Cargo.toml", &manifest), ("src/lib.rs", &lib)]);
    assert_eq!(status(&project).arg("--locked").succeeds().names(), ["Patched"]);
}

#[test]
fn a_broken_build_is_shown_once_and_mended() {
    let good = migration("Mended", "\"\"");
    let project = Project::shared("generated-broken", &[("src/lib.rs", &format!("{good}fn warned() {{}}\n"))]);
    status(&project).succeeds().lacks("never used");
    status(&project).arg("-v").succeeds().stderr_has("never used");
    project.write("src/lib.rs", &format!("{good}fn broken() -> u8 {{ \"text\" }}\n"));
    let output = status(&project).run().exits(101).silent().stderr_has("mismatched types");
    assert_eq!(output.stderr.matches("mismatched types").count(), 1, "{output}");
    assert_eq!(output.stderr.matches("could not compile").count(), 1, "{output}");
    let output = output.lacks("never used").lacks("glim-runner").lacks("to see it again");
    drop(output);
    let quiet = status(&project).arg("-q").run().exits(101).silent().stderr_has("mismatched types");
    quiet.lacks("Compiling broken");
    project.write("src/lib.rs", &good);
    assert_eq!(status(&project).succeeds().names(), ["Mended"]);
}

#[test]
fn a_change_of_the_manifest_is_seen() {
    let project = Project::shared(
        "generated-changed",
        &[
            ("Cargo.toml", &workspace(&["crates/*"], "")),
            ("crates/one/Cargo.toml", &package("changed-one", &glim())),
            ("crates/one/src/lib.rs", &migration("One", "\"\"")),
        ],
    );
    let _ = fs::remove_dir_all(project.path("crates/two"));
    assert_eq!(status(&project).succeeds().names(), ["One"]);
    project.write("crates/two/Cargo.toml", &package("changed-two", &glim()));
    project.write("crates/two/src/lib.rs", &migration("Two", "\"\""));
    assert_eq!(status(&project).succeeds().names(), ["One", "Two"]);
    project.write("crates/two/Cargo.toml", &package("changed-two", ""));
    project.write("crates/two/src/lib.rs", "");
    assert_eq!(status(&project).succeeds().names(), ["One"]);
    let _ = fs::remove_dir_all(project.path("crates/two"));
    assert_eq!(status(&project).succeeds().names(), ["One"]);
}
