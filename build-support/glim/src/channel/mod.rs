//! The transport of messages: a length of four bytes, then the message. Not public API.

mod address;
mod eager;

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;

pub use self::address::{ADDRESS_VARIABLE, Address, TOKEN_VARIABLE, token_from_text, token_to_text};
use self::eager::Eager;
pub use self::eager::Socket;
use crate::wire::MAX_MESSAGE;
use crate::wire::codec::{Decode, Encode, decode_all};
use crate::wire::hello::{Hello, Token};

/// One connection, which has begun with the runner's hello.
pub struct Line {
    reader: BufReader<Box<dyn Read + Send>>,
    writer: Box<dyn Write + Send>,
}

impl Line {
    /// A connected socket.
    ///
    /// # Errors
    /// The system gives no second handle of it.
    pub fn over(socket: impl Socket) -> io::Result<Self> {
        Ok(Self::new(Eager::new(socket.handle()?), socket))
    }

    fn new(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Self {
        let reader: Box<dyn Read + Send> = Box::new(reader);
        Self { reader: BufReader::with_capacity(64 << 10, reader), writer: Box::new(writer) }
    }

    /// Connects to a listening command and says hello.
    ///
    /// # Errors
    /// Nobody listens there, or sockets of that kind do not exist on this platform.
    pub fn connect(address: &Address, token: Token) -> io::Result<Self> {
        let mut line = match address {
            #[cfg(unix)]
            Address::Unix(path) => Self::over(std::os::unix::net::UnixStream::connect(path)?)?,
            #[cfg(not(unix))]
            Address::Unix(_) => return Err(io::Error::new(io::ErrorKind::Unsupported, "no Unix sockets here")),
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Self::over(stream)?
            }
        };
        Hello::own(token).send(&mut line.writer)?;
        Ok(line)
    }

    /// Receives the hello of a runner that has connected.
    ///
    /// # Errors
    /// As [`Hello::receive`].
    pub fn hello(&mut self) -> io::Result<Hello> {
        Hello::receive(&mut self.reader)
    }

    /// Waits until the other end is gone, where nothing is sent.
    pub fn ended(mut self) {
        // What comes, or an error, is as much the end as the end itself; a signal is not, and this reads on after it.
        let _ = self.reader.read_exact(&mut [0]);
    }
}

/// The way from the command to the runner and back, by a connection for each direction.
///
/// On Linux, who takes a message from a socket wakes those who sleep at its other end, to tell them that there is room
/// again. With one connection for both directions that is the sender, who waits for the answer: it would be woken twice.
pub struct Channel {
    incoming: Line,
    outgoing: Line,
    received: Vec<u8>,
    sent: Vec<u8>,
}

/// The most that a buffer keeps of a capacity that one large message has given it.
const KEEP: usize = 1 << 20;

impl Channel {
    /// A channel that receives by one connection and sends by the other.
    pub fn new(incoming: Line, outgoing: Line) -> Self {
        Self { incoming, outgoing, received: Vec::new(), sent: Vec::new() }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The other end is gone, or the message is longer than [`MAX_MESSAGE`], in which case nothing is sent.
    pub fn send(&mut self, message: &impl Encode) -> io::Result<()> {
        self.sent.clear();
        self.sent.extend([0; 4]);
        message.encode(&mut self.sent);
        let length = self.sent.len() - 4;
        if length > MAX_MESSAGE {
            self.sent = Vec::new();
            let text = format!("a message of {length} bytes is longer than the limit of {MAX_MESSAGE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let header = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        self.sent[..4].copy_from_slice(&header);
        self.outgoing.writer.write_all(&self.sent)?;
        if self.sent.capacity() > KEEP {
            self.sent = Vec::new();
        }
        Ok(())
    }

    /// Receives a message.
    ///
    /// # Errors
    /// The other end is gone ([`io::ErrorKind::UnexpectedEof`]), or what it sent is no such message
    /// ([`io::ErrorKind::InvalidData`]).
    pub fn receive<M: Decode>(&mut self) -> io::Result<M> {
        let mut header = [0; 4];
        self.incoming.reader.read_exact(&mut header)?;
        let length = u32::from_le_bytes(header) as usize;
        if length > MAX_MESSAGE {
            let text = format!("a message of {length} bytes is longer than the limit of {MAX_MESSAGE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        self.received.clear();
        // Grows with what arrives, not with what the header claims.
        let read = self.incoming.reader.by_ref().take(length as u64).read_to_end(&mut self.received)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let message = decode_all(&self.received).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
        if self.received.capacity() > KEEP {
            self.received = Vec::new();
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};

    use super::{Channel, Line};

    #[test]
    fn a_length_that_lies_is_an_error_and_takes_no_memory() {
        for header in [u32::MAX, u32::try_from(super::MAX_MESSAGE).expect("the limit is below 4 GiB")] {
            let line = |bytes: Vec<u8>| Line::new(Cursor::new(bytes), io::sink());
            let mut channel = Channel::new(line(header.to_le_bytes().to_vec()), line(Vec::new()));
            assert!(channel.receive::<String>().is_err());
            assert!(channel.received.capacity() < super::KEEP);
        }
    }
}
