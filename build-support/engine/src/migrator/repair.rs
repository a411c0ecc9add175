//! Settling a migration that was begun and not finished, on a person's word.

use super::condition::demand_one_row;
use super::{Locked, MigrateError};
use crate::catalog::Entry;
use crate::journal::begin;
use crate::ledger::journal::Journaled;
use crate::ledger::log::{Action, Event};
use crate::ledger::{LedgerError, Row, State, Took};

/// What a person says of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is applied, all of it.
    Applied,
    /// Nothing of it is in the database.
    RolledBack,
}

impl Locked<'_> {
    /// What the journal has on a migration.
    ///
    /// # Errors
    /// The database refuses, or the journal cannot be understood.
    pub fn journal(&mut self, name: &str) -> Result<Option<Journaled>, MigrateError> {
        Ok(self.ledger.journal(&mut *self.connection, name)?)
    }

    /// Lets the ledger say what a person says, forgets the journal, and notes it in the log.
    ///
    /// # Errors
    /// The lock is lost, the row is gone, or the database refuses. Nothing was changed then.
    pub fn settle(
        &mut self,
        row: &Row,
        entry: Option<&Entry>,
        settled: Settled,
        message: &str,
    ) -> Result<(), MigrateError> {
        let row = entry.map_or_else(|| row.clone(), |entry| row.of_now(entry));
        let change = match settled {
            Settled::Applied => {
                self.ledger.applied_text(&row, row.duration_ms.map_or(Took::Unknown, Took::Milliseconds))
            }
            Settled::RolledBack => self.ledger.delete_text(&row),
        };
        let mut statements = demand_one_row(self.connection.dialect(), change);
        statements.push(self.ledger.journal_delete_text(&row.name));
        self.noted_in_log(statements, &repaired(&row, message))
    }

    /// Notes in the log that a person has a migration go on, or undone.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub fn note_repair(&mut self, row: &Row, message: &str) -> Result<(), MigrateError> {
        self.noted_in_log(Vec::new(), &repaired(row, message))
    }

    /// Makes changes outside of any migration, and tells the log of them.
    pub(super) fn noted_in_log(&mut self, changes: Vec<String>, event: &Event<'_>) -> Result<(), MigrateError> {
        if let Some(lock) = &self.lock {
            lock.verify(&mut *self.connection)?;
        }
        let mut statements = vec![begin(self.connection.dialect()).to_owned()];
        statements.extend(changes);
        statements.push(self.ledger.log_text(event));
        statements.push("COMMIT".to_owned());
        let done = self.connection.batch(&statements.join(";\n"));
        done.map_err(|error| {
            // The first error says more.
            let _ = self.roll_back();
            LedgerError::database("write the ledger")(error).into()
        })
    }
}

fn repaired<'a>(row: &'a Row, message: &'a str) -> Event<'a> {
    Event { action: Action::Repaired, migration: &row.name, took: Took::Unknown, message: Some(message) }
}

/// The ledger's state after a rollback of which nothing stays.
pub(super) fn state_again(row: &Row) -> State {
    if row.state == State::Applied { State::Applied } else { State::Failed }
}
