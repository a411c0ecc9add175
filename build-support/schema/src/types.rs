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
    /// A type in the database's own words, passed through as it stands.
    Native(String),
}

impl ColumnType {
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
