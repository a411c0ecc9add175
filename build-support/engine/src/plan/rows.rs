//! The ledger's rows as planning needs them.

use std::collections::HashMap;

use glim::Direction;

use crate::catalog::{Catalog, Entry};
use crate::ledger::{Row, State};
use crate::near::nearest_first;
use crate::plan::PlanError;

/// The rows, found by name, and in the order in which they were applied.
pub(super) struct Rows<'a> {
    ordered: Vec<&'a Row>,
    by_name: HashMap<&'a str, &'a Row>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(rows: &'a [Row]) -> Self {
        Self { ordered: applied_order(rows), by_name: rows.iter().map(|row| (row.name.as_str(), row)).collect() }
    }

    /// Oldest first.
    pub(super) fn ordered(&self) -> &[&'a Row] {
        &self.ordered
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Row> {
        self.by_name.get(name).copied()
    }

    /// The migrations that were begun in that direction and not finished, oldest first: they go on. Refuses what was begun
    /// in the other one, and another one than that which alone is asked for.
    pub(super) fn refuse_unfinished(
        &self,
        direction: Direction,
        name: Option<&str>,
    ) -> Result<Vec<&'a Row>, PlanError> {
        let unfinished = self.ordered.iter().copied().filter(|row| row.state != State::Applied);
        let goes_on = |row: &&Row| {
            let begun = match row.state {
                State::Applied | State::Running | State::Failed => Direction::Run,
                State::RollingBack | State::RollbackFailed => Direction::Rollback,
            };
            begun == direction && name.is_none_or(|name| name == row.name)
        };
        let (go_on, others): (Vec<_>, Vec<_>) = unfinished.partition(goes_on);
        if others.is_empty() {
            Ok(go_on)
        } else {
            Err(PlanError::Unfinished { rows: others.into_iter().cloned().collect() })
        }
    }

    /// That no migration and no row has that name.
    pub(super) fn unknown(&self, catalog: &Catalog, name: &str) -> PlanError {
        let name = name.to_owned();
        if let Some(alias) = catalog.alias_elsewhere(&name) {
            return PlanError::OtherAlias { alias: alias.to_owned(), name };
        }
        let registered = catalog.entries().iter().map(|entry| entry.name.as_str());
        let near = nearest_first(&name, registered.chain(self.by_name.keys().copied()));
        PlanError::Unknown { near: near.into_iter().map(str::to_owned).collect(), name }
    }
}

/// Whether the migration's code is known to be gone.
pub(super) fn is_gone(catalog: &Catalog, row: &Row) -> bool {
    // The folders of SQL files are always read whole.
    catalog.get(&row.name).is_none()
        && !row.is_name_only()
        && (row.is_sql() || catalog.packages().includes(row.package.as_deref()))
}

/// Whether the migration's code is other than when it was applied, as far as can be seen.
pub(super) fn is_changed(entry: &Entry, row: &Row) -> bool {
    matches!((&entry.checksum, &row.checksum), (Some(now), Some(then)) if now != then)
}

/// Rows that the original tool writes beside us have no place in our order: the time decides where they belong.
fn applied_order(rows: &[Row]) -> Vec<&Row> {
    let (mut placed, mut others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.applied_order.is_some());
    placed.sort_by(|a, b| (a.applied_order, &a.id).cmp(&(b.applied_order, &b.id)));
    others.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    let mut order = Vec::with_capacity(rows.len());
    let mut others = others.into_iter().peekable();
    for row in placed {
        while let Some(other) = others.next_if(|other| other.created_at < row.created_at) {
            order.push(other);
        }
        order.push(row);
    }
    order.extend(others);
    order
}
