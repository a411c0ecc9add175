//! In which order tables are created, so that each finds those that it refers to. Pure.

use std::collections::BTreeSet;
use std::fmt;

use glim_schema::{AlterTable, Alteration, Change, Dialect, Table};

/// Why tables cannot be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncError {
    /// A foreign key refers to a table that neither exists nor has a model.
    UnknownReference {
        /// The table with the key.
        table: String,
        /// The table that is not there.
        references: String,
    },
}

/// The tables that do not exist yet, in the order in which they can be created, with what creates them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creation<'t> {
    /// The tables, each with its own changes: first the table, and where tables refer to each other in a circle, after
    /// the last of them the keys that could not be made before.
    pub tables: Vec<(&'t Table, Vec<Change>)>,
}

/// Plans the creation of the tables that are missing: all of them, or those that `wanted` names and what they refer to.
///
/// # Errors
/// A table refers to one that is not known.
pub fn creation<'t>(
    tables: &[&'t Table],
    existing: &[String],
    wanted: Option<&str>,
    dialect: Dialect,
) -> Result<Creation<'t>, SyncError> {
    let is_same = |a: &str, b: &str| match dialect {
        // SQLite folds the case of ASCII letters in names.
        Dialect::Sqlite => a.eq_ignore_ascii_case(b),
        Dialect::Postgres | Dialect::Mysql => a == b,
    };
    let exists = |name: &str| existing.iter().any(|table| is_same(table, name));
    let mut walk = Walk {
        missing: tables.iter().copied().filter(|table| !exists(&table.name)).collect(),
        exists: &exists,
        is_same: &is_same,
        visited: BTreeSet::new(),
        order: Vec::new(),
    };
    for index in 0..walk.missing.len() {
        if wanted.is_none_or(|name| walk.missing[index].name == name) {
            walk.visit(index)?;
        }
    }
    Ok(Creation { tables: walk.changes(dialect) })
}

/// The missing tables that cannot be created yet: each refers to one that is there only later, which is given with it, or
/// to another such table.
pub fn waiting<'t>(
    tables: &[&'t Table],
    existing: &[String],
    is_late: impl Fn(&str) -> bool,
) -> Vec<(&'t Table, &'t str)> {
    let missing: Vec<_> =
        tables.iter().copied().filter(|table| existing.iter().all(|there| *there != table.name)).collect();
    let mut waiting: Vec<(&Table, &str)> = Vec::new();
    loop {
        let waits = |name: &str| waiting.iter().any(|(table, _)| table.name == name);
        let next = missing.iter().filter(|table| !waits(&table.name)).find_map(|table| {
            let mut references = table.foreign_keys.iter().map(|key| key.references.as_str());
            Some((*table, references.find(|name| waits(name) || is_late(name))?))
        });
        match next {
            Some(next) => waiting.push(next),
            None => return waiting,
        }
    }
}

struct Walk<'w, 't> {
    missing: Vec<&'t Table>,
    exists: &'w dyn Fn(&str) -> bool,
    is_same: &'w dyn Fn(&str, &str) -> bool,
    visited: BTreeSet<usize>,
    order: Vec<usize>,
}

impl<'t> Walk<'_, 't> {
    fn visit(&mut self, index: usize) -> Result<(), SyncError> {
        if !self.visited.insert(index) {
            return Ok(());
        }
        let table = self.missing[index];
        for key in &table.foreign_keys {
            match self.position(&key.references) {
                Some(needed) => self.visit(needed)?,
                None if (self.exists)(&key.references) => {}
                None => {
                    let (table, references) = (table.name.clone(), key.references.clone());
                    return Err(SyncError::UnknownReference { table, references });
                }
            }
        }
        self.order.push(index);
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.missing.iter().position(|table| (self.is_same)(&table.name, name))
    }

    fn changes(&self, dialect: Dialect) -> Vec<(&'t Table, Vec<Change>)> {
        let mut created: Vec<(&'t Table, Vec<Change>)> = Vec::new();
        let mut later: Vec<(usize, AlterTable)> = Vec::new();
        for (done, &index) in self.order.iter().enumerate() {
            let mut table = self.missing[index].clone();
            // SQLite looks a referred table up only when rows come; the others want it to be there.
            if dialect != Dialect::Sqlite {
                let is_later = |name: &str| self.order[done + 1..].iter().find(|&&it| self.missing[it].name == name);
                for key in std::mem::take(&mut table.foreign_keys) {
                    match is_later(&key.references) {
                        Some(&needed) => {
                            let alter = AlterTable {
                                table: table.name.clone(),
                                alterations: vec![Alteration::AddForeignKey(key)],
                            };
                            later.push((needed, alter));
                        }
                        None => table.foreign_keys.push(key),
                    }
                }
            }
            let mut changes = vec![Change::CreateTable(table)];
            later.retain(|(needed, alter)| {
                let is_ready = *needed == index;
                if is_ready {
                    changes.push(Change::AlterTable(alter.clone()));
                }
                !is_ready
            });
            created.push((self.missing[index], changes));
        }
        created
    }
}

