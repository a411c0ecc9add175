//! How cargo is called: as the user would call it, from where the user is, and no more often than needed.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use super::{glim, heard_until, migration, package, status, workspace};
use crate::support::{Project, target};

/// What a migration says when it says a variable of the compiler's environment.
fn saying(variable: &str) -> String {
    format!("match option_env!({variable:?}) {{ Some(word) => word, None => \"unset\" }}")
}

#[test]
fn the_configuration_of_the_users_folder_holds() {
    let lib = format!(
        "#[cfg(by_flags)]\nmacro_rules! flag {{ () => {{ \" flagged\" }} }}\n\
         #[cfg(not(by_flags))]\nmacro_rules! flag {{ () => {{ \" plain\" }} }}\n{}",
        migration("Says", "concat!(env!(\"GLIM_TEST_WORD\"), flag!())")
    );
    let config = "[env]\nGLIM_TEST_WORD = \"by-file\"\n[build]\nrustflags = [\"--cfg=by_flags\", \"--check-cfg=cfg(by_flags)\"]\n\
                  target = \"wasm32-unknown-unknown\"\n";
    let project = Project::shared("invoked-config", &[("src/lib.rs", &lib), (".cargo/config.toml", config)]);
    // The runner is for this machine, whatever the program is for.
    assert_eq!(status(&project).succeeds().description("Says"), "by-file flagged");
    // Cargo goes by the folder that it is started in, not by the manifest.
    let elsewhere = Project::shared("invoked-elsewhere", &[("src/lib.rs", "")]);
    elsewhere.write(".cargo/config.toml", "[env]\nGLIM_TEST_WORD = \"elsewhere\"\n");
    let manifest = project.path("Cargo.toml").display().to_string();
    let by_path = || status(&elsewhere).args(["--manifest-path", &manifest]);
    assert_eq!(by_path().succeeds().description("Says"), "elsewhere plain");
    let by_argument = by_path().args(["--config", "env.GLIM_TEST_WORD='by-argument'"]).succeeds();
    assert_eq!(by_argument.description("Says"), "by-argument plain");
}

#[test]
fn the_target_directory_may_be_set_anywhere() {
    let config = format!("[build]\ntarget-dir = {:?}\n", target().display().to_string());
    let lib = migration("Targeted", "\"\"");
    let project = Project::shared("invoked-target", &[("src/lib.rs", &lib), (".cargo/config.toml", &config)]);
    let by_file = || status(&project).without("CARGO_TARGET_DIR");
    by_file().succeeds();
    by_file().succeeds().lacks("Compiling");
    // The variable is stronger than the file, and the flag is stronger than both.
    status(&project).succeeds().lacks("Compiling");
    let flag = target().display().to_string();
    let by_flag = status(&project).env("CARGO_TARGET_DIR", project.path("not-here")).args(["--target-dir", &flag]);
    by_flag.succeeds().lacks("Compiling");
    assert!(!project.path("not-here").exists() && !project.path("target").exists());
}

#[test]
fn the_toolchain_of_the_project_is_used() {
    let rustup = Command::new("rustup").args(["show", "active-toolchain"]).output();
    let Some(shown) = rustup.ok().filter(|it| it.status.success()).and_then(|it| String::from_utf8(it.stdout).ok())
    else {
        return; // Without rustup there is but one toolchain.
    };
    let active = shown.split_whitespace().next().expect("a toolchain is active");
    let project =
        Project::shared("invoked-toolchain", &[("src/lib.rs", &migration("Made", &saying("RUSTUP_TOOLCHAIN")))]);
    let by_file = |channel: &str| {
        project.write("rust-toolchain.toml", &format!("[toolchain]\nchannel = {channel:?}\n"));
        status(&project).without("CARGO").without("RUSTUP_TOOLCHAIN")
    };
    by_file("glim-test-none").run().exits(2).silent().stderr_has("glim-test-none");
    assert_eq!(by_file(active).succeeds().description("Made"), active);
}

#[test]
fn variables_of_a_package_that_cargo_runs_do_not_matter() {
    let project = Project::shared("invoked-inside", &[("src/lib.rs", &migration("Inside", &saying("CARGO_BIN_NAME")))]);
    status(&project).succeeds();
    let mut inside = status(&project).env("CARGO_FEATURE_X", "1").env("CARGO_BIN_EXE_x", "/x");
    for name in ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        inside = inside.env(name, "another");
    }
    let output = inside.succeeds();
    assert_eq!(output.description("Inside"), "unset");
    output.lacks("Compiling");
}

