//! `check`: which stages, and in what format they are reported.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::shared::{self, Limit};
use crate::commands::options::{self, Command, Stage};
use crate::report;

/// Look whether this may be released: one verdict
///
/// Runs these stages: `registry` (the migrations as they are written and registered), `lint` (what pending
/// migrations would do to live tables), `models` (the models in the sources
/// and those registered), `scratch-apply` (everything applied to an empty scratch database is what the models describe),
/// `roundtrip` (each migration rolled back and applied again makes the same schema), `upgrade` (a database of the last
/// release, with rows, is upgraded) and `target` (the database itself, which is only read).
#[derive(Args)]
pub(super) struct Check {
    /// The last release: a revision of git; without it, the newest tag
    #[arg(long, value_name = "REV", value_parser = NonEmptyStringValueParser::new())]
    since: Option<String>,

    /// Run this stage alone, or those that are named
    #[arg(long, value_name = "STAGE", value_enum, conflicts_with = "skip")]
    only: Vec<StageArg>,

    /// Leave this stage out
    #[arg(long, value_name = "STAGE", value_enum)]
    skip: Vec<StageArg>,

    #[command(flatten)]
    limit: Limit,

    /// What stdout carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = shared::OUTPUT)]
    format: CheckFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum StageArg {
    Registry,
    Lint,
    Models,
    ScratchApply,
    Roundtrip,
    Upgrade,
    Target,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum CheckFormat {
    /// Lines for people
    #[default]
    Human,
    /// JSON for programs
    Json,
    /// Annotations for GitHub
    Github,
    /// SARIF 2.1.0
    Sarif,
}

impl StageArg {
    fn into_plain(self) -> Stage {
        match self {
            Self::Registry => Stage::Registry,
            Self::Lint => Stage::Lint,
            Self::Models => Stage::Models,
            Self::ScratchApply => Stage::ScratchApply,
            Self::Roundtrip => Stage::Roundtrip,
            Self::Upgrade => Stage::Upgrade,
            Self::Target => Stage::Target,
        }
    }
}

impl CheckFormat {
    pub(super) fn into_plain(self) -> report::Format {
        match self {
            Self::Human => report::Format::Human,
            Self::Json => report::Format::Json,
            Self::Github => report::Format::Github,
            Self::Sarif => report::Format::Sarif,
        }
    }
}

impl Check {
    pub(super) fn into_plain(self) -> (Command, report::Format) {
        let Self { since, only, skip, limit: Limit { timeout }, format } = self;
        let plain = |stages: Vec<StageArg>| stages.into_iter().map(StageArg::into_plain).collect();
        let options = options::Check { since, only: plain(only), skip: plain(skip), timeout };
        (Command::Check(options), format.into_plain())
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::{Stage, StageArg};

    #[test]
    fn each_stage_can_be_named_as_it_is_reported() {
        let names: Vec<_> = StageArg::value_variants()
            .iter()
            .map(|stage| (stage.to_possible_value().expect("none is hidden").get_name().to_owned(), stage.into_plain()))
            .collect();
        assert_eq!(names, Stage::ALL.map(|stage| (stage.name().to_owned(), stage)));
    }
}
