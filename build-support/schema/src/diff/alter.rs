//! The alterations of one table, in an order in which each can be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::plan::Plan;
use crate::diff::renames::{Renamed, in_order};
use crate::{Alteration, Column};

/// What is altered in a table, between the foreign keys that go and those that come.
pub(super) fn alterations(plan: &Plan<'_>, names: &Renamed) -> Vec<Alteration> {
    let mut list = Vec::new();
    let table = &plan.new.name;
    if plan.old.name != *table {
        list.push(Alteration::RenameTo(table.clone()));
    }
    // MySQL numbers rows only by a key, so numbering stops before the key goes and begins after it is there.
    let unnumbered = |column: &Column| Column { auto_increment: false, ..column.clone() };
    let new_name = |column: &Column| names.new_column(&plan.old.name, &column.name).to_owned();
    let mut stopped = BTreeSet::new();
    for column in plan.old.columns.iter().filter(|column| column.auto_increment) {
        let new = plan.new.find_column(&new_name(column)).filter(|_| !plan.dropped.contains(&column.name));
        if plan.rekeyed || new.is_none_or(|new| !new.auto_increment) {
            stopped.insert(new_name(column));
            list.push(Alteration::AlterColumn { from: column.clone(), to: unnumbered(column) });
        }
    }
    list.extend(plan.checks.gone.iter().map(|check| Alteration::DropConstraint(check.name_in(table))));
    list.extend(plan.uniques.gone.iter().map(|unique| Alteration::DropConstraint(unique.name_in(table))));
    if plan.rekeyed && !plan.old.primary_key.is_empty() {
        list.push(Alteration::DropPrimaryKey);
    }
    let stays = |column: &&Column| !plan.dropped.contains(&column.name);
    let old_of = |name: &str| plan.old.columns.iter().filter(stays).find(|column| new_name(column) == name);
    let replaced = plan.replaced.iter().filter_map(|name| old_of(name)).map(|column| column.name.clone());
    list.extend(replaced.map(Alteration::DropColumn));
    let renames = names.columns(table);
    let is_target = |name: &String| renames.is_some_and(|columns| columns.values().any(|new| new == name));
    let is_computed = |name: &String| plan.old.find_column(name).is_some_and(|column| column.generated.is_some());
    let (early, late): (Vec<_>, Vec<_>) =
        plan.dropped.iter().cloned().partition(|name| is_target(name) || is_computed(name));
    list.extend(early.into_iter().map(Alteration::DropColumn));
    if let Some(renames) = renames {
        let kept: BTreeMap<_, _> = renames
            .iter()
            .filter(|(_, new)| !plan.replaced.contains(*new))
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect();
        for (from, to) in in_order(&kept) {
            list.push(Alteration::RenameColumn { from: from.to_owned(), to: to.to_owned() });
        }
    }
    let again = plan.new.columns.iter().filter(|column| plan.replaced.contains(&column.name));
    let (computed, filled): (Vec<_>, Vec<_>) =
        plan.added.iter().chain(again).partition(|column| column.generated.is_some());
    list.extend(filled.iter().map(|column| Alteration::AddColumn(unnumbered(column))));
    // Numbering begins at the end, for columns that come and for such as stop in between.
    let begins = |column: &Column| {
        let before = plan.mapped.find_column(&column.name);
        column.auto_increment && (before.is_none_or(|before| !before.auto_increment) || stopped.contains(&column.name))
    };
    for (from, to) in &plan.altered {
        let from = if stopped.contains(&from.name) { unnumbered(from) } else { from.clone() };
        let to = if begins(to) { unnumbered(to) } else { to.clone() };
        if from != to {
            list.push(Alteration::AlterColumn { from, to });
        }
    }
    list.extend(late.into_iter().map(Alteration::DropColumn));
    list.extend(computed.into_iter().cloned().map(Alteration::AddColumn));
    if plan.rekeyed && !plan.new.primary_key.is_empty() {
        list.push(Alteration::AddPrimaryKey(plan.new.primary_key.clone()));
    }
    for column in plan.new.columns.iter().filter(|column| begins(column)) {
        list.push(Alteration::AlterColumn { from: unnumbered(column), to: column.clone() });
    }
    let indexes = plan.uniques.renames().chain(plan.indexes.renames());
    list.extend(indexes.map(|(from, to)| Alteration::RenameIndex { from: from.to_owned(), to: to.to_owned() }));
    list.extend(plan.uniques.new.iter().cloned().map(Alteration::AddUnique));
    list.extend(plan.checks.new.iter().cloned().map(Alteration::AddCheck));
    if plan.old.comment != plan.new.comment {
        list.push(Alteration::SetComment(plan.new.comment.clone()));
    }
    list
}
