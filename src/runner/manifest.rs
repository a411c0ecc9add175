//! The manifests that we write. What we read of the user's is in [`super::inherited`] and [`crate::workspace`].

use std::collections::BTreeMap;

use serde::Serialize;

use super::inherited::Inherited;
use super::locked::Pin;
use crate::workspace::{Dependency, DependencyKind, GLIM};

/// A `Cargo.toml`.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Manifest {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) cargo_features: Vec<String>,
    pub(super) package: PackageTable,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lib: Option<TargetTable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) bin: Vec<TargetTable>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) features: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    pub(super) dependencies: Dependencies,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) target: BTreeMap<String, Dependencies>,
    #[serde(skip_serializing_if = "toml::Table::is_empty")]
    pub(super) lints: toml::Table,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workspace: Option<WorkspaceTable>,
    #[serde(flatten)]
    pub(super) inherited: toml::Table,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PackageTable {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) edition: String,
    pub(super) publish: bool,
    /// What else a shim says; sorted.
    #[serde(flatten)]
    pub(super) more: toml::Table,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct TargetTable {
    pub(super) name: String,
    pub(super) path: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Dependencies {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) dependencies: BTreeMap<String, DependencyTable>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) build_dependencies: BTreeMap<String, DependencyTable>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct WorkspaceTable {
    pub(super) resolver: String,
}

/// A dependency; paths are absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct DependencyTable {
    /// Only where the key is another: a crate whose package is stated goes by the key, not by the library's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) package: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) registry_index: Option<String>,
    #[serde(flatten)]
    pub(super) git: Git,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) optional: bool,
    pub(super) default_features: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) features: Vec<String>,
}

/// Where in which repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Git {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) git: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rev: Option<String>,
}

/// A crate that the runner links.
#[derive(Debug)]
pub(super) struct Linked {
    /// The name of the package.
    pub(super) package: String,
    /// The folder of the package, or of its shim.
    pub(super) path: String,
    pub(super) features: Vec<String>,
}

impl Manifest {
    /// The runner's own.
    pub(super) fn runner(name: &str, linked: &[Linked], glim: DependencyTable, inherited: Inherited) -> Self {
        let keys = keys(linked);
        let users = linked.iter().zip(keys).map(|(it, key)| (key, it.dependency()));
        let dependencies = users.chain([("glim".to_owned(), glim)]).collect();
        let Inherited { cargo_features, resolver, tables } = inherited;
        Self {
            cargo_features,
            package: PackageTable {
                name: name.to_owned(),
                version: "0.0.0".to_owned(),
                // The oldest that every toolchain knows that can build glim, and whose idioms no lint minds.
                edition: "2021".to_owned(),
                ..PackageTable::default()
            },
            bin: vec![TargetTable { name: name.to_owned(), path: "main.rs".to_owned() }],
            dependencies: Dependencies { dependencies, ..Dependencies::default() },
            // Its own, since cargo takes no package into the user's workspace that is not a member there.
            workspace: Some(WorkspaceTable { resolver }),
            inherited: tables,
            ..Self::default()
        }
    }

    /// As a file.
    pub(super) fn text(&self) -> String {
        let toml = toml::to_string(self).expect("tables with text keys can be written as TOML");
        format!("# Written by cargo-glim, and written again when it must change.\n{toml}")
    }
}

/// The runner's `main.rs`. A crate that is only in the manifest is never looked at by the compiler: it must be named for
/// its registrations to be linked, and so must each package, since one that no other names is dropped likewise.
pub(super) fn main(linked: &[Linked]) -> String {
    let mut main = "//! Written by cargo-glim, and written again when it must change.\n\n".to_owned();
    for key in keys(linked) {
        main.push_str("use ");
        main.push_str(&key.replace('-', "_"));
        main.push_str(" as _;\n");
    }
    main.push_str("\nfn main() -> std::process::ExitCode {\n    glim::__private::host()\n}\n");
    main
}

