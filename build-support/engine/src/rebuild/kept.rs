//! What SQLite keeps about a table outside of it, and forgets when the table is dropped: the greatest number that was
//! given to a row, and what ANALYZE has found.

use glim::value::Value;

use super::Failure;
use super::query::{rows, text, texts};
use crate::driver::Connection;

/// The tables of ANALYZE that a statement may write.
const STATISTICS: &[&str] = &["sqlite_stat1", "sqlite_stat4"];

/// What was kept about a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    sequence: Option<Value>,
    /// The table of ANALYZE, its row, and the columns of the index that it is about.
    statistics: Vec<(&'static str, Vec<Value>, Option<String>)>,
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
                for row in found {
                    let columns = columns(conn, text(&row, 1))?;
                    kept.statistics.push((name, row, columns));
                }
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
        for (name, row, about) in &self.statistics {
            // SQLite numbers the indexes of constraints, so that the same name may mean another now.
            if *about == columns(conn, text(row, 1))? {
                let places: Vec<_> = (1..=row.len()).map(|at| format!("${at}")).collect();
                conn.execute(&format!("INSERT INTO main.{name} VALUES ({})", places.join(", ")), row)?;
            }
        }
        Ok(())
    }
}

/// The columns of an index, in one text; `None` for what is about the table, whose row names none or the table itself.
fn columns(conn: &mut dyn Connection, index: Option<String>) -> Result<Option<String>, Failure> {
    let Some(index) = index else { return Ok(None) };
    let sql = "SELECT group_concat(cid || ' ' || coalesce(name, '') || ' ' || coalesce(coll, '') || ' ' || \"desc\") \
        FROM pragma_index_xinfo($1, 'main')";
    Ok(texts(conn, sql, &[&index])?.pop())
}

fn has(conn: &mut dyn Connection, table: &str) -> Result<bool, Failure> {
    Ok(!texts(conn, "SELECT name FROM main.sqlite_schema WHERE name = $1", &[table])?.is_empty())
}
