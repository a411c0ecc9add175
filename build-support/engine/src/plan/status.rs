//! Where each migration stands.

use super::rows::{Rows, is_changed, is_gone};
use crate::catalog::{Catalog, Entry};
use crate::ledger::{Row, State};

/// A migration and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine<'a> {
    /// The migration's name.
    pub name: &'a str,
    /// Where it stands.
    pub standing: Standing,
    /// Its row in the ledger.
    pub row: Option<&'a Row>,
    /// Its registration.
    pub entry: Option<&'a Entry>,
}

/// Where a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is applied.
    Applied,
    /// It is not applied yet.
    Pending,
    /// It is applied, and its code has changed since.
    Changed,
    /// It is applied, and its code is gone.
    Gone,
    /// It is applied, and belongs to a package that was not selected.
    NotSelected,
    /// It was begun, and nothing was heard of its end.
    Running,
    /// It failed in the middle.
    Failed,
    /// Its rollback was begun, and nothing was heard of its end.
    RollingBack,
    /// Its rollback failed in the middle.
    RollbackFailed,
}

impl Standing {
    /// The word for it in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::NotSelected => "not selected",
            Self::Running => "interrupted",
            Self::Failed => "failed",
            Self::RollingBack => "rollback interrupted",
            Self::RollbackFailed => "rollback failed",
        }
    }
}

impl StatusLine<'_> {
    /// Whether a change of its code would go unseen, because the code was not found, now or when it was applied.
    pub fn changes_unseen(&self) -> bool {
        let now = self.entry.is_some_and(|entry| entry.checksum.is_none());
        let then = self.row.is_some_and(|row| row.checksum.is_none());
        self.entry.is_some() && (now || then)
    }
}

/// Where each migration stands: the registered ones in their order, and among them, by when they were applied, those
/// that only the ledger knows.
pub fn status<'a>(catalog: &'a Catalog, rows: &'a [Row]) -> Vec<StatusLine<'a>> {
    let rows = Rows::new(rows);
    // For each row without an entry, how many entries come before it: all up to the last of those applied before it.
    let mut only_rows = Vec::new();
    let mut before = 0;
    for &row in rows.ordered() {
        match catalog.position(&row.name) {
            Some(at) => before = before.max(at + 1),
            None => only_rows.push((before, row)),
        }
    }
    let mut only_rows = only_rows.into_iter().peekable();
    let mut lines = Vec::with_capacity(catalog.entries().len() + only_rows.len());
    for (at, entry) in catalog.entries().iter().enumerate() {
        while let Some((_, row)) = only_rows.next_if(|&(before, _)| before <= at) {
            lines.push(without_entry(catalog, row));
        }
        let row = rows.get(&entry.name);
        lines.push(StatusLine { name: &entry.name, standing: standing(entry, row), row, entry: Some(entry) });
    }
    lines.extend(only_rows.map(|(_, row)| without_entry(catalog, row)));
    lines
}

fn standing(entry: &Entry, row: Option<&Row>) -> Standing {
    match row {
        None => Standing::Pending,
        Some(row) => match unfinished(row.state) {
            Some(standing) => standing,
            None if is_changed(entry, row) => Standing::Changed,
            None => Standing::Applied,
        },
    }
}

fn without_entry<'a>(catalog: &Catalog, row: &'a Row) -> StatusLine<'a> {
    let applied = match row {
        _ if row.is_name_only() => Standing::Applied,
        _ if is_gone(catalog, row) => Standing::Gone,
        _ => Standing::NotSelected,
    };
    let standing = unfinished(row.state).unwrap_or(applied);
    StatusLine { name: &row.name, standing, row: Some(row), entry: None }
}

fn unfinished(state: State) -> Option<Standing> {
    match state {
        State::Applied => None,
        State::Running => Some(Standing::Running),
        State::Failed => Some(Standing::Failed),
        State::RollingBack => Some(Standing::RollingBack),
        State::RollbackFailed => Some(Standing::RollbackFailed),
    }
}
