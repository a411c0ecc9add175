//! The driver's own client: `tokio-postgres`, which can send several requests before it has the first answer.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures_util::StreamExt as _;
use futures_util::future::join;
use tokio::runtime::Runtime;
use tokio_postgres::{Client as Requests, Error, Row, SimpleQueryStream, Statement};

use super::cancel::Canceling;
use super::client::{Answer, Client, Count, Counts, Failed};
use super::encode::Encoded;
use crate::driver::Canceller;

/// How many rows are taken over at once, if so many have come.
const CHUNK: usize = 256;

/// A client, and the connection that it shares with nobody.
pub(super) struct Pipelined {
    /// Dropped first, so that the line has nothing left to send.
    requests: Requests,
    line: Line,
    /// What is to be sent before the next request.
    opening: Option<String>,
    canceling: Arc<Canceling>,
}

/// The connection: it moves while somebody waits for an answer.
pub(super) struct Line {
    runtime: Runtime,
    connection: Option<Moving>,
    end: Option<Error>,
}

/// The future that a connection is, until its end.
pub(super) type Moving = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

impl Line {
    pub(super) fn new(runtime: Runtime, connection: Moving) -> Self {
        Self { runtime, connection: Some(connection), end: None }
    }

    /// Waits for an answer. What is asked for is sent in one go, as far as it was asked for before the first wait.
    pub(super) fn wait<T>(&mut self, answer: impl Future<Output = T>) -> T {
        let mut answer = pin!(answer);
        let Self { runtime, connection, end } = self;
        runtime.block_on(poll_fn(|context| {
            loop {
                if let Poll::Ready(answer) = answer.as_mut().poll(context) {
                    return Poll::Ready(answer);
                }
                let Some(moving) = connection else { return Poll::Pending };
                match moving.as_mut().poll(context) {
                    // What came in has been handed over by now.
                    Poll::Pending => return answer.as_mut().poll(context),
                    // Without the connection, whoever waits is told that it is closed.
                    Poll::Ready(result) => {
                        *end = result.err();
                        *connection = None;
                    }
                }
            }
        }))
    }
}

impl Drop for Line {
    /// Says goodbye, so that the server's log shows no lost connection. It does not matter whether that arrives.
    fn drop(&mut self) {
        if let Some(mut moving) = self.connection.take() {
            self.runtime.block_on(poll_fn(|context| {
                let _ = moving.as_mut().poll(context);
                Poll::Ready(())
            }));
        }
    }
}

impl Pipelined {
    pub(super) fn new(requests: Requests, line: Line, canceling: Canceling) -> Self {
        Self { requests, line, opening: None, canceling: Arc::new(canceling) }
    }
}

/// Sends statements without parameters.
async fn send(requests: &Requests, sql: &str) -> Result<SimpleQueryStream, Error> {
    // Does not wait for the answer.
    requests.simple_query_raw(sql).await
}

/// Reads the answer to the end.
async fn receive(stream: SimpleQueryStream) -> Result<Vec<Count>, Error> {
    let mut stream = pin!(stream);
    let mut counts = Counts::default();
    while let Some(message) = stream.next().await {
        counts.note(&message?);
    }
    Ok(counts.take())
}

/// Sends the opening, if there is one, and makes the request without waiting for the opening's answer.
async fn after<T>(requests: &Requests, opening: Option<String>, request: impl Future<Output = T>) -> Answer<T> {
    let Some(sql) = opening else { return Ok(request.await) };
    let opened = send(requests, &sql).await?;
    let (opened, answer) = join(receive(opened), request).await;
    match opened {
        Ok(_) => Ok(answer),
        Err(error) => Err(Failed { error, opening: Some(sql) }),
    }
}

/// Sends all rows before it waits for the first answer.
async fn execute_all(requests: &Requests, statement: &Statement, rows: &[Vec<Encoded<'_>>]) -> Result<u64, Error> {
    let mut sent = Vec::with_capacity(rows.len());
    for row in rows {
        let mut answer = Box::pin(requests.execute_raw(statement, row));
        let first = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        sent.push((first, answer));
    }
    let mut changed = 0;
    for (first, answer) in sent {
        changed += match first {
            Poll::Ready(outcome) => outcome?,
            Poll::Pending => answer.await?,
        };
    }
    Ok(changed)
}

/// Sends all statements before it waits for the first answer.
async fn sequence(requests: &Requests, statements: &[&str]) -> Result<(), (usize, Error)> {
    let mut sent = Vec::with_capacity(statements.len());
    for sql in statements {
        sent.push(send(requests, sql).await);
    }
    for (at, stream) in sent.into_iter().enumerate() {
        let answer = async { receive(stream?).await };
        answer.await.map(drop).map_err(|error| (at, error))?;
    }
    Ok(())
}

impl Client for Pipelined {
    fn simple(&mut self, sql: &str) -> Answer<Vec<Count>> {
        let request = async { receive(send(&self.requests, sql).await?).await };
        Ok(self.line.wait(after(&self.requests, self.opening.take(), request))??)
    }

    fn prepare(&mut self, sql: &str) -> Answer<Statement> {
        let request = self.requests.prepare(sql);
        Ok(self.line.wait(after(&self.requests, self.opening.take(), request))??)
    }

    fn execute(&mut self, statement: &Statement, params: &[Encoded<'_>]) -> Answer<u64> {
        let request = self.requests.execute_raw(statement, params);
        Ok(self.line.wait(after(&self.requests, self.opening.take(), request))??)
    }

    fn execute_all(&mut self, statement: &Statement, rows: &[Vec<Encoded<'_>>]) -> Answer<u64> {
        let request = execute_all(&self.requests, statement, rows);
        Ok(self.line.wait(after(&self.requests, self.opening.take(), request))??)
    }

    fn query(
        &mut self,
        statement: &Statement,
        params: &[Encoded<'_>],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Answer<()> {
        let request = self.requests.query_raw(statement, params);
        let rows = self.line.wait(after(&self.requests, self.opening.take(), request))??;
        let mut chunks = pin!(rows.ready_chunks(CHUNK));
        let mut flow = ControlFlow::Continue(());
        // The rows are handed over outside of the runtime: what takes them may use another connection.
        while let Some(chunk) = self.line.wait(chunks.next()) {
            for row in chunk {
                let row = row?;
                if flow.is_continue() {
                    flow = each(row);
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, sql: &str) -> Answer<()> {
        if self.opening.is_some() {
            return self.simple(sql).map(drop);
        }
        self.opening = Some(sql.to_owned());
        Ok(())
    }

    fn sequence(&mut self, statements: &[&str]) -> Result<(), (usize, Failed)> {
        let request = sequence(&self.requests, statements);
        let answer = self.line.wait(after(&self.requests, self.opening.take(), request));
        answer.map_err(|failed| (0, failed))?.map_err(|(at, error)| (at, error.into()))
    }

    fn forget_types(&self) {
        self.requests.clear_type_cache();
    }

    fn hang_up(&mut self) {
        self.line.connection = None;
    }

    fn end(&self) -> Option<&Error> {
        self.line.end.as_ref()
    }

    fn canceller(&self) -> Canceller {
        let canceling = Arc::clone(&self.canceling);
        // Nobody waits for the outcome: the statement either ends early or it does not.
        Box::new(move || drop(canceling.cancel()))
    }
}
