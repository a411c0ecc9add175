//! What each command was asked to do, as plain data: the last thing the command line makes, the first a command sees.

mod testing;

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use glim_engine::adopt::Request;

pub(crate) use self::testing::{Test, Testing, Way};

use crate::report::Output;
use crate::workspace::CargoOptions;

/// Everything that the user said.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    /// What to do.
    pub(crate) command: Command,
    /// `--db`.
    pub(crate) db: Option<String>,
    /// Packages, features and the build.
    pub(crate) cargo: CargoOptions,
    /// How to say it.
    pub(crate) output: Output,
}

/// A command with its own options.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    Init(Init),
    Sync(Sync),
    Run(Run),
    Rollback(Rollback),
    Redo(Redo),
    Status,
    Models,
    Log(Log),
    Repair(Repair),
    Diff(Diff),
    Make(Make),
    Adopt(Adopt),
    Sql(Sql),
    Check(Check),
    Test(Test),
    Lint(Lint),
    Completions(Completions),
    Man(Man),
}

/// `init`.
#[derive(Clone, Debug)]
pub(crate) struct Init {
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// `sync`.
#[derive(Clone, Debug)]
pub(crate) struct Sync {
    /// The one model to create, with those it references; `None` is all.
    pub(crate) name: Option<String>,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// `run`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags")]
pub(crate) struct Run {
    /// Which migrations.
    pub(crate) select: Select,
    /// Show the plan and stop.
    pub(crate) dry_run: bool,
    /// Show what the plan would send.
    pub(crate) sql: Option<Rehearsed>,
    /// Create missing tables first.
    pub(crate) sync: bool,
    /// Refuse migrations that come before one that is applied.
    pub(crate) strict: bool,
    /// Do not ask.
    pub(crate) yes: bool,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// Where migrations run to see what they send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rehearsed {
    /// On a scratch database.
    OnScratch,
    /// On the alias, in a transaction that is rolled back.
    OnTarget,
}

/// Which migrations to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Select {
    /// All that are pending.
    Pending,
    /// This one, and first what it names in `after`.
    Name(String),
    /// All that are pending up to this one, which is included.
    To(String),
}

/// `rollback`.
#[derive(Clone, Debug)]
pub(crate) struct Rollback {
    /// Which migrations.
    pub(crate) extent: Extent,
    /// Show the plan and stop.
    pub(crate) dry_run: bool,
    /// Do not ask.
    pub(crate) yes: bool,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// Which migrations to undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing was said: all, but a person is asked first.
    Unsaid,
    /// This one.
    Name(String),
    /// So many, newest first.
    Steps(NonZeroUsize),
    /// Those applied after this one, which is kept.
    To(String),
    /// All.
    All,
}

/// `redo`.
#[derive(Clone, Debug)]
pub(crate) struct Redo {
    /// Do not ask.
    pub(crate) yes: bool,
    /// How long one direction of the migration may take.
    pub(crate) timeout: Option<Duration>,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// `log`.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// Only of this migration.
    pub(crate) name: Option<String>,
    /// Only so many.
    pub(crate) number: Option<NonZeroU32>,
}

/// `repair`.
#[derive(Clone, Debug)]
pub(crate) struct Repair {
    /// The migration.
    pub(crate) name: String,
    /// What to do about it.
    pub(crate) way: Mending,
    /// Why, for the log.
    pub(crate) reason: Option<String>,
    /// Do not ask.
    pub(crate) yes: bool,
    /// How long the migration may take.
    pub(crate) timeout: Option<Duration>,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// What to do about a migration that was begun and not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mending {
    /// Show how far it came.
    Show,
    /// Go on where it stopped.
    Resume,
    /// Say that it is applied.
    MarkApplied,
    /// Say that nothing of it is there.
    MarkRolledBack,
    /// Undo it by its own rollback.
    Rollback,
}

/// `make`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Make {
    /// The migration's name.
    pub(crate) name: Option<String>,
    /// What to write.
    pub(crate) making: Making,
    /// Write SQL.
    pub(crate) sql: bool,
    /// Show what would be written, and stop.
    pub(crate) dry_run: bool,
    /// Say whether something would be written, and stop.
    pub(crate) check: bool,
    /// Write what loses data.
    pub(crate) allow_loss: bool,
    /// Tables and columns (`table.column`) that go, and were not renamed.
    pub(crate) drop: Vec<String>,
    /// Columns (`table.column`), and what rows that are there get for them.
    pub(crate) defaults: Vec<(String, String)>,
}

