//! A whole schema: its tables and its enums.

use std::collections::BTreeMap;

use crate::sql::Problem;
use crate::{EnumType, Table};

/// Tables and enums, each by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables.
    pub tables: BTreeMap<String, Table>,
    /// The enums that columns have; on PostgreSQL also those that none has.
    pub enums: BTreeMap<String, EnumType>,
}

impl Schema {
    /// The schema of those tables, with the enums of their columns.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for two tables of one name, and for two enums of one name that have other values.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Result<Self, Problem> {
        let mut schema = Self::default();
        for table in tables {
            schema.add(table)?;
        }
        Ok(schema)
    }

    /// Adds a table, and the enums of its columns.
    ///
    /// # Errors
    /// As those of [`Schema::new`]; then nothing was added.
    pub fn add(&mut self, table: Table) -> Result<(), Problem> {
        if self.tables.contains_key(&table.name) {
            return Err(Problem::table(&table.name, "there are two tables of this name"));
        }
        let mut enums = self.enums.clone();
        for column in &table.columns {
            let Some(ty) = column.ty.enum_type() else { continue };
            let known = enums.entry(ty.name.clone()).or_insert_with(|| ty.clone());
            if known.values != ty.values {
                let reason = format!("its enum `{}` has other values elsewhere", ty.name);
                return Err(Problem::column(&table.name, &column.name, reason));
            }
        }
        self.enums = enums;
        self.tables.insert(table.name.clone(), table);
        Ok(())
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The columns of that enum, with their tables.
    pub(crate) fn columns_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a Table, &'a crate::Column)> {
        let columns = self.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        columns.filter(move |(_, column)| column.ty.enum_type().is_some_and(|ty| ty.name == name))
    }
}
