//! Where the statements of an SQL text begin and end, for each dialect.
//!
//! The lexer is our own, over bytes, and knows no more than quotes, comments and words. A parser's tokenizer was
//! considered: it allocates each token, which is far too slow for ten thousand files, and those for Rust stumble over
//! what migrations are full of (bodies without `DELIMITER`, `BEGIN ATOMIC`, tagged dollar quotes next to names with
//! dollars, nested comments, `--` without a space on MySQL). A text that no parser understands can still be split, and
//! then it is the server that says what is wrong with it.
//!
//! What a session can change is taken to be as it is by default: `standard_conforming_strings` on (PostgreSQL), and
//! neither `NO_BACKSLASH_ESCAPES` nor `ANSI_QUOTES` nor `ORACLE` in `sql_mode` (MySQL and MariaDB).

mod compound;
mod error;
mod lexer;
mod plain;
mod position;
mod quote;
mod routine;
mod shape;
mod statements;
mod token;
mod trigger;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use glim_schema::Dialect;

pub use self::error::{Problem, SplitError};
pub(crate) use self::lexer::Lexer;
pub use self::position::Position;
pub use self::statements::{Statement, Statements};
pub use self::token::{Kind, Token};

/// The statements of a text, without the empty ones. Time and memory grow linearly with the text.
///
/// # Errors
/// The text ends inside a string, a comment or a body, or holds something that only a client program understands.
/// [`Statements`] gives those that come before.
pub fn split(sql: &str, dialect: Dialect) -> Result<Vec<Statement<'_>>, SplitError> {
    Statements::new(sql, dialect).collect()
}

/// The tokens of a text, without comments and white space; for whoever edits a statement and has to leave the rest of it
/// as it is.
///
/// # Errors
/// The text ends inside a string, a quoted name or a comment.
pub fn tokens(sql: &str, dialect: Dialect) -> Result<Vec<Token<'_>>, SplitError> {
    let mut lexer = Lexer::new(sql, dialect);
    std::iter::from_fn(|| lexer.next().transpose()).collect()
}
