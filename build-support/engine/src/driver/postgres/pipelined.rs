//! The driver's own client: `tokio-postgres`, which can send several requests before it has the first answer.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::StreamExt as _;
use futures_util::future::join;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client as Requests, Error, Row, SimpleQueryStream, Statement};

use super::cancel::Canceling;
use super::client::{Answer, Client, Count, Counts, Failed, Opening, Part};
use super::encode::Encoded;
use super::script::may_copy_out;
use super::whole::Whole;
use super::wire::Direct;
use crate::driver::Canceller;

/// How many rows are taken over at once, if so many have come.
const CHUNK: usize = 256;

/// A client, and the connection that it shares with nobody.
pub(super) struct Pipelined {
    /// Dropped first, so that the line has nothing left to send.
    requests: Requests,
    line: Line,
    /// What is to be sent before the next request.
    opening: Option<Opening>,
    canceling: Arc<Canceling>,
}

/// The connection: it moves while somebody waits for an answer.
pub(super) struct Line {
    runtime: Runtime,
    connection: Option<Moving>,
    /// The connection's socket, where it can be waited for without the runtime.
    direct: Option<Arc<Direct>>,
    end: Option<Error>,
}

/// Whether something was handed over between the connection and whoever waits.
#[derive(Default)]
struct News(AtomicBool);

