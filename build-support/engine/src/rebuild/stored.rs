//! A table as SQLite has it: its text, its columns, and the objects that go when it is dropped.

use super::query::{integer, rows, text, texts};
use super::tokens::same;
use super::{Failure, Refusal};
use crate::driver::Connection;

/// A table that is to be rebuilt.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Its name as it is spelt in the catalogue.
    pub(super) name: String,
    /// Its CREATE TABLE.
    pub(super) sql: String,
    pub(super) shape: Shape,
    /// Its indexes that are no constraint, in the order in which they were made.
    pub(super) indexes: Vec<Object>,
    /// Its triggers, in the order in which they were made.
    pub(super) triggers: Vec<Object>,
}

/// An index or a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) sql: String,
}

/// What a table's columns are, as SQLite understood its CREATE TABLE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The names of all columns, and whether they are computed.
    pub(super) columns: Vec<(String, bool)>,
    /// The columns of the primary key, in its order.
    pub(super) key: Vec<String>,
    /// The column that is the rowid.
    pub(super) alias: Option<String>,
    pub(super) without_rowid: bool,
}

impl Shape {
    /// That of a table, by its exact name.
    pub(super) fn of(conn: &mut dyn Connection, table: &str) -> Result<Self, Failure> {
        let found = rows(conn, "SELECT name, hidden, pk FROM pragma_table_xinfo($1, 'main') ORDER BY cid", &[table])?;
        let columns = found.iter().filter_map(|row| Some((text(row, 0)?, integer(row, 1) > 1))).collect();
        let mut key: Vec<_> =
            found.iter().map(|row| (integer(row, 2), text(row, 0))).filter(|(at, _)| *at > 0).collect();
        key.sort();
        let key: Vec<String> = key.into_iter().filter_map(|(_, name)| name).collect();
        let without = "SELECT 'yes' FROM pragma_table_list($1) WHERE schema = 'main' AND wr = 1";
        let without_rowid = !texts(conn, without, &[table])?.is_empty();
        // A key that is the rowid has no index.
        let index = "SELECT name FROM pragma_index_list($1, 'main') WHERE origin = 'pk'";
        let is_alias = key.len() == 1 && texts(conn, index, &[table])?.is_empty();
        let alias = if is_alias { key.first().cloned() } else { None };
        Ok(Self { columns, key, alias, without_rowid })
    }

    /// The column of that name, and whether it is computed.
    pub(super) fn column(&self, name: &str) -> Option<bool> {
        self.columns.iter().find(|(column, _)| same(column, name)).map(|(_, computed)| *computed)
    }

    /// The names of all columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }
}

impl Stored {
    /// The table of that name, if it is one that can be rebuilt.
    pub(super) fn find(conn: &mut dyn Connection, table: &str) -> Result<Self, Failure> {
        let entry = "SELECT name, type, sql FROM main.sqlite_schema \
            WHERE type IN ('table', 'view') AND name = $1 COLLATE NOCASE";
        let found = rows(conn, entry, &[table])?;
        let Some(row) = found.first() else { return Err(Refusal::new("there is no such table").into()) };
        let (Some(name), Some(sql)) = (text(row, 0), text(row, 2)) else {
            return Err(Refusal::new("the database does not say how it was made").into());
        };
        if text(row, 1).as_deref() == Some("view") {
            return Err(Refusal::new("it is a view").into());
        }
        let hidden = "SELECT type || ' `' || name || '`' FROM temp.sqlite_schema \
            WHERE name = $1 COLLATE NOCASE OR tbl_name = $1 COLLATE NOCASE";
        if let Some(other) = texts(conn, hidden, &[&name])?.first() {
            return Err(
                Refusal::new(format!("the temporary {other} stands in the way, and has to be dropped first")).into()
            );
        }
        let shape = Shape::of(conn, &name)?;
        let indexes = objects(conn, "index", &name)?;
        let triggers = objects(conn, "trigger", &name)?;
        Ok(Self { name, sql, shape, indexes, triggers })
    }

    /// A name that no object has yet.
    pub(super) fn provisional(&self, conn: &mut dyn Connection) -> Result<String, Failure> {
        let taken =
            texts(conn, "SELECT name FROM main.sqlite_schema UNION ALL SELECT name FROM temp.sqlite_schema", &[])?;
        let mut name = format!("glim_new_{}", self.name);
        while taken.iter().any(|other| same(other, &name)) {
            name.push('_');
        }
        Ok(name)
    }
}

/// Those that were made by a statement of their own.
fn objects(conn: &mut dyn Connection, kind: &str, table: &str) -> Result<Vec<Object>, Failure> {
    let sql = "SELECT name, sql FROM main.sqlite_schema \
        WHERE type = $1 AND tbl_name = $2 COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid";
    let found = rows(conn, sql, &[kind, table])?;
    Ok(found.iter().filter_map(|row| Some(Object { name: text(row, 0)?, sql: text(row, 1)? })).collect())
}
