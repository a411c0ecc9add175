//! PostgreSQL.
//!
//! The messages and the authentication are the `postgres-protocol` crate's; sending them over a blocking socket is ours.
//! The clients built on that crate hide what the engine must know after each statement: whether a transaction is open.
//! They also look up types with queries of their own between ours, and leave the connection stuck after a
//! `COPY ... FROM STDIN`.

mod bind;
mod connect;
mod decode;
mod encode;
mod error;
mod exchange;
mod numeric;
mod parameters;
mod query;
mod startup;
mod statement;
mod types;
mod wire;

use std::sync::Arc;

use glim::value::Value;
use glim_schema::Dialect;

use self::connect::Canceling;
pub(super) use self::connect::connect;
use self::parameters::ParameterTypes;
use self::types::TypeNames;
use self::wire::Wire;
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Transaction};

struct Postgres {
    wire: Wire,
    server: Server,
    /// The parameters' types of statements that were seen before.
    parameter_types: ParameterTypes,
    /// The types that are not built in.
    type_names: TypeNames,
    canceling: Arc<Canceling>,
}

impl Connection for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn server(&self) -> &Server {
        &self.server
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        if params.is_empty() { self.simple(sql) } else { self.execute_with(sql, params) }
    }

    /// The rows are sent without waiting for the answer to each. Where no transaction is open, the server makes them one.
    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.execute_rows(sql, rows)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.simple(sql).map(drop)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.query_with(sql, params, each)
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
