//! Several migrations in one message, while they are quick: what a message and its answer cost is paid once for all.
//!
//! Each of them keeps its own transaction, with its row in the ledger, and the first error ends the message. Nothing
//! else is different from one at a time but when it is told: so that nobody waits for news of a migration that takes its
//! time, only so many go together as those before them promise to be done at once.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use glim::Direction;
use glim::error::{DatabaseError, ErrorClass};
use glim_files::split::Statement;
use glim_files::statement::Work;

use super::failed::past_a_cancel;
use super::frame::{Frame, Framing};
use super::{Aftermath, Attempt, Failed, Journaling, Locked, MigrateError};
use crate::driver::{Connection, fetch};
use crate::journal::{Journal, begin, presence};
use crate::ledger::{LedgerError, Row, State as RowState, Took};
use crate::lock::LockError;
use crate::plan::Step;
use crate::progress::Progress;
use crate::session::State;
use crate::source::{Source, Stopped};

/// How long the migrations of one message should take together, at most.
const QUICK: Duration = Duration::from_millis(50);

/// How many go together at most, and how many bytes of SQL.
const MOST: usize = 32;
const LONGEST: usize = 256 * 1024;

/// How many migrations to send in one message.
pub(super) struct Pace {
    /// None where it turned out that they cannot go together.
    together: usize,
}

/// What became of the migrations of one message.
pub(super) struct Sent {
    /// How many are done.
    pub(super) done: usize,
    /// What about the one after them.
    pub(super) next: Next,
}

/// What is to be done about the migration after those that are done.
pub(super) enum Next {
    /// It was not sent.
    Nothing,
    /// It has failed.
    Failed(MigrateError),
    /// It was sent, and is to be done by itself, from its beginning or, where the ledger has its row, from where it stopped.
    ByItself(Option<Row>),
}

impl Next {
    /// The row of a migration that goes on.
    pub(super) fn row(&self) -> Option<Row> {
        match self {
            Self::ByItself(row) => row.clone(),
            Self::Nothing | Self::Failed(_) => None,
        }
    }
}

/// The statements of one migration, and what comes before and after them.
struct Part<'p> {
    step: &'p Step<'p>,
    row: Row,
    opening: Vec<String>,
    own: &'p [Statement<'p>],
    /// These, with what the journal notes of them.
    noted: Vec<Cow<'p, str>>,
    closing: Vec<String>,
}

impl Part<'_> {
    /// How many statements it has in all.
    fn len(&self) -> usize {
        self.opening.len() + self.noted.len() + self.closing.len()
    }

    /// All its statements, in order.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let noted = self.noted.iter().map(|text| &**text);
        self.opening.iter().map(String::as_str).chain(noted).chain(self.closing.iter().map(String::as_str))
    }
}

impl Pace {
    /// One at a time, until it is known how long they take.
    pub(super) fn new() -> Self {
        Self { together: 1 }
    }

    /// So many have taken that long.
    pub(super) fn learn(&mut self, count: usize, took: Duration) {
        // Twice as many at most: the next ones may be of another kind.
        let most = MOST.min(2 * count).min(2 * self.together);
        let fitting = QUICK.as_micros() * count as u128 / took.as_micros().max(1);
        self.together = usize::try_from(fitting).unwrap_or(MOST).max(1).min(most);
    }
}

