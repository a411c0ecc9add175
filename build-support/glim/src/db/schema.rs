//! Schema operations, alike on every database.

use glim_schema::{AlterEnum, AlterTable, Change, EnumType, Index, Table};

use crate::db::Db;
use crate::error::Result;

impl Db {
    /// Makes a table with its constraints and indexes. A model's table is `User::table()`, as it is in the sources now:
    /// a migration that must stay as it is describes the table itself.
    ///
    /// # Errors
    /// The database refuses it, or cannot keep what the table asks for.
    pub fn create_table(&mut self, table: impl Into<Table>) -> Result<()> {
        self.backend.change(Change::CreateTable(table.into()))
    }

    /// Alters a table.
    ///
    /// # Errors
    /// The database refuses it, or cannot do one of the alterations.
    pub fn alter_table(&mut self, alter: AlterTable) -> Result<()> {
        self.backend.change(Change::AlterTable(alter))
    }

    /// Removes a table and its rows.
    ///
    /// # Errors
    /// The database refuses it, as when the table is not there or is referred to.
    pub fn drop_table(&mut self, table: impl Into<String>) -> Result<()> {
        self.backend.change(Change::DropTable { table: table.into() })
    }

    /// Makes an index.
    ///
    /// # Errors
    /// The database refuses it, as when rows share a key of a unique index.
    pub fn create_index(&mut self, table: impl Into<String>, index: Index) -> Result<()> {
        self.backend.change(Change::CreateIndex { table: table.into(), index })
    }

    /// Removes an index by its name, which is `<table>_<columns>_idx` where none was given.
    ///
    /// # Errors
    /// The database refuses it, as when there is no such index.
    pub fn drop_index(&mut self, table: impl Into<String>, name: impl Into<String>) -> Result<()> {
        self.backend.change(Change::DropIndex { table: table.into(), name: name.into() })
    }

    /// Makes an enum before the first table that has a column of it. Only PostgreSQL has such types; elsewhere there is
    /// nothing to do.
    ///
    /// # Errors
    /// The database refuses it, as when there is a type of that name.
    pub fn create_enum(&mut self, ty: EnumType) -> Result<()> {
        self.backend.change(Change::CreateEnum(ty))
    }

    /// Gives an enum other values, in all columns that the change names.
    ///
    /// # Errors
    /// The database refuses it, as when a row has a value that goes.
    pub fn alter_enum(&mut self, alter: AlterEnum) -> Result<()> {
        self.backend.change(Change::AlterEnum(alter))
    }

    /// Removes an enum that no column has any more.
    ///
    /// # Errors
    /// The database refuses it, as when a column has the type.
    pub fn drop_enum(&mut self, name: impl Into<String>) -> Result<()> {
        self.backend.change(Change::DropEnum { name: name.into() })
    }
}
