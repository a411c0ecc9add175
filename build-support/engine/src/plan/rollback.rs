//! The plan to undo migrations.

use std::collections::HashSet;

use super::rows::{Rows, is_changed, is_gone};
use super::{Direction, Note, Plan, PlanError, Step};
use crate::catalog::Catalog;
use crate::ledger::{Row, State};

/// What to undo. Without any of these, everything, as the original does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollbackRequest {
    /// Only this migration.
    pub name: Option<String>,
    /// So many, newest first. Ignored with `name`.
    pub steps: Option<usize>,
    /// Everything that was applied after this migration. Ignored with `name` or `steps`.
    pub to: Option<String>,
    /// Everything. Ignored with any of the others.
    pub all: bool,
}

/// Plans to undo migrations, newest applied first. Rows of packages that were not selected are left alone.
///
/// # Errors
/// A name is unknown, or not all that was asked for can be undone; then nothing is.
pub fn rollback<'a>(catalog: &'a Catalog, rows: &'a [Row], request: &RollbackRequest) -> Result<Plan<'a>, PlanError> {
    let rows = Rows::new(rows);
    let newest_first = || rows.ordered().iter().rev().copied();
    let ours = |row: &&Row| catalog.get(&row.name).is_some() || is_gone(catalog, row);
    let undo: Vec<&Row> = match request {
        RollbackRequest { name: Some(name), .. } => match rows.get(name) {
            Some(row) => vec![row],
            None if catalog.get(name).is_some() => {
                return Ok(Plan { steps: Vec::new(), notes: vec![Note::NotApplied { name: name.clone() }] });
            }
            None => return Err(rows.unknown(catalog, name)),
        },
        RollbackRequest { steps: Some(steps), .. } => newest_first().filter(ours).take(*steps).collect(),
        RollbackRequest { to: Some(to), .. } => match rows.get(to) {
            Some(_) => newest_first().take_while(|row| row.name != *to).filter(ours).collect(),
            None if catalog.get(to).is_some() => return Err(PlanError::NotApplied { name: to.clone() }),
            None => return Err(rows.unknown(catalog, to)),
        },
        RollbackRequest { name: None, steps: None, to: None, all: _ } => newest_first().filter(ours).collect(),
    };
    let unfinished = rows.refuse_unfinished(Direction::Rollback, request.name.as_deref())?;
    // What was begun is ended first.
    let begun = |row: &&&Row| unfinished.iter().any(|other| other.name == row.name);
    let mut undo = undo;
    undo.retain(|row| !begun(&row));
    let undo: Vec<_> = unfinished.iter().copied().chain(undo).collect();
    let mut plan = undo_all(catalog, &rows, &undo)?;
    plan.notes.extend(unfinished.iter().map(|row| Note::GoesOn { name: row.name.clone() }));
    Ok(plan)
}

/// Plans to undo the migration that was applied last and to apply it again.
///
/// # Errors
/// It cannot be undone.
pub fn redo<'a>(catalog: &'a Catalog, rows: &'a [Row]) -> Result<Plan<'a>, PlanError> {
    let unfinished: Vec<Row> = rows.iter().filter(|row| row.state != State::Applied).cloned().collect();
    if !unfinished.is_empty() {
        return Err(PlanError::Unfinished { rows: unfinished });
    }
    let request = RollbackRequest { steps: Some(1), ..RollbackRequest::default() };
    let mut plan = rollback(catalog, rows, &request)?;
    let again: Vec<_> = plan.steps.iter().map(|step| Step { direction: Direction::Run, row: None, ..*step }).collect();
    plan.steps.extend(again);
    Ok(plan)
}

/// The steps to undo those rows, in their order, if all of them can be undone.
fn undo_all<'a>(catalog: &'a Catalog, rows: &Rows<'a>, undo: &[&'a Row]) -> Result<Plan<'a>, PlanError> {
    let mut plan = Plan::default();
    let (mut irreversible, mut gone) = (Vec::new(), Vec::new());
    for &row in undo {
        let Some(entry) = catalog.get(&row.name) else {
            gone.push((row.name.clone(), row.package.clone()));
            continue;
        };
        if entry.irreversible || entry.has_rollback == Some(false) {
            irreversible.push((entry.name.clone(), entry.place()));
        }
        if is_changed(entry, row) {
            plan.notes.push(Note::Changed { name: row.name.clone() });
        }
        plan.steps.push(Step { direction: Direction::Rollback, entry, row: Some(row) });
    }
    if !irreversible.is_empty() || !gone.is_empty() {
        return Err(PlanError::CannotUndo { irreversible, gone });
    }

    let undone: HashSet<&str> = undo.iter().map(|row| row.name.as_str()).collect();
    for (at, entry) in catalog.entries().iter().enumerate() {
        if rows.get(&entry.name).is_none() || undone.contains(entry.name.as_str()) {
            continue;
        }
        let needed = catalog.needs(at).iter().map(|&other| &catalog.entries()[other].name);
        if let Some(needed) = needed.into_iter().find(|name| undone.contains(name.as_str())) {
            let by = dependants(catalog, rows, needed);
            return Err(PlanError::Needed { name: needed.clone(), by });
        }
    }
    Ok(plan)
}

/// The applied migrations that come after that one, directly or not, newest applied first.
fn dependants(catalog: &Catalog, rows: &Rows<'_>, name: &str) -> Vec<String> {
    let mut found: HashSet<&str> = HashSet::from([name]);
    // What needs another stands after it, so that one pass finds all.
    for (at, entry) in catalog.entries().iter().enumerate() {
        let needed = |&other: &usize| found.contains(catalog.entries()[other].name.as_str());
        if rows.get(&entry.name).is_some() && catalog.needs(at).iter().any(needed) {
            found.insert(&entry.name);
        }
    }
    found.remove(name);
    rows.ordered().iter().rev().filter(|row| found.contains(row.name.as_str())).map(|row| row.name.clone()).collect()
}
