//! Schema changes as data: what a migration asks for, before any database has a say.

use crate::name::names;
use crate::{Check, Column, Default, EnumType, ForeignKey, Index, Table, Unique};

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
    /// Make an enum, where it is a type of its own; before the first table that has a column of it.
    CreateEnum(EnumType),
    /// Give an enum other values.
    AlterEnum(AlterEnum),
    /// Remove an enum, where it is a type of its own; after the last column of it.
    DropEnum {
        /// The enum's name.
        name: String,
    },
}

/// Other values of one enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterEnum {
    /// The enum's name.
    pub name: String,
    /// Its values until now.
    pub from: Vec<String>,
    /// Its values from now on.
    pub to: Vec<String>,
    /// Every column of this type, with the values and the default that it has from now on.
    pub columns: Vec<EnumColumn>,
}

/// A column of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumColumn {
    /// The table's name.
    pub table: String,
    /// The column.
    pub column: Column,
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
    /// Make the column of that name, which is as in `from`, as in `to`. Unlike [`Alteration::ChangeColumn`], it touches
    /// only what differs, and converts values between types that the database would not convert unasked.
    AlterColumn {
        /// The column until now.
        from: Column,
        /// The column from now on, under the same name.
        to: Column,
    },
    /// Make those columns the primary key of a table that has none.
    AddPrimaryKey(Vec<String>),
    /// Remove the primary key.
    DropPrimaryKey,
    /// Remove a foreign key.
    DropForeignKey {
        /// The key's name.
        name: String,
        /// Whether MySQL has made an index for it, which goes with it: so it does for a key whose columns begin no
        /// other index or key.
        index: bool,
    },
    /// Rename an index or a unique constraint.
    RenameIndex {
        /// Its name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Say what the table is for, or no longer.
    SetComment(Option<String>),
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

    /// Makes a column, which is as in `from`, as in `to`.
    #[must_use]
    pub fn alter_column(self, from: Column, to: Column) -> Self {
        self.then(Alteration::AlterColumn { from, to })
    }

    /// Makes those columns the primary key of a table that has none.
    #[must_use]
    pub fn add_primary_key<N: Into<String>>(self, columns: impl IntoIterator<Item = N>) -> Self {
        self.then(Alteration::AddPrimaryKey(names(columns)))
    }

    /// Removes the primary key.
    #[must_use]
    pub fn drop_primary_key(self) -> Self {
        self.then(Alteration::DropPrimaryKey)
    }

    /// Removes a foreign key; `index` says that MySQL has made an index for it, since its columns begin no other.
    #[must_use]
    pub fn drop_foreign_key(self, name: impl Into<String>, index: bool) -> Self {
        self.then(Alteration::DropForeignKey { name: name.into(), index })
    }

    /// Renames an index or a unique constraint.
    #[must_use]
    pub fn rename_index(self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.then(Alteration::RenameIndex { from: from.into(), to: to.into() })
    }

    /// Says what the table is for, or no longer.
    #[must_use]
    pub fn set_comment(self, comment: Option<String>) -> Self {
        self.then(Alteration::SetComment(comment))
    }

    fn then(mut self, alteration: Alteration) -> Self {
        self.alterations.push(alteration);
        self
    }
}

impl AlterEnum {
    /// An enum of that name, from the one list of values to the other.
    pub fn new<V: Into<String>, W: Into<String>>(
        name: impl Into<String>,
        from: impl IntoIterator<Item = V>,
        to: impl IntoIterator<Item = W>,
    ) -> Self {
        Self { name: name.into(), from: names(from), to: names(to), columns: Vec::new() }
    }

    /// Names a column of this type, which takes its values.
    #[must_use]
    pub fn column(mut self, table: impl Into<String>, column: Column) -> Self {
        self.columns.push(EnumColumn { table: table.into(), column });
        self
    }

    /// The same as alterations of columns, for a database without types of its own.
    pub fn alterations(&self) -> Vec<AlterTable> {
        let each = self.columns.iter().map(|each| {
            let with = |values: &[String]| {
                let mut column = each.column.clone();
                if let Some(ty) = column.ty.enum_type_mut() {
                    ty.values = values.to_vec();
                }
                column
            };
            let mut from = with(&self.from);
            // A default of a new value comes with it: what was there before was another, or none.
            if matches!(&from.default, Some(Default::Text(value)) if !self.from.contains(value)) {
                from.default = self.from.first().cloned().map(Default::Text);
            }
            AlterTable::new(each.table.as_str()).alter_column(from, with(&self.to))
        });
        each.collect()
    }
}
