//! The shape of this repository, as DESIGN.md states it: who depends on whom, what a user's build compiles, who prints.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::support::repository;

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(repository().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata works")
}

#[test]
fn each_package_depends_only_on_those_below_it() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("glim-fuzz", &[][..]),
        ("glim-schema", &[][..]),
        ("glim-parse", &["glim-schema"]),
        ("glim-files", &["glim-schema"]),
        ("glim-derive", &["glim-parse", "glim-schema"]),
        ("glim-build", &["glim-files", "glim-parse", "glim-schema"]),
        ("glim-migrations", &["glim-derive", "glim-schema"]),
        ("glim-engine", &["glim-files", "glim-migrations", "glim-schema"]),
        ("cargo-glim", &["glim-engine", "glim-files", "glim-migrations", "glim-parse", "glim-schema"]),
    ]);
    let packages = metadata().packages;
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(ours, allowed.keys().copied().collect(), "packages of the workspace");
    for package in &packages {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal) {
            let name = dependency.name.as_str();
            let allowed = allowed[package.name.as_str()];
            assert!(!ours.contains(name) || allowed.contains(&name), "{} depends on {name}", package.name);
        }
    }
}

#[test]
fn the_neutral_schema_depends_on_nothing() {
    let packages = metadata().packages;
    let schema = packages.iter().find(|package| package.name == "glim-schema").expect("there is a schema");
    let names = schema.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    assert_eq!(names.map(|dependency| &dependency.name).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(schema.features.is_empty(), "{:?}", schema.features);
}

/// What a package's crate is linked with: procedural macros and build scripts run while compiling and are not.
fn linked(package: &str, features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["tree", "--offline", "--locked", "--prefix=none", "--format={p}", "-e", "normal,no-proc-macro"])
        .args(["-p", package, "--no-default-features", "--features", &features.join(",")])
        .current_dir(repository())
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn what_a_user_links_is_three_crates() {
    let expected = ["glim-migrations", "glim-schema", "inventory"].map(str::to_owned);
    assert_eq!(linked("glim-migrations", &[]), BTreeSet::from(expected));
}

#[test]
fn what_a_build_script_is_made_of_takes_no_long_time_to_build() {
    let linked = linked("glim-build", &[]);
    assert!(linked.contains("glim-parse") && linked.contains("glim-files"), "{linked:?}");
    for name in ["rayon", "serde", "toml", "tokio", "clap", "rusqlite"] {
        assert!(!linked.contains(name), "{linked:?}");
    }
}

#[test]
fn an_engine_without_drivers_links_no_driver() {
    for (features, wanted, unwanted) in [
        (&[][..], "refinery-core", &["rusqlite", "postgres-protocol", "tokio", "mysql", "rustls", "clap"][..]),
        (&["sqlite"], "rusqlite", &["postgres-protocol", "tokio", "mysql", "rustls", "clap"]),
        (&["postgres"], "tokio-postgres", &["rusqlite", "mysql", "openssl", "clap"]),
        (&["mysql"], "mysql", &["rusqlite", "postgres-protocol", "tokio", "clap", "openssl", "aws-lc-rs"]),
    ] {
        let linked = linked("glim-engine", features);
        assert!(linked.contains(wanted), "{features:?}: {linked:?}");
        for name in unwanted {
            assert!(!linked.contains(*name), "{features:?} links {name}");
        }
    }
}

#[test]
fn each_package_states_its_oldest_compiler() {
    for package in metadata().packages {
        let users = !["cargo-glim", "glim-engine", "glim-fuzz"].contains(&package.name.as_str());
        let version = package.rust_version.expect("rust-version is stated").to_string();
        assert_eq!(version.trim_end_matches(".0"), if users { "1.85" } else { "1.92" }, "{}", package.name);
    }
}

/// The Rust sources of the packages, without tests.
fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    for package in metadata().packages {
        let manifest = package.manifest_path.as_std_path();
        walk(&manifest.with_file_name("src"), &mut files);
    }
    assert!(files.len() > 30, "{files:?}");
    files
}

/// A file's words and signs, without comments, literals and the modules of tests.
struct Code {
    name: String,
    tokens: Vec<String>,
}

