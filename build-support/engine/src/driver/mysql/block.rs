//! Several statements as one, with one answer: a block (`BEGIN NOT ATOMIC`), which MariaDB has and MySQL has not.
//!
//! Without it, each statement of a message has an answer of its own, and the server sends them one by one: waiting for
//! them is most of what a small migration costs on this side.

use std::borrow::BorrowMut;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use glim::error::{DatabaseError, ErrorClass};
use mysql::prelude::Queryable as _;
use mysql::{Conn, Error};

use super::Mysql;
use super::error::failure;
use super::opening::Opening;
use super::statement::{Answers, read};
use super::track::DEMAND;
use crate::driver::Result;

/// The variable that says which statement has begun.
pub(super) const BEGUN: &str = "@glim_begun";

impl<C: BorrowMut<Conn>> Mysql<C> {
    /// Sends statements as a block, together with the opening if that waits. `None` where the server does not take them as
    /// one: nothing was run then.
    ///
    /// The statements have numbers that go on from one block of a session to the next, so that what an earlier one has left
    /// in the variable is not taken for this one's. The server reads all of a block before it runs any of it, and so refuses
    /// what it cannot read, or cannot have in a block, without having set the variable.
    pub(super) fn execute_block(&mut self, statements: &[&str]) -> Option<Result<(), (usize, DatabaseError)>> {
        let is_usual = !self.settings.limit_statements() && self.tracker.is_as_set();
        if self.server.product != "MariaDB" || !is_usual || statements.iter().any(|sql| asks_before(sql)) {
            return None;
        }
        let opening = match &self.opening {
            Opening::Run => None,
            Opening::Waiting(opening) => Some(opening.as_str()),
            Opening::Refused(error) => return Some(Err((0, error.clone()))),
        };
        let has_opening = opening.is_some();
        if !has_opening && statements.len() < 2 {
            return None;
        }
        let first = self.numbered + 1;
        let block = block(first, opening, statements);
        if self.check(block.len(), &block).is_err() {
            return None;
        }
        self.numbered = first + statements.len();
        let conn: &mut Conn = self.conn.borrow_mut();
        let (answers, outcome) = read(conn.query_iter(&block), &block, 0, &mut |_, _| ControlFlow::Break(()));
        let (at, error) = match outcome {
            Err(error @ Error::MySqlError(_)) => match self.begun(first) {
                Ok(at) => (at?, self.failed_in_block(error, statements)),
                // Nobody knows what has run.
                Err(error) => (0, error),
            },
            outcome => match self.conclude(&block, None, answers, outcome) {
                Ok(_) => {
                    self.opening = Opening::Run;
                    return Some(Ok(()));
                }
                Err(error) => (0, error),
            },
        };
        if has_opening {
            self.opening = Opening::Run;
            return Some(Err(self.attribute(at, 1, statements, error)));
        }
        Some(Err(self.attribute(at.saturating_sub(1), 0, statements, error)))
    }

    /// How many statements have begun before the last that has, counted with the opening; none where none has.
    fn begun(&mut self, first: usize) -> Result<Option<usize>> {
        let ask = format!("SELECT {BEGUN}");
        let conn: &mut Conn = self.conn.borrow_mut();
        let answer = match conn.query_first::<usize, _>(&ask) {
            // What cancels the block may come when that has failed already.
            Err(Error::MySqlError(_)) => conn.query_first(&ask),
            answer => answer,
        };
        match answer {
            Ok(begun) => Ok(begun.and_then(|begun| begun.checked_sub(first))),
            Err(error) => {
                self.tracker.break_off();
                Err(DatabaseError { class: ErrorClass::ConnectionLost, ..failure(error, &ask) })
            }
        }
    }

    /// The error of a statement, some of which may have run before it.
    fn failed_in_block(&mut self, error: Error, statements: &[&str]) -> DatabaseError {
        for sql in statements {
            self.tracker.note_error(sql, Answers { count: 1, ..Answers::default() });
        }
        self.ask_transaction();
        failure(error, "")
    }
}

/// Whether a statement may ask what the one before it has done, which in a block is another one: `ROW_COUNT()`,
/// `FOUND_ROWS()`, `@@warning_count`.
fn asks_before(sql: &str) -> bool {
    let text = sql.as_bytes();
    let is = |rest: &[u8], word: &[u8]| rest.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let mut underscores = memchr::memchr_iter(b'_', text).map(|at| &text[at + 1..]);
    !sql.starts_with(DEMAND) && underscores.any(|rest| is(rest, b"count") || is(rest, b"rows"))
}

/// The text of a block whose statements have the numbers after `first`, which is the opening's.
fn block(first: usize, opening: Option<&str>, statements: &[&str]) -> String {
    let length: usize = statements.iter().map(|sql| sql.len() + 40).sum();
    let mut block = String::with_capacity(opening.map_or(0, str::len) + length + 60);
    let begin = |block: &mut String, number: usize| {
        // Writing to a string does not fail.
        let _ = writeln!(block, "SET {BEGUN} = {number};");
    };
    block.push_str("BEGIN NOT ATOMIC ");
    begin(&mut block, first);
    if let Some(sql) = opening {
        block.push_str(sql);
        block.push_str(";\n");
    }
    for (number, sql) in (first + 1..).zip(statements) {
        // It may ask how many rows the statement before it has changed.
        if !sql.starts_with(DEMAND) {
            begin(&mut block, number);
        }
        block.push_str(sql);
        block.push_str(";\n");
    }
    block.push_str("END");
    block
}

#[cfg(test)]
mod tests {
    use super::{asks_before, block};

    #[test]
    fn each_statement_says_that_it_has_begun() {
        let expected = "BEGIN NOT ATOMIC SET @glim_begun = 7;\nSTART TRANSACTION;\nSET @glim_begun = 8;\nDELETE FROM a;\n\
                        SET @glim_begun = 9;\nDELETE FROM b;\nEND";
        assert_eq!(block(7, Some("START TRANSACTION"), &["DELETE FROM a", "DELETE FROM b"]), expected);
        let with_demand = block(1, None, &["DELETE FROM a", "SET @glim_met = (SELECT ROW_COUNT())"]);
        assert!(
            with_demand.ends_with("= 2;\nDELETE FROM a;\nSET @glim_met = (SELECT ROW_COUNT());\nEND"),
            "{with_demand}"
        );
    }

    #[test]
    fn a_statement_that_asks_about_the_one_before_is_seen() {
        for sql in [
            "INSERT INTO a VALUES (row_count())",
            "INSERT INTO a SELECT @@warning_count",
            "UPDATE a SET b = FOUND_ROWS()",
        ] {
            assert!(asks_before(sql), "{sql}");
        }
        assert!(!asks_before("INSERT INTO a_b VALUES (last_insert_id(), '_')"));
    }
}
