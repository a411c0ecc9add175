//! Copying the rows, and proving that the copy is one.

use super::query::{integer, number, rows};
use super::rendered::{Affinity, affinity};
use super::stored::Shape;
use super::tokens::{list, quoted, same};
use super::{Failure, Refusal};
use crate::driver::Connection;

/// How many columns are compared with one statement: SQLite limits how large one may be.
const COLUMNS_AT_ONCE: usize = 100;

/// A table and its copy, both there.
pub(super) struct Copy<'a> {
    pub(super) old: &'a str,
    pub(super) new: &'a str,
    pub(super) from: &'a Shape,
    pub(super) to: &'a Shape,
    /// The columns that go, even if others come under their names.
    pub(super) dropped: &'a [String],
    /// The columns whose values may be stored otherwise.
    pub(super) retyped: &'a [String],
}

impl Copy<'_> {
    /// Copies all rows, with their rowids.
    pub(super) fn rows(&self, conn: &mut dyn Connection) -> Result<(), Failure> {
        let columns = self.carried();
        let mut into: Vec<String> = columns.iter().map(quoted_ref).collect();
        let mut from = into.clone();
        if !self.to.without_rowid && self.alias().is_none() {
            let rowid = self.rowid()?;
            into.insert(0, rowid.to_owned());
            from.insert(0, rowid.to_owned());
        }
        let (old, new) = (quoted(self.old), quoted(self.new));
        let (into, from) = (into.join(", "), from.join(", "));
        // A row that does not fit is an error, whatever the table's own ON CONFLICT would do with it.
        conn.batch(&format!("INSERT OR ABORT INTO main.{new} ({into}) SELECT {from} FROM main.{old}"))?;
        Ok(())
    }

    /// Compares both, row by row and column by column.
    pub(super) fn compare(&self, conn: &mut dyn Connection) -> Result<(), Failure> {
        let count = |conn: &mut dyn Connection, table| {
            number(conn, &format!("SELECT count(*) FROM main.{}", quoted(table)), &[])
        };
        let (before, after) = (count(conn, self.old)?, count(conn, self.new)?);
        if before != after {
            return Err(Refusal::new(format!("of its {before} rows, {after} would be left")).into());
        }
        let carried = self.carried();
        let pairs =
            format!("main.{} AS o JOIN main.{} AS n ON {}", quoted(self.old), quoted(self.new), self.pairing()?);
        for columns in carried.chunks(COLUMNS_AT_ONCE).chain(carried.is_empty().then_some(&[][..])) {
            let counts = std::iter::once("count(*)".to_owned());
            let sums = columns.iter().map(|column| format!("sum({})", self.differs(conn, column)));
            let counts = counts.chain(sums).collect::<Vec<_>>().join(", ");
            let found = rows(conn, &format!("SELECT {counts} FROM {pairs}"), &[])?;
            let row = found.first().map(Vec::as_slice).unwrap_or_default();
            if integer(row, 0) != before {
                let reason = format!("of its {before} rows, only {} would be found again", integer(row, 0));
                return Err(Refusal::new(reason).into());
            }
            for (at, column) in columns.iter().enumerate() {
                let different = integer(row, at + 1);
                if different > 0 {
                    let rows = if different == 1 { "1 row has" } else { &format!("{different} rows have") };
                    let reason =
                        format!("{rows} a value in `{column}` that the new definition would change or not fit");
                    return Err(Refusal::new(reason).into());
                }
            }
        }
        Ok(())
    }

    /// The columns that are in both and take values.
    fn carried(&self) -> Vec<&str> {
        let takes = self.to.columns.iter().filter(|(_, computed)| !computed).map(|(name, _)| name.as_str());
        let goes = |name: &str| self.dropped.iter().any(|gone| same(gone, name));
        takes.filter(|name| self.from.column(name).is_some() && !goes(name)).collect()
    }

    /// The column that is the new rowid and was there before.
    pub(super) fn alias(&self) -> Option<&str> {
        self.to.alias.as_deref().filter(|alias| self.carried().contains(alias))
    }

    /// The condition under which a row of the one is that of the other.
    fn pairing(&self) -> Result<String, Refusal> {
        if self.from.without_rowid {
            let each = self.from.key.iter().map(quoted_ref).map(|name| format!("o.{name} = n.{name}"));
            return Ok(each.collect::<Vec<_>>().join(" AND "));
        }
        Ok(match self.alias() {
            Some(alias) => format!("o.{0} = n.{0}", quoted(alias)),
            None => format!("o.{0} = n.{0}", self.rowid()?),
        })
    }

    /// The expression that is 1 where a column's value is not what it was.
    fn differs(&self, conn: &mut dyn Connection, column: &str) -> String {
        let name = quoted(column);
        if !self.retyped.iter().any(|each| same(each, column)) {
            return format!("o.{name} IS NOT n.{name} COLLATE BINARY OR typeof(o.{name}) <> typeof(n.{name})");
        }
        // Another type may store it otherwise, as long as it can be read back: 1 as '1', and '007' never as 7.
        let kept = format!(
            "(+o.{name} IS +n.{name} COLLATE BINARY OR CAST(o.{name} AS TEXT) IS CAST(n.{name} AS TEXT) COLLATE BINARY)"
        );
        match affinity(&self.declared(conn, column)) {
            // What cannot become a number stays a text, which no reader of numbers expects.
            Affinity::Integer | Affinity::Real => format!("NOT {kept} OR typeof(n.{name}) IN ('text', 'blob')"),
            Affinity::Text | Affinity::Blob | Affinity::Numeric => format!("NOT {kept}"),
        }
    }

    fn declared(&self, conn: &mut dyn Connection, column: &str) -> String {
        let sql = "SELECT type FROM pragma_table_xinfo($1, 'main') WHERE name = $2";
        super::query::texts(conn, sql, &[self.new, column]).unwrap_or_default().pop().unwrap_or_default()
    }

    /// A name of the rowid that no column has taken.
    pub(super) fn rowid(&self) -> Result<&'static str, Refusal> {
        let free = |name: &&str| self.from.column(name).is_none() && self.to.column(name).is_none();
        ["rowid", "_rowid_", "oid"].into_iter().find(free).ok_or_else(|| {
            Refusal::new("its rowids cannot be carried: `rowid`, `_rowid_` and `oid` are names of columns")
        })
    }
}

fn quoted_ref(name: impl AsRef<str>) -> String {
    list([name])
}
