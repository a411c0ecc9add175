//! Fewer alterations of the same table: a database that cannot alter in place builds the table anew for each.

use std::collections::{BTreeMap, BTreeSet};

use crate::{AlterTable, Alteration, Change};

/// A change, with all tables that it has to do with.
pub(super) struct Piece {
    pub(super) change: Change,
    pub(super) touches: BTreeSet<String>,
}

impl Piece {
    pub(super) fn new<N: Into<String>>(change: Change, touches: impl IntoIterator<Item = N>) -> Self {
        Self { change, touches: touches.into_iter().map(Into::into).collect() }
    }
}

/// Puts alterations of a table together with earlier ones, where nothing between has to do with the same tables.
pub(super) fn merged(pieces: Vec<Piece>) -> Vec<Change> {
    let mut kept: Vec<Change> = Vec::new();
    // The last change that has to do with a table.
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for piece in pieces {
        let before = piece.touches.iter().filter_map(|table| last.get(table)).max().copied();
        let place = match (before.map(|place| (place, &mut kept[place])), piece.change) {
            (Some((place, Change::AlterTable(earlier))), Change::AlterTable(alter))
                if final_name(earlier) == alter.table =>
            {
                earlier.alterations.extend(alter.alterations);
                place
            }
            (_, change) => {
                kept.push(change);
                kept.len() - 1
            }
        };
        last.extend(piece.touches.into_iter().map(|table| (table, place)));
    }
    kept
}

/// What the table is called after the alterations.
fn final_name(alter: &AlterTable) -> &str {
    let renamed = alter.alterations.iter().rev().find_map(|alteration| match alteration {
        Alteration::RenameTo(name) => Some(name.as_str()),
        _ => None,
    });
    renamed.unwrap_or(&alter.table)
}
