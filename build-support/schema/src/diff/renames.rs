//! Which tables and columns go on under another name.

use std::collections::BTreeMap;

use crate::{Schema, Table};

/// Hints that something was renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: the old name and the new one.
    pub tables: Vec<(String, String)>,
    /// Columns: the table's name from now on, the column's old name and its new one.
    pub columns: Vec<(String, String, String)>,
}

/// The renames that are made, by old names; columns by the new names of their tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Renamed {
    tables: BTreeMap<String, String>,
    columns: BTreeMap<String, BTreeMap<String, String>>,
}

impl Renames {
    /// Adds a hint that a table was renamed.
    #[must_use]
    pub fn table(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.tables.push((old.into(), new.into()));
        self
    }

    /// Adds a hint that a column was renamed, of the table that has that name from now on.
    #[must_use]
    pub fn column(mut self, table: impl Into<String>, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.columns.push((table.into(), old.into(), new.into()));
        self
    }

    /// The hints that have not been followed yet: the old name is there, and the new one is not, or is itself given up.
    pub(super) fn that_hold(&self, from: &Schema, to: &Schema) -> Renamed {
        let hints = self.tables.iter().map(|(old, new)| (old, new));
        let tables = holding(hints, |name| from.tables.contains_key(name), |name| to.tables.contains_key(name));
        let mut renamed = Renamed { tables, columns: BTreeMap::new() };
        for table in to.tables.values() {
            let Some(before) = renamed.old_table(&table.name).and_then(|name| from.table(name)) else { continue };
            let hints = self.columns.iter().filter(|(of, ..)| *of == table.name).map(|(_, old, new)| (old, new));
            let has = |table: &Table, name: &str| table.find_column(name).is_some();
            let columns = holding(hints, |name| has(before, name), |name| has(table, name));
            if !columns.is_empty() {
                renamed.columns.insert(table.name.clone(), columns);
            }
        }
        renamed
    }
}

fn holding<'a>(
    hints: impl Iterator<Item = (&'a String, &'a String)>,
    was: impl Fn(&str) -> bool,
    is: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    let mut open: Vec<_> = hints.filter(|(old, new)| old != new && was(old) && is(new)).collect();
    loop {
        let count = held.len();
        open.retain(|&(old, new)| {
            let free = !was(new) || held.contains_key(new);
            let taken = held.contains_key(old) || held.values().any(|other| other == new);
            if free && !taken {
                held.insert(old.clone(), new.clone());
            }
            !free && !taken
        });
        if held.len() == count {
            return held;
        }
    }
}

impl Renamed {
    /// The way back.
    pub(super) fn inverse(&self) -> Self {
        let turned = |names: &BTreeMap<String, String>| {
            names.iter().map(|(old, new)| (new.clone(), old.clone())).collect::<BTreeMap<_, _>>()
        };
        let columns = self
            .columns
            .iter()
            .map(|(table, columns)| (self.old_table(table).unwrap_or(table).to_owned(), turned(columns)));
        Self { tables: turned(&self.tables), columns: columns.collect() }
    }

    /// The name from now on of a table; that of another table may be the same, which then goes.
    pub(super) fn new_table<'a>(&'a self, old: &'a str) -> &'a str {
        self.tables.get(old).map_or(old, String::as_str)
    }

    /// The name until now of a table; `None` where the table of that name until now goes on under another.
    pub(super) fn old_table<'a>(&'a self, new: &'a str) -> Option<&'a str> {
        let renamed = self.tables.iter().find(|(_, name)| *name == new).map(|(old, _)| old.as_str());
        renamed.or_else(|| (!self.tables.contains_key(new)).then_some(new))
    }

    /// The columns of a table, by its new name, that are renamed.
    pub(super) fn columns(&self, table: &str) -> Option<&BTreeMap<String, String>> {
        self.columns.get(table)
    }

    /// The name from now on of a column, of the table with that old name.
    pub(super) fn new_column<'a>(&'a self, old_table: &'a str, old: &'a str) -> &'a str {
        let columns = self.columns(self.new_table(old_table));
        columns.and_then(|columns| columns.get(old)).map_or(old, String::as_str)
    }

    /// The table with every name in it as it is from now on, but for those of constraints and indexes, which stay.
    pub(super) fn apply(&self, old: &Table) -> Table {
        let mut table = old.clone();
        table.pin_names();
        table.each_column_name(&mut |of, name| {
            let new = self.new_column(of, name).to_owned();
            *name = new;
        });
        for column in &mut table.columns {
            self.new_column(&old.name, &column.name).to_owned().clone_into(&mut column.name);
        }
        for key in &mut table.foreign_keys {
            self.new_table(&key.references).to_owned().clone_into(&mut key.references);
        }
        self.new_table(&old.name).clone_into(&mut table.name);
        table
    }

    /// The renames of tables, so that each new name is free by then.
    pub(super) fn tables_in_order(&self) -> Vec<(&str, &str)> {
        in_order(&self.tables)
    }
}

/// The renames, so that each new name is free by then. They form no circle: each begins with a name that was free.
pub(super) fn in_order(renames: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    let mut open: Vec<(&str, &str)> = renames.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let olds: Vec<&str> = open.iter().map(|(old, _)| *old).collect();
        let (free, rest): (Vec<_>, Vec<_>) = open.iter().partition(|(_, new)| !olds.contains(new));
        if free.is_empty() {
            ordered.extend(rest);
            break;
        }
        ordered.extend(free);
        open = rest;
    }
    ordered
}
