//! Filling columns of a big table in batches, each committed by itself.

use std::time::Duration;

use crate::db::Db;
use crate::error::{Kind, Result};

/// What is filled, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: String,
    /// What columns are set to, such as `email = lower(email)`; all at once.
    pub assignments: Vec<String>,
    /// Which rows; all of these conditions hold for them.
    pub conditions: Vec<String>,
    /// How many rows a batch has.
    pub batch: u32,
    /// How long to wait after each batch.
    pub pause: Duration,
    /// How much of the time to work, in percent.
    pub share: u8,
}

impl Backfill {
    /// The most rows that a batch may have.
    pub const LARGEST_BATCH: u32 = 1_000_000;

    /// Refuses what makes no sense, whoever has sent it.
    ///
    /// # Errors
    /// [`Kind::Usage`], which says what to write instead.
    pub fn check(&self) -> Result<()> {
        let largest = Self::LARGEST_BATCH;
        let problem = match self {
            _ if !(1..=largest).contains(&self.batch) => {
                format!("a batch of {} rows; write a number from 1 to {largest}, such as `.batch(1000)`", self.batch)
            }
            _ if !(1..=100).contains(&self.share) => {
                format!("a share of {} percent of the time; write a number from 1 to 100", self.share)
            }
            _ if self.assignments.is_empty() => "it sets nothing; add `.set(\"column = expression\")`".to_owned(),
            _ if self.assignments.iter().chain(&self.conditions).any(|text| text.trim().is_empty()) => {
                "an assignment or a condition is empty; leave it out".to_owned()
            }
            _ => return Ok(()),
        };
        Err(Kind::Usage(format!("the backfill of `{}`: {problem}", self.table)).into())
    }
}

/// A backfill that is being described; [`batch`](Self::batch) does it.
#[must_use = "nothing is done before `.batch(rows)`"]
pub struct BackfillBuilder<'d> {
    db: &'d mut Db,
    backfill: Backfill,
}

impl Db {
    /// Sets columns of the rows of a big table in batches: in the order of the primary key, each batch in a transaction of
    /// its own, together with the note of how far it came. A run that was interrupted goes on behind the last batch that
    /// was committed, so that no row is changed twice, and nobody waits longer than for one batch.
    ///
    /// ```
    /// # use glim::{Db, Result};
    /// # fn run(db: &mut Db) -> Result<()> {
    /// db.backfill("users").set("email = lower(email)").where_("email <> lower(email)").batch(1000)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The migration is registered with `transaction = false`. Rows that somebody writes meanwhile may be seen or not: the
    /// program that writes them has to set the column itself by then.
    pub fn backfill(&mut self, table: impl Into<String>) -> BackfillBuilder<'_> {
        let (assignments, conditions) = (Vec::new(), Vec::new());
        let backfill =
            Backfill { table: table.into(), assignments, conditions, batch: 0, pause: Duration::ZERO, share: 100 };
        BackfillBuilder { db: self, backfill }
    }
}

impl BackfillBuilder<'_> {
    /// What to set, as in an `UPDATE`: `column = expression`, and more of them after commas or in another call.
    pub fn set(mut self, assignment: impl Into<String>) -> Self {
        self.backfill.assignments.push(assignment.into());
        self
    }

    /// Which rows, as in an `UPDATE`; all of them without it. Several conditions must all hold.
    pub fn where_(mut self, condition: impl Into<String>) -> Self {
        self.backfill.conditions.push(condition.into());
        self
    }

    /// Waits so long after each batch, so that others get their turn.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.backfill.pause = pause;
        self
    }

    /// Works at most this share of the time, in percent: the slower the database is, the longer the pauses.
    pub fn share(mut self, percent: u8) -> Self {
        self.backfill.share = percent;
        self
    }

    /// Does it, so many rows at a time, and gives the number of rows that were changed, those before an interruption
    /// included.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the migration runs in a transaction, the table has no primary key, or a number is out of
    /// range; nothing is changed then. [`Kind::Database`] when the database refuses a batch; those before it stay, and the
    /// next run goes on with this one.
    pub fn batch(mut self, rows: u32) -> Result<u64> {
        self.backfill.batch = rows;
        self.backfill.check()?;
        self.db.backend.backfill(self.backfill)
    }
}

#[cfg(test)]
mod tests {
    use super::{Backfill, Duration};

    fn good() -> Backfill {
        let (assignments, conditions) = (vec!["a = 1".to_owned()], vec!["b IS NULL".to_owned()]);
        Backfill { table: "t".to_owned(), assignments, conditions, batch: 1, pause: Duration::ZERO, share: 100 }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_to_write() {
        assert!(good().check().is_ok());
        assert!(Backfill { batch: Backfill::LARGEST_BATCH, share: 1, ..good() }.check().is_ok());
        for (bad, said) in [
            (Backfill { batch: 0, ..good() }, "a batch of 0 rows; write a number from 1 to 1000000"),
            (Backfill { batch: Backfill::LARGEST_BATCH + 1, ..good() }, "a batch of 1000001 rows"),
            (Backfill { share: 0, ..good() }, "a share of 0 percent"),
            (Backfill { share: 101, ..good() }, "a share of 101 percent"),
            (Backfill { assignments: Vec::new(), ..good() }, "it sets nothing; add `.set("),
            (Backfill { conditions: vec![" ".to_owned()], ..good() }, "is empty; leave it out"),
        ] {
            let error = bad.check().expect_err(said).to_string();
            assert!(error.contains("the backfill of `t`: ") && error.contains(said), "{error}");
        }
    }
}
