//! What changes within one table.

use std::collections::BTreeSet;

use crate::diff::matching::{Matched, matched};
use crate::diff::renames::Renamed;
use crate::{Check, Column, Index, Indexed, Table, Unique};

/// How one table becomes another, without its foreign keys.
pub(super) struct Plan<'a> {
    /// The table until now.
    pub(super) old: &'a Table,
    /// The same under the names from now on.
    pub(super) mapped: Table,
    /// The table from now on.
    pub(super) new: &'a Table,
    /// Columns that differ, by the new names.
    pub(super) altered: Vec<(Column, Column)>,
    /// Columns that go, by the names from now on.
    pub(super) dropped: Vec<String>,
    /// Columns that go and come again, since no database alters how they are computed.
    pub(super) replaced: BTreeSet<String>,
    /// Columns that come.
    pub(super) added: Vec<Column>,
    /// Whether the primary key goes and another comes.
    pub(super) rekeyed: bool,
    pub(super) uniques: Matched<Unique>,
    pub(super) indexes: Matched<Index>,
    pub(super) checks: Matched<Check>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(old: &'a Table, new: &'a Table, renamed: &Renamed) -> Self {
        let mapped = renamed.apply(old);
        // A column whose place another takes that was renamed: it goes, though the name stays.
        let taken: BTreeSet<&str> =
            renamed.columns(&new.name).into_iter().flat_map(|columns| columns.values()).map(String::as_str).collect();
        let was_renamed = |name: &str| renamed.columns(&new.name).is_some_and(|columns| columns.contains_key(name));
        let clash = |old: &Column| taken.contains(old.name.as_str()) && !was_renamed(&old.name);
        let columns = old.columns.iter().zip(&mapped.columns);
        let dropped: Vec<String> = columns
            .filter(|(old, mapped)| clash(old) || new.find_column(&mapped.name).is_none())
            .map(|(old, _)| old.name.clone())
            .collect();
        let mapped_of = |name: &str| {
            let both = old.columns.iter().zip(&mapped.columns);
            both.filter(|(old, _)| !clash(old)).map(|(_, mapped)| mapped).find(|mapped| mapped.name == name)
        };
        let mut altered = Vec::new();
        let mut added = Vec::new();
        let mut replaced = BTreeSet::new();
        for column in &new.columns {
            match mapped_of(&column.name) {
                None => added.push(column.clone()),
                Some(before) if before == column => {}
                Some(before) if is_replaced(before, column) => drop(replaced.insert(column.name.clone())),
                Some(before) => altered.push((before.clone(), column.clone())),
            }
        }
        // What is computed from a column of which the type changes has to make way for it.
        let moved = |name: &str| {
            dropped.iter().any(|each| each == name)
                || altered
                    .iter()
                    .any(|(from, to)| to.name == name && (from.ty != to.ty || from.collation != to.collation))
        };
        for column in &new.columns {
            let Some(generated) = column.generated.as_ref().filter(|_| mapped_of(&column.name).is_some()) else {
                continue;
            };
            if old
                .columns
                .iter()
                .map(|each| each.name.as_str())
                .any(|name| moved(name) && mentions(&generated.expression, name))
            {
                replaced.insert(column.name.clone());
            }
        }
        altered.retain(|(_, to)| !replaced.contains(&to.name));

        let touched = |name: &str| replaced.contains(name) || dropped.iter().any(|each| each == name);
        let in_text = |sql: &str| {
            let names = replaced.iter().chain(&dropped).map(String::as_str);
            let mut renamed =
                renamed.columns(&new.name).into_iter().flat_map(|columns| columns.keys()).map(String::as_str);
            names.chain(&mut renamed).any(|name| mentions(sql, name))
        };
        let any = |columns: &[String]| columns.iter().any(|name| touched(name));
        let keep_index = |index: &Index| {
            let texts = index.parts.iter().filter_map(|part| match &part.of {
                Indexed::Expression(sql) => Some(sql.as_str()),
                Indexed::Column(_) => None,
            });
            let mut texts = texts.chain(index.predicate.as_deref());
            !index.columns().any(touched) && !any(&index.include) && !texts.any(in_text)
        };
        let uniques = matched(&mapped.uniques, &new.uniques, &new.name, |unique| !any(&unique.columns));
        let indexes = matched(&mapped.indexes, &new.indexes, &new.name, keep_index);
        let checks = matched(&mapped.checks, &new.checks, &new.name, |check| !in_text(&check.expression));
        let uniques = uniques.without_renames(&new.uniques, &new.name, true);
        let indexes = indexes.without_renames(&new.indexes, &new.name, true);
        let checks = checks.without_renames(&new.checks, &new.name, false);
        let mut mapped = mapped;
        let mut places = old.columns.iter();
        mapped.columns.retain(|_| places.next().is_some_and(|column| !dropped.contains(&column.name)));
        let rekeyed = mapped.primary_key != new.primary_key || any(&new.primary_key);
        Self { old, mapped, new, altered, dropped, replaced, added, rekeyed, uniques, indexes, checks }
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        let Self { old, new, altered, dropped, replaced, added, rekeyed, uniques, indexes, checks, .. } = self;
        let same = |gone: usize, new: usize, renames: usize| gone + new + renames == 0;
        old.name == new.name
            && old.comment == new.comment
            && altered.is_empty()
            && dropped.is_empty()
            && replaced.is_empty()
            && added.is_empty()
            && !rekeyed
            && self.mapped.columns.iter().zip(&old.columns).all(|(mapped, old)| mapped.name == old.name)
            && same(uniques.gone.len(), uniques.new.len(), uniques.renames().count())
            && same(indexes.gone.len(), indexes.new.len(), indexes.renames().count())
            && same(checks.gone.len(), checks.new.len(), 0)
    }

    /// Which keys that others may refer to go, by the columns' new names.
    pub(super) fn lost_keys(&self) -> impl Iterator<Item = Vec<&str>> {
        let key = self.rekeyed.then(|| self.mapped.primary_key.iter().map(String::as_str).collect());
        let uniques = self.uniques.gone.iter().map(|unique| unique.columns.iter().map(String::as_str).collect());
        let indexes = self.indexes.gone.iter().filter(|index| index.unique).map(|index| index.columns().collect());
        key.into_iter().chain(uniques).chain(indexes)
    }

    /// Whether a foreign key of or to this table must make way: MySQL alters no column, and drops no index, that one needs,
    /// and PostgreSQL drops no key that one refers to.
    pub(super) fn disturbs(&self, columns: &[String], refers: bool) -> bool {
        let altered = |name: &String| {
            self.replaced.contains(name)
                || self.altered.iter().any(|(from, to)| {
                    to.name == *name
                        && (from.ty != to.ty || from.collation != to.collation || from.nullable != to.nullable)
                })
        };
        if columns.iter().any(|name| altered(name) || self.dropped.contains(name)) {
            return true;
        }
        if refers {
            self.loses_cover(columns)
        } else {
            let wanted: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
            self.lost_keys().any(|key| key.iter().copied().collect::<BTreeSet<_>>() == wanted)
        }
    }

    /// Whether the indexes go that begin with those columns.
    fn loses_cover(&self, columns: &[String]) -> bool {
        let index = |index: &Index| begins_with(&index.columns().collect::<Vec<_>>(), columns);
        let lost = self.rekeyed && begins_with(&self.mapped.primary_key, columns)
            || self.uniques.gone.iter().any(|each| begins_with(&each.columns, columns))
            || self.indexes.gone.iter().any(index);
        let left = !self.rekeyed && begins_with(&self.mapped.primary_key, columns)
            || self.uniques.kept.iter().any(|(each, ..)| begins_with(&each.columns, columns))
            || self.indexes.kept.iter().any(|(each, ..)| index(each));
        lost && !left
    }
}

/// Whether an index over `key` serves those columns.
pub(super) fn begins_with<N: AsRef<str>>(key: &[N], columns: &[String]) -> bool {
    key.len() >= columns.len() && key.iter().zip(columns).all(|(a, b)| a.as_ref() == b)
}

fn is_replaced(from: &Column, to: &Column) -> bool {
    let uncommented = |column: &Column| Column { comment: None, ..column.clone() };
    (from.generated.is_some() || to.generated.is_some()) && uncommented(from) != uncommented(to)
}

/// Whether a name stands in SQL as a word of its own. What it means there cannot be known without a parser of each
/// dialect; taking a string's word for a column only rebuilds what could have stayed.
pub(super) fn mentions(sql: &str, name: &str) -> bool {
    let is_word = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    let (sql, name) = (sql.to_lowercase(), name.to_lowercase());
    let found = sql.match_indices(&name).any(|(at, _)| {
        let before = sql[..at].chars().next_back().is_some_and(is_word);
        let after = sql[at + name.len()..].chars().next().is_some_and(is_word);
        !before && !after
    });
    found && !name.is_empty()
}
