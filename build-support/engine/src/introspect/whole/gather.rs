//! Putting the rows of catalogues together.

use std::collections::{BTreeMap, HashMap};

use glim_schema::{Column, ColumnType, Dialect, EnumType, Schema, Table};

use super::types::column_type;
use super::{Described, Other, is_own};

/// What is known so far.
pub(super) struct Gather {
    pub(super) dialect: Dialect,
    tables: BTreeMap<String, Table>,
    pub(super) enums: BTreeMap<String, EnumType>,
    others: Vec<Other>,
    /// Native types that were looked up; a database has few.
    types: HashMap<String, ColumnType>,
}

impl Gather {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, tables: BTreeMap::new(), enums: BTreeMap::new(), others: Vec::new(), types: HashMap::new() }
    }

    /// Adds a table without columns.
    pub(super) fn add(&mut self, table: Table) {
        if !is_own(&table.name) {
            self.tables.insert(table.name.clone(), table);
        }
    }

    /// The table of that name, unless it is one that does not count.
    pub(super) fn table(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(name)
    }

    /// Whether there is such a table.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }

    /// Goes over all tables.
    pub(super) fn each_table(&mut self, each: impl FnMut(&mut Table)) {
        self.tables.values_mut().for_each(each);
    }

    /// A column of a table.
    pub(super) fn column(&mut self, table: &str, column: &str) -> Option<&mut Column> {
        self.tables.get_mut(table)?.columns.iter_mut().find(|each| each.name == column)
    }

    /// The type that the database calls so.
    pub(super) fn ty(&mut self, native: &str) -> ColumnType {
        if let Some(known) = self.types.get(native) {
            return known.clone();
        }
        let ty = column_type(self.dialect, native);
        self.types.insert(native.to_owned(), ty.clone());
        ty
    }

    /// Notes what cannot be compared.
    pub(super) fn other(&mut self, kind: &str, name: impl Into<String>, definition: impl Into<String>) {
        let name = name.into();
        if !is_own(&name) {
            self.others.push(Other { kind: kind.to_owned(), name, definition: definition.into() });
        }
    }

    pub(super) fn finish(self) -> Described {
        let Self { dialect: _, tables, mut enums, mut others, types: _ } = self;
        for column in tables.values().flat_map(|table| &table.columns) {
            if let Some(ty) = column.ty.enum_type() {
                enums.entry(ty.name.clone()).or_insert_with(|| ty.clone());
            }
        }
        others.sort();
        Described { schema: Schema { tables, enums }, others }
    }
}