/// What the manifest calls each crate: never a word that means something else, and never the same twice, which names of
/// libraries may be.
fn keys(linked: &[Linked]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for linked in linked {
        let key = format!("user_{}", linked.package.replace('-', "_"));
        let count = keys.iter().filter(|it| it.trim_end_matches('_') == key).count();
        keys.push(key + &"_".repeat(count));
    }
    keys
}

impl Linked {
    fn dependency(&self) -> DependencyTable {
        DependencyTable {
            package: Some(self.package.clone()),
            path: Some(self.path.clone()),
            // What is on is listed in full, `default` included.
            default_features: false,
            features: self.features.clone(),
            ..DependencyTable::default()
        }
    }
}

impl DependencyTable {
    /// A dependency as the user states it, with the path made absolute and inheritance resolved.
    pub(super) fn stated(dependency: &Dependency) -> Self {
        let Dependency { name, rename, source, req, optional, default_features, features, registry, path, .. } =
            dependency;
        let git = source.as_deref().and_then(Git::parse).unwrap_or_default();
        Self {
            package: rename.is_some().then(|| name.clone()),
            version: (req != "*").then(|| req.clone()),
            path: path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            registry_index: registry.clone(),
            git,
            optional: *optional,
            default_features: *default_features,
            features: features.clone(),
        }
    }

    /// Glim itself: from where the user has it, in the very version that is locked, and without a feature more.
    pub(super) fn glim(dependency: &Dependency, pin: Option<&Pin>) -> Self {
        let stated = Self::stated(dependency);
        let version = pin.map(|pin| format!("={}", pin.version)).or(stated.version);
        Self {
            package: Some(GLIM.to_owned()),
            version: version.filter(|_| stated.path.is_none()),
            optional: false,
            default_features: false,
            features: Vec::new(),
            ..stated
        }
    }
}

impl Git {
    /// `git+https://…?branch=x#commit`.
    fn parse(source: &str) -> Option<Self> {
        let source = source.strip_prefix("git+")?;
        let (url, _commit) = source.split_once('#').unwrap_or((source, ""));
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let value = |key: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == key).map(|(_, value)| decoded(value))
        };
        let (branch, tag, rev) = (value("branch"), value("tag"), value("rev"));
        Some(Self { git: Some(url.to_owned()), branch, tag, rev })
    }
}

