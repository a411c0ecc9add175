//! What lock files say: the user's, and the runner's that is made from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::workspace::GLIM;

/// A `Cargo.lock`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Lock {
    #[serde(default, rename = "package")]
    packages: Vec<Locked>,
}

/// One of its packages.
#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The version that something is locked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pin {
    pub(super) version: String,
}

/// A package by what tells it apart: name, version, and source.
pub(super) type Identity<'a> = (&'a str, &'a str, Option<&'a str>);

impl Lock {
    /// Reads one. What does not parse counts as empty: cargo says what is wrong with it.
    pub(super) fn parse(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }

    fn local(&self, name: &str, version: &str) -> Option<&Locked> {
        self.packages.iter().find(|it| it.name == name && it.version == version && it.source.is_none())
    }

    /// The packages that an entry of `dependencies` means: `name`, `name version` or `name version (source)`.
    fn meant<'a>(&'a self, entry: &'a str) -> impl Iterator<Item = &'a Locked> + 'a {
        let mut words = entry.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let source = words.next().map(|it| it.trim_matches(['(', ')']));
        self.packages.iter().filter(move |it| {
            it.name == name
                && version.is_none_or(|version| version == it.version)
                && source.is_none_or(|source| it.source.as_deref().is_some_and(|it| without_commit(it) == source))
        })
    }

    /// The version of glim that a member resolves to.
    pub(super) fn glim_of(&self, name: &str, version: &str) -> Option<Pin> {
        let member = self.local(name, version)?;
        let glim = member.dependencies.iter().filter(|entry| entry.split(' ').next() == Some(GLIM));
        let locked = glim.flat_map(|entry| self.meant(entry)).next()?;
        Some(Pin { version: locked.version.clone() })
    }

    /// The names of all packages that the members with these names and versions need, with more that are known to be
    /// needed; none where a member is missing, as then the file is out of date.
    pub(super) fn needed_by<'a>(
        &self,
        members: impl Iterator<Item = (&'a str, &'a str)>,
        more: impl Iterator<Item = &'a str>,
    ) -> Option<BTreeSet<String>> {
        let mut due: Vec<&Locked> = members.map(|(name, version)| self.local(name, version)).collect::<Option<_>>()?;
        let mut needed = BTreeSet::new();
        for name in more {
            needed.insert(name.to_owned());
            due.extend(self.packages.iter().filter(|it| it.name == name));
        }
        let mut seen = BTreeSet::new();
        while let Some(package) = due.pop() {
            needed.insert(package.name.clone());
            if seen.insert(package.identity()) {
                due.extend(package.dependencies.iter().flat_map(|entry| self.meant(entry)));
            }
        }
        Some(needed)
    }

    /// Each version of glim, with the packages that depend on it.
    pub(super) fn glims(&self) -> BTreeMap<Identity<'_>, Vec<&str>> {
        let mut glims: BTreeMap<Identity<'_>, Vec<&str>> = BTreeMap::new();
        for package in &self.packages {
            let entries = package.dependencies.iter().filter(|entry| entry.split(' ').next() == Some(GLIM));
            for glim in entries.flat_map(|entry| self.meant(entry)) {
                glims.entry(glim.identity()).or_default().push(&package.name);
            }
        }
        glims
    }

    /// The packages that are here and not in `other`.
    pub(super) fn beyond<'a>(&'a self, other: &Self) -> Vec<Identity<'a>> {
        let known: BTreeSet<Identity<'_>> = other.packages.iter().map(Locked::identity).collect();
        self.packages.iter().map(Locked::identity).filter(|it| !known.contains(it)).collect()
    }
}

impl Locked {
    fn identity(&self) -> Identity<'_> {
        (&self.name, &self.version, self.source.as_deref())
    }
}

fn without_commit(source: &str) -> &str {
    source.split_once('#').map_or(source, |(source, _)| source)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "billing"
        version = "0.1.0"
        dependencies = ["glim-migrations 0.2.0", "regex"]
        [[package]]
        name = "users"
        version = "0.1.0"
        dependencies = ["glim-migrations 0.1.0 (registry+https://example.org/index)"]
        [[package]]
        name = "glim-migrations"
        version = "0.1.0"
        source = "registry+https://example.org/index"
        dependencies = ["inventory"]
        [[package]]
        name = "glim-migrations"
        version = "0.2.0"
        [[package]]
        name = "regex"
        version = "1.0.0"
        source = "git+https://example.org/regex?rev=1#0123"
        [[package]]
        name = "inventory"
        version = "0.3.0"
    "#;

    #[test]
    fn the_version_of_glim_is_that_of_the_member() {
        let lock = Lock::parse(LOCK);
        let version = |name| lock.glim_of(name, "0.1.0").map(|pin| pin.version);
        assert_eq!(version("users").as_deref(), Some("0.1.0"));
        assert_eq!(version("billing").as_deref(), Some("0.2.0"));
        assert_eq!(version("regex"), None);
        assert_eq!(lock.glim_of("users", "0.2.0"), None);
    }

    #[test]
    fn two_versions_of_glim_are_found_with_their_dependents() {
        let lock = Lock::parse(LOCK);
        let glims: Vec<(&str, Vec<&str>)> = lock.glims().into_iter().map(|(id, by)| (id.1, by)).collect();
        assert_eq!(glims, [("0.1.0", vec!["users"]), ("0.2.0", vec!["billing"])]);
    }

    #[test]
    fn what_members_need_is_followed_through_the_graph() {
        let lock = Lock::parse(LOCK);
        let needed =
            |members: &[(&'static str, &'static str)]| lock.needed_by(members.iter().copied(), ["x"].into_iter());
        let names: Vec<String> = needed(&[("users", "0.1.0")]).expect("a member").into_iter().collect();
        assert_eq!(names, ["glim-migrations", "inventory", "users", "x"]);
        assert_eq!(needed(&[("users", "0.9.0")]), None);
    }

    #[test]
    fn what_is_new_is_told_by_name_version_and_source() {
        let other = LOCK.replace("?rev=1#0123", "?rev=2#4567").replace("name = \"inventory\"", "name = \"stock\"");
        let (lock, other) = (Lock::parse(LOCK), Lock::parse(&other));
        let names: Vec<&str> = lock.beyond(&other).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["regex", "inventory"]);
        assert!(lock.beyond(&lock).is_empty());
    }

    #[test]
    fn rubbish_is_left_to_cargo() {
        assert!(Lock::parse("[[package").packages.is_empty());
    }
}
