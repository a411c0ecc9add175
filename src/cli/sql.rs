//! `sql`: which migration, and which way.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::shared::Limit;
use super::values::FormatArg;
use crate::commands::options::{self, Command};
use crate::report::Format;

/// Show what a migration sends to the database
///
/// An SQL migration is shown as it stands in its file. A Rust migration runs, after all that come before it, on a scratch
/// database that is dropped again, and the statements that it sends are shown.
#[derive(Args)]
pub(super) struct Sql {
    /// The migration
    #[arg(value_name = "MIGRATION", value_parser = NonEmptyStringValueParser::new())]
    name: String,

    /// Show what undoes it
    #[arg(long)]
    rollback: bool,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    format: FormatArg,
}

impl Sql {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, rollback, limit: Limit { timeout }, format } = self;
        (Command::Sql(options::Sql { name, rollback, timeout }), format.into_plain())
    }
}
