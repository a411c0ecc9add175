//! Migrations that end in the middle of a statement, while they send its rows or take its answer: what they had not sent is
//! not taken for all there is, and what they did not take is kept whole.

use std::io;

use glim::Value;
use glim::wire::{Answer, Call};
use glim_engine::catalog::Entry;
use glim_engine::session::Session;
use glim_engine::source::{Calls, Source, Stopped, serve};

use crate::resume::{Way, code, migrate};
use crate::support::{Database, for_each_database};

for_each_database! {
    rows_that_stop_coming_are_not_all_of_them,
    an_answer_that_nobody_takes_is_kept_whole,
}

/// A migration that makes these calls and is gone then, or at the first answer to the call of that number.
struct Dying {
    calls: Vec<Call>,
    gone_at: usize,
    /// The rows that it was answered.
    taken: usize,
}

/// The same, under way.
struct UnderWay<'d> {
    calls: std::vec::IntoIter<Call>,
    number: usize,
    dying: &'d mut Dying,
}

impl Calls for UnderWay<'_> {
    fn receive(&mut self) -> io::Result<Call> {
        self.number += 1;
        self.calls.next().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn answer(&mut self, answer: Answer) -> io::Result<()> {
        if self.number >= self.dying.gone_at {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if let Answer::Rows(rows) = answer {
            self.dying.taken += rows.len();
        }
        Ok(())
    }
}

impl Source for Dying {
    fn apply(&mut self, _: &Entry, _: glim::Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let calls = std::mem::take(&mut self.calls).into_iter();
        serve(&mut UnderWay { calls, number: 0, dying: self }, session)
            .unwrap_or_else(|error| Err(Stopped::Vanished { how: error.to_string() }))
    }
}

fn execute(sql: &str) -> Call {
    Call::Execute { sql: sql.to_owned(), params: Vec::new() }
}

fn rows(ids: &[i64]) -> Call {
    Call::Rows(ids.iter().map(|id| vec![Value::Int(*id)]).collect())
}

/// Runs what makes a table and then these calls.
fn run(database: &Database, transaction: bool, calls: Vec<Call>, gone_at: usize) -> (bool, usize) {
    let calls = std::iter::once(execute("CREATE TABLE t (id int PRIMARY KEY)")).chain(calls).collect();
    let mut dying = Dying { calls, gone_at, taken: 0 };
    let entry = Entry { transaction, ..code() };
    let done = migrate(database, &entry, &mut dying, Way::Run, u32::MAX);
    (done.is_ok(), dying.taken)
}

fn rows_that_stop_coming_are_not_all_of_them(database: &Database) {
    let many = || Call::Many { sql: "INSERT INTO t VALUES ($1)".to_owned() };
    let panicked = || Call::Panicked { message: "in the iterator".to_owned(), location: None };
    for transaction in [true, false] {
        for panics in [false, true] {
            let database = &Database::new(database.dialect).expect("there was one");
            let cut = |ids: &[i64]| [many(), rows(ids)].into_iter().chain(panics.then(panicked)).collect();
            assert!(!run(database, transaction, cut(&[1, 2]), usize::MAX).0);
            // Cut off once more, and then when all rows were sent.
            assert!(!run(database, transaction, cut(&[]), usize::MAX).0);
            assert!(!run(database, transaction, vec![many(), rows(&[1, 2]), rows(&[3]), Call::RowsEnd], usize::MAX).0);
            // What was done is compared with rows that stop coming.
            assert!(!run(database, transaction, cut(&[1]), usize::MAX).0);
            let whole = vec![many(), rows(&[1, 2, 3]), Call::RowsEnd, Call::Finished(Ok(()))];
            assert!(run(database, transaction, whole, usize::MAX).0, "{transaction} {panics}");
            assert_eq!(database.query("SELECT id FROM t ORDER BY id"), ["1", "2", "3"]);
            assert_eq!(database.query("SELECT state FROM glim_migrations"), ["applied"]);
            assert_eq!(database.query("SELECT * FROM glim_journal"), Vec::<String>::new());
        }
    }
}

fn an_answer_that_nobody_takes_is_kept_whole(database: &Database) {
    let sql = "INSERT INTO t VALUES (1), (2), (3) RETURNING id";
    let query = || Call::Query { sql: sql.to_owned(), params: Vec::new() };
    for transaction in [true, false] {
        let database = &Database::new(database.dialect).expect("there was one");
        assert_eq!(run(database, transaction, vec![query()], 2), (false, 0));
        assert_eq!(run(database, transaction, vec![query(), Call::Finished(Ok(()))], usize::MAX), (true, 3));
        assert_eq!(database.query("SELECT id FROM t ORDER BY id"), ["1", "2", "3"]);
    }
}
