//! Protection that the database itself remembers, so that a configuration which does not speak of it is asked all the same.

use glim_schema::sql::quote;

use super::{Ledger, LedgerError};
use crate::driver::{Connection, fetch};

/// The name of the setting. While there is a row of it, the database is protected, whatever its value is.
const PROTECTED: &str = "protected";

impl Ledger {
    /// Whether the database is protected.
    ///
    /// # Errors
    /// The database refuses.
    pub(crate) fn is_protected(&self, conn: &mut dyn Connection) -> Result<bool, LedgerError> {
        let (name, settings) = (quote(self.names.dialect, "name"), &self.names.settings);
        let rows = fetch(conn, &format!("SELECT {name} FROM {settings} WHERE {name} = '{PROTECTED}'"), &[]);
        Ok(!rows.map_err(LedgerError::database("read the settings of the ledger"))?.is_empty())
    }

    /// The statement that protects the database, or does not any more.
    pub(crate) fn protect_text(&self, is_protected: bool) -> String {
        let settings = &self.names.settings;
        if is_protected {
            format!("INSERT INTO {settings} VALUES ('{PROTECTED}', 'true')")
        } else {
            format!("DELETE FROM {settings} WHERE {} = '{PROTECTED}'", quote(self.names.dialect, "name"))
        }
    }
}
