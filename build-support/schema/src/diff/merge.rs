//! Fewer alterations of the same table: a database that cannot alter in place builds the table anew for each.

use std::collections::BTreeSet;

use crate::{Alteration, Change};

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
    let mut kept: Vec<Piece> = Vec::new();
    for piece in pieces {
        let place = match &piece.change {
            Change::AlterTable(alter) => earlier(&kept, &piece, &alter.table),
            _ => None,
        };
        match (place, piece.change) {
            (Some(place), Change::AlterTable(alter)) => {
                if let Change::AlterTable(before) = &mut kept[place].change {
                    before.alterations.extend(alter.alterations);
                }
                kept[place].touches.extend(piece.touches);
            }
            (_, change) => kept.push(Piece { change, touches: piece.touches }),
        }
    }
    kept.into_iter().map(|piece| piece.change).collect()
}

/// The last alteration of that table before which nothing stands in the way.
fn earlier(kept: &[Piece], piece: &Piece, table: &str) -> Option<usize> {
    for (place, before) in kept.iter().enumerate().rev() {
        if let Change::AlterTable(alter) = &before.change {
            let name = alter.alterations.iter().rev().find_map(|alteration| match alteration {
                Alteration::RenameTo(name) => Some(name.as_str()),
                _ => None,
            });
            if name.unwrap_or(&alter.table) == table {
                return Some(place);
            }
        }
        if !before.touches.is_disjoint(&piece.touches) {
            return None;
        }
    }
    None
}