/// Cargo writes a branch's name into a URL with its odd characters as `%2F`.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = (byte == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|it| std::str::from_utf8(it).ok()).and_then(|it| u8::from_str_radix(it, 16).ok());
        (rest, ()) = match code {
            Some(code) => (&after[2..], bytes.push(code)),
            None => (after, bytes.push(byte)),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The dependencies of a package, each in the table that it was stated in.
pub(super) fn stated(all: &[Dependency]) -> (Dependencies, BTreeMap<String, Dependencies>) {
    let (mut general, mut by_target) = (Dependencies::default(), BTreeMap::<String, Dependencies>::new());
    for dependency in all {
        let tables = match &dependency.target {
            Some(target) => by_target.entry(target.clone()).or_default(),
            None => &mut general,
        };
        let table = match dependency.kind {
            DependencyKind::Normal => &mut tables.dependencies,
            DependencyKind::Build => &mut tables.build_dependencies,
            DependencyKind::Development => continue,
        };
        table.insert(dependency.key().to_owned(), DependencyTable::stated(dependency));
    }
    (general, by_target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::depends;

    fn linked(package: &str, path: &str) -> Linked {
        Linked { package: package.to_owned(), path: path.to_owned(), features: vec!["default".to_owned()] }
    }

    fn inherited() -> Inherited {
        Inherited { cargo_features: vec![], resolver: "2".to_owned(), tables: toml::Table::new() }
    }

    #[test]
    fn the_whole_manifest() {
        let pin = Pin { version: "0.1.3".to_owned() };
        let glim = DependencyTable::glim(&depends(GLIM).with(&["uuid"]), Some(&pin));
        let manifest = Manifest::runner("glim-runner-x", &[linked("my-app", "/w/my-app")], glim, inherited());
        insta::assert_snapshot!(manifest.text(), @r#"
        # Written by cargo-glim, and written again when it must change.
        [package]
        name = "glim-runner-x"
        version = "0.0.0"
        edition = "2021"
        publish = false

        [[bin]]
        name = "glim-runner-x"
        path = "main.rs"

        [dependencies.glim]
        package = "glim-migrations"
        version = "=0.1.3"
        default-features = false

        [dependencies.user_my_app]
        package = "my-app"
        path = "/w/my-app"
        default-features = false
        features = ["default"]

        [workspace]
        resolver = "2"
        "#);
    }

    #[test]
    fn every_crate_is_named_in_main() {
        let main = main(&[linked("a-b", "/w/1"), linked("a_b", "/w/2"), linked("std", "/w/3")]);
        let uses: Vec<&str> = main.lines().filter(|line| line.starts_with("use ")).collect();
        assert_eq!(uses, ["use user_a_b as _;", "use user_a_b_ as _;", "use user_std as _;"]);
    }

    #[test]
    fn odd_paths_are_escaped() {
        for path in ["/w/with \"quotes\" and spaces", "/w/añ/日本", r"C:\Users\new\table", "/w/a\nb", "/w/'x'"] {
            let glim = DependencyTable::glim(&depends(GLIM), None);
            let text = Manifest::runner("r", &[linked("a", path)], glim, inherited()).text();
            let read: toml::Table = text.parse().expect("valid TOML");
            assert_eq!(read["dependencies"]["user_a"]["path"].as_str(), Some(path), "{text}");
        }
    }

    #[test]
    fn glim_comes_from_where_the_user_has_it() {
        let pin = Pin { version: "0.1.3".to_owned() };
        let registry = "sparse+https://registry.example/index/";
        let own = Dependency { registry: Some(registry.to_owned()), ..depends(GLIM) };
        assert_eq!(DependencyTable::glim(&own, Some(&pin)).registry_index.as_deref(), Some(registry));
        assert_eq!(DependencyTable::glim(&own, None).version.as_deref(), Some("^0.1"));
        let local = depends(GLIM).on_member();
        let local = DependencyTable::glim(&local, Some(&pin));
        assert_eq!((local.version, local.path.as_deref()), (None, Some("/w/glim-migrations")));
    }

    #[test]
    fn a_repository_keeps_its_branch_tag_or_revision() {
        let git = |source: &str| DependencyTable::stated(&depends("a").from(source)).git;
        let url = Some("https://example.org/r".to_owned());
        let plain = Git { git: url.clone(), ..Git::default() };
        assert_eq!(git("git+https://example.org/r"), plain);
        assert_eq!(git("git+https://example.org/r#0123"), plain);
        let branch = Some("fix/it".to_owned());
        assert_eq!(git("git+https://example.org/r?branch=fix%2Fit"), Git { branch, ..plain.clone() });
        let tag = Some("v1".to_owned());
        assert_eq!(git("git+https://example.org/r?tag=v1"), Git { tag, ..plain.clone() });
        let rev = Some("0123".to_owned());
        assert_eq!(git("git+https://example.org/r?rev=0123#0123"), Git { rev, ..plain });
    }

    #[test]
    fn dependencies_stay_in_their_tables() {
        let all = [
            depends("a").renamed("b").optional(),
            depends("a").on("cfg(unix)"),
            depends("c").of_kind(DependencyKind::Build),
            depends("d").of_kind(DependencyKind::Development),
        ];
        let (general, by_target) = stated(&all);
        assert!(general.dependencies["b"].optional);
        assert_eq!(general.dependencies["b"].package.as_deref(), Some("a"));
        assert_eq!(by_target["cfg(unix)"].dependencies["a"].package, None);
        assert_eq!(general.build_dependencies.keys().collect::<Vec<_>>(), ["c"]);
        assert_eq!(by_target["cfg(unix)"].dependencies.keys().collect::<Vec<_>>(), ["a"]);
    }
}
