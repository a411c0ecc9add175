//! What the selected packages mean for migrations: which of them depend on glim, through which of their targets their
//! registrations can reach the runner, and which cannot.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{self, Activation};
use super::options::CargoOptions;
use super::package::{Dependency, Package, Target, TargetKind};
use super::{Workspace, select};
use crate::failure::Result;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The packages that the user means, as indices into [`Workspace::packages`].
    pub(crate) packages: Vec<usize>,
    /// Those that depend on glim, and the members they depend on that do; dependencies first.
    pub(crate) dependents: Vec<Dependent>,
    /// Targets of packages that depend on glim, whose registrations, if any, do not reach the runner.
    pub(crate) unlinked: Vec<Unlinked>,
    /// What is on in each member of the build.
    pub(crate) activations: BTreeMap<usize, Activation>,
}

/// A package that the runner links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependent {
    /// Which, as an index into [`Workspace::packages`].
    pub(crate) package: usize,
    /// The target that is linked, as an index into [`Package::targets`].
    pub(crate) target: usize,
    /// Its features that are on.
    pub(crate) features: BTreeSet<String>,
    /// Whether the user selected it, rather than another package needing it.
    pub(crate) selected: bool,
}

/// A target that the runner does not link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unlinked {
    /// Whose, as an index into [`Workspace::packages`].
    pub(crate) package: usize,
    /// Which, as an index into [`Package::targets`]; none where it concerns the whole package.
    pub(crate) target: Option<usize>,
    /// Why.
    pub(crate) reason: Reason,
}

/// Why a target is not linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A binary beside the library: no other crate can link it.
    BesideLibrary,
    /// Another binary of the package stands for it.
    BesideBinary,
    /// The package has several binaries, no library, and nothing says which one counts.
    Ambiguous,
    /// The binary's `required-features` that are off.
    NeedsFeatures(Vec<String>),
    /// A library whose crate types (`cdylib`, `staticlib`) no other crate can link.
    NotLinkable,
    /// A procedural macro runs inside the compiler.
    ProcMacro,
    /// The dependency on glim is optional and off; these features turn it on.
    Off(Vec<String>),
    /// The dependency on glim is for other platforms.
    OtherPlatform(String),
}

impl Workspace {
    /// Works out what the options mean.
    pub(crate) fn select(&self, options: &CargoOptions) -> Result<Selection> {
        let packages = select::select(self, options)?;
        let activations = features::resolve(self, &packages, options)?;
        let (mut dependents, mut unlinked) = (Vec::new(), Vec::new());
        for package in self.dependencies_first(&activations) {
            let selected = packages.contains(&package);
            let activation = &activations[&package];
            let (target, others) = link(&self.packages[package], activation);
            unlinked.extend(others.into_iter().map(|(target, reason)| Unlinked { package, target, reason }));
            if let Some(target) = target {
                dependents.push(Dependent { package, target, features: activation.features.clone(), selected });
            }
        }
        Ok(Selection { packages, dependents, unlinked, activations })
    }

    /// The members that these need, themselves included.
    pub(crate) fn needed_by(&self, members: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut due: Vec<usize> = members.into_iter().collect();
        let mut needed = BTreeSet::new();
        while let Some(member) = due.pop() {
            if needed.insert(member) {
                due.extend(self.packages[member].dependencies.iter().filter_map(|it| self.member_at(it)));
            }
        }
        needed
    }

    /// The member that a dependency means.
    pub(super) fn member_at(&self, dependency: &Dependency) -> Option<usize> {
        let path = dependency.path.as_deref()?;
        self.packages.iter().position(|package| package.dir == path)
    }

    /// The members of a build in an order in which each comes after those that it depends on, else by name.
    fn dependencies_first(&self, members: &BTreeMap<usize, Activation>) -> Vec<usize> {
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        for &member in members.keys() {
            self.visit(member, members, &mut seen, &mut order);
        }
        order
    }

