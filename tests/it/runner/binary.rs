//! Packages with only a binary: built as libraries, with all that a program may rely on.

use super::{glim, migration, package, status, workspace};
use crate::support::Project;

/// A program without a build script that relies on what only a binary has, and one whose build script relies on its place.
fn programs(place: &str) -> Project {
    let inherited = format!(
        "[workspace.package]\nversion = \"3.2.1\"\nedition = \"2024\"\ndescription = \"a \\\"tool\\\"\"\n\
         [workspace.dependencies]\nmoves = {}\n",
        glim().split_once(" = ").expect("a dependency").1.replace("{ ", "{ package = \"glim-migrations\", "),
    );
    let tool = "[package]\nname = \"binary-tool\"\nversion.workspace = true\nedition.workspace = true\n\
                description.workspace = true\n\
                [dependencies]\nmoves = { workspace = true, optional = true }\n\
                [target.'cfg(windows)'.dependencies]\nbinary-never = { path = \"../never\" }\n\
                [features]\ndefault = [\"db\"]\ndb = [\"dep:moves\"]\nextra = []\n";
    let tool_says = "concat!(env!(\"CARGO_PKG_NAME\"), \" \", env!(\"CARGO_PKG_VERSION\"), \" \", \
                     env!(\"CARGO_PKG_DESCRIPTION\"), \" \", env!(\"CARGO_BIN_NAME\"), \" \", \
                     env!(\"CARGO_CRATE_NAME\"), \" \", \
                     include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/data/word\")), \" \", \
                     include_str!(\"../data/word\"))";
    let tool_main = format!(
        "//! A tool.\n#![deny(dead_code, missing_docs, unused)]\n#![deny(warnings)]\n#![recursion_limit = \"200\"]\n\
         extern crate moves as glim;\nmod help;\n\
         fn main() {{ help::only_called_from_main(); std::hint::black_box((&Tool, &Extra)); }}\n\
         #[cfg(not(feature = \"extra\"))]\npub struct Extra;\n\
         #[cfg(feature = \"extra\")]\nmod extra {{ use crate::glim;\n{}}}\n\
         #[cfg(feature = \"extra\")]\nuse extra::Extra;\n{}",
        migration("Extra", "\"\""),
        migration("Tool", tool_says),
    );
    let script = "//! Inner documentation, which a file that is included could not have.\n#![allow(unused)]\n\
                  mod script_helper;\n\
                  fn main() -> Result<(), Box<dyn std::error::Error>> {\n    \
                      let dir = std::env::var(\"CARGO_MANIFEST_DIR\")?;\n    \
                      let near = std::fs::read_to_string(\"data/word\")?;\n    \
                      let beside = std::fs::read_to_string(\"../shared/word\")?;\n    \
                      let by_dir = std::fs::read_to_string(format!(\"{dir}/../shared/word\"))?;\n    \
                      println!(\"cargo::rerun-if-changed=data\");\n    \
                      println!(\"cargo::rerun-if-changed=../shared/word\");\n    \
                      let text = format!(\"{near} {beside} {by_dir} {}\", crate::script_helper::word());\n    \
                      std::fs::write(format!(\"{}/words\", std::env::var(\"OUT_DIR\")?), text)?;\n    Ok(())\n}\n";
    let app_says = "concat!(include_str!(concat!(env!(\"OUT_DIR\"), \"/words\")), \" \", \
                    include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/data/word\")))";
    let app = package("binary-app", &glim()).replace("edition", "links = \"binary_app\"\nedition");
    Project::shared(
        place,
        &[
            ("Cargo.toml", &workspace(&["tool", "crates/app"], &format!("exclude = [\"never\"]\n{inherited}"))),
            ("never/Cargo.toml", &package("binary-never", "")),
            ("never/src/lib.rs", "compile_error!(\"for another platform\");"),
            ("tool/Cargo.toml", tool),
            ("tool/data/word", "data"),
            ("tool/src/main.rs", &tool_main),
            ("tool/src/help.rs", "pub fn only_called_from_main() {}\n"),
            ("crates/app/Cargo.toml", &app),
            ("crates/app/build.rs", script),
            ("crates/app/script_helper.rs", "pub fn word() -> &'static str { \"helped\" }\n"),
            ("crates/app/data/word", "near"),
            ("crates/shared/word", "beside"),
            ("crates/app/src/main.rs", "mod migrations;\nfn main() {}\n"),
            ("crates/app/src/migrations.rs", &migration("App", app_says)),
            // Cargo would take it for a test of the library.
            ("crates/app/tests/never.rs", "compile_error!(\"no test is built\");"),
        ],
    )
}

#[test]
fn a_program_is_linked_with_all_that_it_relies_on() {
    let project = programs("binary-programs");
    let output = status(&project).succeeds();
    let tool = "binary-tool 3.2.1 a \"tool\" binary-tool binary_tool data data";
    assert_eq!(output.description("Tool"), tool);
    assert_eq!(output.description("App"), "near beside beside helped near");
    assert_eq!(output.names().len(), 2, "{output}");
    status(&project).succeeds().lacks("Compiling").lacks("warning");

    // Cargo watches what the build script told it to, through the links.
    project.write("crates/shared/word", "moved");
    assert_eq!(status(&project).succeeds().description("App"), "near moved moved helped near");
    status(&project).succeeds().lacks("Compiling");
}

