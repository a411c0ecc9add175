//! What all trials came to, for people and for programs.

use std::time::Duration;

use serde::Serialize;

use super::points::Point;
use super::trial::Outcome;
use crate::report::diagnostic::Diagnostic;
use crate::report::plural;
use crate::settings::Alias;

/// How many differences are shown of one point.
const SHOWN: usize = 5;

/// All that was tried.
pub(super) struct Verdict<'v> {
    pub(super) alias: &'v Alias,
    /// Such as `run`.
    pub(super) part: &'static str,
    /// How many points there are, of which some may not have been tried.
    pub(super) points: usize,
    pub(super) tried: Vec<(Point, Outcome)>,
    /// What each call sends, as far as it is known.
    pub(super) calls: &'v [String],
    /// The columns that differ from run to run.
    pub(super) uncompared: Vec<String>,
    /// What repeats one point, up to the point.
    pub(super) repeat: String,
    pub(super) took: Duration,
}

/// The document.
#[derive(Serialize)]
pub(super) struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    alias: &'d str,
    database: String,
    part: &'static str,
    points: usize,
    tried: usize,
    converged: usize,
    not_reached: usize,
    /// Columns that differ between two undisturbed runs, as `table.column`.
    uncompared: &'d [String],
    duration_ms: u128,
    failures: Vec<Failed<'d>>,
}

#[derive(Serialize)]
struct Failed<'d> {
    way: &'static str,
    at: u64,
    call: Option<&'d str>,
    /// `refused` or `differs`.
    outcome: &'static str,
    message: Option<&'d str>,
    differences: &'d [String],
    /// The command that repeats it.
    repeat: String,
}

impl Verdict<'_> {
    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.tried.iter().filter(|(_, outcome)| is(outcome)).count()
    }

    fn not_reached(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::NotReached)
    }

    fn converged(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Converged)
    }

    fn failures(&self) -> impl Iterator<Item = &(Point, Outcome)> {
        self.tried.iter().filter(|(_, it)| matches!(it, Outcome::Refused { .. } | Outcome::Differs { .. }))
    }

    /// Whether each run that was stopped was finished by the next.
    pub(super) fn is_good(&self) -> bool {
        self.failures().next().is_none()
    }

    fn repeat(&self, point: Point) -> String {
        format!("{} --at {} --way {}", self.repeat, point.at, point.way.name())
    }

    /// What was sent there; of exchanges it is not known.
    fn call(&self, point: Point) -> Option<&str> {
        let at = usize::try_from(point.at).ok()?.checked_sub(1)?;
        self.calls.get(at).map(String::as_str).filter(|_| !point.way.is_cut())
    }

    /// One message for each point that did not end well.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let diagnostic = |&(point, ref outcome): &(Point, Outcome)| {
            let what = if point.way.is_cut() { "exchange" } else { "call" };
            let title =
                format!("stopped by {} at {what} {}, it is not finished by a second run", point.way.name(), point.at);
            let mut error = Diagnostic::error(title);
            if let Some(call) = self.call(point) {
                error = error.note(format!("that call sends: {call}"));
            }
            let lines: Vec<String> = match outcome {
                Outcome::Refused { message } => vec![format!("the second run: {message}")],
                Outcome::Differs { differences } => differences.clone(),
                Outcome::Converged | Outcome::NotReached => Vec::new(),
            };
            let more = lines.len().saturating_sub(SHOWN);
            error = lines.into_iter().take(SHOWN).fold(error, Diagnostic::note);
            if more > 0 {
                error = error.note(format!("and {more} more"));
            }
            error.help(format!("`{}` repeats it", self.repeat(point)))
        };
        self.failures().map(diagnostic).collect()
    }

    /// The one line in the end.
    pub(super) fn line(&self) -> String {
        let tried = self.tried.len();
        let of =
            if tried < self.points { format!("{tried} of {} points", self.points) } else { plural(tried, "point") };
        let not_reached = match self.not_reached() {
            0 => String::new(),
            some => format!(", {some} not reached"),
        };
        let (converged, seconds) = (self.converged(), self.took.as_secs_f64());
        format!("{}: {of} tried, {converged} converged{not_reached}, in {seconds:.1} s", self.part)
    }

    pub(super) fn document(&self) -> Document<'_> {
        Document {
            version: 1,
            alias: &self.alias.name,
            database: self.alias.address(),
            part: self.part,
            points: self.points,
            tried: self.tried.len(),
            converged: self.converged(),
            not_reached: self.not_reached(),
            uncompared: &self.uncompared,
            duration_ms: self.took.as_millis(),
            failures: self.failures().map(|(point, outcome)| self.failed(*point, outcome)).collect(),
        }
    }

    fn failed<'d>(&'d self, point: Point, outcome: &'d Outcome) -> Failed<'d> {
        let (outcome, message, differences): (_, _, &[String]) = match outcome {
            Outcome::Refused { message } => ("refused", Some(message.as_str()), &[]),
            Outcome::Differs { differences } => ("differs", None, differences),
            Outcome::Converged | Outcome::NotReached => ("converged", None, &[]),
        };
        let (way, at, call) = (point.way.name(), point.at, self.call(point));
        Failed { way, at, call, outcome, message, differences, repeat: self.repeat(point) }
    }
}
