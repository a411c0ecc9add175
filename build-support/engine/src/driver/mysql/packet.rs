//! The parts that packets are made of.

use std::io;

use glim::error::DatabaseError;

use super::error::server_error;

/// What an `OK` or `EOF` packet says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Rows that a statement changed.
    pub(super) affected: u64,
    /// The state of the session: [`IN_TRANSACTION`] and others.
    pub(super) status: u16,
}

/// A transaction is open.
pub(super) const IN_TRANSACTION: u16 = 0x0001;
/// The results of another statement follow.
pub(super) const MORE_RESULTS: u16 = 0x0008;
/// A backslash in a string is only itself.
pub(super) const NO_BACKSLASH_ESCAPES: u16 = 0x0200;

/// A packet, read from its start.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn u8(&mut self) -> io::Result<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> io::Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> io::Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number whose first byte says how long it is.
    pub(super) fn number(&mut self) -> io::Result<u64> {
        Ok(match self.u8()? {
            short @ 0..=0xFA => short.into(),
            0xFC => self.u16()?.into(),
            0xFD => {
                let [a, b, c] = self.array()?;
                u32::from_le_bytes([a, b, c, 0]).into()
            }
            0xFE => u64::from_le_bytes(self.array()?),
            _ => return Err(malformed("a number of unknown length")),
        })
    }

    /// Bytes after their length.
    pub(super) fn string(&mut self) -> io::Result<&'a [u8]> {
        let length = self.number()?;
        self.bytes(usize::try_from(length).map_err(|_| cut())?)
    }

    /// Bytes up to a zero, or to the end.
    pub(super) fn terminated(&mut self) -> &'a [u8] {
        let (bytes, rest) = match memchr::memchr(0, self.0) {
            Some(end) => (&self.0[..end], &self.0[end + 1..]),
            None => (self.0, &[][..]),
        };
        self.0 = rest;
        bytes
    }
}

/// An answer's first packet, as far as it is not the first of a result.
pub(super) enum Answer {
    Ok(Outcome),
    Error(DatabaseError),
    /// The number of columns of a result.
    Columns(u64),
}

/// Reads the first packet of an answer to a statement.
pub(super) fn answer(packet: &[u8]) -> io::Result<Answer> {
    Ok(match packet.first().ok_or_else(cut)? {
        0x00 => Answer::Ok(ok(packet)?),
        0xFF => Answer::Error(server_error(packet)?),
        // `LOAD DATA LOCAL`, which we never said we could do.
        0xFB => return Err(malformed("the server asks for a local file")),
        _ => Answer::Columns(Reader(packet).number()?),
    })
}

/// Reads an `OK` packet.
pub(super) fn ok(packet: &[u8]) -> io::Result<Outcome> {
    let mut reader = Reader(packet);
    let _header = reader.u8()?;
    let affected = reader.number()?;
    let _last_insert_id = reader.number()?;
    Ok(Outcome { affected, status: reader.u16()? })
}

/// Reads an `EOF` packet, where the packet is one: a row cannot begin with its header and be so short.
pub(super) fn end(packet: &[u8]) -> io::Result<Option<Outcome>> {
    if packet.first() != Some(&0xFE) || packet.len() >= 9 {
        return Ok(None);
    }
    let mut reader = Reader(&packet[1..]);
    let _warnings = reader.u16()?;
    Ok(Some(Outcome { affected: 0, status: reader.u16()? }))
}

/// A column of a result.
pub(super) struct Column {
    pub(super) name: String,
    /// One of the constants in `decode`.
    pub(super) kind: u8,
    pub(super) is_unsigned: bool,
    /// Its text has no character set: it is bytes.
    pub(super) is_binary: bool,
}

/// The character set `binary`.
const BINARY: u16 = 63;
const UNSIGNED_FLAG: u16 = 0x0020;

/// Reads a column's definition.
pub(super) fn column(packet: &[u8]) -> io::Result<Column> {
    let mut reader = Reader(packet);
    let _catalog = reader.string()?;
    let _schema = reader.string()?;
    let _table = reader.string()?;
    let _original_table = reader.string()?;
    let name = String::from_utf8_lossy(reader.string()?).into_owned();
    let _original_name = reader.string()?;
    let _length_of_the_rest = reader.number()?;
    let is_binary = reader.u16()? == BINARY;
    let _display_width = reader.u32()?;
    let kind = reader.u8()?;
    let is_unsigned = reader.u16()? & UNSIGNED_FLAG != 0;
    Ok(Column { name, kind, is_unsigned, is_binary })
}

pub(super) fn malformed(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn cut() -> io::Error {
    malformed("the server sent a packet that ends too early")
}

/// Writes bytes after their length.
pub(super) fn put_string(output: &mut Vec<u8>, bytes: &[u8]) {
    match u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        short @ 0..=0xFA => output.push(short.to_le_bytes()[0]),
        length @ 0xFB..=0xFFFF => {
            output.push(0xFC);
            output.extend_from_slice(&length.to_le_bytes()[..2]);
        }
        length @ 0x1_0000..=0xFF_FFFF => {
            output.push(0xFD);
            output.extend_from_slice(&length.to_le_bytes()[..3]);
        }
        length => {
            output.push(0xFE);
            output.extend_from_slice(&length.to_le_bytes());
        }
    }
    output.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Reader, answer, column, end, ok, put_string};

    #[test]
    fn strings_of_every_length_are_read_back() {
        for length in [0, 1, 250, 251, 252, 65_535, 65_536, 70_000, 0x100_0000] {
            let text = vec![b'x'; length];
            let mut packet = Vec::new();
            put_string(&mut packet, &text);
            let mut reader = Reader(&packet);
            assert_eq!(reader.string().expect("a string").len(), length);
            assert!(reader.0.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_packet_is_read_without_a_panic(packet: Vec<u8>) {
            let _ = (answer(&packet), ok(&packet), end(&packet), column(&packet));
        }
    }
}
