//! The first bytes of a connection. Their layout never changes, so that any two versions can tell each other apart.
//!
//! ```text
//! runner -> command   "GLIM"  protocol: u16  token: 32 bytes  length: u8  glim version: that many bytes of UTF-8
//! ```

use std::io::{self, Read, Write};

use crate::wire::PROTOCOL;

const MAGIC: &[u8; 4] = b"GLIM";

/// What proves that the one who connects was started by the one who listens.
pub type Token = [u8; 32];

/// What the runner says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The protocol that it speaks.
    pub protocol: u16,
    /// The token that it was given.
    pub token: Token,
    /// The version of glim that it was built with.
    pub glim: String,
}

impl Hello {
    /// What this build says.
    pub fn own(token: Token) -> Self {
        Self { protocol: PROTOCOL, token, glim: env!("CARGO_PKG_VERSION").to_owned() }
    }

    /// Sends it.
    ///
    /// # Errors
    /// The connection fails.
    pub fn send(&self, stream: &mut impl Write) -> io::Result<()> {
        let version = &self.glim.as_bytes()[..self.glim.len().min(usize::from(u8::MAX))];
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.protocol.to_le_bytes());
        bytes.extend(self.token);
        bytes.push(u8::try_from(version.len()).unwrap_or(u8::MAX));
        bytes.extend(version);
        stream.write_all(&bytes)
    }

    /// Receives one.
    ///
    /// # Errors
    /// The connection fails or ends, or what comes is no hello ([`io::ErrorKind::InvalidData`]).
    pub fn receive(stream: &mut impl Read) -> io::Result<Self> {
        let mut fixed = [0; 4 + 2 + 32 + 1];
        stream.read_exact(&mut fixed)?;
        let (magic, rest) = fixed.split_at(4);
        if magic != MAGIC {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "what connected is no runner of glim"));
        }
        let mut token = [0; 32];
        token.copy_from_slice(&rest[2..34]);
        let mut version = vec![0; usize::from(rest[34])];
        stream.read_exact(&mut version)?;
        let glim = String::from_utf8(version)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a version that is not UTF-8"))?;
        Ok(Self { protocol: u16::from_le_bytes([rest[0], rest[1]]), token, glim })
    }
}

#[cfg(test)]
mod tests {
    use super::Hello;

    #[test]
    fn a_hello_is_received_as_sent_and_laid_out_as_promised() {
        let hello = Hello { protocol: 0x0201, token: [7; 32], glim: "1.2.3".to_owned() };
        let mut bytes = Vec::new();
        hello.send(&mut bytes).expect("a Vec takes all");
        assert_eq!(&bytes[..6], b"GLIM\x01\x02");
        assert_eq!(&bytes[38..], b"\x051.2.3");
        assert_eq!(Hello::receive(&mut bytes.as_slice()).expect("a hello"), hello);
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(Hello::receive(&mut &[b'x'; 64][..]).is_err());
        assert!(Hello::receive(&mut &b"GLIM"[..]).is_err());
    }
}
