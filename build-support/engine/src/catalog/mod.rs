//! The registered migrations that take part for one alias, validated and in the order in which they are applied.

mod entry;
mod error;
mod order;
mod registered;
#[cfg(test)]
mod tests;
mod version;

use std::collections::{HashMap, HashSet};

use crate::ledger::Row;
use crate::near::nearest_first;

pub use self::entry::{Code, Entry, Place, Sql};
pub use self::error::CatalogError;
pub use self::version::Version;

/// The migrations of one alias, in the order in which they are applied.
///
/// That order is a topological sort by `after`; of those that are ready, the one with the smallest version, package,
/// file and line comes first. One without a version goes before those with one, so that it follows what it names.
#[derive(Clone, Debug)]
pub struct Catalog {
    entries: Vec<Entry>,
    /// For each entry the positions of those that it names in `after`.
    needs: Vec<Vec<usize>>,
    /// For each entry the names in `after` that can only belong to a package that was not selected.
    outside: HashMap<usize, Vec<String>>,
    positions: HashMap<String, usize>,
    /// Migrations of other aliases, and which.
    elsewhere: HashMap<String, String>,
    packages: Packages,
}

/// What was selected on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The alias of the database.
    pub alias: String,
    /// The packages.
    pub packages: Packages,
}

/// Which packages of the workspace take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packages {
    /// All of them, so that a ledger row without a migration means that its code is gone.
    All,
    /// Those of these names; nothing is known of the others.
    Only(Vec<String>),
}

impl Scope {
    /// All packages, for that alias.
    pub fn all(alias: impl Into<String>) -> Self {
        Self { alias: alias.into(), packages: Packages::All }
    }

    /// Some packages, for that alias.
    pub fn only<P: Into<String>>(alias: impl Into<String>, packages: impl IntoIterator<Item = P>) -> Self {
        Self { alias: alias.into(), packages: Packages::Only(packages.into_iter().map(Into::into).collect()) }
    }
}

impl Packages {
    /// Whether all of the code of that package is known. A row that does not say its package may belong to any.
    pub fn includes(&self, package: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => package.is_some_and(|package| names.iter().any(|name| name == package)),
        }
    }
}

impl Catalog {
    /// Validates the registered migrations and puts those of the scope's alias in order.
    ///
    /// # Errors
    /// Everything that is wrong with the registrations, at least one thing.
    pub fn new(registered: Vec<Entry>, scope: &Scope) -> Result<Self, Vec<CatalogError>> {
        let (entries, others): (Vec<_>, Vec<_>) =
            registered.into_iter().partition(|entry| entry.db.as_deref().is_none_or(|db| db == scope.alias));
        let elsewhere: HashMap<_, _> = others.into_iter().filter_map(|entry| Some((entry.name, entry.db?))).collect();

        let mut errors = Vec::new();
        for entry in &entries {
            errors.extend(error::check_name(entry));
        }
        errors.extend(duplicates(&entries));
        let versions = versions(&entries, &mut errors);
        let links = Links::resolve(&entries, &elsewhere, &scope.packages, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }

        let keys: Vec<_> = entries.iter().zip(&versions).map(|(entry, version)| entry.key(version.as_ref())).collect();
        let order = order::topological(&keys, &with_sql_order(&entries, &links.needs)).map_err(|cycle| {
            let steps = cycle.into_iter().map(|at| (entries[at].name.clone(), entries[at].place())).collect();
            vec![CatalogError::Cycle { steps }]
        })?;
        drop(keys);
        Ok(Self::arrange(entries, versions, links, &order, elsewhere, scope.packages.clone()))
    }

    fn arrange(
        entries: Vec<Entry>,
        versions: Vec<Option<Version>>,
        links: Links,
        order: &[usize],
        elsewhere: HashMap<String, String>,
        packages: Packages,
    ) -> Self {
        let mut position = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            position[from] = to;
        }
        let mut sorted: Vec<_> = entries.into_iter().zip(versions).zip(links.needs).enumerate().collect();
        sorted.sort_unstable_by_key(|&(from, _)| position[from]);
        let (mut entries, mut needs) = (Vec::with_capacity(sorted.len()), Vec::with_capacity(sorted.len()));
        for (_, ((mut entry, version), needed)) in sorted {
            if entry.code.sql().is_none() {
                entry.version = version.map(|version| version.to_string());
            }
            entries.push(entry);
            needs.push(needed.into_iter().map(|from| position[from]).collect());
        }
        let outside = links.outside.into_iter().map(|(from, names)| (position[from], names)).collect();
        let positions = entries.iter().enumerate().map(|(at, entry)| (entry.name.clone(), at)).collect();
        Self { entries, needs, outside, positions, elsewhere, packages }
    }

    /// The rows as they concern these migrations: one of an SQL file that was renamed gets the file's new name, since
    /// the tools whose layouts we read know a migration by its version.
    pub fn recognise(&self, rows: Vec<Row>) -> Vec<Row> {
        let known: HashSet<String> = rows.iter().map(|row| row.name.clone()).collect();
        let new_names: HashMap<&str, &str> = self
            .entries
            .iter()
            .filter(|entry| entry.code.sql().is_some() && !known.contains(&entry.name))
            .filter_map(|entry| Some((entry.version.as_deref()?, entry.name.as_str())))
            .collect();
        let renamed = |row: Row| match row.version.as_deref().and_then(|version| new_names.get(version)) {
            Some(&name) if row.is_sql() && self.get(&row.name).is_none() => Row { name: name.to_owned(), ..row },
            _ => row,
        };
        rows.into_iter().map(renamed).collect()
    }

    /// The migrations in the order in which they are applied. The `version` of a Rust migration is the one that counts,
    /// digits only.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The migration of that name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.position(name).map(|at| &self.entries[at])
    }

    /// Where in the order the migration of that name stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The positions of the migrations that the one at `position` names in `after`.
    pub(crate) fn needs(&self, position: usize) -> &[usize] {
        &self.needs[position]
    }

    /// Names in `after` of the migration at `position` that belong to a package that was not selected.
    pub(crate) fn needs_outside(&self, position: usize) -> &[String] {
        self.outside.get(&position).map_or(&[], Vec::as_slice)
    }

    /// The alias that a migration of that name belongs to, if not to this one.
    pub fn alias_elsewhere(&self, name: &str) -> Option<&str> {
        self.elsewhere.get(name).map(String::as_str)
    }

    /// Which packages the migrations were taken from.
    pub fn packages(&self) -> &Packages {
        &self.packages
    }
}

