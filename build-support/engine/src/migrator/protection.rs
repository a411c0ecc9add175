//! Protecting the database, and asking whether it is.

use super::{Locked, MigrateError};
use crate::ledger::Took;
use crate::ledger::log::{Action, Event};

impl Locked<'_> {
    /// Whether the database remembers that what undoes things is to be asked for.
    ///
    /// # Errors
    /// The database refuses.
    pub fn is_protected(&mut self) -> Result<bool, MigrateError> {
        if let Some(known) = self.is_protected {
            return Ok(known);
        }
        let is_protected = self.ledger.is_protected(&mut *self.connection)?;
        self.is_protected = Some(is_protected);
        Ok(is_protected)
    }

    /// Lets the database remember that, or forget it, and notes it in the log. It must not be so already.
    ///
    /// # Errors
    /// The lock is lost, or the database refuses. Nothing was changed then.
    pub fn protect(&mut self, is_protected: bool) -> Result<(), MigrateError> {
        let action = if is_protected { Action::Protected } else { Action::Unprotected };
        let event = Event { action, migration: "", took: Took::Unknown, message: None };
        self.is_protected = None;
        self.noted_in_log(vec![self.ledger.protect_text(is_protected)], &event)?;
        self.is_protected = Some(is_protected);
        Ok(())
    }
}
