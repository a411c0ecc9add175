//! Packets to and from a server.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use rustls::ClientConfig;

use super::packet::{IN_TRANSACTION, NO_BACKSLASH_ESCAPES, Outcome, malformed};
use crate::driver::Transaction;
use crate::driver::socket::Socket;

/// A packet of this length goes on in the next one.
const FULL: usize = 0xFF_FFFF;

/// A packet that the server sends before it knows us is short; a longer one comes from another kind of server.
const GREETING_LIMIT: usize = 30_000;

/// How much is read at once.
const CHUNK: usize = 32 * 1024;

/// The command that ends a session.
const COM_QUIT: u8 = 0x01;

/// A connection as a stream of packets.
pub(super) struct Wire {
    /// Empty only while TLS begins.
    socket: Option<Socket>,
    chunk: Box<[u8]>,
    /// What of the chunk was not looked at yet.
    unread: std::ops::Range<usize>,
    output: Vec<u8>,
    /// Counts the packets of a command and its answer.
    sequence: u8,
    limit: usize,
    transaction: Transaction,
    no_backslash_escapes: bool,
    /// Something went wrong in the middle of a packet; what is read next could be anything.
    is_broken: bool,
}

impl Wire {
    /// A connection on which nothing was said yet.
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket: Some(socket),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            unread: 0..0,
            output: Vec::new(),
            sequence: 0,
            limit: GREETING_LIMIT,
            transaction: Transaction::None,
            no_backslash_escapes: false,
            is_broken: false,
        }
    }

    /// The socket, for its settings.
    pub(super) fn socket(&self) -> io::Result<&Socket> {
        self.socket.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Goes on within TLS.
    pub(super) fn encrypt(&mut self, config: &Arc<ClientConfig>, host: &str) -> io::Result<()> {
        // What came unencrypted must not count as said within TLS.
        if !self.unread.is_empty() {
            return Err(malformed("the server sent more than its greeting"));
        }
        let socket = self.socket.take().ok_or(io::ErrorKind::NotConnected)?;
        self.socket = Some(socket.encrypt(config, host)?);
        Ok(())
    }

    /// Accepts packets of any length from now on.
    pub(super) fn trust(&mut self) {
        self.limit = usize::MAX;
    }

    /// Whether a transaction is open.
    pub(super) fn transaction(&self) -> Transaction {
        self.transaction
    }

    /// Whether a backslash in a string is an escape.
    pub(super) fn backslash_escapes(&self) -> bool {
        !self.no_backslash_escapes
    }

    /// Takes note of the session's state.
    pub(super) fn note(&mut self, outcome: Outcome) {
        let is_open = outcome.status & IN_TRANSACTION != 0;
        self.transaction = if is_open { Transaction::Open } else { Transaction::None };
        self.no_backslash_escapes = outcome.status & NO_BACKSLASH_ESCAPES != 0;
    }

    /// Takes note of an error, which comes without the session's state: DDL may have ended the transaction before it
    /// failed, and some errors end it.
    pub(super) fn note_error(&mut self) {
        if self.transaction == Transaction::Open {
            self.transaction = Transaction::Unknown;
        }
    }

    /// Sends a command, which begins a new count of packets.
    pub(super) fn command(&mut self, payload: &[u8]) -> io::Result<()> {
        self.sequence = 0;
        self.send(payload)
    }

    /// Sends a packet.
    pub(super) fn send(&mut self, payload: &[u8]) -> io::Result<()> {
        if self.is_broken {
            return Err(io::ErrorKind::NotConnected.into());
        }
        let mut rest = payload;
        loop {
            let (part, after) = rest.split_at(rest.len().min(FULL));
            self.output.extend_from_slice(&part.len().to_le_bytes()[..3]);
            self.output.push(self.sequence);
            self.output.extend_from_slice(part);
            self.sequence = self.sequence.wrapping_add(1);
            rest = after;
            // One that is full is followed by another, if only an empty one.
            if part.len() < FULL {
                break;
            }
        }
        let socket = self.socket.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let sent = socket.write_all(&self.output).and_then(|()| socket.flush());
        // One large value should not be kept for the rest of the session.
        self.output.clear();
        self.output.shrink_to(CHUNK);
        self.after(sent)
    }

    /// Reads the next packet into `packet`.
    pub(super) fn receive(&mut self, packet: &mut Vec<u8>) -> io::Result<()> {
        let outcome = self.read_packet(packet);
        self.after(outcome)
    }

    fn read_packet(&mut self, packet: &mut Vec<u8>) -> io::Result<()> {
        packet.clear();
        loop {
            let mut header = [0; 4];
            self.read(&mut header)?;
            let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
            if packet.len() + length > self.limit {
                return Err(malformed("this is no MySQL or MariaDB server"));
            }
            let start = packet.len();
            packet.resize(start + length, 0);
            self.read(&mut packet[start..])?;
            // An error may come out of turn, when the server ends a session that was idle for too long.
            if header[3] != self.sequence && packet.first() != Some(&0xFF) {
                return Err(malformed("the server's packets are out of order"));
            }
            self.sequence = header[3].wrapping_add(1);
            if length < FULL {
                return Ok(());
            }
        }
    }

    fn read(&mut self, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            if self.unread.is_empty() {
                let socket = self.socket.as_mut().ok_or(io::ErrorKind::NotConnected)?;
                match socket.read(&mut self.chunk) {
                    Ok(0) => {
                        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
                    }
                    Ok(length) => self.unread = 0..length,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                }
            }
            let length = into.len().min(self.unread.len());
            let (head, tail) = into.split_at_mut(length);
            head.copy_from_slice(&self.chunk[self.unread.start..self.unread.start + length]);
            self.unread.start += length;
            into = tail;
        }
        Ok(())
    }

    /// After a failure nothing is known of the server's side.
    fn after<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        if outcome.is_err() {
            self.break_off();
        }
        outcome
    }

    /// Gives the connection up.
    pub(super) fn break_off(&mut self) {
        self.is_broken = true;
        self.transaction = Transaction::Unknown;
    }
}

impl Drop for Wire {
    /// Says goodbye, so that the server's log shows no lost connection. It does not matter whether that arrives.
    fn drop(&mut self) {
        let _ = self.command(&[COM_QUIT]);
    }
}