#[test]
fn a_wait_for_another_cargo_is_said_even_when_quiet() {
    let project = Project::shared("invoked-blocked", &[("src/lib.rs", &migration("Blocked", "\"\""))]);
    status(&project).succeeds();
    for flag in ["-v", "-q"] {
        let lock = File::open(target().join("debug/.cargo-lock")).expect("cargo has one");
        lock.lock().expect("other tests let go of it");
        let mut running = status(&project).arg(flag).spawn();
        let heard = heard_until(running.child(), "Blocking waiting for file lock");
        lock.unlock().expect("it was locked");
        assert_eq!(running.wait().exits(0).names(), ["Blocked"], "{heard}");
    }
}

/// A program in the place of another, which writes down what it was asked for.
#[cfg(unix)]
fn spy(project: &Project, name: &str, program: &str) -> (std::path::PathBuf, impl Fn() -> Vec<String> + use<>) {
    use std::os::unix::fs::PermissionsExt as _;

    let (script, log) = (project.path(name), project.path(&format!("{name}.log")));
    let text = format!("#!/bin/sh\necho \"$@\" >> '{}'\nexec {program} \"$@\"\n", log.display());
    fs::write(&script, text).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("the script is ours");
    let taken = move || {
        let lines = fs::read_to_string(&log).unwrap_or_default().lines().map(str::to_owned).collect();
        let _ = fs::remove_file(&log);
        lines
    };
    taken();
    (script, taken)
}

/// The cargo that runs this test.
#[cfg(unix)]
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[cfg(unix)]
#[test]
fn a_warm_command_starts_one_cargo_and_without_a_build_none() {
    let project = Project::shared("invoked-once", &[("src/lib.rs", &migration("Once", "\"\""))]);
    let (spy, taken) = spy(&project, "cargo-spy", &cargo());
    let spied = || status(&project).env("CARGO", &spy);
    spied().succeeds();
    taken();
    assert_eq!(spied().succeeds().names(), ["Once"]);
    let asked = taken();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("build "), "{asked:?}");
    assert!(!asked[0].contains("--locked") && !asked[0].contains(" -q"), "{asked:?}");
    let without = spied().arg("--no-build").succeeds();
    assert_eq!(without.names(), ["Once"]);
    assert_eq!(taken(), [""; 0]);
    project.write("Cargo.toml", &format!("{}# changed\n", project.read("Cargo.toml")));
    spied().succeeds();
    let asked = taken();
    assert!(asked.len() == 2 && asked[0].starts_with("metadata ") && asked[1].starts_with("build "), "{asked:?}");
}

#[test]
fn without_a_build_there_must_have_been_one() {
    let project = Project::own("invoked-never", &[("src/lib.rs", &migration("Never", "\"\""))]);
    let output = status(&project).arg("--no-build").run().exits(2).silent();
    output.stderr_has("no runner has been built").stderr_has("once without `--no-build`");
}

#[cfg(unix)]
#[test]
fn wrappers_around_the_compiler_stay_in_place() {
    // The lint is why a wrapper of our own is needed, too.
    let main = format!("#![deny(dead_code)]\nfn main() {{}}\n{}", migration("Wrapped", "\"\""));
    let manifest = format!("{}\n[workspace]", package("invoked-wrapped", &glim()));
    let project = Project::own("invoked-wrapped", &[("Cargo.toml", &manifest), ("src/main.rs", &main)]);
    let (outer, by_outer) = spy(&project, "outer", "");
    let (inner, by_inner) = spy(&project, "inner", "");
    let wrapped = status(&project).env("RUSTC_WRAPPER", &outer).env("RUSTC_WORKSPACE_WRAPPER", &inner);
    assert_eq!(wrapped.succeeds().names(), ["Wrapped"]);
    let is_shim = |line: &String| line.contains("--crate-name invoked_wrapped");
    assert!(by_outer().iter().any(is_shim));
    let by_inner = by_inner();
    assert!(by_inner.iter().any(|line| is_shim(line) && line.contains("--cap-lints allow")), "{by_inner:?}");
}

#[test]
fn a_cargo_that_is_not_there_is_named() {
    let project = Project::shared("invoked-cargoless", &[("src/lib.rs", "")]);
    project.write("Cargo.toml", &format!("{}# asked again\n", project.read("Cargo.toml")));
    let missing = Path::new("/nowhere/cargo");
    let output = status(&project).env("CARGO", missing).run().exits(2).silent();
    output.stderr_has("cannot start `/nowhere/cargo`").stderr_has("rustup.rs");
}

#[test]
fn a_program_of_another_member_may_be_broken() {
    let project = Project::shared(
        "invoked-broken-member",
        &[
            ("Cargo.toml", &workspace(&["good", "bad"], "")),
            ("good/Cargo.toml", &package("member-good", &glim())),
            ("good/src/lib.rs", &migration("Good", "\"\"")),
            ("bad/Cargo.toml", &package("member-bad", "")),
            ("bad/src/lib.rs", "compile_error!(\"broken\");"),
        ],
    );
    assert_eq!(status(&project).succeeds().names(), ["Good"]);
}