/// What a new migration is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Making {
    /// What is different between the models and the recorded schema.
    Schema,
    /// Nothing yet.
    Empty,
    /// Rows of these tables, or of the only one.
    Data(Vec<String>),
}

/// `adopt`.
#[derive(Clone, Debug)]
pub(crate) struct Adopt {
    /// Whose history, or up to where without one.
    pub(crate) request: Request,
    /// What is done with it.
    pub(crate) taking: Taking,
    /// How long to wait for the lock; `None` is the engine's default.
    pub(crate) lock_timeout: Option<Duration>,
}

/// What is done with a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taking {
    /// It is recorded.
    Record,
    /// It is shown what would be recorded.
    DryRun,
    /// It is compared, all of it.
    Verify,
}

/// `diff`.
#[derive(Clone, Debug)]
pub(crate) struct Diff {
    /// Where to come from.
    pub(crate) from: Side,
    /// Where to come to.
    pub(crate) to: Side,
    /// Show the statements that do.
    pub(crate) sql: bool,
}

/// A schema that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// That of the models.
    Models,
    /// The recorded one.
    Lock,
    /// That of the database of this alias; `None` is the one in use.
    Database(Option<String>),
    /// That of the models at this revision.
    Revision(String),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Models => f.write_str("models"),
            Self::Lock => f.write_str("lock"),
            Self::Database(None) => f.write_str("db"),
            Self::Database(Some(alias)) => write!(f, "db:{alias}"),
            Self::Revision(revision) => write!(f, "git:{revision}"),
        }
    }
}

/// `sql`.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    /// The migration.
    pub(crate) name: String,
    /// Show what undoes it.
    pub(crate) rollback: bool,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
}

/// `check`.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The last release; `None` is the newest tag.
    pub(crate) since: Option<String>,
    /// The only stages to run; all where none is named.
    pub(crate) only: Vec<Stage>,
    /// The stages to leave out.
    pub(crate) skip: Vec<Stage>,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
}

impl Check {
    /// Whether a stage is to run.
    pub(crate) fn includes(&self, stage: Stage) -> bool {
        !self.skip.contains(&stage) && (self.only.is_empty() || self.only.contains(&stage))
    }
}

/// `lint`.
#[derive(Clone, Debug)]
pub(crate) struct Lint {
    /// The revision since which migrations are new or changed; `None` is those that are pending.
    pub(crate) since: Option<String>,
    /// The rule to explain.
    pub(crate) explain: Option<String>,
    /// How long one migration may take.
    pub(crate) timeout: Option<Duration>,
}

/// A stage of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The migrations as they are written and registered.
    Registry,
    /// What pending migrations would do to live tables.
    Lint,
    /// The models in the sources, and those that are registered.
    Models,
    /// Everything applied to an empty database.
    ScratchApply,
    /// Each migration rolled back and applied again.
    Roundtrip,
    /// A database of the last release, upgraded.
    Upgrade,
    /// The alias itself.
    Target,
}

impl Stage {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 7] =
        [Self::Registry, Self::Lint, Self::Models, Self::ScratchApply, Self::Roundtrip, Self::Upgrade, Self::Target];

    /// Its name, which stays.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Lint => "lint",
            Self::Models => "models",
            Self::ScratchApply => "scratch-apply",
            Self::Roundtrip => "roundtrip",
            Self::Upgrade => "upgrade",
            Self::Target => "target",
        }
    }
}

/// `completions`.
#[derive(Clone, Debug)]
pub(crate) struct Completions {
    /// The script for the shell that was named.
    pub(crate) script: Vec<u8>,
}

/// `man`.
#[derive(Clone, Debug)]
pub(crate) struct Man {
    /// The pages, the main one first.
    pub(crate) pages: Vec<Page>,
    /// Where to write them all; `None` shows the main one.
    pub(crate) out_dir: Option<PathBuf>,
}

/// A page of the manual.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Such as `cargo-glim-run.1`.
    pub(crate) file: String,
    /// In roff.
    pub(crate) text: Vec<u8>,
}
