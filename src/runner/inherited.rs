//! What holds for a whole workspace and is stated in its root manifest: the runner's own workspace must state it again.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table, Value};

use crate::workspace::normal;

/// It, with absolute paths.
#[derive(Debug, Default)]
pub(super) struct Inherited {
    pub(super) cargo_features: Vec<String>,
    pub(super) resolver: String,
    /// `[patch]`, `[replace]` and `[profile]`.
    pub(super) tables: Table,
}

impl Inherited {
    /// Reads it from the text of the root manifest in `root`. With `used`, the names of the packages that the runner's
    /// graph holds, entries for others are left out: cargo warns of them on every build.
    pub(super) fn read(manifest: &str, root: &Path, used: Option<&BTreeSet<String>>) -> Self {
        // Cargo has read it before us.
        let manifest: Table = manifest.parse().unwrap_or_default();
        let mut tables = Table::new();
        for name in ["patch", "replace", "profile"] {
            if let Some(table) = manifest.get(name).and_then(Value::as_table) {
                tables.insert(name.to_owned(), Value::Table(table.clone()));
            }
        }
        for source in tables.get_mut("patch").and_then(Value::as_table_mut).into_iter().flat_map(|it| it.iter_mut()) {
            absolute(source.1, root);
        }
        if let Some(replace) = tables.get_mut("replace") {
            absolute(replace, root);
        }
        if let Some(used) = used {
            keep_used(&mut tables, used);
        }
        let features = manifest.get("cargo-features").and_then(Value::as_array).into_iter().flatten();
        let cargo_features = features.filter_map(|it| it.as_str().map(str::to_owned)).collect();
        Self { cargo_features, resolver: resolver(&manifest), tables }
    }
}

/// The resolver that cargo would use: as stated, else by the edition of the root package, else the first.
fn resolver(manifest: &Table) -> String {
    let at = |path: &[&str]| path.iter().try_fold(&Value::Table(manifest.clone()), |it, key| it.get(key)).cloned();
    let stated = at(&["workspace", "resolver"]).or_else(|| at(&["package", "resolver"]));
    if let Some(resolver) = stated.as_ref().and_then(Value::as_str) {
        return resolver.to_owned();
    }
    let own = at(&["package", "edition"]);
    let edition = match &own {
        // `edition.workspace = true`.
        Some(Value::Table(_)) => at(&["workspace", "package", "edition"]),
        _ => own,
    };
    match edition.as_ref().and_then(Value::as_str) {
        None | Some("2015" | "2018") => "1",
        Some("2021") => "2",
        Some(_) => "3",
    }
    .to_owned()
}

/// Makes the `path` of each dependency in a table absolute.
fn absolute(dependencies: &mut Value, root: &Path) {
    for (_, dependency) in dependencies.as_table_mut().into_iter().flat_map(Table::iter_mut) {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = normal(&root.join(&*path)).to_string_lossy().into_owned();
        }
    }
}

fn keep_used(tables: &mut Table, used: &BTreeSet<String>) {
    let table = |value: &mut Table, key: &str| value.get_mut(key).and_then(Value::as_table_mut).map(std::mem::take);
    if let Some(mut patch) = table(tables, "patch") {
        for (_, source) in &mut patch {
            if let Some(source) = source.as_table_mut() {
                source.retain(|key, dependency| {
                    used.contains(dependency.get("package").and_then(Value::as_str).unwrap_or(key))
                });
            }
        }
        tables.insert("patch".to_owned(), Value::Table(patch));
    }
    if let Some(mut replace) = table(tables, "replace") {
        replace.retain(|spec, _| used.contains(name_of(spec)));
        tables.insert("replace".to_owned(), Value::Table(replace));
    }
    for (_, profile) in tables.get_mut("profile").and_then(Value::as_table_mut).into_iter().flat_map(Table::iter_mut) {
        if let Some(packages) = profile.get_mut("package").and_then(Value::as_table_mut) {
            packages.retain(|spec, _| spec == "*" || used.contains(name_of(spec)));
        }
    }
}

/// The name in a package specification: `name`, `name@version`, `name:version`, `https://…#name@version`.
fn name_of(spec: &str) -> &str {
    let spec = spec.rsplit_once(['#', '/']).map_or(spec, |(_, name)| name);
    spec.split_once(['@', ':']).map_or(spec, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(manifest: &str, used: Option<&[&str]>) -> Inherited {
        let used = used.map(|names| names.iter().map(ToString::to_string).collect());
        Inherited::read(manifest, Path::new("/w"), used.as_ref())
    }

    #[test]
    fn paths_become_absolute() {
        let manifest = r#"
            [patch.crates-io]
            a = { path = "../a" }
            b = { git = "https://example.org/b" }
            [patch."https://example.org/r"]
            c = { path = "/abs/c" }
            [replace]
            "d:1.0.0" = { path = "d" }
        "#;
        let tables = read(manifest, None).tables;
        assert_eq!(tables["patch"]["crates-io"]["a"]["path"].as_str(), Some("/a"));
        assert_eq!(tables["patch"]["crates-io"]["b"]["git"].as_str(), Some("https://example.org/b"));
        assert_eq!(tables["patch"]["https://example.org/r"]["c"]["path"].as_str(), Some("/abs/c"));
        assert_eq!(tables["replace"]["d:1.0.0"]["path"].as_str(), Some("/w/d"));
    }

    #[test]
    fn entries_for_packages_that_take_no_part_are_left_out() {
        let manifest = r#"
            [patch.crates-io]
            a = { path = "a" }
            renamed = { path = "b", package = "b" }
            c = { path = "c" }
            [replace]
            "https://example.org/r#d@1.0.0" = { path = "d" }
            "a:1.0.0" = { path = "a" }
            [profile.dev]
            debug = 1
            [profile.dev.package."*"]
            opt-level = 2
            [profile.dev.package.c]
            opt-level = 3
        "#;
        let tables = read(manifest, Some(&["a", "b"])).tables;
        let keys = |value: &Value| value.as_table().expect("a table").keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&tables["patch"]["crates-io"]), ["a", "renamed"]);
        assert_eq!(keys(&tables["replace"]), ["a:1.0.0"]);
        assert_eq!(keys(&tables["profile"]["dev"]["package"]), ["*"]);
        assert_eq!(tables["profile"]["dev"]["debug"].as_integer(), Some(1));
    }

    #[test]
    fn the_resolver_is_the_one_that_cargo_takes() {
        for (manifest, resolver) in [
            ("[workspace]", "1"),
            ("[workspace]\nresolver = '3'", "3"),
            ("[package]\nresolver = '2'\nedition = '2018'", "2"),
            ("[package]\nedition = '2018'", "1"),
            ("[package]\nedition = '2021'", "2"),
            ("[package]\nedition = '2024'", "3"),
            ("[package]\nedition.workspace = true\n[workspace.package]\nedition = '2021'", "2"),
            ("[package]\nname = 'a'", "1"),
        ] {
            assert_eq!(read(manifest, None).resolver, resolver, "{manifest}");
        }
    }

    #[test]
    fn unstable_features_of_the_manifest_are_kept() {
        assert_eq!(read("cargo-features = ['profile-rustflags']", None).cargo_features, ["profile-rustflags"]);
    }
}
