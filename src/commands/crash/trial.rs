//! One point: a run that is stopped there, one that goes on, and what they come to.

use std::path::PathBuf;
use std::time::Duration;

use glim_engine::driver::Connection;
use glim_engine::ledger::LedgerError;
use glim_engine::scratch::{Cut, Proxy, Request, Scratch, ScratchError, State, Unstable};

use super::child::{Ended, Starter};
use super::points::Point;
use super::stand_in::{Part, StandIn, Stop, Whom};
use crate::commands::options::Way;
use crate::commands::rehearsal::Tables;
use crate::commands::{database, rehearsal, scratch};
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// What trials have in common.
pub(super) struct Trials<'t> {
    pub(super) starter: Starter,
    pub(super) alias: &'t str,
    pub(super) request: Request<'t>,
    /// The tables of models that migrations take for granted.
    pub(super) tables: &'t Tables<'t>,
    pub(super) part: Part,
    /// How long a run may take.
    pub(super) limit: Duration,
}

/// What became of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The second run came to what an undisturbed one comes to.
    Converged,
    /// It did, but the first run ended before the point: what it sends is not the same each time.
    NotReached,
    /// The second run ended with an error.
    Refused { message: String },
    /// The second run came to something else.
    Differs { differences: Vec<String> },
}

/// An undisturbed run.
pub(super) struct Undisturbed {
    pub(super) state: State,
    pub(super) calls: Vec<String>,
    pub(super) exchanges: u64,
}

impl Trials<'_> {
    /// Runs without a disturbance.
    pub(super) fn undisturbed(&self) -> Result<Undisturbed> {
        let place = self.place()?;
        let proxy = proxy_of(&place, None)?;
        let ended = self.go(&place, self.part.clone(), proxy.as_ref(), None)?;
        if !ended.is_done() {
            return Err(undone(&ended));
        }
        let exchanges = proxy.map_or(0, |proxy| proxy.exchanges());
        Ok(Undisturbed { state: self.state(&place)?, calls: ended.calls, exchanges })
    }

    /// Stops a run at that point, and lets another one finish.
    pub(super) fn try_at(&self, point: Point, wanted: &State, unstable: &Unstable) -> Result<Outcome> {
        let place = self.place()?;
        let proxy = if point.way.is_cut() { proxy_of(&place, Some(point))? } else { None };
        let whom = match point.way {
            Way::KillCommand => Some(Whom::Command),
            Way::KillRunner => Some(Whom::Runner),
            Way::DropRequest | Way::DropAnswer | Way::HalfClose => None,
        };
        let stop = whom.map(|whom| Stop { at: point.at, whom });
        let first = self.go(&place, self.part.clone(), proxy.as_ref(), stop)?;
        if first.status.is_none() {
            return Ok(Outcome::Refused { message: "the run that was disturbed did not end".to_owned() });
        }
        let is_reached = match &proxy {
            Some(proxy) => proxy.has_cut(),
            None => first.calls.len() as u64 >= point.at,
        };
        drop(proxy);
        let second = self.go(&place, self.part.clone(), None, None)?;
        if !second.is_done() {
            return Ok(Outcome::Refused { message: second.message() });
        }
        let differences = wanted.differences(&self.state(&place)?, unstable);
        Ok(match (differences.is_empty(), is_reached) {
            (false, _) => Outcome::Differs { differences },
            (true, true) => Outcome::Converged,
            (true, false) => Outcome::NotReached,
        })
    }

    /// A scratch database on which the run can begin.
    fn place(&self) -> Result<Place> {
        let scratch = Scratch::create(&self.request).map_err(|error| self.no_scratch(&error))?;
        let files = tempfile::tempdir()
            .map_err(|error| Failure::usage(Diagnostic::error("cannot make a temporary folder").caused_by(&error)))?;
        let place = Place { scratch, calls: files.path().join("calls"), _files: files };
        if !self.tables.first().is_empty() {
            rehearsal::make_first(&mut *self.connect(&place)?, self.tables)?;
        }
        if self.part != Part::Run {
            let ended = self.go(&place, Part::Run, None, None)?;
            if !ended.is_done() {
                return Err(undone(&ended));
            }
        }
        Ok(place)
    }

    fn go(&self, place: &Place, part: Part, proxy: Option<&Proxy>, stop: Option<Stop>) -> Result<Ended> {
        let (database, calls) = (place.scratch.label(), place.calls.clone());
        let stand_in = StandIn { database, proxy: proxy.map(Proxy::port), part, calls, stop };
        self.starter.run(&stand_in, self.limit)
    }

    fn state(&self, place: &Place) -> Result<State> {
        let mut connection = self.connect(place)?;
        State::take(&mut *connection).map_err(|error: LedgerError| database::ledger_failure(&error))
    }

    fn connect(&self, place: &Place) -> Result<Box<dyn Connection>> {
        place.scratch.connect().map_err(|error| self.no_scratch(&error))
    }

    fn no_scratch(&self, error: &ScratchError) -> Failure {
        scratch::failure(self.alias, error)
    }
}

/// Where one trial happens.
struct Place {
    scratch: Scratch,
    calls: PathBuf,
    _files: tempfile::TempDir,
}

/// What stands before the server, if there is one.
fn proxy_of(place: &Place, point: Option<Point>) -> Result<Option<Proxy>> {
    let target = place.scratch.target();
    if matches!(target.place, glim_engine::target::Place::Sqlite { .. }) {
        return Ok(None);
    }
    let cut = point.and_then(|Point { way, at }| match way {
        Way::DropRequest => Some((Cut::Request, at)),
        Way::DropAnswer => Some((Cut::Answer, at)),
        Way::HalfClose => Some((Cut::HalfClose, at)),
        Way::KillCommand | Way::KillRunner => None,
    });
    let proxy = Proxy::start(target, cut).map_err(|error| {
        Failure::usage(Diagnostic::error("cannot open a port between the command and the server").caused_by(&error))
    })?;
    Ok(Some(proxy))
}

/// What to say of a run that nothing has disturbed, and that failed.
fn undone(ended: &Ended) -> Failure {
    let error = Diagnostic::error("a run that nothing has disturbed failed").note(ended.message());
    Failure::no(error.help("`cargo glim check --only roundtrip` shows what is wrong"))
}
