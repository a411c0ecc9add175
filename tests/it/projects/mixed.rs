//! Models whose tables migrations make in several ways, and one that belongs to no migration and refers to one of them.

use glim::schema::{Column, ColumnType, Table};
use glim::{Db, Migration, Model, Result};

/// Made from its model.
#[derive(Model)]
pub struct Author {
    #[glim(primary_key)]
    pub id: i32,
    #[glim(length = 40)]
    pub name: String,
}

/// Made from a description in a function.
#[derive(Model)]
pub struct Book {
    #[glim(primary_key)]
    pub id: i32,
}

/// Made by SQL, under another name.
#[derive(Model)]
pub struct Page {
    #[glim(primary_key)]
    pub id: i32,
}

/// Made by an SQL file.
#[derive(Model)]
pub struct Shelf {
    #[glim(primary_key)]
    pub id: i32,
}

/// Nobody's but `sync`'s.
#[derive(Model)]
pub struct Loan {
    #[glim(primary_key)]
    pub id: i32,
    #[glim(references = "book.id")]
    pub book: i32,
}

/// The same, without a reference.
#[derive(Model)]
pub struct Visitor {
    #[glim(primary_key)]
    pub id: i32,
}

pub struct MakeAuthors;

impl Migration for MakeAuthors {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.create_table(Author::table())?;
        db.create_table(books())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.drop_table("book")?;
        db.drop_table("author")
    }
}

glim::submit!(MakeAuthors, version = "1");

fn books() -> Table {
    Table::new("book").column(Column::new("id", ColumnType::Int32)).primary_key(["id"])
}

pub struct MakePages;

impl Migration for MakePages {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute_batch(PAGES)
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute_batch("DROP TABLE page")
    }
}

const PAGES: &str = "CREATE TABLE leaf (id int NOT NULL PRIMARY KEY); ALTER TABLE leaf RENAME TO page";

glim::submit!(MakePages, version = "2", name = "Pages");

/// It is for another database.
pub struct MakeVisitors;

impl Migration for MakeVisitors {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.create_table(Visitor::table())
    }
}

glim::submit!(MakeVisitors, version = "3", db = "protected", irreversible);
