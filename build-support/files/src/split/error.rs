//! Why a text cannot be split.

use std::error::Error;
use std::fmt;

use super::position::Position;

/// Why a text cannot be split into statements, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// What is wrong.
    pub problem: Problem,
    /// Where it begins, in bytes from the start of the text.
    pub start: usize,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A string without its closing quote.
    String,
    /// A quoted name without its closing quote.
    Name,
    /// A `$tag$` that does not come again.
    DollarQuote(String),
    /// A comment without its `*/`.
    Comment,
    /// A `BEGIN`, or another block of a body, without its `END`.
    Body,
    /// The actions of a rule without their closing parenthesis.
    Parenthesis,
    /// A NUL byte, which databases take for the end of the text or refuse.
    Nul,
    /// A command of `psql` or of the `sqlite3` program, such as `\connect` or `.read`.
    ClientCommand(String),
    /// `COPY ... FROM STDIN`, whose rows follow in the file.
    CopyFromStdin,
    /// A `DELIMITER` line without a delimiter that can be used.
    Delimiter,
}

impl SplitError {
    pub(super) fn new(problem: Problem, start: usize) -> Self {
        Self { problem, start }
    }

    /// Where it begins, as line and column. `sql` is the text that was split.
    pub fn position(&self, sql: &str) -> Position {
        Position::of(sql, self.start)
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match &self.problem {
            Problem::String => "close it with the quote that opens it; a quote inside is written twice",
            Problem::Name => "close the name with the quote that opens it",
            Problem::DollarQuote(_) => "end the text with the same tag, upper and lower case alike",
            Problem::Comment => "close it with `*/`; on PostgreSQL each `/*` inside needs one of its own",
            Problem::Body => "close each block with its `END`",
            Problem::Parenthesis => "close it before the `;` that ends the statement",
            Problem::Nul => "save the file as UTF-8 without NUL bytes; UTF-16 is full of them",
            Problem::ClientCommand(_) => {
                "only the database's own client understands it: remove it, or write SQL in its place"
            }
            Problem::CopyFromStdin => {
                "write the rows as `INSERT`, or make the dump with `pg_dump --inserts`; its rows are no SQL"
            }
            Problem::Delimiter => "write one of at most 15 bytes without a backslash, such as `DELIMITER //`",
        }
    }
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::String => f.write_str("a string is not closed"),
            Problem::Name => f.write_str("a quoted name is not closed"),
            Problem::DollarQuote(tag) => write!(f, "a text that begins with `{tag}` is not closed"),
            Problem::Comment => f.write_str("a comment is not closed"),
            Problem::Body => f.write_str("a block is not closed"),
            Problem::Parenthesis => f.write_str("a parenthesis is not closed"),
            Problem::Nul => f.write_str("a NUL byte in SQL"),
            Problem::ClientCommand(command) => write!(f, "`{command}` is a command of a client program, not SQL"),
            Problem::CopyFromStdin => f.write_str("`COPY ... FROM STDIN` takes its rows from a client program"),
            Problem::Delimiter => f.write_str("`DELIMITER` without a delimiter that can be used"),
        }
    }
}

impl Error for SplitError {}
