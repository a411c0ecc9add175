//! Which features of each member a `cargo build` of the selected packages would turn on, and so which optional
//! dependencies. Members that others depend on take part: cargo unifies features over the whole build.

use std::collections::{BTreeMap, BTreeSet};

use glim_engine::near::{did_you_mean, nearest_first};

use super::options::CargoOptions;
use super::package::{Dependency, DependencyKind, Package};

use super::{Workspace, platform};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// What is on in one member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Activation {
    /// Features, `default` among them where it is on.
    pub(crate) features: BTreeSet<String>,
    /// The keys of the optional dependencies that are on.
    pub(crate) optional: BTreeSet<String>,
}

impl Activation {
    /// Whether a dependency takes part in the build.
    pub(crate) fn has(&self, dependency: &Dependency) -> bool {
        let here = dependency.target.as_deref().is_none_or(platform::holds);
        here && (!dependency.optional || self.optional.contains(dependency.key()))
    }
}

/// The members that take part in a build of `selected`, by index.
pub(super) fn resolve(
    workspace: &Workspace,
    selected: &[usize],
    options: &CargoOptions,
) -> Result<BTreeMap<usize, Activation>> {
    let mut resolver = Resolver { workspace, members: BTreeMap::new(), weak: Vec::new() };
    let mut unknown = Vec::new();
    for &index in selected {
        resolver.include(index);
        if !options.no_default_features || options.all_features {
            resolver.turn_on(index, "default");
        }
        // What the package itself asks for whenever migrations are concerned.
        let package = &workspace.packages[index];
        let always = package.metadata.get("features").and_then(serde_json::Value::as_array);
        for feature in always.into_iter().flatten().filter_map(serde_json::Value::as_str) {
            if meant(feature, package).is_none() {
                let by = format!("`[package.metadata.glim]` of `{}` asks for it", package.name);
                unknown.push(unknown_feature(feature, workspace, &[index]).note(by));
            }
            resolver.turn_on(index, feature);
        }
        if options.all_features {
            for feature in workspace.packages[index].features.keys() {
                resolver.turn_on(index, feature);
            }
        }
    }
    for stated in &options.features {
        let mut known = false;
        for &index in selected {
            if let Some(value) = meant(stated, &workspace.packages[index]) {
                known = true;
                resolver.turn_on(index, value);
            }
        }
        if !known {
            unknown.push(unknown_feature(stated, workspace, selected));
        }
    }
    if unknown.is_empty() { Ok(resolver.members) } else { Err(Failure { exit: Exit::Usage, diagnostics: unknown }) }
}

/// What a feature of the command line means to one of the selected packages: `feature`, `package/feature` for the package
/// of that name, `dependency/feature` for one that has it.
fn meant<'a>(stated: &'a str, package: &Package) -> Option<&'a str> {
    let has = |feature: &str| package.features.contains_key(feature) || feature == "default";
    match stated.split_once('/') {
        None => has(stated).then_some(stated),
        Some((name, feature)) if name == package.name => has(feature).then_some(feature),
        Some((key, _)) => {
            let key = key.trim_end_matches('?');
            package.dependencies.iter().any(|it| it.key() == key).then_some(stated)
        }
    }
}

fn unknown_feature(stated: &str, workspace: &Workspace, selected: &[usize]) -> Diagnostic {
    let packages = || selected.iter().map(|index| &workspace.packages[*index]);
    let known: BTreeSet<&str> = packages().flat_map(|it| it.features.keys().map(String::as_str)).collect();
    let error = Diagnostic::error(match selected {
        [index] => format!("the package `{}` has no feature `{stated}`", workspace.packages[*index].name),
        _ => format!("none of the selected packages has a feature `{stated}`"),
    });
    let elsewhere = |package: &&Package| meant(stated, package).is_some();
    match did_you_mean(&nearest_first(stated, known)) {
        None => match workspace.packages.iter().find(elsewhere) {
            Some(package) => error.help(format!("`{0}` has it: select it with `-p {0}`", package.name)),
            None => error,
        },
        Some(help) => error.help(help),
    }
}

