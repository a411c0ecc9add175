//! The changes in an order in which each can be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::alter::alterations;
use crate::diff::matching::matched;
use crate::diff::merge::{Piece, merged};
use crate::diff::plan::{Plan, begins_with};
use crate::diff::renames::Renamed;
use crate::diff::tables::Tables;
use crate::diff::{Step, loss};
use crate::sql::Problem;
use crate::{AlterEnum, AlterTable, Alteration, Change, Column, Default, ForeignKey, Schema, Table};

/// The changes from one schema to the other.
pub(super) fn steps(from: &Schema, to: &Schema, renamed: &Renamed) -> Result<Vec<Step>, Problem> {
    let mut pieces = Vec::new();
    // Enums come first, so that the tables' columns are compared with the values that they have by then.
    let mut state = from.clone();
    for piece in enums(from, to, renamed) {
        state.apply(&piece.change)?;
        pieces.push(piece);
    }
    pieces.extend(Work::new(&state, to, renamed).pieces());
    for name in from.enums.keys().filter(|name| !to.enums.contains_key(*name)) {
        pieces.push(Piece::new(Change::DropEnum { name: name.clone() }, Vec::<String>::new()));
    }
    loss::with_losses(from, merged(pieces))
}

fn enums(from: &Schema, to: &Schema, renamed: &Renamed) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, ty) in &to.enums {
        let Some(before) = from.enums.get(name) else {
            pieces.push(Piece::new(Change::CreateEnum(ty.clone()), Vec::<String>::new()));
            continue;
        };
        if before.values == ty.values {
            continue;
        }
        let mut change = AlterEnum::new(name.as_str(), before.values.clone(), ty.values.clone());
        for (table, column) in from.columns_of(name) {
            let mut column = column.clone();
            if matches!(&column.default, Some(Default::Text(value)) if before.values.contains(value) && !ty.values.contains(value))
            {
                // The default goes with its value.
                let without = Column { default: None, ..column.clone() };
                let alter = AlterTable::new(table.name.as_str()).alter_column(column, without.clone());
                pieces.push(Piece::new(Change::AlterTable(alter), [table.name.as_str()]));
                column = without;
            }
            // PostgreSQL uses no value in the transaction that adds it, so a default of a new one is part of the change.
            let later = to.table(renamed.new_table(&table.name));
            let later = later.and_then(|later| later.find_column(renamed.new_column(&table.name, &column.name)));
            let later = later.filter(|later| later.ty.enum_type() == Some(ty));
            if let Some(Default::Text(value)) = later.and_then(|later| later.default.as_ref()) {
                if ty.values.contains(value) && !before.values.contains(value) {
                    column.default = Some(Default::Text(value.clone()));
                }
            }
            if let Some(values) = column.ty.enum_type_mut() {
                values.values.clone_from(&ty.values);
            }
            change = change.column(table.name.as_str(), column);
        }
        let tables: Vec<String> = change.columns.iter().map(|each| each.table.clone()).collect();
        pieces.push(Piece::new(Change::AlterEnum(change), tables));
    }
    pieces
}

/// All that is known before the order is made.
struct Work<'a> {
    to: &'a Schema,
    renamed: &'a Renamed,
    /// By the new names.
    plans: BTreeMap<&'a str, Plan<'a>>,
    dropped: Vec<&'a Table>,
    created: Vec<&'a Table>,
}

impl<'a> Work<'a> {
    fn new(from: &'a Schema, to: &'a Schema, renamed: &'a Renamed) -> Self {
        let Tables { stay, dropped, created } = Tables::of(from, to, renamed);
        let plan = |(old, new): (&'a Table, &'a Table)| (new.name.as_str(), Plan::new(old, new, renamed));
        let plans = stay.into_iter().map(plan).collect();
        Self { to, renamed, plans, dropped, created }
    }

    fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut late = Vec::new();
        for plan in self.plans.values() {
            let (gone, new) = self.foreign_keys(plan);
            pieces.extend(self.drop_keys(plan.old, &gone));
            late.extend(add_keys(&plan.new.name, &new));
        }
        let (early, at_last) = self.drops(&mut pieces);
        for plan in self.plans.values() {
            for index in &plan.indexes.gone {
                let (table, name) = (plan.old.name.clone(), index.name_in(&plan.old.name));
                pieces.push(Piece::new(Change::DropIndex { table, name }, [plan.old.name.as_str()]));
            }
        }
        pieces.extend(early);
        // A table that takes another's name is altered after that one has given it up.
        let ordered = self.renamed.tables_in_order();
        let first = ordered.iter().filter_map(|(_, new)| self.plans.get(new));
        let rest = self.plans.values().filter(|plan| plan.old.name == plan.new.name);
        for plan in first.chain(rest).filter(|plan| !plan.is_empty()) {
            let alterations = alterations(plan, self.renamed);
            if !alterations.is_empty() {
                let alter = AlterTable { table: plan.old.name.clone(), alterations };
                pieces.push(Piece::new(Change::AlterTable(alter), [plan.old.name.as_str(), &plan.new.name]));
            }
        }
        for (table, keys) in in_order_of_keys(&self.created) {
            let touches = table.foreign_keys.iter().map(|key| key.references.clone()).chain([table.name.clone()]);
            late.extend(add_keys(&table.name, &keys));
            let mut table = table.clone();
            table.foreign_keys.retain(|key| !keys.contains(key));
            let touches: Vec<String> = touches.collect();
            pieces.push(Piece::new(Change::CreateTable(table), touches));
        }
        for plan in self.plans.values() {
            for index in &plan.indexes.new {
                let change = Change::CreateIndex { table: plan.new.name.clone(), index: index.clone() };
                pieces.push(Piece::new(change, [plan.new.name.as_str()]));
            }
        }
        pieces.extend(late);
        pieces.extend(at_last);
        pieces
    }

    /// The foreign keys of a table that go, by their names until now, and those that come.
    fn foreign_keys(&self, plan: &Plan<'_>) -> (Vec<ForeignKey>, Vec<ForeignKey>) {
        let to_dropped = |key: &&ForeignKey| self.dropped.iter().any(|table| table.name == key.references);
        let lost: Vec<String> =
            plan.old.foreign_keys.iter().filter(to_dropped).map(|key| key.name_in(&plan.old.name)).collect();
        let keep = |key: &ForeignKey| {
            let target = self.plans.get(key.references.as_str());
            let gone = plan.dropped.iter().any(|name| key.columns.contains(name));
            target.is_some_and(|target| !target.disturbs(&key.referenced_columns, false))
                && !gone
                && !lost.contains(&key.name_in(&plan.old.name))
                && !plan.disturbs(&key.columns, true)
        };
        let keys = matched(&plan.mapped.foreign_keys, &plan.new.foreign_keys, &plan.new.name, keep);
        let keys = keys.without_renames(&plan.new.foreign_keys, &plan.new.name, false);
        (keys.gone, keys.new)
    }

    fn drop_keys(&self, table: &Table, keys: &[ForeignKey]) -> Option<Piece> {
        let mut alter = AlterTable::new(table.name.as_str());
        let mut touches = BTreeSet::from([table.name.clone(), self.renamed.new_table(&table.name).to_owned()]);
        for key in keys {
            let name = key.name_in(&table.name);
            let Some(old) = table.foreign_keys.iter().find(|old| old.name_in(&table.name) == name) else { continue };
            touches.extend([old.references.clone(), self.renamed.new_table(&old.references).to_owned()]);
            let index = !is_covered(table, old);
            alter = alter.drop_foreign_key(name, index);
        }
        (!alter.alterations.is_empty()).then(|| Piece::new(Change::AlterTable(alter), touches))
    }

    /// Drops of tables: those that have to come before others take their names, and all others. Keys that go round in a
    /// circle are dropped first, into `pieces`.
    fn drops(&self, pieces: &mut Vec<Piece>) -> (Vec<Piece>, Vec<Piece>) {
        let mut ordered = in_order_of_keys(&self.dropped);
        ordered.reverse();
        for (table, keys) in &ordered {
            pieces.extend(self.drop_keys(table, keys));
        }
        // Names of indexes belong to the schema on SQLite and PostgreSQL.
        let names = |table: &Table| -> Vec<String> {
            let uniques = table.uniques.iter().map(|each| each.name_in(&table.name));
            let indexes = table.indexes.iter().map(|each| each.name_in(&table.name));
            uniques.chain(indexes).collect()
        };
        let wanted: BTreeSet<String> = if self.dropped.is_empty() {
            BTreeSet::new()
        } else {
            self.to.tables.values().flat_map(names).chain(self.to.tables.keys().cloned()).collect()
        };
        // One that refers to a key which is about to go is in its way.
        let in_the_way = |table: &Table| {
            table.foreign_keys.iter().any(|key| {
                let to = self.plans.get(self.renamed.new_table(&key.references));
                let columns =
                    key.referenced_columns.iter().map(|name| self.renamed.new_column(&key.references, name).to_owned());
                to.is_some_and(|to| to.disturbs(&columns.collect::<Vec<_>>(), false))
            })
        };
        // What it refers to is in its way as long as it is there, so one early drop makes those before it early too.
        let last = ordered.iter().rposition(|(table, _)| {
            wanted.contains(&table.name) || in_the_way(table) || names(table).iter().any(|name| wanted.contains(name))
        });
        let mut drops = ordered.into_iter().map(|(table, _)| {
            let touches = table.foreign_keys.iter().map(|key| key.references.clone()).chain([table.name.clone()]);
            Piece::new(Change::DropTable { table: table.name.clone() }, touches.collect::<Vec<_>>())
        });
        let early = drops.by_ref().take(last.map_or(0, |place| place + 1)).collect();
        (early, drops.collect())
    }
}

