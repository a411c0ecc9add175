//! The engine's progress, said: the original's lines on stdout, or events for programs; the rest on stderr.

use std::path::Path;
use std::time::{Duration, Instant};

use glim::Direction;
use glim_engine::activity::Activity;
use glim_engine::catalog::Entry;
use glim_engine::lock::Holder;
use glim_engine::progress::{Filled, Progress, Retry};
use glim_engine::script::ScriptProblem;
use serde::Serialize;

use super::explain;
use super::onlooker::{Onlooker, Sight};
use crate::report::Shell;

/// The version of the events' format.
const VERSION: u32 = 1;

/// How often people, and programs, are told how far a backfill is, besides its beginning and its end.
const SHOWN_EVERY: Duration = Duration::from_millis(100);
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// Says what the engine tells. That a migration is done is said together with what comes next, which follows at once.
pub(super) struct Reported<'s> {
    shell: &'s mut Shell,
    root: &'s Path,
    /// What is still to be said.
    unsaid: Option<&'static str>,
    /// The migration under way.
    migration: String,
    /// When people were shown how far a backfill is, on a line that has to be cleared.
    shown: Option<Instant>,
    /// When programs were told.
    told: Option<Instant>,
    /// Who looks at statements that take long, where somebody wants to know.
    onlooker: Option<Onlooker>,
}

/// One line of `--format json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'e> {
    Started {
        version: u32,
        migration: &'e str,
        direction: &'static str,
    },
    Backfilled {
        version: u32,
        migration: &'e str,
        table: &'e str,
        rows: u64,
        of: Option<u64>,
        done: bool,
    },
    Working {
        version: u32,
        migration: &'e str,
        command: Option<&'e str>,
        phase: &'e str,
        percent: Option<u8>,
    },
    Blocked {
        version: u32,
        migration: &'e str,
        lock: &'e str,
        holder: Option<String>,
    },
    Finished {
        version: u32,
        migration: &'e str,
        direction: &'static str,
        duration_ms: u128,
    },
    Retrying {
        version: u32,
        migration: &'e str,
        direction: &'static str,
        attempt: usize,
        pause_ms: u128,
        reason: &'e str,
        #[serde(skip_serializing_if = "Option::is_none")]
        table: Option<&'e str>,
    },
    Failed {
        version: u32,
        migration: &'e str,
        direction: &'static str,
        message: &'e str,
    },
    AlreadyMigrated {
        version: u32,
        migration: &'e str,
    },
}

impl<'s> Reported<'s> {
    /// Files are shown as they are called in the workspace at that root.
    pub(super) fn new(shell: &'s mut Shell, root: &'s Path) -> Self {
        Self { shell, root, unsaid: None, migration: String::new(), shown: None, told: None, onlooker: None }
    }

    /// Has somebody look at statements that take long, where how far they are is shown.
    pub(super) fn seen_from(mut self, sight: Option<Sight>) -> Self {
        let sight = sight.filter(|_| self.shell.shows_progress());
        self.onlooker = sight.map(|sight| Onlooker::start(sight, self.shell.output()));
        self
    }

    fn clear_line(&mut self) {
        let is_looked_at = self.onlooker.as_ref().is_some_and(Onlooker::hush);
        if self.shown.take().is_some() || is_looked_at {
            self.shell.progress("", "");
        }
    }

    fn say_the_rest(&mut self) {
        self.clear_line();
        if let Some(line) = self.unsaid.take() {
            self.shell.result(line);
        }
    }
}

impl Drop for Reported<'_> {
    fn drop(&mut self) {
        if let Some(onlooker) = &self.onlooker {
            onlooker.finished();
        }
        self.say_the_rest();
    }
}

/// Tells programs that a migration failed; people are told by the diagnostic.
pub(super) fn failed(migration: &str, direction: Direction, message: &str, shell: &mut Shell) {
    shell.event(&Event::Failed { version: VERSION, migration, direction: direction.name(), message });
}

/// Says what a statement that takes long is doing.
pub(super) fn busy(migration: &str, activity: &Activity, shell: &mut Shell) {
    let version = VERSION;
    shell.event(&match activity {
        Activity::Working { command, phase, percent } => {
            Event::Working { version, migration, command: command.as_deref(), phase, percent: *percent }
        }
        Activity::Waiting { lock, holder } => {
            Event::Blocked { version, migration, lock, holder: holder.as_ref().map(ToString::to_string) }
        }
    });
    let text = activity.to_string();
    if shell.terminal_width().is_none() {
        return shell.detail(&format!("{migration}: {text}"));
    }
    match text.strip_prefix("waiting ") {
        Some(for_what) => shell.progress("Waiting", for_what),
        None => shell.progress("Running", &text),
    }
}

