//! Tables and what they are made of.

use crate::name::names;
use crate::{Check, Column, ForeignKey, Index, Unique};

/// A table. Built by hand in a migration, or taken from a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The table's name, without a schema.
    pub name: String,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order; empty when there is none.
    pub primary_key: Vec<String>,
    /// Unique constraints.
    pub uniques: Vec<Unique>,
    /// Indexes that are no constraint.
    pub indexes: Vec<Index>,
    /// References to other tables.
    pub foreign_keys: Vec<ForeignKey>,
    /// Conditions that every row meets.
    pub checks: Vec<Check>,
    /// What the table is for, kept by databases that can.
    pub comment: Option<String>,
}

impl Table {
    /// An empty table of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            comment: None,
        }
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Sets the primary key.
    #[must_use]
    pub fn primary_key<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.primary_key = names(columns);
        self
    }

    /// Adds a unique constraint.
    #[must_use]
    pub fn unique<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.uniques.push(Unique::new(columns));
        self
    }

    /// Adds a unique constraint that may have a name of its own.
    #[must_use]
    pub fn add_unique(mut self, unique: Unique) -> Self {
        self.uniques.push(unique);
        self
    }

    /// Adds an index.
    #[must_use]
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// Adds a foreign key.
    #[must_use]
    pub fn foreign_key(mut self, key: ForeignKey) -> Self {
        self.foreign_keys.push(key);
        self
    }

    /// Adds a check constraint.
    #[must_use]
    pub fn check(mut self, expression: impl Into<String>) -> Self {
        self.checks.push(Check::new(expression));
        self
    }

    /// Adds a check constraint that may have a name of its own.
    #[must_use]
    pub fn add_check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// Says what the table is for.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// The column of that name.
    pub fn find_column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl From<&Self> for Table {
    fn from(table: &Self) -> Self {
        table.clone()
    }
}
