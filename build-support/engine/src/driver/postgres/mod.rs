//! PostgreSQL, through the crates of `rust-postgres`.
//!
//! What they do not do is made up for here: whether a transaction is open is told from the statements, and a
//! `COPY ... FROM STDIN`, after which they would wait for the server and it for them, is refused before it is sent.

mod adapters;
mod array;

mod cancel;
mod client;
mod connect;
mod decode;
mod dial;
mod embedded;
mod encode;
mod error;
mod many;
mod numeric;
mod pipelined;
mod pooler;
mod prepared;
mod script;
mod session;
mod types;
mod whole;
mod wire;

use std::ops::ControlFlow;
use std::sync::Arc;

use glim::error::{DatabaseError, ErrorClass};
use glim::value::Value;
use glim_schema::Dialect;
use tokio_postgres::{Row, Statement};

use self::adapters::Decoded;
use self::client::{Answer, Client, Failed, Part};
pub(super) use self::connect::connect;
pub use self::embedded::EmbeddedPostgres;
use self::encode::{Encoded, encode};
use self::error::{Kind, cause, lost, may_wait_for_data, of_statement, reply};
use self::prepared::{Prepared, changes_meaning, forgets_statements};
use self::script::{Outcome, Step};
use crate::driver::{Canceller, Connection, EachRow, Result, Server, Transaction, refused, wrong_count};

/// A connection over a client.
pub struct Postgres<C> {
    client: C,
    server: Server,
    transaction: Transaction,
    prepared: Prepared,
    /// The last opening, which is the same for many transactions, and what it does.
    opening: Option<(String, Vec<Step>)>,
}

impl<C: Client> Postgres<C> {
    fn new(client: C, server: Server) -> Self {
        Self { client, server, transaction: Transaction::None, prepared: Prepared::default(), opening: None }
    }

    /// Notes what a request did, and gives its answer. `steps` are what the request runs.
    fn settle<T>(&mut self, sql: &str, steps: &[Step], answer: Answer<T>) -> Result<T> {
        if !self.prepared.matters() {
            // Nothing can be out of date.
        } else if changes_meaning(sql) {
            self.prepared.clear();
            self.client.forget_types();
            self.prepared.forget_types();
        } else if forgets_statements(sql) {
            // The types stay: the client's crate looks them up with statements of its own, which are gone as well.
            self.prepared.clear();
        }
        let failed = match answer {
            Ok(answer) => {
                self.transaction = script::after(self.transaction, steps, Outcome::Success);
                return Ok(answer);
            }
            Err(failed) => failed,
        };
        self.prepared.remove(sql);
        let error = self.explain(sql, &failed);
        // Where the opening failed, the transaction that it was to begin may be open or not.
        let is_lost = error.class == ErrorClass::ConnectionLost || failed.opening.is_some();
        let outcome = if is_lost { Outcome::Lost } else { Outcome::Failure };
        self.transaction = script::after(self.transaction, steps, outcome);
        Err(error)
    }

    /// The same for several texts, of which those before the first that failed were run.
    fn settle_all(
        &mut self,
        texts: &[&str],
        scripts: &[Vec<Step>],
        outcome: Result<(), (usize, Failed)>,
    ) -> Result<(), (usize, DatabaseError)> {
        let (done, failed) = match outcome {
            Ok(()) => (texts.len(), None),
            Err((at, failed)) => (at, Some(failed)),
        };
        for at in 0..done {
            self.settle(texts[at], &scripts[at], Ok(())).map_err(|error| (at, error))?;
        }
        match failed {
            Some(failed) => self.settle(texts[done], &scripts[done], Err(failed)).map_err(|error| (done, error)),
            None => Ok(()),
        }
    }

    fn explain(&mut self, sql: &str, failed: &Failed) -> DatabaseError {
        let Failed { error, opening, before } = failed;
        let sql = opening.as_deref().unwrap_or(sql);
        match Kind::of(error) {
            Kind::Unexpected if may_wait_for_data(sql) => self.client.hang_up(),
            // What the server said before it ended the session tells more than that it did.
            Kind::Lost => {
                if let Some(end) = self.client.end() {
                    return match end.as_db_error().map(reply) {
                        Some(reply) => DatabaseError {
                            statement: Some(sql.to_owned()),
                            class: ErrorClass::ConnectionLost,
                            ..reply
                        },
                        None => lost(&cause(end), sql),
                    };
                }
            }
            _ => {}
        }
        let error = of_statement(error, sql);
        let position = error.position.and_then(|position| position.checked_sub(u32::try_from(*before).ok()?));
        DatabaseError { position, ..error }
    }