/// What each entry's `after` refers to.
struct Links {
    needs: Vec<Vec<usize>>,
    outside: HashMap<usize, Vec<String>>,
}

impl Links {
    fn resolve(
        entries: &[Entry],
        elsewhere: &HashMap<String, String>,
        packages: &Packages,
        errors: &mut Vec<CatalogError>,
    ) -> Self {
        let by_name: HashMap<_, _> = entries.iter().enumerate().map(|(at, entry)| (entry.name.as_str(), at)).collect();
        let mut links = Self { needs: Vec::with_capacity(entries.len()), outside: HashMap::new() };
        for (at, entry) in entries.iter().enumerate() {
            let mut needed = Vec::new();
            let mut seen = HashSet::new();
            for name in entry.after.iter().filter(|name| seen.insert(name.as_str())) {
                if let Some(&other) = by_name.get(name.as_str()) {
                    needed.push(other);
                } else if let Some(alias) = elsewhere.get(name) {
                    // One that belongs to any alias waits for the other only where the other takes part.
                    if let Some(db) = &entry.db {
                        errors.push(CatalogError::AfterOtherAlias {
                            name: entry.name.clone(),
                            place: entry.place(),
                            db: db.clone(),
                            after: name.clone(),
                            other: alias.clone(),
                        });
                    }
                } else if *packages == Packages::All {
                    errors.push(CatalogError::UnknownAfter {
                        name: entry.name.clone(),
                        place: entry.place(),
                        after: name.clone(),
                        near: nearest_first(name, entries.iter().map(|entry| entry.name.as_str()))
                            .into_iter()
                            .map(str::to_owned)
                            .collect(),
                    });
                } else {
                    links.outside.entry(at).or_default().push(name.clone());
                }
            }
            links.needs.push(needed);
        }
        links
    }
}

/// What must come before each entry: what it needs, and for an SQL migration the one before it in its folder. Layouts
/// compare versions each in their own way, so that their order is taken as it is.
fn with_sql_order(entries: &[Entry], needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut before = needs.to_vec();
    let place = |at: &usize| entries[*at].code.sql().map(|sql| (entries[*at].package.as_str(), sql.position));
    let mut files: Vec<usize> = (0..entries.len()).filter(|at| place(at).is_some()).collect();
    files.sort_by_key(place);
    for pair in files.windows(2) {
        if entries[pair[0]].package == entries[pair[1]].package {
            before[pair[1]].push(pair[0]);
        }
    }
    before
}

fn duplicates(entries: &[Entry]) -> Vec<CatalogError> {
    let mut places: HashMap<&str, Vec<Place>> = HashMap::new();
    for entry in entries {
        places.entry(&entry.name).or_default().push(entry.place());
    }
    let mut found: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
    found.sort_unstable_by_key(|&(name, _)| name);
    let duplicate = |(name, mut places): (&str, Vec<Place>)| {
        places.sort();
        CatalogError::Duplicate { name: name.to_owned(), places }
    };
    found.into_iter().map(duplicate).collect()
}

/// Each entry's version, and an error for each that has none where one is needed to know its place in the order.
fn versions(entries: &[Entry], errors: &mut Vec<CatalogError>) -> Vec<Option<Version>> {
    let mut versions = Vec::with_capacity(entries.len());
    for entry in entries {
        versions.push(match &entry.version {
            None => Version::of_file(&entry.file),
            Some(text) => {
                let version = Version::parse(text);
                if version.is_none() && entry.code.sql().is_none() {
                    let (name, place, version) = (entry.name.clone(), entry.place(), text.clone());
                    errors.push(CatalogError::BadVersion { name, place, version });
                }
                version
            }
        });
    }
    let Some((greatest, of)) =
        versions.iter().zip(entries).filter_map(|(v, e)| Some((v.as_ref()?, e))).max_by_key(|x| x.0)
    else {
        return versions;
    };
    for (entry, version) in entries.iter().zip(&versions) {
        if version.is_none() && entry.version.is_none() && entry.after.is_empty() {
            errors.push(CatalogError::NoVersion {
                name: entry.name.clone(),
                place: entry.place(),
                next: greatest.next(),
                versioned: of.name.clone(),
                versioned_place: of.place(),
            });
        }
    }
    versions
}
