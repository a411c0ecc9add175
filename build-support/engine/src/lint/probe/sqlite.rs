//! SQLite: on which page each table begins, and which indexes and triggers it has.

use std::collections::{BTreeMap, BTreeSet};

use crate::driver::{Connection, Result};
use crate::scratch::texts;

/// What a database holds.
#[derive(Default)]
pub(super) struct Held {
    /// The first page of each table.
    tables: BTreeMap<String, String>,
    /// Indexes and triggers that a statement has made: the table, and what it is.
    others: BTreeSet<(String, String)>,
}

/// What a database holds now.
pub(super) fn held(conn: &mut dyn Connection) -> Result<Held> {
    let mut held = Held::default();
    let sql = "SELECT type, name, tbl_name, rootpage FROM sqlite_schema \
               WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'glim\\_%' ESCAPE '\\'";
    for row in texts(conn, sql)? {
        let Ok([kind, name, table, page]) = <[String; 4]>::try_from(row) else { continue };
        if kind == "table" {
            held.tables.insert(name, page);
        } else if kind != "view" {
            held.others.insert((table, format!("the {kind} `{name}`")));
        }
    }
    Ok(held)
}

impl Held {
    /// The tables of these that are others by now, under the same name.
    pub(super) fn rebuilt(&self, now: &Self) -> Vec<String> {
        let moved = |(name, page): &(&String, &String)| now.tables.get(*name).is_some_and(|new| new != *page);
        self.tables.iter().filter(moved).map(|(name, _)| name.clone()).collect()
    }

    /// What a table no longer has.
    pub(super) fn lost(&self, now: &Self, table: &str) -> Vec<(String, String)> {
        let of_table = self.others.iter().filter(|(owner, _)| owner.eq_ignore_ascii_case(table));
        of_table.filter(|it| !now.others.contains(it)).map(|(_, what)| (table.to_owned(), what.clone())).collect()
    }
}
