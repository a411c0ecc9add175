//! Schema changes as data: what a migration asks for, before any database has a say.

use crate::{Check, Column, ForeignKey, Index, Table, Unique};

/// One change of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make a table with its constraints and indexes.
    CreateTable(Table),
    /// Remove a table and its rows.
    DropTable {
        /// The table's name.
        table: String,
    },
    /// Alter a table.
    AlterTable(AlterTable),
    /// Make an index.
    CreateIndex {
        /// The table's name.
        table: String,
        /// The index.
        index: Index,
    },
    /// Remove an index.
    DropIndex {
        /// The table's name.
        table: String,
        /// The index's name.
        name: String,
    },
}

/// Alterations of one table, made in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    /// The table's name.
    pub table: String,
    /// What to do, in order.
    pub alterations: Vec<Alteration>,
}

/// One alteration of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// Add a column at the end.
    AddColumn(Column),
    /// Remove a column and what it holds.
    DropColumn(String),
    /// Rename a column.
    RenameColumn {
        /// Its name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Give the column of that name this type, default, and nullability.
    ChangeColumn(Column),
    /// Rename the table.
    RenameTo(String),
    /// Add a unique constraint.
    AddUnique(Unique),
    /// Add a foreign key.
    AddForeignKey(ForeignKey),
    /// Add a check constraint.
    AddCheck(Check),
    /// Remove the foreign key, unique or check constraint of that name.
    DropConstraint(String),
}

impl AlterTable {
    /// No alterations yet, of that table.
    pub fn new(table: impl Into<String>) -> Self {
        Self { table: table.into(), alterations: Vec::new() }
    }

    /// Adds a column at the end.
    #[must_use]
    pub fn add_column(self, column: Column) -> Self {
        self.then(Alteration::AddColumn(column))
    }

    /// Removes a column and what it holds.
    #[must_use]
    pub fn drop_column(self, name: impl Into<String>) -> Self {
        self.then(Alteration::DropColumn(name.into()))
    }

    /// Renames a column.
    #[must_use]
    pub fn rename_column(self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.then(Alteration::RenameColumn { from: from.into(), to: to.into() })
    }

    /// Gives the column of that name this type, default, and nullability.
    #[must_use]
    pub fn change_column(self, column: Column) -> Self {
        self.then(Alteration::ChangeColumn(column))
    }

    /// Renames the table.
    #[must_use]
    pub fn rename_to(self, name: impl Into<String>) -> Self {
        self.then(Alteration::RenameTo(name.into()))
    }

    /// Adds a unique constraint.
    #[must_use]
    pub fn add_unique(self, unique: Unique) -> Self {
        self.then(Alteration::AddUnique(unique))
    }

    /// Adds a foreign key.
    #[must_use]
    pub fn add_foreign_key(self, key: ForeignKey) -> Self {
        self.then(Alteration::AddForeignKey(key))
    }

    /// Adds a check constraint.
    #[must_use]
    pub fn add_check(self, check: Check) -> Self {
        self.then(Alteration::AddCheck(check))
    }

    /// Removes the foreign key, unique or check constraint of that name.
    #[must_use]
    pub fn drop_constraint(self, name: impl Into<String>) -> Self {
        self.then(Alteration::DropConstraint(name.into()))
    }

    fn then(mut self, alteration: Alteration) -> Self {
        self.alterations.push(alteration);
        self
    }
}
