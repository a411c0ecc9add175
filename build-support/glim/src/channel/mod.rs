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

/// One end of a connection.
pub struct Channel {
    reader: BufReader<Box<dyn Read + Send>>,
    writer: Box<dyn Write + Send>,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

/// The least time a sent buffer keeps a capacity that one large message has given it.
const KEEP: usize = 1 << 20;

impl Channel {
    /// A channel over a connected socket.
    ///
    /// # Errors
    /// The system gives no second handle of it.
    pub fn over(socket: impl Socket) -> io::Result<Self> {
        Ok(Self::new(Eager::new(socket.handle()?), socket))
    }

    fn new(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Self {
        let (reader, writer) = (Box::new(reader) as Box<dyn Read + Send>, Box::new(writer));
        Self { reader: BufReader::with_capacity(64 << 10, reader), writer, outgoing: Vec::new(), incoming: Vec::new() }
    }

    /// Connects to a listening command and says hello.
    ///
    /// # Errors
    /// Nobody listens there, or sockets of that kind do not exist on this platform.
    pub fn connect(address: &Address, token: Token) -> io::Result<Self> {
        let mut channel = match address {
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
        Hello::own(token).send(&mut channel.writer)?;
        Ok(channel)
    }

    /// Receives the hello of a runner that has connected.
    ///
    /// # Errors
    /// As [`Hello::receive`].
    pub fn hello(&mut self) -> io::Result<Hello> {
        Hello::receive(&mut self.reader)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The other end is gone, or the message is longer than [`MAX_MESSAGE`], in which case nothing is sent.
    pub fn send(&mut self, message: &impl Encode) -> io::Result<()> {
        self.outgoing.clear();
        self.outgoing.extend([0; 4]);
        message.encode(&mut self.outgoing);
        let length = self.outgoing.len() - 4;
        if length > MAX_MESSAGE {
            self.outgoing = Vec::new();
            let text = format!("a message of {length} bytes is longer than the limit of {MAX_MESSAGE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let header = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        self.outgoing[..4].copy_from_slice(&header);
        self.writer.write_all(&self.outgoing)?;
        if self.outgoing.capacity() > KEEP {
            self.outgoing = Vec::new();
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
        self.reader.read_exact(&mut header)?;
        let length = u32::from_le_bytes(header) as usize;
        if length > MAX_MESSAGE {
            let text = format!("a message of {length} bytes is longer than the limit of {MAX_MESSAGE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        self.incoming.clear();
        // Grows with what arrives, not with what the header claims.
        let read = self.reader.by_ref().take(length as u64).read_to_end(&mut self.incoming)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let message = decode_all(&self.incoming).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
        if self.incoming.capacity() > KEEP {
            self.incoming = Vec::new();
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::Channel;

    #[test]
    fn a_length_that_lies_is_an_error_and_takes_no_memory() {
        for header in [u32::MAX, u32::try_from(super::MAX_MESSAGE).expect("the limit is below 4 GiB")] {
            let bytes = Cursor::new(header.to_le_bytes().to_vec());
            let mut channel = Channel::new(bytes, Cursor::new(Vec::new()));
            assert!(channel.receive::<String>().is_err());
            assert!(channel.incoming.capacity() < super::KEEP);
        }
    }
}