    fn visit(
        &self,
        member: usize,
        members: &BTreeMap<usize, Activation>,
        seen: &mut BTreeSet<usize>,
        order: &mut Vec<usize>,
    ) {
        if !members.contains_key(&member) || !seen.insert(member) {
            return;
        }
        for dependency in &self.packages[member].dependencies {
            if let Some(needed) = self.member_at(dependency).filter(|_| members[&member].has(dependency)) {
                self.visit(needed, members, seen, order);
            }
        }
        order.push(member);
    }
}

type NotLinked = Vec<(Option<usize>, Reason)>;

/// The target of a package that the runner links, and what it leaves out. Nothing of either where the package does not
/// depend on glim.
fn link(package: &Package, activation: &Activation) -> (Option<usize>, NotLinked) {
    if !package.glim().any(|it| activation.has(it)) {
        return (None, package.glim().next().map(|it| (None, off(package, it))).into_iter().collect());
    }
    let binaries = |reason: Reason| {
        let targets = package.targets.iter().enumerate();
        let binaries = targets.filter(|(_, target)| target.kind == TargetKind::Binary);
        binaries.map(move |(index, _)| (Some(index), reason.clone())).collect::<NotLinked>()
    };
    let is_library = |target: &Target| matches!(target.kind, TargetKind::Library | TargetKind::ProcMacro);
    let Some(library) = package.targets.iter().position(is_library) else {
        return link_binary(package, activation, binaries);
    };
    let target = &package.targets[library];
    if target.is_linkable() {
        return (Some(library), binaries(Reason::BesideLibrary));
    }
    let reason = if target.kind == TargetKind::ProcMacro { Reason::ProcMacro } else { Reason::NotLinkable };
    let mut unlinked = vec![(Some(library), reason)];
    unlinked.extend(binaries(Reason::BesideLibrary));
    (None, unlinked)
}

fn link_binary(
    package: &Package,
    activation: &Activation,
    binaries: impl Fn(Reason) -> NotLinked,
) -> (Option<usize>, NotLinked) {
    let all: Vec<(usize, &Target)> =
        package.targets.iter().enumerate().filter(|(_, target)| target.kind == TargetKind::Binary).collect();
    let named = |name: &str| all.iter().find(|(_, target)| target.name == name);
    // What `cargo run` would start, else the one that goes by the package's name.
    let chosen = match (all.as_slice(), &package.default_run) {
        ([], _) => return (None, Vec::new()),
        ([only], _) => Some(only),
        (_, Some(name)) => named(name),
        (_, None) => named(&package.name),
    };
    let Some(&(index, target)) = chosen else {
        return (None, binaries(Reason::Ambiguous));
    };
    let off: Vec<String> =
        target.required_features.iter().filter(|it| !activation.features.contains(*it)).cloned().collect();
    let mut others = binaries(Reason::BesideBinary);
    others.retain(|(other, _)| *other != Some(index));
    if off.is_empty() {
        (Some(index), others)
    } else {
        others.insert(0, (Some(index), Reason::NeedsFeatures(off)));
        (None, others)
    }
}

/// Why a dependency on glim takes no part.
fn off(package: &Package, dependency: &Dependency) -> Reason {
    match &dependency.target {
        Some(target) if !super::platform::holds(target) => Reason::OtherPlatform(target.clone()),
        _ => Reason::Off(turning_on(package, dependency.key())),
    }
}