struct Resolver<'a> {
    workspace: &'a Workspace,
    members: BTreeMap<usize, Activation>,
    /// `key?/feature` of a member whose dependency is off so far.
    weak: Vec<(usize, String, String)>,
}

impl<'a> Resolver<'a> {
    /// Takes a member into the build, with all that it always depends on.
    fn include(&mut self, index: usize) {
        if self.members.contains_key(&index) {
            return;
        }
        self.members.insert(index, Activation::default());
        for dependency in &self.workspace.packages[index].dependencies {
            if !dependency.optional {
                self.pass_on(dependency);
            }
        }
    }

    /// What a dependency that is on asks of another member.
    fn pass_on(&mut self, dependency: &'a Dependency) {
        // Features of build dependencies are unified apart.
        let counts =
            dependency.kind == DependencyKind::Normal && dependency.target.as_deref().is_none_or(platform::holds);
        if let Some(member) = self.workspace.member_at(dependency).filter(|_| counts) {
            self.include(member);
            if dependency.default_features {
                self.turn_on(member, "default");
            }
            for feature in &dependency.features {
                self.turn_on(member, feature);
            }
        }
    }

    /// `feature`, `dep:key`, `key/feature` or `key?/feature`, as the values in `[features]` are written.
    fn turn_on(&mut self, index: usize, value: &str) {
        if let Some(key) = value.strip_prefix("dep:") {
            self.turn_on_dependency(index, key);
        } else if let Some((key, feature)) = value.split_once('/') {
            match key.strip_suffix('?') {
                Some(key) if !self.is_on(index, key) => self.weak.push((index, key.to_owned(), feature.to_owned())),
                Some(key) => self.turn_on_in_dependency(index, key, feature),
                None => {
                    // Where the dependency has an implicit feature, this turns it on too.
                    self.turn_on(index, key);
                    self.turn_on_dependency(index, key);
                    self.turn_on_in_dependency(index, key, feature);
                }
            }
        } else if let Some(values) = self.workspace.packages[index].features.get(value) {
            let activation = self.members.entry(index).or_default();
            if activation.features.insert(value.to_owned()) {
                for value in values {
                    self.turn_on(index, value);
                }
            }
        }
    }

    fn is_on(&self, index: usize, key: &str) -> bool {
        self.keyed(index, key).any(|it| self.members.get(&index).is_some_and(|activation| activation.has(it)))
    }

    fn turn_on_dependency(&mut self, index: usize, key: &str) {
        let optional: Vec<&Dependency> = self.keyed(index, key).filter(|it| it.optional).collect();
        if optional.is_empty() || !self.members.entry(index).or_default().optional.insert(key.to_owned()) {
            return;
        }
        for dependency in optional {
            self.pass_on(dependency);
        }
        let waiting = |it: &mut (usize, String, String)| it.0 == index && it.1 == key;
        let due: Vec<_> = self.weak.extract_if(.., waiting).collect();
        for (_, key, feature) in due {
            self.turn_on_in_dependency(index, &key, &feature);
        }
    }

    fn turn_on_in_dependency(&mut self, index: usize, key: &str, feature: &str) {
        let members: Vec<usize> = self.keyed(index, key).filter_map(|it| self.workspace.member_at(it)).collect();
        for member in members {
            self.include(member);
            self.turn_on(member, feature);
        }
    }

