//! `init`, `sync`, `status`, `log`, `models`: the commands about the project as a whole.

use std::num::NonZeroU32;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::shared::Lock;
use super::values::FormatArg;
use crate::commands::options::{self, Command};
use crate::report::Format;

/// Set up a project: configuration, a module for migrations, the ledger
///
/// Writes what is missing and leaves the rest alone, so that it is safe to repeat.
#[derive(Args)]
pub(super) struct Init {
    #[command(flatten)]
    lock: Lock,
}

/// Create the tables of models that do not exist yet
///
/// Never alters or drops a table: one that exists is reported as up to date, or with its differences.
#[derive(Args)]
pub(super) struct Sync {
    /// Create the table of this model alone, after those that it references
    #[arg(long, value_name = "MODEL", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,

    #[command(flatten)]
    lock: Lock,

    #[command(flatten)]
    format: FormatArg,
}

/// Show which migrations are applied, pending, changed or gone
#[derive(Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) format: FormatArg,
}

/// Show what was done to the migrations of the database, newest first
///
/// Each action leaves a line, in the database itself: applied, rolled back, failed, adopted, repaired.
#[derive(Args)]
pub(super) struct Log {
    /// Only what was done to this migration
    #[arg(long, value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,

    /// Only the last so many
    #[arg(short = 'n', long, value_name = "NUMBER")]
    number: Option<NonZeroU32>,

    #[command(flatten)]
    format: FormatArg,
}

/// List the models, with their tables and columns
#[derive(Args)]
pub(super) struct Models {
    #[command(flatten)]
    pub(super) format: FormatArg,
}

impl Log {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, number, format } = self;
        (Command::Log(options::Log { name, number }), format.into_plain())
    }
}

impl Init {
    pub(super) fn into_plain(self) -> options::Init {
        let Self { lock: Lock { lock_timeout } } = self;
        options::Init { lock_timeout }
    }
}

impl Sync {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, lock: Lock { lock_timeout }, format } = self;
        (Command::Sync(options::Sync { name, lock_timeout }), format.into_plain())
    }
}
