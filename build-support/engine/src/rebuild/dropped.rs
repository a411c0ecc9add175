//! Columns that go, and what goes with them.
//!
//! What names the column and no other goes with it: its own constraints, a constraint or an index on it alone. What
//! names another column too says something about that one, so that dropping it must have been asked for; until then the
//! alteration is refused. So it is for the primary key, for columns that are computed from this one, and (by
//! [`remake`](super::remake)) for foreign keys of other tables, triggers and views.

use std::ops::Range;

use super::Refusal;
use super::constraint::{Constraint, Kind};
use super::definition::{ColumnText, Definition};
use super::draft::{Draft, all, cut};
use super::tokens::{mentions, read, same};

/// Takes a column out of the definition.
pub(super) fn drop_column(draft: &mut Draft, name: &str) -> Result<(), Refusal> {
    // One at a time: of two parts side by side, each would take the comma between them.
    let mut more = true;
    while more {
        draft.edit(|definition, splices| {
            let mut going = Vec::new();
            for (of, each) in all(definition).filter(|(of, _)| of.is_none_or(|of| !same(&of.name, name))) {
                if goes(definition, of, each, name)? {
                    going.push((of, each));
                }
            }
            more = !going.is_empty();
            going.first().iter().for_each(|(of, each)| cut(definition, splices, *of, each));
            Ok(())
        })?;
    }
    draft.edit(|definition, splices| {
        let column = definition.demand_column(name)?;
        if definition.columns.len() == 1 {
            return refuse(name, "it is the only one");
        }
        splices.cut_part(definition, &column.tokens);
        Ok(())
    })?;
    match draft.added.iter().position(|(added, _)| same(added, name)) {
        Some(at) => {
            draft.added.remove(at);
        }
        None => draft.dropped.push(name.to_owned()),
    }
    Ok(())
}

fn refuse<T>(name: &str, what: &str) -> Result<T, Refusal> {
    Err(Refusal::new(format!("the column `{name}` cannot be dropped: {what}")))
}

/// Whether a constraint, not of the column itself, goes with the column.
fn goes(
    definition: &Definition<'_>,
    of: Option<&ColumnText>,
    constraint: &Constraint,
    name: &str,
) -> Result<bool, Refusal> {
    let named = match &constraint.kind {
        Kind::PrimaryKey { columns, .. } | Kind::Unique { columns } | Kind::ForeignKey { columns } => columns.clone(),
        Kind::Check { inside } | Kind::Generated { inside } => named(definition, inside),
        _ => return Ok(false),
    };
    if !named.iter().any(|each| same(each, name)) {
        return Ok(false);
    }
    match constraint.kind {
        Kind::PrimaryKey { .. } => refuse(name, "it is part of the primary key, which has to be dropped first"),
        Kind::Generated { .. } => {
            refuse(name, &format!("the column `{}` is computed from it", of.map_or("", |of| &of.name)))
        }
        _ if of.is_none() && named.iter().all(|each| same(each, name)) => Ok(true),
        _ => {
            let text = definition.text(&constraint.tokens);
            refuse(name, &format!("a constraint on another column names it too, and has to be dropped first: {text}"))
        }
    }
}

/// The columns of the table that an expression names.
fn named(definition: &Definition<'_>, inside: &Range<usize>) -> Vec<String> {
    let columns = definition.columns.iter().map(|column| &column.name);
    columns.filter(|name| inside.clone().any(|at| mentions(&definition.tokens, at, name))).cloned().collect()
}

/// What becomes of an index when columns go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    Goes,
    /// It names other columns too.
    Refused,
}

/// What becomes of an index, whose CREATE INDEX is given, when those columns go.
pub(super) fn index(sql: &str, columns: &[String], dropped: &[String]) -> Result<Fate, Refusal> {
    let tokens = read(sql)?;
    let list = tokens.iter().position(|token| token.is_mark(b'(')).unwrap_or(tokens.len());
    let mentioned = |name: &&String| (list..tokens.len()).any(|at| mentions(&tokens, at, name));
    if !dropped.iter().any(|name| mentioned(&name)) {
        return Ok(Fate::Kept);
    }
    let mut others = columns.iter().filter(|name| !dropped.iter().any(|gone| same(gone, name)));
    Ok(if others.any(|name| mentioned(&name)) { Fate::Refused } else { Fate::Goes })
}
