//! What opens a step, which waits for the first statement and goes with it in one message.

use std::borrow::{BorrowMut, Cow};
use std::ops::ControlFlow;

use glim::error::DatabaseError;
use mysql::Conn;

use super::Mysql;
use crate::driver::Result;

/// How long a text may be that the opening goes with.
const LONGEST: usize = 256 * 1024;

/// How far the opening has come.
#[derive(Debug, Default)]
pub(super) enum Opening {
    /// It was run, or there is none.
    #[default]
    Run,
    /// It waits.
    Waiting(String),
    /// The server has refused it. Nothing that was to come after it may run.
    Refused(DatabaseError),
}

/// A text with the opening before it.
pub(super) struct Opened<'s> {
    pub(super) text: Cow<'s, str>,
    /// How many of the answers are to the opening.
    pub(super) before: usize,
}

impl<C: BorrowMut<Conn>> Mysql<C> {
    /// Keeps an opening for the next text.
    pub(super) fn open_with(&mut self, sql: &str) {
        self.opening = Opening::Waiting(sql.to_owned());
    }

    /// Puts the opening before a text, if it still waits.
    pub(super) fn opened<'s>(&mut self, sql: &'s str) -> Result<Opened<'s>> {
        if sql.len() > LONGEST {
            self.send_opening()?;
        }
        match std::mem::take(&mut self.opening) {
            Opening::Run => Ok(Opened { text: Cow::Borrowed(sql), before: 0 }),
            Opening::Waiting(opening) => {
                let before = statements(&opening);
                Ok(Opened { text: Cow::Owned(format!("{opening};\n{sql}")), before })
            }
            Opening::Refused(error) => {
                self.opening = Opening::Refused(error.clone());
                Err(error)
            }
        }
    }

    /// Sends the opening by itself, if it still waits.
    pub(super) fn send_opening(&mut self) -> Result<()> {
        match std::mem::take(&mut self.opening) {
            Opening::Run => Ok(()),
            Opening::Waiting(opening) => {
                let outcome = self.run_text(&opening, &mut |_, _| ControlFlow::Break(())).map(drop);
                outcome.inspect_err(|error| self.opening = Opening::Refused(error.clone()))
            }
            Opening::Refused(error) => {
                self.opening = Opening::Refused(error.clone());
                Err(error)
            }
        }
    }
}

/// How many statements a text of the engine has. It is written by us, so that a semicolon before the end of a line is in
/// a string, whose quotes are doubled, or ends a statement.
fn statements(text: &str) -> usize {
    let mut in_string = false;
    let mut count = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            b';' if !in_string && text.as_bytes().get(at + 1) == Some(&b'\n') => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn what_stands_in_a_string_ends_no_statement() {
        assert_eq!(statements("START TRANSACTION"), 1);
        assert_eq!(statements("INSERT INTO a VALUES ('it''s;\n', 'b');\nCOMMIT;\nSTART TRANSACTION"), 3);
    }
}