impl News {
    fn forget(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn are_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for News {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The future that a connection is, until its end.
pub(super) type Moving = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

impl Line {
    pub(super) fn new(runtime: Runtime, connection: Moving, direct: Option<Arc<Direct>>) -> Self {
        Self { runtime, connection: Some(connection), direct, end: None }
    }

    /// Waits for the answer to a request, which is sent before anything is read: what it does not take in, the server
    /// has no answer to.
    pub(super) fn wait<T>(&mut self, answer: impl Future<Output = T>) -> T {
        let direct = self.direct.clone().filter(|direct| direct.turn_on().is_ok());
        let Some(direct) = direct else { return self.wait_for_many(answer) };
        let mut answer = pin!(answer);
        let news = Arc::new(News::default());
        let waker = Waker::from(Arc::clone(&news));
        let mut context = Context::from_waker(&waker);
        loop {
            news.forget();
            if let Poll::Ready(answer) = answer.as_mut().poll(&mut context) {
                return answer;
            }
            // Without a connection there is nothing to wait for.
            let Some(moving) = &mut self.connection else { return self.wait_for_many(answer) };
            let mut state = moving.as_mut().poll(&mut context);
            // Only when all was sent, and all that has come was handed over, is it time to wait.
            if state.is_pending() && !news.are_there() {
                state = direct.waiting(|| moving.as_mut().poll(&mut context));
            }
            if let Poll::Ready(result) = state {
                self.end = result.err();
                self.connection = None;
            }
        }
    }

    /// Waits for the answers to any number of requests. What is asked for is sent in one go, as far as it was asked for
    /// before the first wait.
    pub(super) fn wait_for_many<T>(&mut self, answer: impl Future<Output = T>) -> T {
        let mut answer = pin!(answer);
        if let Some(direct) = &self.direct
            && direct.turn_off().is_err()
        {
            // Whoever waits is told that it is closed.
            self.connection = None;
        }
        let Self { runtime, connection, end, .. } = self;
        runtime.block_on(poll_fn(|context| {
            // Nothing but the connection brings an answer on, and it wakes us itself: to be woken by what it hands over,
            // while that is looked at anyway, would cost another turn.
            let mut idle = Context::from_waker(Waker::noop());
            loop {
                if let Poll::Ready(answer) = answer.as_mut().poll(&mut idle) {
                    return Poll::Ready(answer);
                }
                let Some(moving) = connection else { return Poll::Pending };
                match moving.as_mut().poll(context) {
                    // What came in has been handed over by now.
                    Poll::Pending => return answer.as_mut().poll(&mut idle),
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

    /// Sends the opening and these in one message. `None` where there is no opening, or nothing of the message was run:
    /// the server reads it to its end first, and says of what it cannot read only where that stands.
    fn whole(&mut self, parts: &[Part<'_>]) -> Option<Result<Vec<Count>, (usize, Failed)>> {
        let whole = Whole::of(self.opening.as_ref()?, parts)?;
        let Self { requests, line, .. } = self;
        let (counts, error) = line.wait(async {
            match send(requests, &whole.text).await {
                Ok(stream) => receive_some(stream).await,
                Err(error) => (Vec::new(), Some(error)),
            }
        });
        let outcome = match error {
            None => Ok(whole.of_parts(counts)),
            Some(error) if counts.is_empty() && is_refusal(&error) => return None,
            Some(error) => Err(whole.failed(counts.len(), error)),
        };
        self.opening = None;
        Some(outcome)
    }
}

/// Whether the server has refused what it was sent, and that not because somebody else wanted it to.
fn is_refusal(error: &Error) -> bool {
    error.code().is_some_and(|code| *code != SqlState::QUERY_CANCELED)
}

/// Sends statements without parameters.
async fn send(requests: &Requests, sql: &str) -> Result<SimpleQueryStream, Error> {
    // Does not wait for the answer.
    requests.simple_query_raw(sql).await
}

/// Reads the answer to the end.
async fn receive(stream: SimpleQueryStream) -> Result<Vec<Count>, Error> {
    match receive_some(stream).await {
        (counts, None) => Ok(counts),
        (_, Some(error)) => Err(error),
    }
}

/// Reads the answer up to an error.
async fn receive_some(stream: SimpleQueryStream) -> (Vec<Count>, Option<Error>) {
    let mut stream = pin!(stream);
    let mut counts = Counts::default();
    while let Some(message) = stream.next().await {
        match message {
            Ok(message) => counts.note(&message),
            Err(error) => return (counts.take(), Some(error)),
        }
    }
    (counts.take(), None)
}

/// Sends the opening, if there is one, and makes the request without waiting for the opening's answer.
async fn after<T>(requests: &Requests, opening: Option<Opening>, request: impl Future<Output = T>) -> Answer<T> {
    let Some(Opening { sql, .. }) = opening else { return Ok(request.await) };
    let opened = send(requests, &sql).await?;
    let (opened, answer) = join(receive(opened), request).await;
    match opened {
        Ok(_) => Ok(answer),
        Err(error) => Err(Failed { error, opening: Some(sql), before: 0 }),
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
async fn sequence(requests: &Requests, parts: &[Part<'_>]) -> Result<(), (usize, Error)> {
    let mut sent = Vec::with_capacity(parts.len());
    for part in parts {
        sent.push(send(requests, part.sql).await);
    }
    for (at, stream) in sent.into_iter().enumerate() {
        let answer = async { receive(stream?).await };
        answer.await.map(drop).map_err(|error| (at, error))?;
    }
    Ok(())
}

impl Client for Pipelined {
    fn simple(&mut self, sql: &str) -> Answer<Vec<Count>> {
        // How many statements the last part has makes no difference.
        if let Some(outcome) = self.whole(&[Part { sql, statements: 1 }]) {
            return outcome.map_err(|(_, failed)| failed);
        }
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
        Ok(self.line.wait_for_many(after(&self.requests, self.opening.take(), request))??)
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

    fn begin(&mut self, Part { sql, statements }: Part<'_>) -> Answer<()> {
        if self.opening.is_some() {
            return self.simple(sql).map(drop);
        }
        self.opening = Some(Opening { sql: sql.to_owned(), statements });
        Ok(())
    }

    fn sequence(&mut self, parts: &[Part<'_>]) -> Result<(), (usize, Failed)> {
        // The server goes on after an answer that is no error, though we cannot take it.
        if parts.iter().any(|part| may_copy_out(part.sql)) {
            let mut parts = parts.iter().enumerate();
            return parts.try_for_each(|(at, part)| self.simple(part.sql).map(drop).map_err(|failed| (at, failed)));
        }
        if let Some(outcome) = self.whole(parts) {
            return outcome.map(drop);
        }
        let request = sequence(&self.requests, parts);
        let answer = self.line.wait_for_many(after(&self.requests, self.opening.take(), request));
        answer.map_err(|failed| (0, failed))?.map_err(|(at, error)| (at, error.into()))
    }

    fn chain(&mut self, parts: &[Part<'_>]) -> Option<Result<(), (usize, Failed)>> {
        let (first, rest) = parts.split_first()?;
        if self.opening.is_some() || parts.iter().any(|part| may_copy_out(part.sql)) {
            return None;
        }
        self.opening = Some(Opening { sql: first.sql.to_owned(), statements: first.statements });
        let outcome = self.whole(rest);
        self.opening = None;
        outcome.map(|outcome| match outcome {
            Ok(_) => Ok(()),
            Err((_, failed)) if failed.opening.is_some() => Err((0, failed)),
            Err((at, failed)) => Err((at + 1, failed)),
        })
    }

    fn can_chain(&self) -> bool {
        true
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
        Box::new(move || {
            // Nobody waits for the outcome: the statement either ends early or it does not.
            drop(canceling.cancel());
            canceling.hang_up_later();
        })
    }
}
