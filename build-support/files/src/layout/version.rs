//! Versions of migrations, as the tools compare them.

use std::cmp::Ordering;
use std::fmt;

use super::Layout;

/// What orders migrations, and what a tool's history knows them by. Never a date, whatever it looks like. Two are only
/// to be compared within one layout.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// A number: sqlx, refinery.
    Number(i64),
    /// A whole number of any length, without leading zeros: glim.
    Digits(String),
    /// A text, compared byte by byte: diesel, dbmate. There, `10` comes before `9`.
    Text(String),
}

impl Version {
    /// A version that was written down before, as that layout's tool compares it.
    pub fn read(layout: Layout, text: &str) -> Self {
        match (layout, text.parse()) {
            (Layout::Diesel | Layout::Dbmate, _) => Self::Text(text.to_owned()),
            (Layout::Sqlx | Layout::Refinery, Ok(number)) => Self::Number(number),
            (Layout::Glim | Layout::Sqlx | Layout::Refinery, _) => Self::digits(text),
        }
    }

    /// The number that these digits are.
    pub(super) fn digits(digits: &str) -> Self {
        let significant = digits.trim_start_matches('0');
        Self::Digits(if significant.is_empty() { "0" } else { significant }.to_owned())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Digits(one), Self::Digits(two)) => one.len().cmp(&two.len()).then_with(|| one.cmp(two)),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Version {
    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Digits(_) => 1,
            Self::Text(_) => 2,
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Digits(text) | Self::Text(text) => f.write_str(text),
        }
    }
}
