//! `repair`: which migration, and what to do about it.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::shared::{Limit, Lock};
use super::values::FormatArg;
use crate::commands::options::{self, Command, Mending};
use crate::report::Format;

/// Show how far an interrupted migration came, and settle it
///
/// Without a flag, nothing is changed: the statements are listed, those that were run and those that were not. What is done
/// is noted in the log, with who did it, when, and why.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags")]
pub(super) struct Repair {
    /// The migration
    #[arg(value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new())]
    name: String,

    /// Go on where it stopped, as `run` does, or `rollback` for a rollback
    #[arg(long, group = "way")]
    resume: bool,

    /// You have done by hand what was missing: record it as applied
    #[arg(long, group = "way")]
    mark_applied: bool,

    /// You have undone by hand what was done: record it as not applied
    #[arg(long, group = "way")]
    mark_rolled_back: bool,

    /// Undo it by its own rollback, from the beginning
    #[arg(long, group = "way")]
    rollback: bool,

    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new(), requires = "way")]
    reason: Option<String>,

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

impl Repair {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, resume, mark_applied, mark_rolled_back, rollback, reason, yes, limit, lock, format } = self;
        let (Limit { timeout }, Lock { lock_timeout }) = (limit, lock);
        let way = match (resume, mark_applied, mark_rolled_back, rollback) {
            (true, ..) => Mending::Resume,
            (_, true, ..) => Mending::MarkApplied,
            (_, _, true, _) => Mending::MarkRolledBack,
            (.., true) => Mending::Rollback,
            _ => Mending::Show,
        };
        let repair = options::Repair { name, way, reason, yes, timeout, lock_timeout };
        (Command::Repair(repair), format.into_plain())
    }
}
