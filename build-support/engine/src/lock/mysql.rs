//! The lock of a MySQL or MariaDB database: a named lock of the session. Its names are one set for the whole server.

use glim::value::FromValue as _;

use super::holder::{Holder, Id};
use super::wait::Attempt;
use super::{LockError, first_row, hash};
use crate::driver::{Connection, Server};
use crate::ledger::TABLE;

/// The name of the lock: at most 64 characters, and no two databases share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(server: &Server) -> Self {
        Self(format!("glim:{:016x}", hash(&[&server.database, TABLE])))
    }

    pub(super) fn condition(&self) -> String {
        format!("coalesce({} = CONNECTION_ID(), 0)", self.session())
    }

    /// The number of the session that holds the lock, as an expression for any session.
    pub(super) fn session(&self) -> String {
        format!("IS_USED_LOCK('{}')", self.0)
    }

    pub(super) fn release(&self) -> String {
        format!("SELECT RELEASE_LOCK('{}')", self.0)
    }
}

/// Asks for the lock on a connection.
pub(super) struct Attempts<'c> {
    pub(super) name: Name,
    pub(super) conn: &'c mut dyn Connection,
}

impl Attempts<'_> {
    /// `GET_LOCK` answers 1 for yes, 0 for no and NULL for an error; nothing but a 1 means that the lock is held.
    /// A negative time would mean for ever on MySQL, and is such an error on MariaDB.
    fn get_lock(&mut self, seconds: u8) -> Result<Option<Name>, LockError> {
        let row = first_row(self.conn, &format!("SELECT GET_LOCK('{}', {seconds})", self.name.0))?;
        match row.first().map(Option::<i64>::from_value) {
            Some(Ok(Some(1))) => Ok(Some(self.name.clone())),
            Some(Ok(Some(0))) => Ok(None),
            _ => Err(LockError::from(glim::error::DatabaseError {
                message: "GET_LOCK failed: the server is out of memory, or the session was ended".to_owned(),
                ..glim::error::DatabaseError::default()
            })),
        }
    }
}

impl Attempt for Attempts<'_> {
    type Held = Name;

    fn attempt(&mut self) -> Result<Option<Name>, LockError> {
        self.get_lock(0)
    }

    fn attempt_for_a_second(&mut self) -> Option<Result<Option<Name>, LockError>> {
        Some(self.get_lock(1))
    }

    fn holder(&mut self) -> Holder {
        let used = first_row(self.conn, &format!("SELECT {}", self.name.session())).unwrap_or_default();
        let Some(id) = used.first().and_then(|value| u64::from_value(value).ok()) else { return Holder::default() };
        // Without the privilege PROCESS only the connections of one's own user are shown.
        let sql = format!("SELECT user, host FROM information_schema.processlist WHERE id = {id}");
        let row = first_row(self.conn, &sql).unwrap_or_default();
        let text = |at: usize| row.get(at).and_then(|value| Option::<String>::from_value(value).ok()).flatten();
        Holder { id: Some(Id::Connection(id)), user: text(0), host: text(1), program: None, since: None }
    }
}
