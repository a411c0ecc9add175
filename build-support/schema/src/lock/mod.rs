//! A schema as a text that people read and git merges: one line for each object, in one order.
//!
//! ```text
//! version 1
//!
//! table users comment "who may log in"
//! column users.id int64 auto_increment
//! column users.name text(255) null
//! primary_key users (id)
//! index users (name)
//! ```
//!
//! Reading takes the lines in any order, since a merge may put them in another. Two lines for one object, and markers that
//! git has left, are errors that name the objects.

mod conflict;
mod entry;
mod parse;
mod read;
mod token;
mod write;

use std::fmt;

pub use self::read::read;
pub use self::token::name;
pub use self::write::write;

/// The version of the format that is written.
pub const VERSION: u32 = 1;

/// Why a text is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What the two sides of a merge disagree about, such as ``column `users`.`name` ``; else nothing.
    pub objects: Vec<String>,
}

impl LockError {
    fn new(line: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { line, message: message.into(), help: help.into(), objects: Vec::new() }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for LockError {}
