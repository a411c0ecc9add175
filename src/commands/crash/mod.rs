//! `test --crash`: runs that are stopped at each call to the database, in each way, and finished by a second run.
//!
//! The runs are this command, started by itself on scratch databases. Two that nothing disturbs come first: what they
//! differ in cannot be expected of the others.

mod child;
mod points;
mod stand_in;
mod trial;
mod verdict;

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use glim_engine::catalog::Catalog;
use glim_engine::plan::{Direction, Step};
use glim_engine::scratch::{State, Unstable};

pub(super) use self::stand_in::StandIn;

use self::child::Starter;
use self::points::{Counts, Point, points};
use self::stand_in::Part;
use self::trial::{Outcome, Trials, Undisturbed};
use self::verdict::Verdict;
use super::context::Context;
use super::options::{Extent, Rollback, Run, Select, Test, Testing, Way};
use super::project::Project;
use super::rehearsal::{Rehearsal, Tables};
use super::sync::Models;
use super::{rollback, run, scratch};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};
use crate::runner::Watch;

/// How long a run may take, unless undisturbed ones take long themselves.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) fn run(options: &Test, context: &mut Context<'_>) -> Result<Exit> {
    match &options.testing {
        Testing::StandIn(run) => stand_in(StandIn::read(run)?, options, context),
        Testing::Crash { rollback, at, ways, sample, jobs } => {
            let wanted = Wanted { rollback: *rollback, at: *at, ways, sample: *sample, jobs: *jobs };
            crash(&wanted, options.timeout, context)
        }
    }
}

/// Is one of the runs.
fn stand_in(stand_in: StandIn, options: &Test, context: &mut Context<'_>) -> Result<Exit> {
    let part = stand_in.part.clone();
    let mut context = Context { stand_in: Some(stand_in), ..Context::new(context.shell, context.cargo, context.db) };
    let timeout = options.timeout;
    match part {
        Part::Run => {
            let select = Select::Pending;
            let (dry_run, sql, sync, strict, lock_timeout) = (false, None, false, false, None);
            run::run(&Run { select, dry_run, sql, sync, strict, yes: true, timeout, lock_timeout }, &mut context)
        }
        Part::Rollback { to } => {
            let extent = to.map_or(Extent::All, Extent::To);
            let options = Rollback { extent, dry_run: false, yes: true, timeout, lock_timeout: None };
            rollback::run(&options, &mut context)
        }
    }
}

/// What the user wants to have tried.
struct Wanted<'w> {
    rollback: bool,
    at: Option<u64>,
    ways: &'w [Way],
    sample: Option<usize>,
    jobs: Option<usize>,
}

fn crash(wanted: &Wanted<'_>, timeout: Option<Duration>, context: &mut Context<'_>) -> Result<Exit> {
    let starter = Starter::new(!context.cargo.no_build)?;
    let (mut project, catalog) = Project::open(context, timeout)?;
    let began = Instant::now();
    if catalog.entries().is_empty() {
        return Ok(Exit::Done);
    }
    let models = Models::of_project(&mut project, catalog.entries(), context)?;
    let mut tables = Tables::new(models.own().iter().map(|model| &model.table).collect());
    // Finds the tables that migrations take for granted, and says what is wrong with migrations that fail by themselves.
    let steps: Vec<_> =
        catalog.entries().iter().map(|entry| Step { direction: Direction::Run, entry, row: None }).collect();
    Rehearsal::after(&steps, &mut tables, &mut project, context.shell)?.0.end(context.shell);
    let has_runner = project.registered().is_some();
    let part = if wanted.rollback { rollback_of(&catalog)? } else { Part::Run };

    let alias = &project.settings.alias;
    let folder = scratch::folder(&project.workspace);
    let request = scratch::request(alias, &folder)?;
    let mut trials = Trials { starter, alias: &alias.name, request, tables: &tables, part, limit: PATIENCE };
    let first = trials.undisturbed()?;
    let unstable = calibrate(&trials, &first)?;
    trials.limit = PATIENCE.max(began.elapsed() * 10);

    let counts = Counts { calls: first.calls.len() as u64, exchanges: first.exchanges, has_runner };
    let all = points(counts, wanted.ways, None, None);
    let chosen = points(counts, wanted.ways, wanted.at, wanted.sample);
    if chosen.is_empty() {
        return Err(no_point(counts, wanted));
    }
    let part = if wanted.rollback { "rollback" } else { "run" };
    let of = if wanted.at.is_some() { chosen.len() } else { all.len() };
    announce(part, &chosen, of, &unstable, context.shell);
    let jobs = wanted.jobs.or_else(|| thread::available_parallelism().ok().map(NonZeroUsize::get)).unwrap_or(1);
    let tried = try_all(&trials, &chosen, (&first.state, &unstable), jobs, &project.watch, context.shell)?;

    let verdict = Verdict {
        alias,
        part,
        points: of,
        tried,
        calls: &first.calls,
        uncompared: unstable.names(),
        repeat: repeat(),
        took: began.elapsed(),
    };
    for diagnostic in verdict.diagnostics() {
        context.shell.diagnostic(&diagnostic);
    }
    context.shell.document(&verdict.document());
    context.shell.result(&verdict.line());
    Ok(if verdict.is_good() { Exit::Done } else { Exit::No })
}

