//! What the database itself tells, which is only read: how large its tables are, and indexes that are no good.

use std::collections::BTreeMap;

use glim_schema::Dialect;

use super::migration::same;
use super::{Rule, rules};
use crate::driver::{Connection, Result};
use crate::scratch::texts;

/// How many rows a thousandth of a second reads, and writes anew, on a server of no great power.
const READ: u64 = 1000;
const WRITTEN: u64 = 200;

/// How many rows each table has, as far as the database knows without counting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(BTreeMap<String, u64>);

impl Rows {
    /// Asks the database.
    ///
    /// # Errors
    /// What it said.
    pub fn of(conn: &mut dyn Connection) -> Result<Self> {
        let sql = match conn.dialect() {
            Dialect::Postgres => {
                "SELECT n.nspname || '.' || c.relname, greatest(c.reltuples, 0)::bigint FROM pg_class c \
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') \
                 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            }
            Dialect::Mysql => {
                "SELECT table_name, CAST(table_rows AS SIGNED) FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
            }
            Dialect::Sqlite => return Self::of_file(conn),
        };
        let rows = texts(conn, sql)?.into_iter();
        Ok(Self(rows.filter_map(|row| Some((row.first()?.clone(), row.get(1)?.parse().ok()?))).collect()))
    }

    /// The greatest number that a row has: found at once, however many there are.
    fn of_file(conn: &mut dyn Connection) -> Result<Self> {
        let sql = "SELECT name FROM pragma_table_list WHERE type = 'table' AND wr = 0 AND schema = 'main' \
                   AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let mut rows = BTreeMap::new();
        for name in texts(conn, sql)?.into_iter().flatten() {
            let quoted = name.replace('"', "\"\"");
            let most = texts(conn, &format!("SELECT max(rowid) FROM \"{quoted}\""))?;
            let most = most.into_iter().flatten().next().and_then(|most| most.parse().ok());
            rows.insert(name, most.unwrap_or(0));
        }
        Ok(Self(rows))
    }

    /// What the number of rows means for whoever waits.
    pub fn estimate(&self, table: &str) -> Option<String> {
        let (_, rows) = self.0.iter().find(|(name, _)| same(name, table))?;
        let time = |per_ms: u64| match rows / per_ms {
            0..1000 => "less than a second".to_owned(),
            ms @ 1000..120_000 => format!("about {} s", ms / 1000),
            ms => format!("about {} min", ms / 60_000),
        };
        let (read, written) = (time(READ), time(WRITTEN));
        let times = if read == written {
            format!("to read or to rewrite them takes {read}")
        } else {
            format!("to read them takes {read}, to rewrite them {written}")
        };
        if *rows == 0 {
            return Some(format!("`{table}` has no rows there, as far as is known"));
        }
        Some(format!("`{table}` has about {} there: {times}", counted(*rows)))
    }
}

/// The indexes that a failed CREATE INDEX CONCURRENTLY has left, each with the rule that says so and the safe way.
///
/// # Errors
/// What the database said.
pub fn invalid_indexes(conn: &mut dyn Connection) -> Result<Vec<(String, &'static Rule, String)>> {
    let Some(rule) = rules::find("invalid-index-left").filter(|_| conn.dialect() == Dialect::Postgres) else {
        return Ok(Vec::new());
    };
    let sql = "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
               WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1";
    let names = texts(conn, sql)?.into_iter().flatten();
    Ok(names.map(|name| (name.clone(), rule, rule.safe.replace("{name}", &name))).collect())
}

fn counted(rows: u64) -> String {
    let digits = rows.to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",");
    if rows == 1 { "1 row".to_owned() } else { format!("{grouped} rows") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_rows_becomes_a_time() {
        let rows = Rows(BTreeMap::from([("public.t".to_owned(), 12_345_678), ("u".to_owned(), 10)]));
        assert_eq!(
            rows.estimate("t").as_deref(),
            Some("`t` has about 12,345,678 rows there: to read them takes about 12 s, to rewrite them about 61 s")
        );
        assert_eq!(
            rows.estimate("u").as_deref(),
            Some("`u` has about 10 rows there: to read or to rewrite them takes less than a second")
        );
        assert_eq!(rows.estimate("v"), None);
    }
}
