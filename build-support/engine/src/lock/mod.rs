//! The lock that keeps two runs on one ledger apart.
//!
//! It is held by the connection that runs the migrations (on SQLite by an open file), so that it goes when they stop,
//! however they stop, and not before. It is polled for: a blocking wait holds a snapshot on PostgreSQL, which
//! `CREATE INDEX CONCURRENTLY` waits for, and the two would wait for one another.

mod error;
mod file;
mod holder;
mod mysql;
mod postgres;
mod wait;

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};
use glim_schema::Dialect;

pub use self::error::LockError;
pub use self::holder::{Holder, Id};
pub use self::wait::Wait;
pub(crate) use self::wait::{jittered, sleep};

use crate::driver::Connection;

/// The lock, held. It goes with the connection, or with this value, or when it is released.
#[derive(Debug)]
#[must_use = "the lock of an SQLite database goes with this value"]
pub struct Lock(Held);

#[derive(Debug)]
enum Held {
    /// A database in memory, which nobody else can open.
    Alone,
    File(file::Held),
    Postgres(postgres::Key),
    Mysql(mysql::Name),
}

impl Lock {
    /// Takes the lock of the connection's ledger, and waits for it as `wait` says.
    ///
    /// # Errors
    /// Somebody else held it all the time, the wait was stopped, or the database or the file system refuses.
    pub fn acquire(conn: &mut dyn Connection, wait: &mut Wait<'_>) -> Result<Self, LockError> {
        let server = conn.server()?;
        let held = match conn.dialect() {
            Dialect::Sqlite => match file::Beside::new(&server.database) {
                None => Held::Alone,
                Some(mut beside) => Held::File(wait.poll(&mut beside)?),
            },
            Dialect::Postgres => {
                let key = postgres::Key::new(&server);
                Held::Postgres(wait.poll(&mut postgres::Attempts { key, conn })?)
            }
            Dialect::Mysql => {
                let name = mysql::Name::new(&server);
                Held::Mysql(wait.poll(&mut mysql::Attempts { name, conn })?)
            }
        };
        Ok(Self(held))
    }

    /// Makes sure that the lock is still held. On a server this costs a query; [`Self::condition`] can be made a part of
    /// another.
    ///
    /// # Errors
    /// [`LockError::Lost`] when it is not, or what the database said.
    pub fn verify(&self, conn: &mut dyn Connection) -> Result<(), LockError> {
        let held = match (&self.0, self.condition()) {
            (Held::File(file), _) => file.is_in_place(),
            (_, Some(condition)) => is_true(conn, &format!("SELECT {condition}"))?,
            (_, None) => true,
        };
        if held { Ok(()) } else { Err(LockError::Lost) }
    }

    /// An SQL condition that is true while the connection that evaluates it holds the lock; `None` on SQLite, where
    /// [`Self::verify`] does not ask the database.
    pub fn condition(&self) -> Option<String> {
        match &self.0 {
            Held::Alone | Held::File(_) => None,
            Held::Postgres(key) => Some(key.condition()),
            Held::Mysql(name) => Some(name.condition()),
        }
    }

    /// The number that the server has given the session that holds the lock, as an SQL expression for any other session;
    /// `None` where there is no server.
    pub(crate) fn session(&self) -> Option<String> {
        match &self.0 {
            Held::Alone | Held::File(_) => None,
            Held::Postgres(key) => Some(key.session()),
            Held::Mysql(name) => Some(name.session()),
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// What the database said. The lock goes with the connection then.
    pub fn release(self, conn: &mut dyn Connection) -> Result<(), LockError> {
        let sql = match &self.0 {
            // Closing the file is what gives it back.
            Held::Alone | Held::File(_) => return Ok(()),
            Held::Postgres(key) => key.release(),
            Held::Mysql(name) => name.release(),
        };
        if is_true(conn, &sql)? { Ok(()) } else { Err(LockError::Lost) }
    }
}

/// Whether a query gives one true value.
fn is_true(conn: &mut dyn Connection, sql: &str) -> Result<bool, DatabaseError> {
    Ok(first_row(conn, sql)?.first().is_some_and(|value| bool::from_value(value) == Ok(true)))
}

/// The first row of a query; empty where there is none.
fn first_row(conn: &mut dyn Connection, sql: &str) -> Result<Vec<Value>, DatabaseError> {
    let mut first = Vec::new();
    conn.query(sql, &[], &mut |_, row| {
        first = row;
        ControlFlow::Break(())
    })?;
    Ok(first)
}

/// A number for some texts, the same in every version of this program (FNV-1a, 64 bits).
fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn versions_that_run_beside_one_another_use_one_key() {
        assert_eq!(hash(&["app", "glim_migrations"]), 38_489_660_845_517_101);
        assert_ne!(hash(&["a", "b"]), hash(&["ab", ""]));
    }
}