/// How far can be rolled back.
fn rollback_of(catalog: &Catalog) -> Result<Part> {
    let entries = catalog.entries();
    let is_irreversible = |at: &usize| entries[*at].irreversible || entries[*at].has_rollback == Some(false);
    let last = (0..entries.len()).rev().find(is_irreversible);
    if last == Some(entries.len() - 1) {
        let title = format!("`{}`, the last migration, cannot be rolled back", entries[entries.len() - 1].name);
        return Err(Failure::no(Diagnostic::error(title).note("so there is no rollback that could be stopped")));
    }
    Ok(Part::Rollback { to: last.map(|at| entries[at].name.clone()) })
}

/// Runs a second time, in another second by the clock, and finds what differs although nothing was disturbed.
fn calibrate(trials: &Trials<'_>, first: &Undisturbed) -> Result<Unstable> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Databases keep times to the second.
    thread::sleep(Duration::from_secs(1).saturating_sub(Duration::from_nanos(now.subsec_nanos().into())));
    let second = trials.undisturbed()?;
    let unstable = first.state.unstable(&second.state);
    let differences = first.state.differences(&second.state, &unstable);
    if differences.is_empty() && first.calls.len() == second.calls.len() {
        return Ok(unstable);
    }
    let mut error = Diagnostic::error("two runs that nothing has disturbed do not do the same");
    if differences.is_empty() {
        let (one, other) = (first.calls.len(), second.calls.len());
        error = error.note(format!("one makes {one} calls to the database, the other {other}"));
    }
    error = differences.into_iter().fold(error, Diagnostic::note);
    Err(Failure::no(
        error.help("what is compared must not depend on chance: no random numbers, no order of a hash map"),
    ))
}

fn announce(part: &str, chosen: &[Point], all: usize, unstable: &Unstable, shell: &mut Shell) {
    let names = unstable.names();
    if !names.is_empty() {
        shell.note(&format!("these differ from run to run, and are not compared: {}", names.join(", ")));
    }
    let count = match chosen.len() {
        some if some < all => format!("{some} of {all} points, evenly spread"),
        some => plural(some, "point"),
    };
    shell.status("Stopping", &format!("a {part} at {count}"));
}

/// Tries points side by side, and gives what became of each, in their order.
fn try_all(
    trials: &Trials<'_>,
    points: &[Point],
    (wanted, unstable): (&State, &Unstable),
    jobs: usize,
    watch: &Watch,
    shell: &mut Shell,
) -> Result<Vec<(Point, Outcome)>> {
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let first_failure = Mutex::new(None);
    let (sender, outcomes) = mpsc::channel();
    let mut tried = thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, points.len().max(1)) {
            let sender = sender.clone();
            let (next, is_over, first_failure) = (&next, &is_over, &first_failure);
            scope.spawn(move || {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if is_over.load(Ordering::Relaxed) || watch.is_interrupted() {
                        return;
                    }
                    match trials.try_at(*point, wanted, unstable) {
                        // The receiver waits for all of us.
                        Ok(outcome) => drop(sender.send((*point, outcome))),
                        Err(failure) => {
                            first_failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                            is_over.store(true, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
        drop(sender);
        let mut tried: Vec<(Point, Outcome)> = Vec::with_capacity(points.len());
        for (point, outcome) in outcomes {
            tried.push((point, outcome));
            let (done, of, way) = (tried.len(), points.len(), point.way.name());
            shell.progress("Trying", &format!("{done} of {of}: {way} at {}", point.at));
        }
        tried
    });
    shell.progress("Trying", "");
    if watch.is_interrupted() {
        return Err(Failure::new(Exit::Interrupted, Diagnostic::error("interrupted")));
    }
    if let Some(failure) = first_failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure);
    }
    tried.sort_by_key(|(point, _)| *point);
    Ok(tried)
}

fn no_point(counts: Counts, wanted: &Wanted<'_>) -> Failure {
    let ways = Way::ALL.into_iter().filter(|way| wanted.ways.is_empty() || wanted.ways.contains(way));
    let counts: Vec<String> = ways.map(|way| format!("{} has {}", way.name(), counts.of(way))).collect();
    let error = Diagnostic::error("there is no such point").note(format!("of points, {}", counts.join(", ")));
    Failure::usage(error)
}

/// The command line, without what chooses points.
fn repeat() -> String {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "glim");
    let mut words = vec!["cargo glim".to_owned()];
    while let Some(argument) = arguments.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if ["--at", "--way", "--sample", "--format", "--jobs", "-j"].contains(&name) {
            if name == argument {
                arguments.next();
            }
            continue;
        }
        let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,".contains(c);
        words.push(if argument.chars().all(is_plain) {
            argument
        } else {
            format!("'{}'", argument.replace('\'', "'\\''"))
        });
    }
    words.join(" ")
}
