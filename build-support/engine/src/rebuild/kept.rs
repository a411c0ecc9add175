//! What SQLite keeps about a table outside of it, and forgets when the table is dropped: the greatest number that was
//! given to a row, and what ANALYZE has found.

use glim::value::Value;

use super::Failure;
use super::query::{rows, text, texts};
use super::tokens::same;
use crate::driver::Connection;

/// The tables of ANALYZE that a statement may write.
const STATISTICS: &[&str] = &["sqlite_stat1", "sqlite_stat4"];

/// What was kept about a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    sequence: Option<Value>,
    /// The table of ANALYZE, and its row.
    statistics: Vec<(&'static str, Vec<Value>)>,
}

impl Kept {
    /// Reads it.
    pub(super) fn read(conn: &mut dyn Connection, table: &str) -> Result<Self, Failure> {
        let mut kept = Self::default();
        if has(conn, "sqlite_sequence")? {
            let found = rows(conn, "SELECT seq FROM main.sqlite_sequence WHERE name = $1", &[table])?;
            kept.sequence = found.into_iter().next().and_then(|row| row.into_iter().next());
        }
        for &name in STATISTICS {
            if has(conn, name)? {
                let found = rows(conn, &format!("SELECT * FROM main.{name} WHERE tbl = $1"), &[table])?;
                kept.statistics.extend(found.into_iter().map(|row| (name, row)));
            }
        }
        Ok(kept)
    }

    /// Writes it for the new table, of which it is said whether AUTOINCREMENT numbered and numbers its rows; what was
    /// found of indexes that are gone is left out.
    pub(super) fn write(&self, conn: &mut dyn Connection, table: &str, numbered: (bool, bool)) -> Result<(), Failure> {
        // Numbered from now on: what the copy has counted is right.
        if numbered == (true, true) {
            let name = Value::Text(table.to_owned());
            conn.execute("DELETE FROM main.sqlite_sequence WHERE name = $1", std::slice::from_ref(&name))?;
            if let Some(sequence) = &self.sequence {
                let insert = "INSERT INTO main.sqlite_sequence (name, seq) VALUES ($1, $2)";
                conn.execute(insert, &[name, sequence.clone()])?;
            }
        }
        let indexes = texts(conn, "SELECT name FROM pragma_index_list($1, 'main')", &[table])?;
        for (name, row) in &self.statistics {
            let of = text(row, 1);
            if of.is_none_or(|of| same(&of, table) || indexes.iter().any(|index| same(index, &of))) {
                let places: Vec<_> = (1..=row.len()).map(|at| format!("${at}")).collect();
                conn.execute(&format!("INSERT INTO main.{name} VALUES ({})", places.join(", ")), row)?;
            }
        }
        Ok(())
    }
}

fn has(conn: &mut dyn Connection, table: &str) -> Result<bool, Failure> {
    Ok(!texts(conn, "SELECT name FROM main.sqlite_schema WHERE name = $1", &[table])?.is_empty())
}
