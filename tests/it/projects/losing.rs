//! Migrations that take tables and columns away, by schema operations and by SQL.

use glim::schema::{AlterTable, Column, ColumnType, Table};
use glim::{Db, Migration, Result};

pub struct Prepare;

impl Migration for Prepare {
    fn run(&self, db: &mut Db) -> Result<()> {
        for name in ["orders", "old_orders"] {
            db.create_table(Table::new(name).column(Column::new("id", ColumnType::Int32)))?;
        }
        db.create_table(
            Table::new("users")
                .column(Column::new("id", ColumnType::Int32))
                .column(Column::new("name", ColumnType::Int32)),
        )?;
        db.execute("INSERT INTO users VALUES (1, 1), (2, 2)", ())?;
        Ok(())
    }
}

glim::submit!(Prepare, version = "1", irreversible);

pub struct Grow;

const EXTRA: &str = "extra";

impl Migration for Grow {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.create_table(Table::new(EXTRA).column(Column::new("id", ColumnType::Int32)))?;
        db.alter_table(AlterTable::new("users").add_column(Column::new("note", ColumnType::Int32).nullable()))
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        shrink(db)?;
        db.execute("DELETE FROM orders", ())?;
        db.execute(format!("DROP TABLE {EXTRA}"), ())?;
        Ok(())
    }
}

fn shrink(db: &mut Db) -> Result<()> {
    db.alter_table(AlterTable::new("users").drop_column("note"))
}

glim::submit!(Grow, version = "2");

pub struct Passing;

impl Migration for Passing {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.create_table(Table::new("passing").column(Column::new("id", ColumnType::Int32)))?;
        db.drop_table("passing")?;
        db.execute("DELETE FROM users WHERE id = $1", (2,))?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.drop_table("users")
    }
}

glim::submit!(Passing, version = "3");

pub struct Drops;

impl Migration for Drops {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.alter_table(AlterTable::new("users").drop_column("name"))?;
        remove(db, "orders")
    }
}

fn remove(db: &mut Db, table: &str) -> Result<()> {
    db.execute(format!("DROP TABLE {table}"), ())?;
    db.drop_table(format!("old_{table}"))
}

glim::submit!(Drops, version = "4", irreversible);
