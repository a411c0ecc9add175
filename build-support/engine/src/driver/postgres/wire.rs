//! Messages to and from a server.

use std::io::{self, Read as _, Write as _};

use bytes::BytesMut;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use crate::driver::Transaction;
use crate::driver::socket::Socket;

/// A message that the server sends before it knows us is short; a longer one comes from another kind of server.
const GREETING_LIMIT: usize = 30_000;

/// How much is read at once.
const CHUNK: usize = 32 * 1024;

/// A connection as a stream of messages.
pub(super) struct Wire {
    socket: Socket,
    input: BytesMut,
    chunk: Box<[u8]>,
    /// What is to be sent with the next [`Wire::flush`].
    pub(super) output: BytesMut,
    /// The transaction, as the last `ReadyForQuery` said.
    transaction: Transaction,
    limit: usize,
    /// Something went wrong in the middle of a message; what is read next could be anything.
    is_broken: bool,
}

impl Wire {
    /// A connection on which nothing was said yet.
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            input: BytesMut::new(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            output: BytesMut::new(),
            transaction: Transaction::None,
            limit: GREETING_LIMIT,
            is_broken: false,
        }
    }

    /// The socket, for its settings.
    pub(super) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Accepts messages of any length from now on.
    pub(super) fn trust(&mut self) {
        self.limit = usize::MAX;
    }

    /// Whether a transaction is open.
    pub(super) fn transaction(&self) -> Transaction {
        self.transaction
    }

    /// Sends what is in [`Wire::output`].
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.is_broken {
            return Err(io::ErrorKind::NotConnected.into());
        }
        let sent = self.socket.write_all(&self.output).and_then(|()| self.socket.flush());
        self.output.clear();
        self.after(sent)
    }

    /// The next message that is about a statement. What the server says in between (notices, notifications, changed
    /// parameters) is passed over.
    pub(super) fn receive(&mut self) -> io::Result<Message> {
        loop {
            let message = self.receive_any();
            match self.after(message)? {
                Message::NoticeResponse(_) | Message::NotificationResponse(_) | Message::ParameterStatus(_) => {}
                Message::ReadyForQuery(body) => {
                    self.transaction = match body.status() {
                        b'I' => Transaction::None,
                        b'T' => Transaction::Open,
                        b'E' => Transaction::Failed,
                        _ => Transaction::Unknown,
                    };
                    return Ok(Message::ReadyForQuery(body));
                }
                message => return Ok(message),
            }
        }
    }

    /// The next message of any kind.
    pub(super) fn receive_any(&mut self) -> io::Result<Message> {
        loop {
            if let Some(length) = self.input.get(1..5) {
                let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
                if length as usize > self.limit {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "this is no PostgreSQL server"));
                }
            }
            if let Some(message) = Message::parse(&mut self.input)? {
                return Ok(message);
            }
            match self.socket.read(&mut self.chunk) {
                Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")),
                Ok(length) => self.input.extend_from_slice(&self.chunk[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// After a failure nothing is known of the server's side.
    fn after<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        if outcome.is_err() {
            self.is_broken = true;
            self.transaction = Transaction::Unknown;
        }
        outcome
    }
}

impl Drop for Wire {
    /// Says goodbye, so that the server's log shows no lost connection. It does not matter whether that arrives.
    fn drop(&mut self) {
        self.output.clear();
        frontend::terminate(&mut self.output);
        let _ = self.socket.write_all(&self.output).and_then(|()| self.socket.flush());
    }
}
