//! What an application's session of PostgreSQL is set to, so that it is set so again.

use glim::error::DatabaseError;
use glim::value::FromValue as _;
use glim_schema::Dialect;

use crate::driver::{Connection, fetch};
use crate::migrator::{Locked, MigrateError, RESET};

/// The settings that `SET` has made, but for those that `RESET ALL` leaves alone.
const SETTINGS: &str = "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' \
     AND name NOT IN ('seed', 'session_authorization', 'is_superuser') AND name NOT LIKE 'transaction\\_%' ORDER BY name";

/// Each transaction has an identity of its own, and a statement outside of any is a transaction.
const TRANSACTION: &str =
    "SELECT virtualtransaction FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() LIMIT 1";

/// Whether a transaction is open on a session of PostgreSQL, whose client may not know.
pub(super) fn in_transaction(conn: &mut dyn Connection) -> Result<bool, DatabaseError> {
    Ok(fetch(conn, TRANSACTION, &[])? == fetch(conn, TRANSACTION, &[])?)
}

impl Locked<'_> {
    /// Lets the session have its settings before each migration, and after the last one: on PostgreSQL, `RESET ALL` alone
    /// would end those that the application itself has made.
    pub(super) fn returning_settings(mut self) -> Result<Self, MigrateError> {
        if self.connection().dialect() != Dialect::Postgres {
            return Ok(self);
        }
        let settings = fetch(self.connection(), SETTINGS, &[]).map_err(crate::lock::LockError::from)?;
        let texts = settings.iter().filter_map(|row| match row.as_slice() {
            [name, value] => Some((String::from_value(name).ok()?, String::from_value(value).ok()?)),
            _ => None,
        });
        let reset = reset(texts);
        Ok(self.resetting_with(reset))
    }
}

/// What brings the settings back.
fn reset(settings: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let again =
        settings.map(|(name, value)| format!("SELECT set_config({}, {}, false)", literal(&name), literal(&value)));
    RESET.map(str::to_owned).into_iter().chain(again).collect()
}

#[cfg(test)]
mod tests {
    use super::reset;

    #[test]
    fn settings_come_back_after_all_are_reset() {
        let settings = [("search_path".to_owned(), "\"it's\", public".to_owned())];
        assert_eq!(
            reset(settings.into_iter()),
            ["RESET ALL", "RESET ROLE", "SELECT set_config('search_path', '\"it''s\", public', false)"]
        );
    }
}
