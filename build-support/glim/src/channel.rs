//! The transport of messages: a length of four bytes, then the message. Not public API.

use std::fmt;
use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::str::FromStr;

use crate::wire::MAX_MESSAGE;
use crate::wire::codec::{Decode, Encode, decode_all};
use crate::wire::hello::{Hello, Token};

/// The environment variable that tells the runner where to connect.
pub const ADDRESS_VARIABLE: &str = "GLIM_CHANNEL";

/// The environment variable that holds the token, as hexadecimal digits.
pub const TOKEN_VARIABLE: &str = "GLIM_CHANNEL_TOKEN";

/// Where the command listens: a Unix socket, or a port of the loopback address where there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// A port of this machine.
    Tcp(SocketAddr),
}

/// One end of a connection.
pub struct Channel {
    reader: BufReader<Box<dyn Stream>>,
    writer: Box<dyn Stream>,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

/// A connected socket of either kind.
pub trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// The least time a sent buffer keeps a capacity that one large message has given it.
const KEEP: usize = 1 << 20;

impl Channel {
    /// A channel over two handles of one connected socket.
    pub fn new(reader: impl Stream + 'static, writer: impl Stream + 'static) -> Self {
        let (reader, writer) = (Box::new(reader) as Box<dyn Stream>, Box::new(writer));
        Self { reader: BufReader::with_capacity(64 << 10, reader), writer, outgoing: Vec::new(), incoming: Vec::new() }
    }

    /// Connects to a listening command and says hello.
    ///
    /// # Errors
    /// Nobody listens there, or sockets of that kind do not exist on this platform.
    pub fn connect(address: &Address, token: Token) -> io::Result<Self> {
        let mut channel = match address {
            #[cfg(unix)]
            Address::Unix(path) => {
                let stream = std::os::unix::net::UnixStream::connect(path)?;
                Self::new(stream.try_clone()?, stream)
            }
            #[cfg(not(unix))]
            Address::Unix(_) => return Err(io::Error::new(io::ErrorKind::Unsupported, "no Unix sockets here")),
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Self::new(stream.try_clone()?, stream)
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

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            Ok(Self::Unix(path.into()))
        } else if let Some(address) = text.strip_prefix("tcp:") {
            address.parse().map(Self::Tcp).map_err(|_| format!("no address: {text}"))
        } else {
            Err(format!("no address: {text}"))
        }
    }
}

/// Writes a token as hexadecimal digits.
pub fn token_to_text(token: &Token) -> String {
    let mut text = String::with_capacity(64);
    for byte in token {
        text.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
    }
    text
}

/// Reads what [`token_to_text`] wrote.
pub fn token_from_text(text: &str) -> Option<Token> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    let mut token = [0; 32];
    for (byte, pair) in token.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(token)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{Address, Channel, token_from_text, token_to_text};

    #[test]
    fn addresses_and_tokens_are_read_back() {
        for text in ["unix:/tmp/a b/s", "tcp:127.0.0.1:4242"] {
            assert_eq!(text.parse::<Address>().map(|a| a.to_string()), Ok(text.to_owned()));
        }
        assert!("/tmp/s".parse::<Address>().is_err());
        let token = std::array::from_fn(|i| u8::try_from(i * 8).expect("below 256"));
        assert_eq!(token_from_text(&token_to_text(&token)), Some(token));
        assert_eq!(token_from_text("é"), None);
    }

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
