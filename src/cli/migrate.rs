//! `run`, `rollback`, `redo`: the commands that apply migrations and undo them.

use std::num::NonZeroUsize;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::shared::{Limit, Lock};
use super::values::FormatArg;
use crate::commands::options::{self, Command, Extent, Rehearsed, Select};
use crate::report::Format;

/// Apply the migrations that are pending
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags")]
pub(super) struct Run {
    /// Apply this migration alone, after those that it names in `after`
    #[arg(long, value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "to")]
    name: Option<String>,

    /// Apply those up to this migration, and this one
    #[arg(long, value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new())]
    to: Option<String>,

    /// Show what would be applied, in order, and run nothing
    #[arg(long)]
    dry_run: bool,

    /// Show what the migrations send, too: they run on a scratch database
    #[arg(long, requires = "dry_run")]
    sql: bool,

    /// Let them run on the database itself, in a transaction that is rolled back
    #[arg(long, requires = "sql", conflicts_with = "sync")]
    on_target: bool,

    /// Create the missing tables of models first
    #[arg(long)]
    sync: bool,

    /// Refuse migrations that come before one that is applied already
    #[arg(long)]
    strict: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    lock: Lock,

    #[command(flatten)]
    format: FormatArg,
}

/// Undo migrations, the one applied last first
///
/// Without --name, --to, --steps or --all, everything is undone; on a terminal, you are asked first.
#[derive(Args)]
pub(super) struct Rollback {
    /// Undo this migration alone
    #[arg(long, value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new(), group = "extent")]
    name: Option<String>,

    /// Undo so many
    #[arg(long, value_name = "NUMBER", group = "extent")]
    steps: Option<NonZeroUsize>,

    /// Undo those applied after this migration, and keep this one
    #[arg(long, value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new(), group = "extent")]
    to: Option<String>,

    /// Undo all
    #[arg(long, group = "extent")]
    all: bool,

    /// Show what would be undone, in order, and run nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    lock: Lock,

    #[command(flatten)]
    format: FormatArg,
}

/// Undo the migration applied last, and apply it again
#[derive(Args)]
pub(super) struct Redo {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    lock: Lock,

    #[command(flatten)]
    format: FormatArg,
}

impl Run {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, to, dry_run, sql, on_target, sync, strict, yes, limit, lock, format } = self;
        let (Limit { timeout }, Lock { lock_timeout }) = (limit, lock);
        let select = name.map(Select::Name).or(to.map(Select::To)).unwrap_or(Select::Pending);
        let sql = sql.then_some(if on_target { Rehearsed::OnTarget } else { Rehearsed::OnScratch });
        let run = options::Run { select, dry_run, sql, sync, strict, yes, timeout, lock_timeout };
        (Command::Run(run), format.into_plain())
    }
}

impl Rollback {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, steps, to, all, dry_run, yes, limit, lock, format } = self;
        let (Limit { timeout }, Lock { lock_timeout }) = (limit, lock);
        let extent = name
            .map(Extent::Name)
            .or(steps.map(Extent::Steps))
            .or(to.map(Extent::To))
            .or(all.then_some(Extent::All))
            .unwrap_or(Extent::Unsaid);
        (Command::Rollback(options::Rollback { extent, dry_run, yes, timeout, lock_timeout }), format.into_plain())
    }
}

impl Redo {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { yes, limit: Limit { timeout }, lock: Lock { lock_timeout }, format } = self;
        (Command::Redo(options::Redo { yes, timeout, lock_timeout }), format.into_plain())
    }
}