    /// A prepared statement, and values that fit its parameters in number and kind.
    fn bind<'v>(&mut self, sql: &str, values: &'v [Value]) -> Result<(Statement, Vec<Encoded<'v>>)> {
        if let Some(statement) = self.prepared.get(sql) {
            if let Ok(params) = encode_all(sql, values, &statement) {
                return Ok((statement, params));
            }
            // A column may have been made wider since.
            self.prepared.remove(sql);
        }
        let answer = self.client.prepare(sql);
        // The types of one that could not be prepared may be known by now.
        self.prepared.note(answer.as_ref().ok());
        let statement = self.settle(sql, &[], answer)?;
        let params = encode_all(sql, values, &statement)?;
        self.prepared.put(sql, &statement);
        Ok((statement, params))
    }

    /// Runs statements without parameters and gives the number of rows that they changed.
    fn simple(&mut self, sql: &str) -> Result<u64> {
        let steps = script::read(sql)?;
        let answer = self.client.simple(sql);
        let counts = self.settle(sql, &steps, answer)?;
        let changes = steps.iter().zip(counts).filter(|(step, count)| step.changes(count.has_result));
        Ok(changes.map(|(_, count)| count.rows).sum())
    }
}

fn encode_all<'v>(sql: &str, values: &'v [Value], statement: &Statement) -> Result<Vec<Encoded<'v>>> {
    let types = statement.params();
    if values.len() != types.len() {
        return Err(wrong_count(sql, types.len(), values.len()));
    }
    let encode = |(index, (value, ty))| {
        encode(value, ty).map_err(|reason| refused(sql, format!("parameter `${}`: {reason}", index + 1)))
    };
    values.iter().zip(types).enumerate().map(encode).collect()
}

fn decode_all(sql: &str, row: &Row) -> Result<Vec<Value>> {
    let decode = |(index, column): (usize, &tokio_postgres::Column)| {
        let value = row.try_get(index).map(|Decoded(value)| value);
        value.map_err(|error| refused(sql, format!("column `{}`: {}", column.name(), cause(&error))))
    };
    row.columns().iter().enumerate().map(decode).collect()
}

impl<C: Client> Connection for Postgres<C> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn server(&mut self) -> Result<Server> {
        Ok(self.server.clone())
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        if params.is_empty() {
            return self.simple(sql);
        }
        let steps = script::read(sql)?;
        let (statement, params) = self.bind(sql, params)?;
        let answer = self.client.execute(&statement, &params);
        let count = self.settle(sql, &steps, answer)?;
        let has_result = !statement.columns().is_empty();
        Ok(if steps.iter().any(|step| step.changes(has_result)) { count } else { 0 })
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> Result<u64> {
        self.many(sql, rows)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.simple(sql).map(drop)
    }

    /// The statements are sent with the next request.
    fn begin(&mut self, sql: &str) -> Result<()> {
        let steps = match self.opening.take() {
            Some((known, steps)) if known == sql => steps,
            _ => script::read(sql)?,
        };
        let answer = self.client.begin(Part { sql, statements: steps.len() });
        let begun = self.settle(sql, &steps, answer);
        self.opening = Some((sql.to_owned(), steps));
        begun
    }

    fn sequence(&mut self, texts: &[&str]) -> Result<(), (usize, DatabaseError)> {
        let read = |(at, sql): (usize, &&str)| script::read(sql).map_err(|error| (at, error));
        let scripts: Vec<_> = texts.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        let outcome = self.client.sequence(&parts(texts, &scripts));
        self.settle_all(texts, &scripts, outcome)
    }

    fn chain(&mut self, texts: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        let scripts: Vec<_> = texts.iter().map(|sql| script::read(sql).ok()).collect::<Option<_>>()?;
        let outcome = self.client.chain(&parts(texts, &scripts))?;
        Some(self.settle_all(texts, &scripts, outcome))
    }

    fn can_chain(&self) -> bool {
        self.client.can_chain()
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        let steps = script::read(sql)?;
        let (statement, params) = self.bind(sql, params)?;
        let names: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let mut unreadable = None;
        let answer = self.client.query(&statement, &params, &mut |row| match decode_all(sql, &row) {
            Ok(values) => each(&names, values),
            Err(error) => {
                unreadable = Some(error);
                ControlFlow::Break(())
            }
        });
        self.settle(sql, &steps, answer)?;
        unreadable.map_or(Ok(()), Err)
    }

    fn transaction(&self) -> Transaction {
        self.transaction
    }

    fn canceller(&self) -> Canceller {
        self.client.canceller()
    }
}

/// The texts with the numbers of their statements.
fn parts<'t>(texts: &[&'t str], scripts: &[Vec<Step>]) -> Vec<Part<'t>> {
    texts.iter().zip(scripts).map(|(sql, steps)| Part { sql, statements: steps.len() }).collect()
}
