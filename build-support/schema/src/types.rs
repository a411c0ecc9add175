//! Column types, named for what they hold rather than for how a database spells them.

/// The type of a column. [`crate::sql`] maps each to a native type per dialect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// True or false.
    Bool,
    /// A signed integer of 8 bits (`i8`). PostgreSQL stores it in 16.
    Int8,
    /// A signed integer of 16 bits (`i16`).
    Int16,
    /// A signed integer of 32 bits (`i32`).
    Int32,
    /// A signed integer of 64 bits (`i64`).
    Int64,
    /// An unsigned integer of 8 bits (`u8`).
    Uint8,
    /// An unsigned integer of 16 bits (`u16`).
    Uint16,
    /// An unsigned integer of 32 bits (`u32`).
    Uint32,
    /// An unsigned integer of 64 bits (`u64`). `numeric(20, 0)` on PostgreSQL; on SQLite values end at `i64::MAX`.
    Uint64,
    /// An IEEE 754 number of 32 bits (`f32`).
    Float32,
    /// An IEEE 754 number of 64 bits (`f64`).
    Float64,
    /// An exact decimal number.
    Decimal {
        /// How many digits in all, from 1.
        precision: u16,
        /// How many of them after the point, at most `precision`.
        scale: u16,
    },
    /// Text; with a length, at most so many characters.
    Text {
        /// The greatest number of characters, from 1.
        length: Option<u32>,
    },
    /// Bytes; with a length, at most so many.
    Bytes {
        /// The greatest number of bytes, from 1.
        length: Option<u32>,
    },
    /// A calendar date.
    Date,
    /// A time of day, to the microsecond.
    Time,
    /// A date and time without a zone, to the microsecond.
    Timestamp,
    /// An instant, kept in UTC, to the microsecond.
    TimestampTz,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// One of a few texts. A type of its own on PostgreSQL, `enum` on MySQL, and a text with a check on SQLite.
    Enum(EnumType),
    /// Any number of values of a type, which is no array itself. Only on PostgreSQL.
    Array(Box<Self>),
    /// A type in the database's own words, passed through as it stands.
    Native(String),
}

/// A type whose values are a few texts, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// The type's name.
    pub name: String,
    /// Its values, in the order in which they sort, at least one.
    pub values: Vec<String>,
}

impl EnumType {
    /// A type of that name with those values.
    pub fn new<V: Into<String>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self { name: name.into(), values: values.into_iter().map(Into::into).collect() }
    }
}

impl ColumnType {
    /// Text of at most so many characters.
    pub const fn text(length: u32) -> Self {
        Self::Text { length: Some(length) }
    }

    /// At most so many bytes.
    pub const fn bytes(length: u32) -> Self {
        Self::Bytes { length: Some(length) }
    }

    /// An exact decimal number of so many digits, and so many of them after the point.
    pub const fn decimal(precision: u16, scale: u16) -> Self {
        Self::Decimal { precision, scale }
    }

    /// One of those texts, as an enum of that name.
    pub fn one_of<V: Into<String>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self::Enum(EnumType::new(name, values))
    }

    /// Any number of values of that type.
    pub fn array(of: Self) -> Self {
        Self::Array(Box::new(of))
    }

    /// A type in the database's own words.
    pub fn native(name: impl Into<String>) -> Self {
        Self::Native(name.into())
    }

    /// The enum that this type is, or that its array holds.
    pub fn enum_type(&self) -> Option<&EnumType> {
        match self {
            Self::Enum(each) => Some(each),
            Self::Array(of) => of.enum_type(),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn enum_type_mut(&mut self) -> Option<&mut EnumType> {
        match self {
            Self::Enum(each) => Some(each),
            Self::Array(of) => of.enum_type_mut(),
            _ => None,
        }
    }

    /// The least and the greatest integer of this type; `None` for types that hold no integers.
    pub const fn integer_range(&self) -> Option<(i128, i128)> {
        Some(match self {
            Self::Int8 => (i8::MIN as i128, i8::MAX as i128),
            Self::Int16 => (i16::MIN as i128, i16::MAX as i128),
            Self::Int32 => (i32::MIN as i128, i32::MAX as i128),
            Self::Int64 => (i64::MIN as i128, i64::MAX as i128),
            Self::Uint8 => (0, u8::MAX as i128),
            Self::Uint16 => (0, u16::MAX as i128),
            Self::Uint32 => (0, u32::MAX as i128),
            Self::Uint64 => (0, u64::MAX as i128),
            _ => return None,
        })
    }

    /// Whether this type holds whole numbers.
    pub const fn is_integer(&self) -> bool {
        self.integer_range().is_some()
    }
}