#[test]
fn features_of_a_program_work_as_in_its_own_build() {
    let project = programs("binary-features");
    let mut names = status(&project).args(["-p", "binary-tool", "-F", "extra"]).succeeds().names();
    names.sort();
    assert_eq!(names, ["Extra", "Tool"]);
    let off = status(&project).args(["-p", "binary-tool", "--no-default-features"]).run().exits(2).silent();
    off.stderr_has("is optional, and off");
}

/// A workspace of two programs, each with a migration and this line.
fn two_programs(name: &str, line: &str) -> Project {
    let member = |it: &str| package(&format!("{name}-{it}"), &glim());
    let main = |it: &str| format!("{line}\nfn main() {{}}\n{}", migration(it, "\"\""));
    Project::shared(
        name,
        &[
            ("Cargo.toml", &workspace(&["one", "two"], "")),
            ("one/Cargo.toml", &member("one")),
            ("one/src/main.rs", &main("One")),
            ("two/Cargo.toml", &member("two")),
            ("two/src/main.rs", &main("Two")),
        ],
    )
}

#[test]
fn programs_that_both_define_what_can_be_only_once_are_named() {
    for (name, line) in [
        ("binary-allocators", "#[global_allocator]\nstatic A: std::alloc::System = std::alloc::System;"),
        ("binary-symbols", "#[unsafe(no_mangle)]\npub extern \"C\" fn glim_test_symbol() {}"),
    ] {
        let project = two_programs(name, line);
        let output = status(&project).run().exits(101).silent();
        output.stderr_has(&format!("`{name}-one` and `{name}-two` cannot be linked into one")).stderr_has("with `-p`");
        assert_eq!(status(&project).args(["-p", &format!("{name}-two")]).succeeds().names(), ["Two"]);
    }
}

#[test]
fn a_program_without_rusts_own_main_is_refused() {
    let project = two_programs("binary-no-main", "#![no_main]");
    status(&project).run().exits(2).silent().stderr_has("`binary-no-main-one`").stderr_has("`#![no_main]`");
}

/// A package of several binaries.
fn several_binaries(name: &str, more: &str) -> Project {
    let manifest = package(name, &glim()).replace("[dependencies]", &format!("{more}\n[dependencies]"));
    Project::shared(
        name,
        &[
            ("Cargo.toml", &format!("{manifest}\n[workspace]")),
            ("src/bin/one.rs", &format!("fn main() {{}}\n{}", migration("One", "\"\""))),
            ("src/bin/two.rs", &format!("fn main() {{}}\n{}", migration("Two", "\"\""))),
        ],
    )
}

#[test]
fn of_several_programs_the_one_that_runs_by_default_is_linked_and_the_others_are_named() {
    let none = several_binaries("binary-several", "");
    let output = status(&none).run().exits(2).silent();
    output
        .stderr_has("has several binaries, no library")
        .stderr_has("set `default-run` under `[package]` to `one` or `two`");

    let one = several_binaries("binary-default", "default-run = \"two\"");
    let output = status(&one).succeeds();
    assert_eq!(output.names(), ["Two"]);
    output.stderr_has("the migration `One` does not reach the runner");
}

#[test]
fn a_program_that_needs_a_feature_says_which() {
    let bin = "[[bin]]\nname = \"binary-needs\"\npath = \"src/main.rs\"\nrequired-features = [\"cli\"]\n";
    let manifest = format!("{}\n[features]\ncli = []\n{bin}\n[workspace]", package("binary-needs", &glim()));
    let main = format!("fn main() {{}}\n{}", migration("Needs", "\"\""));
    let project = Project::shared("binary-needs", &[("Cargo.toml", &manifest), ("src/main.rs", &main)]);
    status(&project).run().exits(2).silent().stderr_has("pass `--features binary-needs/cli`");
    assert_eq!(status(&project).args(["--features", "cli"]).succeeds().names(), ["Needs"]);
}

#[test]
fn a_program_may_have_the_name_of_a_crate_that_it_uses() {
    // Glim itself needs the real one.
    let manifest = format!("{}\n[workspace]", package("inventory", &glim()).replace("0.1.0", "0.3.0"));
    let main = format!("fn main() {{}}\n{}", migration("Namesake", "env!(\"CARGO_PKG_VERSION\")"));
    let project = Project::shared("binary-namesake", &[("Cargo.toml", &manifest), ("src/main.rs", &main)]);
    assert_eq!(status(&project).succeeds().description("Namesake"), "0.3.0");
}

#[test]
fn an_error_in_a_program_is_shown_in_its_own_file() {
    let manifest = format!("{}\n[workspace]", package("binary-broken", &glim()));
    let main = format!("fn main() {{}}\nfn broken() -> u8 {{ \"\" }}\n{}", migration("Broken", "\"\""));
    let project = Project::shared("binary-broken", &[("Cargo.toml", &manifest), ("src/main.rs", &main)]);
    let output = status(&project).run().exits(101).silent();
    output.stderr_has("src/main.rs:2:").stderr_has("if `cargo build` works all the same");
}