impl Locked<'_> {
    /// Does as many of the next steps as may go together; `None` where that is one only, or where they have to be done one
    /// by one for something to be said of them. Then nothing was done.
    pub(super) fn several(
        &mut self,
        pace: &mut Pace,
        steps: &[Step<'_>],
        scripts: &[Option<Vec<Statement<'_>>>],
        source: &mut dyn Source,
        progress: &mut dyn Progress,
    ) -> Option<Sent> {
        if pace.together < 2 || !self.connection.can_chain() || self.locked.is_none() {
            return None;
        }
        let parts = self.parts(pace.together, steps, scripts);
        if parts.len() < 2 || self.connection.reset().is_err() {
            self.give_back(&parts);
            return None;
        }
        let texts: Vec<&str> = parts.iter().flat_map(Part::texts).collect();
        if source.starting().is_err() {
            self.give_back(&parts);
            return None;
        }
        progress.sending(parts[0].step.entry);
        let began = Instant::now();
        let sent = self.connection.chain(&texts);
        let stopped = source.ended();
        let Some(sent) = sent else {
            // One by one will tell why, if it is not that the connection never does it.
            self.give_back(&parts);
            pace.together = 0;
            return None;
        };
        pace.learn(parts.len(), began.elapsed());
        let took = began.elapsed() / u32::try_from(parts.len()).unwrap_or(u32::MAX);
        let at = sent.as_ref().err().map_or(texts.len(), |(at, _)| *at);
        let mut begins = 0;
        for (done, part) in parts.iter().enumerate() {
            let step = part.step;
            progress.started(step.entry, step.direction);
            if let (true, Err((_, error))) = (at < begins + part.len(), &sent) {
                let next = self.failed_in(part, at - begins, error.clone(), stopped, began);
                let is_begun = matches!(next, Ok(Next::ByItself(Some(_))));
                self.give_back(&parts[done + usize::from(is_begun)..]);
                return Some(Sent { done, next: next.unwrap_or_else(Next::Failed) });
            }
            progress.finished(step.entry, step.direction, took);
            begins += part.len();
        }
        Some(Sent { done: parts.len(), next: Next::Nothing })
    }

    /// The next steps that may go together.
    fn parts<'p>(
        &mut self,
        most: usize,
        steps: &'p [Step<'p>],
        scripts: &'p [Option<Vec<Statement<'p>>>],
    ) -> Vec<Part<'p>> {
        let dialect = self.connection.dialect();
        let mut parts = Vec::new();
        let mut length = 0;
        for (step, script) in steps.iter().zip(scripts).take(most) {
            let Some(own) = script else { break };
            length += own.iter().map(|statement| statement.text.len()).sum::<usize>();
            let frame = Frame::of(step, dialect);
            if frame == Frame::Bare || step.resumes() || length > LONGEST {
                break;
            }
            let row = self.row_of(step);
            let Some(noted) = self.noted(step, own, frame, &row) else {
                self.ledger.count_from(row.applied_order.filter(|_| step.direction == Direction::Run));
                break;
            };
            let (locked, reset) = (self.locked.as_deref(), self.reset.as_slice());
            let framing = Framing::of(step, frame, dialect, &self.ledger, &row, locked, reset);
            let opening = framing.opening_statements();
            let closing = framing.closing(Took::Transaction, frame == Frame::Atomic);
            parts.push(Part { step, row, opening, own, noted, closing });
        }
        parts
    }

    /// What is sent of a step's own statements, and with them; `None` where something has to be asked in between.
    fn noted<'p>(
        &mut self,
        step: &Step<'_>,
        own: &'p [Statement<'p>],
        frame: Frame,
        row: &Row,
    ) -> Option<Vec<Cow<'p, str>>> {
        if frame == Frame::Atomic {
            return Some(own.iter().map(|it| Cow::Borrowed(it.text)).collect());
        }
        if self.journaling == Journaling::Off {
            return None;
        }
        let dialect = self.connection.dialect();
        let works: Vec<_> = own.iter().map(|it| (it.text, Work::of(it.text, dialect))).collect();
        let mut journal = Journal::new(&self.ledger, &row.name, step.direction, dialect, None).in_transaction(true);
        let texts = journal.definitions(&mut *self.connection, "batch", &works)?;
        Some(texts.into_iter().map(Cow::Owned).collect())
    }

    /// Gives the numbers of these to those that come next.
    fn give_back(&mut self, parts: &[Part<'_>]) {
        if let Some(part) = parts.iter().find(|part| part.step.direction == Direction::Run) {
            self.ledger.count_from(part.row.applied_order);
        }
    }

    /// What to do about one that has failed at that statement of its part.
    fn failed_in(
        &mut self,
        part: &Part<'_>,
        at: usize,
        error: DatabaseError,
        stopped: Option<Stopped>,
        began: Instant,
    ) -> Result<Next, MigrateError> {
        let Part { step, row, opening, own, .. } = part;
        let frame = Frame::of(step, self.connection.dialect());
        let attempt = Attempt { step, frame, row, began, is_announced: true, settled: &[] };
        if error.class == ErrorClass::ConnectionLost {
            // All of it was sent, the commit included.
            return Err(self.not_committed(&attempt, State::default(), error));
        }
        if frame != Frame::Atomic {
            return self.left_of(part, at).map(Next::ByItself);
        }
        Err(match at.checked_sub(opening.len()) {
            None => self.not_begun(&attempt, error, stopped.map(Failed::Itself)),
            Some(place) => match own.get(place) {
                Some(statement) => {
                    let (start, number, of) = (statement.start, place + 1, own.len());
                    let stopped = stopped.unwrap_or(Stopped::Statement { start, number, of, error });
                    self.failed(&attempt, Aftermath::RolledBack, stopped)
                }
                None => self.not_committed(&attempt, State::default(), error),
            },
        })
    }

    /// The row of a migration that was announced and is not done: what follows is what follows an interruption. Where
    /// nothing of it is there, it is not announced either.
    fn left_of(&mut self, part: &Part<'_>, at: usize) -> Result<Option<Row>, MigrateError> {
        let Part { step, row, opening, own, .. } = part;
        self.roll_back().map_err(LedgerError::database("roll back"))?;
        // Without it, what the journal says of the migration may be of another run.
        if self.is_lock_lost() {
            return Err(LockError::Lost.into());
        }
        // The note of the first definition, and that itself.
        let is_clean = match at.checked_sub(opening.len()) {
            None | Some(0) => true,
            Some(1) => is_absent(&mut *self.connection, own).map_err(LedgerError::database("look at the catalogue"))?,
            Some(_) => false,
        };
        if is_clean && step.direction == Direction::Run {
            let dialect = self.connection.dialect();
            let undone =
                [self.ledger.delete_text(row), self.ledger.journal_delete_text(&row.name), "COMMIT".to_owned()];
            let text = format!("{};\n{}", begin(dialect), undone.join(";\n"));
            past_a_cancel(|| self.connection.batch(&text)).map_err(LedgerError::database("write the ledger"))?;
            return Ok(None);
        }
        let rows = self.ledger.rows(&mut *self.connection)?;
        Ok(rows.into_iter().find(|it| it.name == row.name && it.state != RowState::Applied))
    }
}

/// Whether what the first of these makes is not there.
fn is_absent(connection: &mut dyn Connection, own: &[Statement<'_>]) -> Result<bool, DatabaseError> {
    let work = own.first().map(|first| Work::of(first.text, connection.dialect()));
    let Some(presence) = work.as_ref().and_then(presence) else { return Ok(false) };
    fetch(connection, &presence, &[]).map(|rows| rows.is_empty())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{MOST, Pace};

    #[test]
    fn more_go_together_only_while_they_are_quick() {
        let mut pace = Pace::new();
        for expected in [2, 4, 8, 16, 32, 32] {
            pace.learn(pace.together, Duration::from_micros(100) * u32::try_from(pace.together).expect("small"));
            assert_eq!(pace.together, expected);
        }
        // Each takes 10 ms.
        pace.learn(MOST, Duration::from_millis(320));
        assert_eq!(pace.together, 5);
        pace.learn(5, Duration::from_secs(3));
        assert_eq!(pace.together, 1);
        pace.learn(1, Duration::ZERO);
        assert_eq!(pace.together, 2);
        pace.together = 0;
        pace.learn(1, Duration::ZERO);
        assert_eq!(pace.together, 0);
    }
}
