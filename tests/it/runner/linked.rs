//! What is linked: every package that depends on glim, and nothing is left out in silence.

use super::{glim, migration, package, status, workspace};
use crate::support::Project;

/// Registrations in private modules of several packages, of which one is needed by another and named, one is needed and
/// never named, and one has nothing to do with glim.
fn several() -> Project {
    let users = package(
        "link-users",
        &format!("{}\nlink-deep = {{ path = \"../deep\" }}\nlink-unnamed = {{ path = \"../unnamed\" }}", glim()),
    );
    Project::shared(
        "link-several",
        &[
            ("Cargo.toml", &workspace(&["users", "billing", "deep", "unnamed", "plain"], "")),
            ("users/Cargo.toml", &users),
            ("users/src/lib.rs", "mod migrations;\npub fn f() { link_deep::f() }\n"),
            ("users/src/migrations.rs", "mod nested { mod deeper; }\n"),
            ("users/src/migrations/nested/deeper.rs", &migration("UsersOne", "\"\"")),
            ("billing/Cargo.toml", &package("link-billing", &glim())),
            ("billing/src/lib.rs", "mod m0;\nmod m1;\nmod m2;\nmod m3;\n"),
            ("billing/src/m0.rs", &migration("Billing0", "\"\"")),
            ("billing/src/m1.rs", &migration("Billing1", "\"\"")),
            ("billing/src/m2.rs", &migration("Billing2", "\"\"")),
            ("billing/src/m3.rs", &migration("Billing3", "\"\"")),
            ("deep/Cargo.toml", &package("link-deep", &glim())),
            ("deep/src/lib.rs", &format!("pub fn f() {{}}\n{}", migration("DeepOne", "\"\""))),
            ("unnamed/Cargo.toml", &package("link-unnamed", &glim())),
            ("unnamed/src/lib.rs", &migration("UnnamedOne", "\"\"")),
            ("plain/Cargo.toml", &package("link-plain", "")),
            ("plain/src/lib.rs", ""),
        ],
    )
}

const BILLING: [&str; 4] = ["Billing0", "Billing1", "Billing2", "Billing3"];

#[test]
fn every_package_of_a_workspace_is_linked() {
    let mut names = status(&several()).succeeds().names();
    names.sort();
    assert_eq!(names, [&BILLING[..], &["DeepOne", "UnnamedOne", "UsersOne"]].concat());
}

#[test]
fn a_selected_package_brings_the_members_that_it_needs() {
    let mut names = status(&several()).args(["-p", "link-users"]).succeeds().names();
    names.sort();
    assert_eq!(names, ["DeepOne", "UnnamedOne", "UsersOne"]);
    assert_eq!(status(&several()).args(["-p", "link-billing"]).succeeds().names(), BILLING);
}

#[test]
fn nothing_is_dropped_by_a_build_that_drops_all_it_can() {
    let profile = "[profile.slim]\ninherits = \"release\"\nlto = \"fat\"\ncodegen-units = 1\npanic = \"abort\"\n\
                   opt-level = \"z\"\nstrip = true\n[profile.slim.build-override]\nopt-level = 0\n";
    let project = Project::shared(
        "link-slim",
        &[
            ("Cargo.toml", &format!("{}\n[workspace]\n{profile}", package("link-slim", &glim()))),
            ("src/lib.rs", "mod private;"),
            ("src/private.rs", &migration("SlimOne", "\"\"")),
        ],
    );
    assert_eq!(status(&project).args(["--profile", "slim"]).succeeds().names(), ["SlimOne"]);
}

#[test]
fn two_versions_of_glim_are_refused_with_those_who_depend_on_them() {
    let old = "[package]\nname = \"glim-migrations\"\nversion = \"9.9.9\"\nedition = \"2024\"\n";
    let project = Project::shared(
        "link-two-glims",
        &[
            ("Cargo.toml", &workspace(&["users", "billing"], "exclude = [\"old\"]")),
            ("old/Cargo.toml", old),
            ("old/src/lib.rs", ""),
            ("users/Cargo.toml", &package("two-users", &glim())),
            ("users/src/lib.rs", &migration("UsersOne", "\"\"")),
            ("billing/Cargo.toml", &package("two-billing", "glim-migrations = { path = \"../old\" }")),
            ("billing/src/lib.rs", ""),
        ],
    );
    let output = status(&project).run().exits(2).silent().stderr_has("2 versions of `glim-migrations`");
    output.stderr_has("version 9.9.9 is what `two-billing` depends on").stderr_has("is what `two-users` depends on");
}

/// A package with one library and one migration in it.
fn library(name: &str, lib: &str, more: &str) -> Project {
    let manifest = format!("{}\n[lib]\n{lib}\n\n[workspace]\n{more}", package(name, &glim()));
    Project::shared(name, &[("Cargo.toml", &manifest), ("src/lib.rs", &migration("LibraryOne", "\"\""))])
}

#[test]
fn a_library_that_cannot_be_linked_is_refused_with_the_line_to_change() {
    let project = library("link-cdylib", "crate-type = [\"cdylib\"]", "");
    let output = status(&project).run().exits(2).silent();
    output
        .stderr_has("migrations of the package `link-cdylib` do not reach the runner")
        .stderr_has("add `\"rlib\"` to `crate-type`");
}

