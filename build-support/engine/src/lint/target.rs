//! What the database itself tells, which is only read: how large its tables are, indexes that are no good, and columns whose
//! numbers run out.

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

/// What is wrong in the database as it is, whatever is to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// What it is about, such as "the index `i`".
    pub what: String,
    /// What is wrong with it.
    pub fault: String,
    /// The safe way.
    pub safe: String,
}

impl Fault {
    /// All of them.
    ///
    /// # Errors
    /// What the database said.
    pub fn all(conn: &mut dyn Connection) -> Result<Vec<Self>> {
        let mut faults = running_out(conn)?;
        if conn.dialect() == Dialect::Postgres {
            faults.extend(invalid_indexes(conn)?);
        }
        Ok(faults)
    }
}

/// The indexes that a failed CREATE INDEX CONCURRENTLY has left.
fn invalid_indexes(conn: &mut dyn Connection) -> Result<Vec<Fault>> {
    let rule = rules::INVALID_INDEX_LEFT;
    let sql = "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
               WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1";
    let names = texts(conn, sql)?.into_iter().flatten();
    let fault = |name: String| {
        let safe = rule.safe.replace("{name}", &name);
        Fault { rule, what: format!("the index `{name}`"), fault: "is invalid".to_owned(), safe }
    };
    Ok(names.map(fault).collect())
}

/// Columns that number rows: table, column, type, the last number, and the greatest that there can be. Those of temporary
/// and unlogged tables cannot be asked for everywhere: not by another session, and not on a standby server.
const NUMBERED_POSTGRES: &str = "SELECT a.attrelid::regclass::text, a.attname, format_type(a.atttypid, NULL), \
     CASE WHEN has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') THEN pg_sequence_last_value(s.seqrelid) END, \
     least(s.seqmax, CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 \
     ELSE 9223372036854775807 END) FROM pg_sequence s \
     JOIN pg_class c ON c.oid = s.seqrelid AND c.relpersistence = 'p' \
     JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid \
     AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') \
     JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid) \
     WHERE s.seqincrement > 0 AND NOT s.seqcycle ORDER BY 1, 2";
const NUMBERED_MYSQL: &str = "SELECT c.table_name, c.column_name, c.column_type, t.auto_increment - 1, \
     CASE c.data_type WHEN 'tinyint' THEN 127 WHEN 'smallint' THEN 32767 WHEN 'mediumint' THEN 8388607 \
     WHEN 'int' THEN 2147483647 ELSE CAST(9223372036854775807 AS DECIMAL(20)) END \
     * (CASE WHEN c.column_type LIKE '%unsigned%' THEN 2 ELSE 1 END) \
     FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name) \
     WHERE table_schema = DATABASE() AND c.extra LIKE '%auto\\_increment%' ORDER BY 1, 2";

/// How much of its numbers a column may have given, in percent.
const GIVEN: u128 = 85;

/// The columns that number rows and are about to run out of numbers. On SQLite none ever is.
fn running_out(conn: &mut dyn Connection) -> Result<Vec<Fault>> {
    let sql = match conn.dialect() {
        Dialect::Postgres => NUMBERED_POSTGRES,
        Dialect::Mysql => NUMBERED_MYSQL,
        Dialect::Sqlite => return Ok(Vec::new()),
    };
    let rule = rules::AUTO_INC_CAPACITY;
    let fault = |row: Vec<String>| {
        let [table, column, ty, last, most] = <[String; 5]>::try_from(row).ok()?;
        let percent = last.parse::<u128>().ok()? * 100 / most.parse::<u128>().ok().filter(|most| *most > 0)?;
        let safe = rule.safe.replace("{table}", &table).replace("{column}", &column);
        let fault = format!("has given {percent} % of the numbers of its type, {ty}");
        (percent > GIVEN).then(|| Fault { rule, what: format!("the column `{table}.{column}`"), fault, safe })
    };
    Ok(texts(conn, sql)?.into_iter().filter_map(fault).collect())
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