/// Says that a migration was applied before.
pub(super) fn already_migrated(migration: &str, shell: &mut Shell) {
    shell.event(&Event::AlreadyMigrated { version: VERSION, migration });
    shell.result(&format!("Migration {migration} already migrated"));
}

impl Progress for Reported<'_> {
    fn waiting(&mut self, holder: &Holder) {
        self.say_the_rest();
        self.shell.status("Waiting", &format!("for the lock, held by {holder}"));
    }

    fn sending(&mut self, first: &Entry) {
        if let Some(onlooker) = &self.onlooker {
            onlooker.started(&first.name);
        }
    }

    fn started(&mut self, entry: &Entry, direction: Direction) {
        self.clear_line();
        let name = &entry.name;
        self.migration.clone_from(name);
        if let Some(onlooker) = &self.onlooker {
            onlooker.started(name);
        }
        self.shell.event(&Event::Started { version: VERSION, migration: name, direction: direction.name() });
        let line = match direction {
            Direction::Run => format!("Migrating {name}.."),
            Direction::Rollback => format!("Rolling back {name}"),
        };
        self.shell.results(self.unsaid.take().into_iter().chain([&*line]));
    }

    fn filled(&mut self, filled: &Filled<'_>) {
        let Filled { table, rows, of, is_done } = *filled;
        if filled.is_done || is_due(self.told, TOLD_EVERY) {
            self.told = if is_done { None } else { Some(Instant::now()) };
            let (version, migration) = (VERSION, self.migration.as_str());
            self.shell.event(&Event::Backfilled { version, migration, table, rows, of, done: is_done });
        }
        if is_done {
            self.say_the_rest();
            self.shell.detail(&format!("{}: {rows} rows of {table} filled", self.migration));
        } else if is_due(self.shown, SHOWN_EVERY) {
            self.shown = Some(Instant::now());
            self.shell.progress("Filling", &how_far(table, rows, of));
        }
    }

    fn finished(&mut self, entry: &Entry, direction: Direction, took: Duration) {
        let (migration, duration_ms) = (entry.name.as_str(), took.as_millis());
        if let Some(onlooker) = &self.onlooker {
            onlooker.finished();
        }
        self.clear_line();
        self.shell.event(&Event::Finished { version: VERSION, migration, direction: direction.name(), duration_ms });
        self.unsaid = Some("Done.");
        if self.shell.is_verbose() {
            self.say_the_rest();
            self.shell.detail(&format!("{migration} took {}", milliseconds(took)));
        }
    }

    fn retrying(&mut self, entry: &Entry, direction: Direction, retry: &Retry<'_>) {
        let (migration, &Retry { attempt, of, pause, reason, table }) = (entry.name.as_str(), retry);
        self.clear_line();
        let (direction, pause_ms) = (direction.name(), pause.as_millis());
        self.shell.event(&Event::Retrying { version: VERSION, migration, direction, attempt, pause_ms, reason, table });
        let seconds = pause.as_secs_f64();
        let again = format!("attempt {attempt} of {of} in {seconds:.1} s");
        let what = match table {
            Some(table) => format!("a batch of `{migration}`, which fills `{table}`,"),
            None => format!("`{migration}`"),
        };
        self.shell.note(&format!("{what} could not have a lock of the database, and was undone; {again}: {reason}"));
    }

    fn in_vain(&mut self, problem: &ScriptProblem) {
        self.say_the_rest();
        self.shell.diagnostic(&explain::script_problem(problem, self.root));
    }

    fn warning(&mut self, message: &str) {
        self.say_the_rest();
        self.shell.note(message);
    }
}

fn is_due(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= every)
}

/// Such as `users: 12000 of about 50000 rows, 24 %`. An estimate that has turned out too low is left out.
fn how_far(table: &str, rows: u64, of: Option<u64>) -> String {
    match of.filter(|of| *of >= rows && *of > 0) {
        Some(of) => {
            let percent = u128::from(rows) * 100 / u128::from(of);
            format!("{table}: {rows} of about {of} rows, {percent} %")
        }
        None => format!("{table}: {rows} rows"),
    }
}

fn milliseconds(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::how_far;

    #[test]
    fn an_estimate_shows_as_one_while_it_can_be_right() {
        assert_eq!(how_far("users", 12_000, Some(50_000)), "users: 12000 of about 50000 rows, 24 %");
        assert!(how_far("users", u64::MAX, Some(u64::MAX)).ends_with(" rows, 100 %"));
        for unknown in [None, Some(0), Some(5)] {
            assert_eq!(how_far("users", 6, unknown), "users: 6 rows");
        }
    }
}
