//! Poolers that give each transaction another session, on which no lock can be held.
//!
//! A pooler tells its clients another process than the server would. Where that is so, a second connection shows whether
//! this one keeps its session: while the second is in a transaction, it cannot have the first one's.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, Client, Error, SimpleQueryMessage};

use super::pipelined::Moving;

/// How long a pooler may take to find a session for a statement. One that has none left has given ours away.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the session is looked at: a pooler may take several in turn.
const LOOKS: usize = 3;

/// The process that the server has announced. The client's crate shows it only in the message that cancels.
pub(super) async fn announced(token: &CancelToken) -> Option<String> {
    let mut heard = Heard::default();
    token.cancel_query_raw(&mut heard, Unencrypted).await.ok()?;
    // Length, code, process, key.
    let message = heard.written.get(heard.written.len().checked_sub(16)?..)?;
    Some(i32::from_be_bytes(message.get(8..12)?.try_into().ok()?).to_string())
}

/// Whether the first connection, whose session was this process's, loses it to the second.
pub(super) async fn loses_session(
    (first, connection): (&Client, &mut Moving),
    process: &str,
    (second, other): (&Client, &mut Moving),
) -> Result<bool, Error> {
    // One that takes a session away after each statement refuses transactions, and ends the connection.
    if ask(second, other, "BEGIN").await.is_err() {
        return Ok(true);
    }
    for _ in 0..LOOKS {
        let looking = ask(first, connection, "SELECT pg_backend_pid()");
        let Ok(messages) = timeout(PATIENCE, looking).await else { return Ok(true) };
        if value(&messages?).as_deref() != Some(process) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Asks on a connection that nobody else moves.
pub(super) async fn ask(
    requests: &Client,
    connection: &mut Moving,
    sql: &str,
) -> Result<Vec<SimpleQueryMessage>, Error> {
    let mut asking = pin!(requests.simple_query(sql));
    match select(asking.as_mut(), connection).await {
        Either::Left((messages, _)) => messages,
        Either::Right((end, _)) => {
            end?;
            // Without its connection, it says that it is closed.
            asking.await
        }
    }
}

fn value(messages: &[SimpleQueryMessage]) -> Option<String> {
    messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

/// A stream that keeps what is written, and says yes to everything.
#[derive(Default)]
struct Heard {
    written: Vec<u8>,
}

impl AsyncRead for Heard {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        buffer.put_slice(b"S");
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What stands for TLS where nothing leaves this program.
struct Unencrypted;

impl<'h> TlsConnect<&'h mut Heard> for Unencrypted {
    type Stream = Plain<'h>;
    type Error = Infallible;
    type Future = Ready<Result<Plain<'h>, Infallible>>;

    fn connect(self, stream: &'h mut Heard) -> Self::Future {
        ready(Ok(Plain(stream)))
    }
}

struct Plain<'h>(&'h mut Heard);

impl AsyncRead for Plain<'_> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Plain<'_> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

impl TlsStream for Plain<'_> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}
