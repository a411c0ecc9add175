//! `lint`: which migrations are judged, or which rule is explained.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::check::CheckFormat;
use super::shared::{self, Limit};
use crate::commands::options::{self, Command};
use crate::report;

/// Judge migrations: what they would do to live tables
///
/// Judges the migrations that are pending, or with `--since` those that are new or changed, statement by statement: those
/// of Rust migrations as they send them to a scratch database. On a scratch database, the locks, rewrites and copies that
/// each statement causes are measured. `docs/lint.md` lists the rules.
#[derive(Args)]
pub(super) struct Lint {
    /// Judge what is new or has changed since this revision of git
    #[arg(long, value_name = "REV", value_parser = NonEmptyStringValueParser::new())]
    since: Option<String>,

    /// Say what a rule is about, and do nothing else
    #[arg(long, value_name = "RULE", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "since")]
    explain: Option<String>,

    #[command(flatten)]
    limit: Limit,

    /// What stdout carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = shared::OUTPUT)]
    format: CheckFormat,
}

impl Lint {
    pub(super) fn into_plain(self) -> (Command, report::Format) {
        let Self { since, explain, limit: Limit { timeout }, format } = self;
        (Command::Lint(options::Lint { since, explain, timeout }), format.into_plain())
    }
}
