//! MySQL and MariaDB.
//!
//! The protocol is spoken here, over a blocking socket. The `mysql` crate hides what the engine must know after each
//! statement (whether a transaction is open: DDL ends one), trusts the public authorities besides the one in
//! `sslrootcert`, and takes whatever TLS provider the process has, or panics. What we need of the protocol is small: see
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>.

mod connect;
mod decode;
mod encode;
mod error;
mod login;
mod packet;
mod prepared;
mod statement;
mod wire;

use std::sync::Arc;

use glim::value::Value;
use glim_schema::Dialect;

use self::connect::Canceling;
pub(super) use self::connect::connect;
use self::prepared::PreparedStatements;
use self::wire::Wire;
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Transaction};

struct Mysql {
    wire: Wire,
    server: Server,
    /// Statements with parameters, and queries, that the server has prepared.
    prepared: PreparedStatements,
    /// The longest command that the server takes.
    max_allowed_packet: usize,
    canceling: Arc<Canceling>,
}

impl Connection for Mysql {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn server(&self) -> &Server {
        &self.server
    }

    /// Rows that matched count as changed, as on the other databases, also where they had the new values before.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        if params.is_empty() { self.execute_text(sql) } else { self.execute_prepared(sql, params) }
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        let mut changed = 0;
        for row in rows {
            changed += self.execute_prepared(sql, &row)?;
        }
        Ok(changed)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.execute_batch(sql)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.query_prepared(sql, params, each)
    }

    fn transaction(&self) -> Transaction {
        self.wire.transaction()
    }

    fn canceller(&self) -> Canceller {
        let canceling = Arc::clone(&self.canceling);
        // Nobody waits for the outcome: the statement either ends early or it does not.
        Box::new(move || drop(canceling.cancel()))
    }
}
