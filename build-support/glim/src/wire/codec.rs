//! The encoding: little-endian numbers, lengths before what they measure, one byte that tells variants apart.
//!
//! Decoding trusts nothing: every length is checked against what is there, every text is checked to be UTF-8, and what
//! is left over is an error.

use std::fmt;
use std::time::Duration;

/// A message that cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub(crate) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed message: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// What can be put into a message.
pub trait Encode {
    /// Appends the encoding.
    fn encode(&self, out: &mut Vec<u8>);
}

/// What can be read from a message.
pub trait Decode: Sized {
    /// Reads one value from the front.
    ///
    /// # Errors
    /// The bytes are no such value.
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed>;
}

/// The rest of a message.
pub struct Input<'a>(&'a [u8]);

/// Reads a whole message.
///
/// # Errors
/// The bytes are no such message, or there are more of them.
pub fn decode_all<T: Decode>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut input = Input(bytes);
    let message = T::decode(&mut input)?;
    if input.0.is_empty() { Ok(message) } else { Err(Malformed("bytes left over")) }
}

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed("it ends too early"))
    }

    /// The next byte, which stays.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The byte that tells variants apart.
    pub(crate) fn tag(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }

        impl Decode for $type {
            fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
                input.array().map(Self::from_le_bytes)
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 i32 i64 f64 }

impl Encode for Duration {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_secs().encode(out);
        self.subsec_nanos().encode(out);
    }
}

impl Decode for Duration {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let (seconds, nanoseconds) = (u64::decode(input)?, u32::decode(input)?);
        if nanoseconds >= 1_000_000_000 {
            return Err(Malformed("a part of a second that is longer than one"));
        }
        Ok(Self::new(seconds, nanoseconds))
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Decode for bool {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        match input.tag()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed("a boolean that is neither true nor false")),
        }
    }
}

fn encode_length(length: usize, out: &mut Vec<u8>) {
    // A longer one than 4 GiB makes the message longer than the channel takes, which refuses it before it is sent.
    u32::try_from(length).unwrap_or(u32::MAX).encode(out);
}

impl Encode for str {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_str().encode(out);
    }
}

impl Decode for String {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let length = u32::decode(input)? as usize;
        let text = std::str::from_utf8(input.take(length)?).map_err(|_| Malformed("a text that is not UTF-8"))?;
        Ok(text.to_owned())
    }
}

/// Bytes, told from a list of numbers so that they are copied at once.
pub(crate) fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    encode_length(bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// What [`encode_bytes`] wrote.
pub(crate) fn decode_bytes(input: &mut Input<'_>) -> Result<Vec<u8>, Malformed> {
    let length = u32::decode(input)? as usize;
    input.take(length).map(<[u8]>::to_vec)
}

impl<const N: usize> Encode for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl<const N: usize> Decode for [u8; N] {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        input.array()
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_length(self.len(), out);
        for item in self {
            item.encode(out);
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_slice().encode(out);
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let length = u32::decode(input)? as usize;
        // Every item takes a byte at least: a length that lies makes no allocation beyond the message's own size.
        if length > input.0.len() {
            return Err(Malformed("a list longer than the message"));
        }
        let mut items = Self::with_capacity(length.min(1024));
        for _ in 0..length {
            items.push(T::decode(input)?);
        }
        Ok(items)
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        if let Some(value) = self {
            value.encode(out);
        }
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        Ok(if bool::decode(input)? { Some(T::decode(input)?) } else { None })
    }
}

impl<T: Encode, E: Encode> Encode for Result<T, E> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_ok().encode(out);
        match self {
            Ok(value) => value.encode(out),
            Err(error) => error.encode(out),
        }
    }
}

impl<T: Decode, E: Decode> Decode for Result<T, E> {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        Ok(if bool::decode(input)? { Ok(T::decode(input)?) } else { Err(E::decode(input)?) })
    }
}

impl Encode for () {
    fn encode(&self, _: &mut Vec<u8>) {}
}

impl Decode for () {
    fn decode(_: &mut Input<'_>) -> Result<Self, Malformed> {
        Ok(())
    }
}

/// Gives a struct its encoding: its fields, one after the other. A field that is left out does not compile.
macro_rules! wire_struct {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::wire::codec::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::wire::codec::Encode::encode($field, out);)*
            }
        }

        impl $crate::wire::codec::Decode for $type {
            fn decode(
                input: &mut $crate::wire::codec::Input<'_>,
            ) -> Result<Self, $crate::wire::codec::Malformed> {
                $(let $field = $crate::wire::codec::Decode::decode(input)?;)*
                Ok(Self { $($field),* })
            }
        }
    )*};
}

/// Gives an enum its encoding: a number for the variant, then its fields. A variant that is left out does not compile.
macro_rules! wire_enum {
    ($($type:ident {
        $($tag:literal = $variant:ident $(($($item:ident),*))? $({ $($field:ident),* $(,)? })?),* $(,)?
    })*) => {$(
        impl $crate::wire::codec::Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($item),*))? $({ $($field),* })? => {
                        out.push($tag);
                        $($($crate::wire::codec::Encode::encode($item, out);)*)?
                        $($($crate::wire::codec::Encode::encode($field, out);)*)?
                    })*
                }
            }
        }

        impl $crate::wire::codec::Decode for $type {
            fn decode(
                input: &mut $crate::wire::codec::Input<'_>,
            ) -> Result<Self, $crate::wire::codec::Malformed> {
                Ok(match input.tag()? {
                    $($tag => {
                        $($(let $item = $crate::wire::codec::Decode::decode(input)?;)*)?
                        $($(let $field = $crate::wire::codec::Decode::decode(input)?;)*)?
                        Self::$variant $(($($item),*))? $({ $($field),* })?
                    })*
                    _ => return Err($crate::wire::codec::Malformed(concat!("an unknown ", stringify!($type)))),
                })
            }
        }
    )*};
}

pub(crate) use {wire_enum, wire_struct};