impl Code {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut code =
            Self { name: path.strip_prefix(repository()).unwrap_or(path).display().to_string(), tokens: vec![] };
        code.add(stream);
        code
    }

    fn add(&mut self, stream: TokenStream) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    let is_of_tests =
                        self.tokens.ends_with_words(&["#", "[", "cfg", "(", "test", ")", "]", "mod", "*"]);
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.tokens.push(open.to_owned());
                    if !is_of_tests {
                        self.add(group.stream());
                    }
                    self.tokens.push(close.to_owned());
                }
                TokenTree::Literal(_) => self.tokens.push("\"\"".to_owned()),
                token => self.tokens.push(token.to_string()),
            }
        }
    }

    /// Whether these tokens stand in it, one after the other.
    fn has(&self, words: &[&str]) -> bool {
        self.tokens.windows(words.len()).any(|window| window == words)
    }

    /// Whether a path begins with this crate's name, which is not that of a module of its own.
    fn names_crate(&self, name: &str) -> bool {
        let begins_path = |at: usize| at == 0 || self.tokens[at - 1] != ":";
        let paths = self.tokens.windows(3).enumerate();
        let mut paths = paths.filter(|(at, window)| begins_path(*at) && *window == [name, ":", ":"]);
        !self.has(&["mod", name, ";"]) && (paths.next().is_some() || self.has(&["use", name, ";"]))
    }
}

/// The end of a list of words, `*` standing for any.
trait EndsWithWords {
    fn ends_with_words(&self, words: &[&str]) -> bool;
}

impl EndsWithWords for [String] {
    fn ends_with_words(&self, words: &[&str]) -> bool {
        let Some(start) = self.len().checked_sub(words.len()) else { return false };
        self[start..].iter().zip(words).all(|(have, want)| *want == "*" || have == want)
    }
}

#[track_caller]
fn only(allowed: &[&str], finds: impl Fn(&Code) -> bool, what: &str) {
    let found = sources().into_iter().map(|path| Code::read(&path)).filter(finds).map(|code| code.name);
    let elsewhere: Vec<_> = found.filter(|name| !allowed.iter().any(|allowed| name.starts_with(allowed))).collect();
    assert!(elsewhere.is_empty(), "{what} outside of {allowed:?}: {elsewhere:#?}");
}

#[test]
fn only_report_prints() {
    // The runner speaks to a person only when a person starts it; a build script speaks to cargo; tests say what they tried.
    let allowed = [
        "src/report/",
        "build-support/glim/src/host.rs",
        "build-support/build/src/instruction.rs",
        "build-support/fuzz/src/run.rs",
    ];
    let macros = ["println", "print", "eprintln", "eprint"];
    // To give our stderr to a child, `.stdout(io::stderr())`, is not to print.
    let is_given = |before: &[String]| before.ends_with_words(&[".", "stdout", "("]);
    let prints = |code: &Code| {
        macros.iter().any(|name| code.has(&[name, "!"]))
            || code.tokens.windows(5).enumerate().any(|(at, window)| {
                let before = code.tokens[..at].strip_suffix(&["std", ":", ":"].map(str::to_owned));
                let before = before.unwrap_or(&code.tokens[..at]);
                let is_stream = ["stdout", "stderr"].iter().any(|name| *window == ["io", ":", ":", name, "("]);
                is_stream && !is_given(before)
            })
    };
    only(&allowed, prints, "printing");
}

#[test]
fn only_the_drivers_name_a_database_crate() {
    let crates = ["rusqlite", "postgres", "postgres_protocol", "tokio_postgres", "mysql"];
    let names_one = |code: &Code| crates.iter().any(|name| code.names_crate(name));
    // The tests of rebuilding look at SQLite through its own crate.
    let allowed = ["build-support/engine/src/driver/", "build-support/engine/src/rebuild/tests/"];
    only(&allowed, names_one, "a database's crate");
    let allowed = ["build-support/engine/src/tls", "build-support/engine/src/driver/"];
    only(&allowed, |code| code.names_crate("rustls"), "rustls");
}

#[test]
fn only_workspace_names_cargo_metadata() {
    only(&["src/workspace/"], |code| code.names_crate("cargo_metadata"), "cargo_metadata");
}

#[test]
fn only_cli_names_clap() {
    // And `report`, which prints what clap has to say.
    only(&["src/cli/", "src/report/"], |code| code.names_crate("clap"), "clap");
}

#[test]
fn each_file_is_short_and_says_what_it_is() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source can be read");
        let lines = text.lines().count();
        if lines > 400 {
            wrong.push(format!("{} has {lines} lines; split it", path.display()));
        }
        if !text.lines().take(4).any(|line| line.starts_with("//!")) {
            wrong.push(format!("{} does not begin with what it is for", path.display()));
        }
        if path.ends_with("utils.rs") {
            wrong.push(format!("{}: name it after what it holds", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
