//! Mistakes on the command line, in manifests and in models: found before a database is looked at.

use super::{MODELS, Mistake, check, mistake, uncompiled};

const SETTINGS: &str = "[db.default]\nurl = \"sqlite:app.db\"\n";

#[test]
fn the_command_line() {
    check(
        &[
            mistake("an unknown command", "migrate").says(2, "error: unrecognized subcommand 'migrate'"),
            mistake("an unknown flag", "run --dryrun")
                .says(2, "error: unexpected argument '--dryrun' found")
                .and("--dry-run"),
            mistake("flags that exclude each other", "run --name A --to B")
                .says(2, "error: the argument '--name <MIGRATION>' cannot be used with '--to <MIGRATION>'"),
            mistake("two extents of a rollback", "rollback --steps 1 --all")
                .says(2, "error: the argument '--steps <NUMBER>' cannot be used with '--all'"),
            mistake("no steps at all", "rollback --steps 0")
                .says(2, "error: invalid value '0' for '--steps <NUMBER>': number would be zero for non-zero type"),
            mistake("a time that is none", "run --lock-timeout soon").says(2, "error: invalid value 'soon' for '--lock-timeout <TIME>': a time is a number with a unit, such as 500ms, 2s, 1m30s or 1h"),
            mistake("a time without a unit", "run --timeout 2").says(2, "error: invalid value '2' for '--timeout <TIME>': a time is a number with a unit, such as 500ms, 2s, 1m30s or 1h"),
            mistake("a time of nothing", "run --timeout 0s").says(2, "error: invalid value '0s' for '--timeout <TIME>': a time of zero leaves no time for anything"),
            mistake("a format that is none", "status --format yaml").says(2, "error: invalid value 'yaml' for '--format <FORMAT>'"),
            mistake("a value that is missing", "sync --name").says(2, "error: a value is required for '--name <MODEL>' but none was supplied"),
            mistake("both silent and loud", "status -q -v").says(2, "error: the argument '--quiet' cannot be used with '--verbose...'"),
        ],
        &uncompiled("bad-arguments"),
        None,
    );
}

#[test]
fn the_project() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    let outside = outside.path().canonicalize().expect("it is there");
    let project = uncompiled("bad-project");
    project.write("glim.toml", SETTINGS);
    let manifest = project.read("Cargo.toml");
    let with = |text: &str| format!("{manifest}\n{text}\n");
    let mistakes = [
        mistake("not a Cargo project", "status")
            .within(outside.clone())
            .says(2, format!("error: no `Cargo.toml` in `{}` or any folder above it", outside.display())),
        mistake("a manifest that is not there", "sync --manifest-path nowhere/Cargo.toml")
            .says(2, "error: the manifest path `nowhere/Cargo.toml` does not exist"),
        mistake("a folder for a manifest", "sync --manifest-path src")
            .says(2, "error: the manifest path `src` is a folder"),
        mistake("another file for a manifest", "sync --manifest-path src/lib.rs")
            .says(2, "error: the manifest path `src/lib.rs` is not a `Cargo.toml` file"),
        mistake("a broken manifest", "sync")
            .file("Cargo.toml", "[package\nname = 1")
            .says(2, "error: unclosed table, expected `]`")
            .and("Cargo.toml:1:9"),
        mistake("a manifest without a name", "sync")
            .file("Cargo.toml", "[package]\nedition = \"2024\"")
            .says(2, format!("error: failed to parse manifest at `{}`", project.path("Cargo.toml").display())),
        mistake("an unknown package", "sync -p bad-projct")
            .says(
                2,
                format!(
                    "error: package `bad-projct` is not in the workspace `{}`",
                    project.path("").display().to_string().trim_end_matches('/')
                ),
            )
            .and("did you mean `bad-project`?"),
        mistake("a package to leave out, alone", "sync --exclude bad-project")
            .says(2, "error: the following required arguments were not provided:"),
        mistake("nothing left", "sync --workspace --exclude bad-project").says(2, "error: no package is selected"),
        mistake("an unknown feature", "sync -F extre")
            .file("Cargo.toml", with("[features]\nextra = []"))
            .says(2, "error: the package `bad-project` has no feature `extre`")
            .and("did you mean `extra`?"),
        mistake("no dependency on glim", "status")
            .file("Cargo.toml", manifest.split("glim =").next().unwrap_or_default())
            .says(2, "error: nothing here depends on `glim-migrations`, so there are no migrations")
            .and("cargo add glim-migrations"),
        mistake("a runner that was never built", "status --no-build")
            .says(2, "error: no runner has been built for these packages, features and profile"),
        mistake("a setting that is none of cargo's", "sync --config nonsense")
            .says(2, "error: failed to parse value from --config argument `nonsense` as a dotted key expression"),
    ];
    check(&mistakes, &project, None);
}

#[test]
fn the_models() {
    let model = |text: &str| format!("{MODELS}\n{text}\n");
    let mistakes: [Mistake; 7] = [
        mistake("an unknown model", "sync --name Usr")
            .says(2, "error: unknown model `Usr`")
            .and("did you mean `User`?"),
        mistake("a source that does not parse", "sync")
            .file("src/lib.rs", model("pub struct {"))
            .says(1, "error: expected an item, found `struct`")
            .and("src/lib.rs:19:5"),
        mistake("a module that is not there", "sync")
            .file("src/lib.rs", model("mod nowhere;"))
            .says(1, "error: no file for the module `nowhere`"),
        mistake("an unknown attribute", "sync")
            .file(
                "src/lib.rs",
                model("#[derive(Model)]\n#[glim(tabel = \"a\")]\nstruct A { #[glim(primary_key)] id: i32 }"),
            )
            .says(1, "error: unknown key `tabel` on a struct")
            .and("did you mean `table`?"),
        mistake("a type that is no column", "sync")
            .file("src/lib.rs", model("#[derive(Model)]\nstruct A { #[glim(primary_key)] id: std::rc::Rc<u8> }"))
            .says(1, "error: no column type is known for `std::rc::Rc<u8>`"),
        mistake("two models of one table", "sync")
            .file(
                "src/lib.rs",
                model("#[derive(Model)]\n#[glim(table = \"users\")]\nstruct A { #[glim(primary_key)] id: i32 }"),
            )
            .says(1, "error: models `User` and `A` describe the same table `users`"),
        mistake("a reference to nothing", "sync")
            .file(
                "src/lib.rs",
                model("#[derive(Model)]\nstruct A { #[glim(primary_key, references = \"usrs.id\")] id: i32 }"),
            )
            .says(1, "error: table `a` refers to table `usrs`, which does not exist and has no model"),
    ];
    let project = uncompiled("bad-models");
    project.write("glim.toml", SETTINGS);
    check(&mistakes, &project, None);
}
