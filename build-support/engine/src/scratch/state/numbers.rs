//! Numbers that the database gives to rows, replaced by their place among all that it has given.

use std::collections::{BTreeMap, BTreeSet};

use super::Contents;
use super::columns::Column;

/// What stands for each number of a column.
type Places = BTreeMap<String, String>;

/// Replaces the numbers of numbered columns by their places, and those of columns that refer to them by the same.
pub(super) fn by_order(tables: &mut BTreeMap<String, Contents>, columns: &[Column]) {
    let mut known: BTreeMap<(String, String), Places> = BTreeMap::new();
    for column in columns.iter().filter(|column| column.is_numbered) {
        known.insert(key(column), places(values(tables, column)));
    }
    // A column that refers to one that refers to a number holds that number, too.
    loop {
        let before = known.len();
        for column in columns.iter().filter(|column| !column.is_numbered) {
            if let Some(places) = column.refers.as_ref().and_then(|refers| known.get(refers)) {
                let places = places.clone();
                known.entry(key(column)).or_insert(places);
            }
        }
        if known.len() == before {
            break;
        }
    }
    for column in columns {
        let Some(places) = known.get(&key(column)) else { continue };
        for value in values(tables, column) {
            if let Some(place) = value.as_ref().and_then(|number| places.get(number)) {
                *value = Some(place.clone());
            }
        }
    }
}

fn key(column: &Column) -> (String, String) {
    (column.shown.clone(), column.name.clone())
}

fn values<'t>(
    tables: &'t mut BTreeMap<String, Contents>,
    column: &Column,
) -> impl Iterator<Item = &'t mut Option<String>> {
    let table = tables.get_mut(&column.shown);
    let at = table.as_ref().and_then(|table| table.columns.iter().position(|name| *name == column.name));
    let rows = table.into_iter().flat_map(|table| table.rows.iter_mut());
    rows.filter_map(move |row| row.get_mut(at?))
}

fn places<'v>(values: impl Iterator<Item = &'v mut Option<String>>) -> Places {
    let numbers: BTreeSet<i128> = values.filter_map(|value| value.as_deref()?.parse().ok()).collect();
    numbers.into_iter().zip(1..).map(|(number, place)| (number.to_string(), format!("number {place}"))).collect()
}