/// The features that turn an optional dependency on by themselves.
fn turning_on(package: &Package, key: &str) -> Vec<String> {
    let turns_on = |value: &str| {
        value.strip_prefix("dep:") == Some(key) || value.split_once('/').is_some_and(|(stated, _)| stated == key)
    };
    let features = package.features.iter().filter(|(_, values)| values.iter().any(|value| turns_on(value)));
    features.map(|(feature, _)| feature.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::package::{DependencyKind, GLIM};
    use super::super::testing::{depends, package, workspace};
    use super::*;

    fn glim() -> Dependency {
        depends(GLIM)
    }

    fn names(workspace: &Workspace, selection: &Selection) -> Vec<String> {
        selection.dependents.iter().map(|it| workspace.packages[it.package].name.clone()).collect()
    }

    fn of(packages: impl IntoIterator<Item = Package>) -> (Workspace, Selection) {
        let workspace = workspace(packages);
        let selection = workspace.select(&CargoOptions::default()).expect("a selection");
        (workspace, selection)
    }

    fn reasons(selection: &Selection) -> Vec<Reason> {
        selection.unlinked.iter().map(|it| it.reason.clone()).collect()
    }

    #[test]
    fn dependencies_come_first_and_packages_without_glim_not_at_all() {
        let a = package("a").depends(glim()).depends(depends("z").on_member());
        let (workspace, selection) = of([a, package("m"), package("z").depends(glim())]);
        assert_eq!(names(&workspace, &selection), ["z", "a"]);
    }

    #[test]
    fn members_that_a_selected_package_needs_are_linked_too() {
        let a = package("a").depends(depends("z").on_member());
        let workspace = workspace([a, package("b").depends(glim()), package("z").depends(glim())]);
        let options = CargoOptions { packages: vec!["a".into()], ..CargoOptions::default() };
        let selection = workspace.select(&options).expect("a selection");
        assert_eq!(names(&workspace, &selection), ["z"]);
        assert!(!selection.dependents[0].selected);
    }

    #[test]
    fn what_members_need_is_followed() {
        let chain = |name: &str, next: &str| package(name).depends(depends(next).on_member());
        let workspace = workspace([chain("a", "b"), chain("b", "c"), package("c"), chain("d", "c")]);
        assert_eq!(workspace.needed_by([0]), BTreeSet::from([0, 1, 2]));
    }

    #[test]
    fn a_renamed_dependency_counts_and_a_development_one_does_not() {
        let a = package("a").depends(glim().renamed("moves"));
        let b = package("b").depends(glim().of_kind(DependencyKind::Development));
        let (workspace, selection) = of([a, b]);
        assert_eq!(names(&workspace, &selection), ["a"]);
        assert_eq!(selection.unlinked, []);
    }

    #[test]
    fn an_optional_dependency_that_is_off_is_noted_with_its_feature() {
        let a = package("a").depends(glim().optional()).feature("db", &["dep:glim-migrations"]);
        assert_eq!(reasons(&of([a]).1), [Reason::Off(vec!["db".into()])]);
    }

    #[test]
    fn a_dependency_for_another_platform_is_noted() {
        let a = package("a").depends(glim().on("cfg(target_arch = \"wasm32\")"));
        assert_eq!(reasons(&of([a]).1), [Reason::OtherPlatform("cfg(target_arch = \"wasm32\")".into())]);
    }

    #[test]
    fn a_binary_beside_a_library_is_left_out() {
        let (_, selection) = of([package("a").depends(glim()).binary("a")]);
        assert_eq!(selection.dependents.len(), 1);
        assert_eq!(reasons(&selection), [Reason::BesideLibrary]);
    }

    #[test]
    fn libraries_that_cannot_be_linked_are_left_out() {
        assert_eq!(reasons(&of([package("a").depends(glim()).library_of("cdylib")]).1), [Reason::NotLinkable]);
        let (_, both) = of([package("a").depends(glim()).library_of("dylib")]);
        assert_eq!(both.dependents.len(), 1);
    }

    #[test]
    fn of_several_binaries_the_one_that_cargo_would_run_is_linked() {
        let bins = || package("a").without_library().depends(glim()).binary("x").binary("y");
        let (_, selection) = of([bins()]);
        assert_eq!(reasons(&selection), [Reason::Ambiguous, Reason::Ambiguous]);
        let (workspace, selection) = of([Package { default_run: Some("y".into()), ..bins() }]);
        assert_eq!(workspace.packages[0].targets[selection.dependents[0].target].name, "y");
        assert_eq!(reasons(&selection), [Reason::BesideBinary]);
        let (workspace, selection) = of([bins().binary("a")]);
        assert_eq!(workspace.packages[0].targets[selection.dependents[0].target].name, "a");
    }

    #[test]
    fn a_binary_without_its_features_is_left_out() {
        let mut a = package("a").without_library().depends(glim()).binary("a").feature("cli", &[]);
        a.targets[0].required_features = vec!["cli".into()];
        assert_eq!(reasons(&of([a]).1), [Reason::NeedsFeatures(vec!["cli".into()])]);
    }
}