#[test]
fn a_library_that_can_also_be_linked_is() {
    let project = library("link-both", "crate-type = [\"cdylib\", \"rlib\"]", "");
    assert_eq!(status(&project).succeeds().names(), ["LibraryOne"]);
}

#[test]
fn a_dynamic_rust_library_is_found_when_the_runner_starts() {
    let project = library("link-dylib", "crate-type = [\"dylib\"]", "");
    assert_eq!(status(&project).succeeds().names(), ["LibraryOne"]);
    assert_eq!(status(&project).arg("--no-build").succeeds().names(), ["LibraryOne"]);
}

#[test]
fn a_migration_in_the_binary_beside_a_library_is_named() {
    let project = Project::shared(
        "link-beside",
        &[
            ("Cargo.toml", &format!("{}\n[workspace]", package("link-beside", &glim()))),
            ("src/lib.rs", &migration("InLibrary", "\"\"")),
            ("src/main.rs", "mod migrations;\nfn main() {}\n"),
            ("src/migrations.rs", &migration("InBinary", "\"\"")),
        ],
    );
    let output = status(&project).run();
    assert_eq!(output.names(), ["InLibrary"]);
    output.stderr_has("the migration `InBinary` does not reach the runner").stderr_has("src/migrations.rs:2");
}

#[test]
fn an_optional_dependency_that_is_off_is_named_with_its_feature() {
    let dependency = glim().replace(" }", ", optional = true }");
    let features = "[features]\ndb = [\"dep:glim-migrations\"]\n";
    let member = |name: &str, rest: &str| format!("{}\n{features}\n{rest}", package(name, &dependency));
    let lib = "#[cfg(feature = \"db\")]\nmod migrations;\n";
    let project = Project::shared(
        "link-optional",
        &[
            ("Cargo.toml", &workspace(&["off", "always"], "")),
            ("off/Cargo.toml", &member("optional-off", "")),
            ("off/src/lib.rs", lib),
            ("off/src/migrations.rs", &migration("WhenOn", "\"\"")),
            ("always/Cargo.toml", &member("optional-always", "[package.metadata.glim]\nfeatures = [\"db\"]")),
            ("always/src/lib.rs", lib),
            ("always/src/migrations.rs", &migration("Always", "\"\"")),
        ],
    );
    let output = status(&project).succeeds();
    assert_eq!(output.names(), ["Always"]);
    output.stderr_has("migrations of the package `optional-off` do not reach").stderr_has("--features optional-off/db");
    let on = status(&project).args(["--features", "optional-off/db"]).succeeds().lacks("do not reach");
    let mut names = on.names();
    names.sort();
    assert_eq!(names, ["Always", "WhenOn"]);
    let alone = status(&project).args(["-p", "optional-off"]).run().exits(2).silent();
    alone.stderr_has("is optional, and off");
}

#[test]
fn a_migration_that_is_not_registered_is_named() {
    let forgotten = migration("Forgotten", "\"\"").replace("glim::submit!(Forgotten);\n", "");
    let lib = format!("{}{forgotten}", migration("Registered", "\"\""));
    let project = Project::shared("link-forgotten", &[("src/lib.rs", &lib)]);
    let output = status(&project).succeeds();
    assert_eq!(output.names(), ["Registered"]);
    output
        .stderr_has("the migration `Forgotten` at src/lib.rs:9 is not registered")
        .stderr_has("glim::migration!(Forgotten)");
}

#[test]
fn a_package_that_registers_nothing_is_named() {
    let project = Project::shared("link-nothing", &[("src/lib.rs", "pub fn f() {}")]);
    let output = status(&project).succeeds();
    assert_eq!(output.names(), [""; 0]);
    output.stderr_has("no migration").stderr_has("`link-nothing`");
}

#[test]
fn without_a_dependency_on_glim_the_line_to_run_is_said() {
    let plain = format!("{}\n[workspace]", package("link-without", ""));
    let project = Project::shared("link-without", &[("Cargo.toml", &plain), ("src/lib.rs", "")]);
    let output = status(&project).run().exits(2).silent();
    output.stderr_has("nothing here depends on `glim-migrations`").stderr_has("run `cargo add glim-migrations`");
    let output = status(&several()).args(["-p", "link-plain"]).run().exits(2).silent();
    output
        .stderr_has("the package `link-plain` does not depend")
        .stderr_has("pass `-p link-billing`, or `--workspace`");
}

#[test]
fn a_dependency_from_outside_of_the_workspace_is_named() {
    // Its own, since this is said once for each lock file.
    let project = Project::own(
        "link-outside",
        &[
            ("Cargo.toml", &workspace(&["app"], "exclude = [\"other\"]")),
            (
                "app/Cargo.toml",
                &package("outside-app", &format!("{}\noutside-other = {{ path = \"../other\" }}", glim())),
            ),
            ("app/src/lib.rs", &migration("AppOne", "\"\"")),
            ("other/Cargo.toml", &package("outside-other", &glim())),
            ("other/src/lib.rs", &migration("OtherOne", "\"\"")),
        ],
    );
    let output = status(&project).succeeds();
    assert_eq!(output.names(), ["AppOne"]);
    output.stderr_has("`outside-other` may hold migrations").stderr_has("`use outside_other as _;`");
    project.write("app/src/lib.rs", &format!("use outside_other as _;\n{}", migration("AppOne", "\"\"")));
    let mut names = status(&project).succeeds().names();
    names.sort();
    assert_eq!(names, ["AppOne", "OtherOne"]);
}
