//! The lock of a PostgreSQL database: an advisory lock of the session, asked for without blocking.

use glim::value::{FromValue, Value};

use super::holder::{Holder, Id};
use super::wait::Attempt;
use super::{LockError, first_row, hash, is_true};
use crate::driver::{Connection, Server};
use crate::ledger::TABLE;

/// The key of the lock. The server keeps the locks of its databases apart, so it stands for the schema and the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    pub(super) fn new(server: &Server) -> Self {
        Self(hash(&["glim", server.schema.as_deref().unwrap_or_default(), TABLE]))
    }

    fn number(self) -> String {
        format!("'{}'::bigint", self.0.cast_signed())
    }

    /// Which rows of `pg_locks` are those of this key: the server shows it in two halves.
    fn rows(self) -> String {
        let (high, low) = (self.0 >> 32, self.0 & 0xffff_ffff);
        format!(
            "l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.classid = '{high}' AND l.objid = '{low}'"
        )
    }

    pub(super) fn condition(self) -> String {
        format!("EXISTS (SELECT 1 FROM pg_catalog.pg_locks l WHERE {} AND l.pid = pg_backend_pid())", self.rows())
    }

    /// The number of the session that holds the lock, as an expression for any other session of the database.
    pub(super) fn session(self) -> String {
        format!(
            "(SELECT l.pid FROM pg_catalog.pg_locks l WHERE {} AND l.database = \
             (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))",
            self.rows()
        )
    }

    pub(super) fn release(self) -> String {
        format!("SELECT pg_advisory_unlock({})", self.number())
    }
}

/// Asks for the lock on a connection.
pub(super) struct Attempts<'c> {
    pub(super) key: Key,
    pub(super) conn: &'c mut dyn Connection,
}

impl Attempt for Attempts<'_> {
    type Held = Key;

    fn attempt(&mut self) -> Result<Option<Key>, LockError> {
        let taken = is_true(self.conn, &format!("SELECT pg_try_advisory_lock({})", self.key.number()))?;
        Ok(taken.then_some(self.key))
    }

    fn holder(&mut self) -> Holder {
        let sql = format!(
            "SELECT l.pid::bigint, a.usename::text, coalesce(a.client_hostname, host(a.client_addr)), \
             a.application_name::text, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' \
             FROM {} AS l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid",
            self.key.session()
        );
        // Who it is only helps; the lock is busy in any case.
        let row = first_row(self.conn, &sql).unwrap_or_default();
        let text = |at: usize| row.get(at).and_then(|value| Option::<String>::from_value(value).ok()).flatten();
        Holder {
            id: row.first().and_then(|value: &Value| u64::from_value(value).ok()).map(Id::Connection),
            user: text(1),
            host: text(2),
            program: text(3),
            since: text(4),
        }
    }
}