fn add_keys(table: &str, keys: &[ForeignKey]) -> Option<Piece> {
    let touches = keys.iter().map(|key| key.references.as_str()).chain([table]);
    let alterations: Vec<_> = keys.iter().cloned().map(Alteration::AddForeignKey).collect();
    let touches: Vec<_> = touches.collect();
    (!keys.is_empty())
        .then(|| Piece::new(Change::AlterTable(AlterTable { table: table.to_owned(), alterations }), touches))
}

/// Whether an index or key of the table serves the foreign key, so that MySQL makes none for it.
fn is_covered(table: &Table, key: &ForeignKey) -> bool {
    begins_with(&table.primary_key, &key.columns)
        || table.uniques.iter().any(|unique| begins_with(&unique.columns, &key.columns))
        || table.indexes.iter().any(|index| begins_with(&index.columns().collect::<Vec<_>>(), &key.columns))
        || table.foreign_keys.iter().any(|other| other != key && begins_with(&other.columns, &key.columns))
}

/// Tables after those that they refer to, each with the keys for which that cannot be, since they go round in a circle.
fn in_order_of_keys<'a>(tables: &[&'a Table]) -> Vec<(&'a Table, Vec<ForeignKey>)> {
    let among: BTreeSet<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let mut made = BTreeSet::new();
    let mut open: Vec<&Table> = tables.to_vec();
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let waits = |table: &Table, key: &ForeignKey, made: &BTreeSet<&str>| {
            let other = key.references.as_str();
            other != table.name && among.contains(other) && !made.contains(other)
        };
        let count = ordered.len();
        open.retain(|table| {
            let free = !table.foreign_keys.iter().any(|key| waits(table, key, &made));
            if free {
                made.insert(table.name.as_str());
                ordered.push((*table, Vec::new()));
            }
            !free
        });
        if ordered.len() == count {
            let table = open.remove(0);
            let late = table.foreign_keys.iter().filter(|key| waits(table, key, &made)).cloned().collect();
            made.insert(table.name.as_str());
            ordered.push((table, late));
        }
    }
    ordered
}
