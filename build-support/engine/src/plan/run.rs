//! The plan to apply migrations.

use std::collections::BTreeSet;

use super::rows::{Rows, is_changed, is_gone};
use super::{Direction, Note, Plan, PlanError, Step};
use crate::catalog::Catalog;
use crate::ledger::{Row, State};

/// What to apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunRequest {
    /// Only this migration, and first those that it comes after.
    pub name: Option<String>,
    /// Pending migrations up to and with this one. Ignored with `name`.
    pub to: Option<String>,
    /// What to do when an applied migration has changed.
    pub changed: Unexpected,
    /// What to do when an applied migration's code is gone. Rows of the original tool are only noted in any case, since
    /// a project that was ported keeps them for good.
    pub gone: Unexpected,
    /// Whether to refuse a migration that comes before one that is applied already.
    pub strict: bool,
}

/// What to do when the ledger and the code disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unexpected {
    /// Apply nothing.
    #[default]
    Refuse,
    /// Note it and go on.
    Note,
}

/// Plans to apply what is pending, or what was asked for.
///
/// # Errors
/// A name is unknown, or nothing may be applied in this state of the ledger.
pub fn run<'a>(catalog: &'a Catalog, rows: &'a [Row], request: &RunRequest) -> Result<Plan<'a>, PlanError> {
    let rows = Rows::new(rows);
    let mut plan = Plan::default();
    let wanted = match (&request.name, &request.to) {
        (Some(name), _) => {
            if rows.get(name).is_some_and(|row| row.state == State::Applied) {
                plan.notes.push(Note::AlreadyApplied { name: name.clone() });
                return Ok(plan);
            }
            let last = catalog.position(name).ok_or_else(|| rows.unknown(catalog, name))?;
            Wanted::Needed { last, positions: pending_needs(catalog, &rows, last) }
        }
        (None, Some(to)) => match catalog.position(to) {
            Some(last) => Wanted::Until(last),
            None if rows.get(to).is_some() => return Err(gone(vec![to.clone()])),
            None => return Err(rows.unknown(catalog, to)),
        },
        (None, None) => Wanted::Until(usize::MAX),
    };
    for row in rows.refuse_unfinished(Direction::Run, request.name.as_deref())? {
        let Some(entry) = catalog.get(&row.name) else {
            return Err(PlanError::Unfinished { rows: vec![row.clone()] });
        };
        plan.notes.push(Note::GoesOn { name: row.name.clone() });
        plan.steps.push(Step { direction: Direction::Run, entry, row: Some(row) });
    }
    refuse_surprises(catalog, &rows, request, &mut plan.notes)?;

    let mut last_applied = None;
    let mut pending = Vec::new();
    for (at, entry) in catalog.entries().iter().enumerate() {
        if rows.get(&entry.name).is_some() {
            last_applied = Some((at, &entry.name));
        } else if wanted.includes(at) {
            pending.push((at, entry));
        }
    }
    for (at, entry) in pending {
        for needed in catalog.needs_outside(at) {
            if rows.get(needed).is_none() {
                return Err(PlanError::NeedsOutside { name: entry.name.clone(), needed: needed.clone() });
            }
        }
        if let Wanted::Needed { last, .. } = wanted
            && at != last
        {
            let needed_by = catalog.entries()[last].name.clone();
            plan.notes.push(Note::AppliedFirst { name: entry.name.clone(), needed_by });
        }
        if let Some((later, name)) = last_applied
            && at < later
        {
            if request.strict {
                return Err(PlanError::OutOfOrder { name: entry.name.clone(), later: name.clone() });
            }
            plan.notes.push(Note::OutOfOrder { name: entry.name.clone(), later: name.clone() });
        }
        plan.steps.push(Step { direction: Direction::Run, entry, row: None });
    }
    Ok(plan)
}

enum Wanted {
    /// All up to that position.
    Until(usize),
    /// One, and what it needs.
    Needed { last: usize, positions: BTreeSet<usize> },
}

impl Wanted {
    fn includes(&self, position: usize) -> bool {
        match self {
            Self::Until(last) => position <= *last,
            Self::Needed { positions, .. } => positions.contains(&position),
        }
    }
}

/// The migration at that position and all that it comes after, directly or not, without what is applied.
fn pending_needs(catalog: &Catalog, rows: &Rows<'_>, position: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut left = vec![position];
    while let Some(at) = left.pop() {
        if rows.get(&catalog.entries()[at].name).is_none() && found.insert(at) {
            left.extend(catalog.needs(at));
        }
    }
    found
}

fn refuse_surprises(
    catalog: &Catalog,
    rows: &Rows<'_>,
    request: &RunRequest,
    notes: &mut Vec<Note>,
) -> Result<(), PlanError> {
    let (mut missing, mut changed) = (Vec::new(), Vec::new());
    for row in rows.ordered() {
        let name = row.name.clone();
        if is_gone(catalog, row) {
            if request.gone == Unexpected::Note || row.is_original() {
                notes.push(Note::Gone { name, original: row.is_original() });
            } else {
                missing.push(name);
            }
        } else if row.state != State::Applied {
            // To mend its code is how a migration is made to go on.
        } else if let Some(entry) = catalog.get(&row.name).filter(|entry| is_changed(entry, row)) {
            match request.changed {
                Unexpected::Note => notes.push(Note::Changed { name }),
                Unexpected::Refuse => changed.push((name, entry.place())),
            }
        }
    }
    if !missing.is_empty() {
        return Err(gone(missing));
    }
    if changed.is_empty() { Ok(()) } else { Err(PlanError::Changed { migrations: changed }) }
}

fn gone(names: Vec<String>) -> PlanError {
    PlanError::Gone { names }
}
