//! Where the command listens for the runner, and the token that tells the two, as text in the runner's environment.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use crate::wire::hello::Token;

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
    use super::{Address, token_from_text, token_to_text};

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
}
