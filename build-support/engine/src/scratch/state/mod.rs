//! All of a database that two ways of getting there must agree in: its schema, the rows of its tables, and the ledger. The
//! journal must have nothing more.
//!
//! What nobody can make equal does not count: when a migration was applied and how long it took, and by which numbers the
//! database has told rows apart. Those are compared by their order, also where other rows refer to them: what is rolled
//! back does not give the numbers back that it has used.

mod columns;
mod numbers;

use std::collections::{BTreeMap, BTreeSet};

use glim::error::DatabaseError;
use glim_schema::Dialect;

use self::columns::Column;
use super::query::rows;
use super::snapshot::Snapshot;
use crate::driver::{Access, Connection};
use crate::ledger::{Ledger, LedgerError};

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    schema: Snapshot,
    tables: BTreeMap<String, Contents>,
    /// The ledger's rows in the order in which they were applied.
    ledger: Vec<String>,
    /// The migrations of which the journal has notes: none when all have ended.
    journal: Vec<String>,
}

/// The rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Contents {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

/// Columns whose values differ from run to run, such as those that hold the time: table and column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unstable(BTreeSet<(String, String)>);

impl State {
    /// What the database holds now.
    ///
    /// # Errors
    /// The database refuses, or the ledger is not as glim leaves it.
    pub fn take(conn: &mut dyn Connection) -> Result<Self, LedgerError> {
        let (ledger, mut rows) = Ledger::open(conn, Access::ReadOnly)?;
        // A server gives them in whichever order they lie in.
        rows.sort_by_key(|row| row.applied_order);
        let journal = ledger.journaled(conn)?;
        let ledger = rows.iter().map(|row| {
            let checksum = row.checksum.as_deref().unwrap_or_default();
            format!("{} ({}), {}", row.name, row.state, checksum)
        });
        let ledger = ledger.collect();
        let schema = Snapshot::take(conn).map_err(LedgerError::database("read the schema"))?;
        let tables = contents(conn).map_err(LedgerError::database("read all rows"))?;
        Ok(Self { schema, tables, ledger, journal })
    }

    /// The columns that differ from those of another run which should have come to the same.
    #[must_use]
    pub fn unstable(&self, other: &Self) -> Unstable {
        let mut found = BTreeSet::new();
        for (name, table) in &self.tables {
            let Some(there) = other.tables.get(name).filter(|there| there.columns == table.columns) else { continue };
            for (at, column) in table.columns.iter().enumerate() {
                if sorted(table.rows.iter().map(|row| &row[at])) != sorted(there.rows.iter().map(|row| &row[at])) {
                    found.insert((name.clone(), column.clone()));
                }
            }
        }
        Unstable(found)
    }

    /// In what the other one differs: a line for each object, table and row of the ledger, none where both are the same.
    pub fn differences(&self, other: &Self, unstable: &Unstable) -> Vec<String> {
        let mut found = self.schema.differences(&other.schema);
        for (name, table) in &self.tables {
            // That it is missing is said of the schema.
            let Some(there) = other.tables.get(name).filter(|there| there.columns == table.columns) else { continue };
            let (here, there) = (unstable.without(name, table), unstable.without(name, there));
            if here == there {
                continue;
            }
            found.push(match (here.len(), there.len()) {
                (wanted, rows) if wanted == rows => {
                    let other = here.iter().zip(&there).filter(|(wanted, row)| wanted != row).count();
                    format!("{other} of the {rows} rows of table {name} are others")
                }
                (wanted, rows) => format!("table {name} has {rows} rows, not {wanted}"),
            });
        }
        if self.ledger != other.ledger {
            let lines = |rows: &[String]| if rows.is_empty() { "nothing".to_owned() } else { rows.join("; ") };
            found.push(format!("the ledger says: {}; not: {}", lines(&other.ledger), lines(&self.ledger)));
        }
        // Whatever was done to get there, it is over.
        if !other.journal.is_empty() {
            found.push(format!("the journal still has notes of: {}", other.journal.join("; ")));
        }
        found
    }
}

impl Unstable {
    /// The columns, as `table.column`.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|(table, column)| format!("{table}.{column}")).collect()
    }

    /// The rows of a table without them, sorted.
    fn without<'t>(&self, name: &str, table: &'t Contents) -> Vec<Vec<&'t Option<String>>> {
        let counts = |column: &String| !self.0.contains(&(name.to_owned(), column.clone()));
        let counts: Vec<bool> = table.columns.iter().map(counts).collect();
        let row = |row: &'t Vec<Option<String>>| {
            row.iter().zip(&counts).filter(|(_, counts)| **counts).map(|(value, _)| value).collect()
        };
        sorted(table.rows.iter().map(row))
    }
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values
}

/// The rows of all tables but glim's own.
fn contents(conn: &mut dyn Connection) -> Result<BTreeMap<String, Contents>, DatabaseError> {
    let columns = columns::all(conn)?;
    let mut tables: BTreeMap<String, Contents> = BTreeMap::new();
    for of_table in columns.chunk_by(|a, b| a.table == b.table) {
        let Some(Column { table, shown, .. }) = of_table.first() else { continue };
        let texts: Vec<&str> = of_table.iter().map(|column| column.text.as_str()).collect();
        // The rows of a table that others inherit from are its own.
        let only = if conn.dialect() == Dialect::Postgres { "ONLY " } else { "" };
        let sql = format!("SELECT {} FROM {only}{table}", texts.join(", "));
        let names = of_table.iter().map(|column| column.name.clone()).collect();
        tables.insert(shown.clone(), Contents { columns: names, rows: rows(conn, &sql)? });
    }
    numbers::by_order(&mut tables, &columns);
    Ok(tables)
}

#[cfg(test)]
mod tests;