    fn keyed(&self, index: usize, key: &str) -> impl Iterator<Item = &'a Dependency> + use<'a, '_> {
        let key = key.to_owned();
        self.workspace.packages[index].dependencies.iter().filter(move |it| it.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{depends, package, workspace};
    use super::*;

    fn on(workspace: &Workspace, selected: &[usize], options: &CargoOptions, index: usize) -> Vec<String> {
        let resolved = resolve(workspace, selected, options).expect("the features are there");
        resolved[&index].features.iter().cloned().collect()
    }

    fn with_features(features: &[&str]) -> CargoOptions {
        CargoOptions { features: features.iter().map(ToString::to_string).collect(), ..CargoOptions::default() }
    }

    #[test]
    fn default_features_are_on_unless_turned_off() {
        let it = workspace([package("a").feature("default", &["x"]).feature("x", &[]).feature("y", &[])]);
        assert_eq!(on(&it, &[0], &CargoOptions::default(), 0), ["default", "x"]);
        let none = CargoOptions { no_default_features: true, ..CargoOptions::default() };
        assert_eq!(on(&it, &[0], &none, 0), [""; 0]);
        let all = CargoOptions { all_features: true, ..CargoOptions::default() };
        assert_eq!(on(&it, &[0], &all, 0), ["default", "x", "y"]);
    }

    #[test]
    fn what_one_member_asks_of_another_is_on() {
        let a = package("a").depends(depends("b").on_member().without_default().with(&["x"]));
        let it = workspace([a, package("b").feature("default", &["y"]).feature("x", &[]).feature("y", &[])]);
        assert_eq!(on(&it, &[0], &CargoOptions::default(), 1), ["x"]);
        assert_eq!(on(&it, &[0, 1], &CargoOptions::default(), 1), ["default", "x", "y"]);
    }

    #[test]
    fn a_feature_turns_an_optional_dependency_on() {
        let a = package("a").depends(depends("glim-migrations").optional()).feature("db", &["dep:glim-migrations"]);
        let it = workspace([a]);
        let dependency = &it.packages[0].dependencies[0];
        let has = |options| resolve(&it, &[0], &options).expect("the features are there")[&0].has(dependency);
        assert!(!has(CargoOptions::default()));
        assert!(has(with_features(&["db"])));
        assert!(has(with_features(&["a/db"])));
    }

    #[test]
    fn a_package_may_ask_for_features_itself() {
        let mut a = package("a").feature("db", &[]);
        a.metadata = serde_json::json!({ "features": ["db"] });
        assert_eq!(on(&workspace([a.clone()]), &[0], &CargoOptions::default(), 0), ["db"]);
        a.metadata = serde_json::json!({ "features": ["dbb"] });
        let failure = resolve(&workspace([a]), &[0], &CargoOptions::default()).expect_err("no such feature");
        assert_eq!(failure.diagnostics[0].title, "the package `a` has no feature `dbb`");
    }

    #[test]
    fn a_weak_feature_waits_for_its_dependency() {
        let a = package("a")
            .depends(depends("b").on_member().optional().without_default())
            .feature("weak", &["b?/x"])
            .feature("strong", &["dep:b"]);
        let it = workspace([a, package("b").feature("x", &[])]);
        assert!(!resolve(&it, &[0], &with_features(&["weak"])).expect("known").contains_key(&1));
        for order in [["weak", "strong"], ["strong", "weak"]] {
            assert_eq!(on(&it, &[0], &with_features(&order), 1), ["x"]);
        }
    }

    #[test]
    fn an_unknown_feature_is_named_with_its_near_miss() {
        let it = workspace([package("a").feature("postgres", &[])]);
        let failure = resolve(&it, &[0], &with_features(&["postgress"])).expect_err("no such feature");
        assert_eq!(failure.diagnostics[0].title, "the package `a` has no feature `postgress`");
        assert_eq!(failure.diagnostics[0].helps, ["did you mean `postgres`?"]);
    }

    #[test]
    fn features_that_turn_each_other_on_end() {
        let it = workspace([package("a").feature("x", &["y"]).feature("y", &["x"])]);
        assert_eq!(on(&it, &[0], &with_features(&["x"]), 0), ["x", "y"]);
    }
}
