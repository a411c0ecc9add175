//! What is a difference between schemas, and that the changes lead from any schema to any other.

mod fuzz;
mod generate;
mod lock;
mod losses;
mod merge;
mod property;
mod random;
mod renames;
mod rows;
mod speed;

use glim_schema::diff::{Difference, Renames, diff};
use glim_schema::{Change, Column, ColumnType, Schema, Table};

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    Schema::new(tables).expect("tables that agree")
}

fn text(length: u32) -> ColumnType {
    ColumnType::Text { length: Some(length) }
}

/// A table with a key and two columns.
fn users() -> Table {
    Table::new("users")
        .column(Column::new("id", ColumnType::Int32).auto_increment())
        .column(Column::new("name", text(40)))
        .column(Column::new("age", ColumnType::Int16).nullable())
        .primary_key(["id"])
}

fn difference(from: impl IntoIterator<Item = Table>, to: impl IntoIterator<Item = Table>) -> Difference {
    diff(&schema(from), &schema(to), &Renames::default()).expect("valid schemas")
}

/// A schema after changes, in one form.
fn after<'a>(from: &Schema, changes: impl IntoIterator<Item = &'a Change>) -> Schema {
    let mut schema = from.clone();
    for change in changes {
        schema = schema.after(change).unwrap_or_else(|problem| panic!("{problem}: {change:?}"));
    }
    schema.normal()
}

fn changes(difference: &Difference) -> Vec<Change> {
    difference.run.iter().map(|step| step.change.clone()).collect()
}
