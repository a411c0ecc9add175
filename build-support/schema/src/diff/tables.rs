//! Which tables stay, go and come.

use std::collections::BTreeSet;

use super::renames::Renamed;
use crate::{Schema, Table};

/// The tables of two schemas.
pub(super) struct Tables<'s> {
    /// Those in both, perhaps under another name: as they were and as they will be.
    pub(super) stay: Vec<(&'s Table, &'s Table)>,
    pub(super) dropped: Vec<&'s Table>,
    pub(super) created: Vec<&'s Table>,
}

impl<'s> Tables<'s> {
    pub(super) fn of(from: &'s Schema, to: &'s Schema, renamed: &Renamed) -> Self {
        let (mut stay, mut created) = (Vec::new(), Vec::new());
        for new in to.tables.values() {
            match renamed.old_table(&new.name).and_then(|name| from.table(name)) {
                Some(old) => stay.push((old, new)),
                None => created.push(new),
            }
        }
        let kept: BTreeSet<_> = stay.iter().map(|(old, _)| old.name.as_str()).collect();
        let dropped = from.tables.values().filter(|table| !kept.contains(table.name.as_str())).collect();
        Self { stay, dropped, created }
    }
}