impl SyncError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::UnknownReference { references, .. } => {
                format!("derive a model for `{references}`, create that table in a migration, or correct `references`")
            }
        }
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownReference { table, references } => {
                write!(f, "table `{table}` refers to table `{references}`, which does not exist and has no model")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Change, Column, ColumnType, Dialect, ForeignKey, Table};

    use super::{SyncError, creation, waiting};

    fn table(name: &str, refers: &[&str]) -> Table {
        let mut table = Table::new(name).column(Column::new("id", ColumnType::Int32)).primary_key(["id"]);
        for other in refers {
            table = table.foreign_key(ForeignKey::new(["id"], *other, ["id"]));
        }
        table
    }

    fn names(tables: &[Table], existing: &[&str], wanted: Option<&str>) -> Result<Vec<String>, SyncError> {
        let existing: Vec<_> = existing.iter().map(|&name| name.to_owned()).collect();
        let plan = creation(&tables.iter().collect::<Vec<_>>(), &existing, wanted, Dialect::Postgres)?;
        Ok(plan.tables.iter().map(|(table, _)| table.name.clone()).collect())
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let tables = [table("a", &["b"]), table("b", &["c", "b"]), table("c", &[])];
        assert_eq!(names(&tables, &[], None), Ok(vec!["c".to_owned(), "b".to_owned(), "a".to_owned()]));
        assert_eq!(names(&tables, &["c"], None), Ok(vec!["b".to_owned(), "a".to_owned()]));
    }

    #[test]
    fn one_table_brings_those_that_it_refers_to_and_no_others() {
        let tables = [table("a", &["b"]), table("b", &[]), table("x", &[])];
        assert_eq!(names(&tables, &[], Some("a")), Ok(vec!["b".to_owned(), "a".to_owned()]));
        assert_eq!(names(&tables, &["a"], Some("a")), Ok(vec![]));
    }

    #[test]
    fn an_unknown_reference_is_named() {
        let error = SyncError::UnknownReference { table: "a".to_owned(), references: "b".to_owned() };
        assert_eq!(names(&[table("a", &["b"])], &[], None), Err(error));
        assert_eq!(names(&[table("a", &["b"])], &["b"], None), Ok(vec!["a".to_owned()]));
    }

    #[test]
    fn what_refers_to_a_later_table_waits_also_by_way_of_others() {
        let tables = [table("a", &["b"]), table("b", &["b", "later"]), table("c", &["there"]), table("d", &["later"])];
        let waits = waiting(&tables.iter().collect::<Vec<_>>(), &["d".to_owned()], |name| name == "later");
        let names: Vec<_> = waits.iter().map(|(table, references)| (table.name.as_str(), *references)).collect();
        assert_eq!(names, [("b", "later"), ("a", "b")]);
    }

    #[test]
    fn tables_in_a_circle_get_their_keys_once_both_are_there() {
        let (a, b) = (table("a", &["b"]), table("b", &["a"]));
        let plan = creation(&[&a, &b], &[], None, Dialect::Mysql).expect("known references");
        let [(first, made), (second, then)] = plan.tables.as_slice() else { panic!("two tables: {plan:?}") };
        assert_eq!((first.name.as_str(), second.name.as_str()), ("b", "a"));
        assert!(matches!(made.as_slice(), [Change::CreateTable(table)] if table.foreign_keys.is_empty()));
        let [Change::CreateTable(table), Change::AlterTable(alter)] = then.as_slice() else { panic!("{then:?}") };
        assert_eq!((table.foreign_keys.len(), alter.table.as_str()), (1, "b"));
        let on_sqlite = creation(&[&a, &b], &[], None, Dialect::Sqlite).expect("known references");
        assert!(on_sqlite.tables.iter().all(|(_, changes)| changes.len() == 1));
    }
}
