//! Backfills: columns of a big table set in batches, in the order of its primary key.

mod checkpoint;
mod key;
mod text;

use std::ops::ControlFlow;

use glim::Backfill;
use glim::error::Kind;
use glim::value::FromValue as _;
use glim::{Result, Value};
use glim_schema::Dialect;

pub(crate) use self::checkpoint::Checkpoint;
use self::key::Key;
use self::text::Texts;
use crate::driver::{Connection, fetch};

/// A backfill that can be done: its words make sense, and its table has a key to go by.
pub(crate) struct Filling<'b> {
    backfill: &'b Backfill,
    key: Key,
    dialect: Dialect,
}

impl<'b> Filling<'b> {
    /// Looks the key up, and refuses what cannot be done in batches.
    pub(crate) fn prepare(conn: &mut dyn Connection, backfill: &'b Backfill) -> Result<Self> {
        let dialect = conn.dialect();
        backfill.check()?;
        text::check(backfill, dialect).map_err(|problem| refused(backfill, &problem))?;
        let key = Key::read(conn, &backfill.table)?;
        if let Some(problem) = key.problem(conn, backfill)? {
            return Err(refused(backfill, &problem));
        }
        Ok(Self { backfill, key, dialect })
    }

    /// What is done.
    pub(crate) fn backfill(&self) -> &'b Backfill {
        self.backfill
    }

    fn texts(&self) -> Texts<'_> {
        Texts { backfill: self.backfill, key: &self.key, dialect: self.dialect }
    }

    /// What a batch looks like, for people.
    pub(crate) fn shown(&self) -> String {
        self.texts().shown()
    }

    /// Has the database compile the statement, and gives how many rows it may be about behind that checkpoint.
    pub(crate) fn estimate(&self, conn: &mut dyn Connection, done: &Checkpoint) -> Result<Option<u64>> {
        let after = self.literals(&done.key)?;
        let update = format!("EXPLAIN {}", self.texts().update(after.as_deref(), None));
        let mut plan = Vec::new();
        conn.ask(&update, &[], &mut |names, row| {
            plan.push((names.clone(), row));
            if self.dialect == Dialect::Sqlite { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let rest = match self.dialect {
            Dialect::Sqlite => {
                let count = fetch(conn, &self.texts().count(after.as_deref()), &[])?;
                count.first().and_then(|row| number(row.first()?)).map(whole)
            }
            Dialect::Postgres => plan.iter().filter_map(|(_, row)| postgres_rows(row.first()?)).max(),
            Dialect::Mysql => plan.first().and_then(|(names, row)| {
                let cell = |name: &str| {
                    let at = names.iter().position(|it| it.eq_ignore_ascii_case(name))?;
                    number(row.get(at)?)
                };
                Some(whole(cell("rows")? * cell("filtered").unwrap_or(100.0) / 100.0))
            }),
        };
        Ok(rest.map(|rest| rest + done.changed))
    }

    /// The key of the last row of the batch behind that checkpoint; none where no row is left.
    pub(crate) fn next(&self, conn: &mut dyn Connection, done: &Checkpoint) -> Result<Option<Vec<String>>> {
        let after = self.literals(&done.key)?;
        let mut last = None;
        conn.ask(&self.texts().bound(after.as_deref()), &[], &mut |_, row| {
            last = Some(row.iter().map(|value| String::from_value(value).ok()).collect::<Option<Vec<_>>>());
            ControlFlow::Break(())
        })?;
        let Some(last) = last else { return Ok(None) };
        let next = last.filter(|next| *next != done.key && self.literals(next).is_ok());
        next.map(Some).ok_or_else(|| refused(self.backfill, "a value of its primary key cannot be written down"))
    }

    /// The statement that changes the rows of a batch.
    pub(crate) fn update(&self, done: &Checkpoint, upto: &[String]) -> Result<String> {
        Ok(self.texts().update(self.literals(&done.key)?.as_deref(), self.literals(upto)?.as_deref()))
    }

    /// A key as SQL; none for the place before the first.
    fn literals(&self, key: &[String]) -> Result<Option<Vec<String>>> {
        if key.is_empty() {
            return Ok(None);
        }
        let literals = self.key.literals(key, self.dialect);
        literals.map(Some).ok_or_else(|| refused(self.backfill, "the key that its journal has is none of this table"))
    }
}

/// Why a backfill is not done, in the words of a migration's author.
pub(crate) fn refused(backfill: &Backfill, problem: &str) -> glim::Error {
    Kind::Usage(format!("the backfill of `{}`: {problem}", backfill.table)).into()
}

/// A number, in whichever form a database gives it.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Uint(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        other => String::from_value(other).ok()?.parse().ok(),
    }
}

/// What a line of PostgreSQL's plan says of rows: `Seq Scan on users  (cost=0.00..35.50 rows=2550 width=4)`.
fn postgres_rows(line: &Value) -> Option<u64> {
    let line = String::from_value(line).ok()?;
    let digits = line.split_once("rows=")?.1;
    digits.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate, which is never negative")]
fn whole(rows: f64) -> u64 {
    rows.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use glim::Value;

    use super::postgres_rows;

    #[test]
    fn the_rows_of_a_plan_are_read() {
        let rows = |line: &str| postgres_rows(&Value::Text(line.to_owned()));
        assert_eq!(rows("  ->  Seq Scan on users  (cost=0.00..35.50 rows=2550 width=4)"), Some(2550));
        assert_eq!(rows("        Filter: (id > 5)"), None);
    }
}
