//! `adopt`: what is taken over from another migration tool.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use glim_engine::adopt::{Request, Tool};

use super::shared::Lock;
use super::values::FormatArg;
use crate::commands::options::{self, Command, Taking};
use crate::report::Format;

/// Take over a database from another migration tool
///
/// Reads the history that refinery, diesel, sqlx, SeaORM or dbmate keeps in the database, compares it with the project's
/// migrations, and records in the ledger what is applied. The other tool's table is left as it is.
#[derive(Args)]
pub(super) struct Adopt {
    /// The tool whose history it is; needed where there are several
    #[arg(long, value_name = "TOOL", value_enum)]
    from: Option<ToolArg>,

    /// The tool's table, if it was told to use another one, such as `app.history`
    #[arg(long, value_name = "TABLE", value_parser = NonEmptyStringValueParser::new(), requires = "from")]
    table: Option<String>,

    /// Record this migration and all before it, named by name or version, for a database without a history
    #[arg(
        long,
        value_name = "MIGRATION",
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with_all = ["from", "verify"]
    )]
    baseline: Option<String>,

    /// Let a baseline hold against a history that is there
    #[arg(long, requires = "baseline")]
    ignore_history: bool,

    /// Show what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,

    /// Compare all of the history with the project, also what is recorded already, and record nothing
    #[arg(long, conflicts_with = "dry_run")]
    verify: bool,

    #[command(flatten)]
    lock: Lock,

    #[command(flatten)]
    format: FormatArg,
}

/// `--from`.
#[derive(Clone, Copy, ValueEnum)]
enum ToolArg {
    Refinery,
    Diesel,
    Sqlx,
    SeaOrm,
    Dbmate,
}

impl ToolArg {
    fn into_plain(self) -> Tool {
        match self {
            Self::Refinery => Tool::Refinery,
            Self::Diesel => Tool::Diesel,
            Self::Sqlx => Tool::Sqlx,
            Self::SeaOrm => Tool::SeaOrm,
            Self::Dbmate => Tool::Dbmate,
        }
    }
}

impl Adopt {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { from, table, baseline, ignore_history, dry_run, verify, lock: Lock { lock_timeout }, format } = self;
        let request = match (baseline, from) {
            (Some(to), _) => Request::Baseline { to, overlook: ignore_history },
            (None, Some(tool)) => Request::Of { tool: tool.into_plain(), table },
            (None, None) => Request::Found,
        };
        let taking = match (verify, dry_run) {
            (true, _) => Taking::Verify,
            (false, true) => Taking::DryRun,
            (false, false) => Taking::Record,
        };
        (Command::Adopt(options::Adopt { request, taking, lock_timeout }), format.into_plain())
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::{Tool, ToolArg};

    #[test]
    fn each_tool_can_be_named_as_the_ledger_names_it() {
        let names: Vec<_> = ToolArg::value_variants()
            .iter()
            .map(|tool| (tool.to_possible_value().expect("none is hidden").get_name().to_owned(), tool.into_plain()))
            .collect();
        assert_eq!(names, Tool::ALL.map(|tool| (tool.name().to_owned(), tool)));
    }
}
