//! The encoding of values and errors.

use crate::error::{DatabaseError, Error, ErrorClass, Kind, ValueError};
use crate::value::{Date, Decimal, Time, Timestamp, Uuid, Value};
use crate::wire::codec::{Decode, Encode, Input, Malformed, decode_bytes, encode_bytes, wire_enum, wire_struct};

wire_struct! {
    DatabaseError { code, message, detail, hint, statement, position, class }
    ValueError { table, column, reason }
}

wire_enum! {
    ErrorClass {
        0 = Other,
        1 = UniqueViolation,
        2 = ForeignKeyViolation,
        3 = NotNullViolation,
        4 = CheckViolation,
        5 = PermissionDenied,
        6 = UndefinedObject,
        7 = Syntax,
        8 = LockTimeout,
        9 = Cancelled,
        10 = ConnectionLost,
        11 = DuplicateObject,
    }
}

impl Encode for Value {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.kind() as u8);
        match self {
            Self::Null => {}
            Self::Bool(v) => v.encode(out),
            Self::Int(v) => v.encode(out),
            Self::Uint(v) => v.encode(out),
            Self::Float(v) => v.encode(out),
            Self::Decimal(v) => v.as_str().encode(out),
            Self::Text(v) | Self::Json(v) => v.encode(out),
            Self::Bytes(v) => encode_bytes(v, out),
            Self::Date(v) => v.encode(out),
            Self::Time(v) => v.encode(out),
            Self::Timestamp(v) | Self::TimestampTz(v) => v.encode(out),
            Self::Uuid(v) => v.0.encode(out),
            Self::Array(elements) => elements.encode(out),
        }
    }
}

impl Decode for Value {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        // The numbers are those of `ValueKind`, which a test holds in place.
        Ok(match input.tag()? {
            0 => Self::Null,
            1 => Self::Bool(Decode::decode(input)?),
            2 => Self::Int(Decode::decode(input)?),
            3 => Self::Uint(Decode::decode(input)?),
            4 => Self::Float(Decode::decode(input)?),
            5 => {
                let digits = String::decode(input)?;
                Self::Decimal(digits.parse::<Decimal>().map_err(|_| Malformed("a decimal that is no number"))?)
            }
            6 => Self::Text(Decode::decode(input)?),
            7 => Self::Bytes(decode_bytes(input)?),
            8 => Self::Date(Decode::decode(input)?),
            9 => Self::Time(Decode::decode(input)?),
            10 => Self::Timestamp(Decode::decode(input)?),
            11 => Self::TimestampTz(Decode::decode(input)?),
            12 => Self::Uuid(Uuid(Decode::decode(input)?)),
            13 => Self::Json(Decode::decode(input)?),
            ARRAY => {
                let length = u32::decode(input)?;
                let mut elements = Vec::new();
                for _ in 0..length {
                    // Arrays of arrays could be nested deeper than the stack.
                    if input.peek() == Some(ARRAY) {
                        return Err(Malformed("an array of arrays"));
                    }
                    elements.push(Self::decode(input)?);
                }
                Self::Array(elements)
            }
            _ => return Err(Malformed("an unknown kind of value")),
        })
    }
}

/// The number of [`Value::Array`].
const ARRAY: u8 = 14;

impl Encode for Date {
    fn encode(&self, out: &mut Vec<u8>) {
        self.year.encode(out);
        out.extend([self.month, self.day]);
    }
}

impl Decode for Date {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let year = i32::decode(input)?;
        Self::new(year, input.tag()?, input.tag()?).ok_or(Malformed("a date that does not exist"))
    }
}

impl Encode for Time {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([self.hour, self.minute, self.second]);
        self.nanosecond.encode(out);
    }
}

impl Decode for Time {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let (hour, minute, second) = (input.tag()?, input.tag()?, input.tag()?);
        Self::new(hour, minute, second, u32::decode(input)?).ok_or(Malformed("a time that does not exist"))
    }
}

wire_struct! {
    Timestamp { date, time }
}

impl Encode for Error {
    fn encode(&self, out: &mut Vec<u8>) {
        match self.kind() {
            Kind::Database(error) => {
                out.push(0);
                error.encode(out);
            }
            Kind::Value(error) => {
                out.push(1);
                error.encode(out);
            }
            Kind::Unsupported { dialect, operation } => {
                out.push(2);
                dialect.encode(out);
                operation.encode(out);
            }
            Kind::Usage(message) => {
                out.push(3);
                message.encode(out);
            }
            Kind::Irreversible => out.push(4),
            Kind::Channel(message) => {
                out.push(5);
                message.encode(out);
            }
            Kind::Other(error) => {
                out.push(6);
                let chain = std::iter::successors(Some(&**error as &dyn std::error::Error), |error| error.source());
                chain.take(LONGEST_CHAIN).map(ToString::to_string).collect::<Vec<_>>().encode(out);
            }
        }
    }
}

impl Decode for Error {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        Ok(Self::from(match input.tag()? {
            0 => Kind::Database(Decode::decode(input)?),
            1 => Kind::Value(Decode::decode(input)?),
            2 => Kind::Unsupported { dialect: Decode::decode(input)?, operation: Decode::decode(input)? },
            3 => Kind::Usage(Decode::decode(input)?),
            4 => Kind::Irreversible,
            5 => Kind::Channel(Decode::decode(input)?),
            6 => Kind::Other(Chain::of(Decode::decode(input)?)?),
            _ => return Err(Malformed("an unknown kind of error")),
        }))
    }
}

/// So many causes of an error are sent. A chain of millions would overflow the stack when it is dropped.
const LONGEST_CHAIN: usize = 128;

/// An error from the other side, of whose type only its messages are left.
#[derive(Debug)]
struct Chain {
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Chain {
    fn of(messages: Vec<String>) -> Result<Box<dyn std::error::Error + Send + Sync>, Malformed> {
        if messages.len() > LONGEST_CHAIN {
            return Err(Malformed("an error with too many causes"));
        }
        let mut source = None;
        for message in messages.into_iter().rev() {
            source = Some(Box::new(Self { message, source }) as Box<dyn std::error::Error + Send + Sync>);
        }
        source.ok_or(Malformed("an error without a message"))
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Chain {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
