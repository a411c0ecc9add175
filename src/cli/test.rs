//! `test`: what is done to the migrations, and where to stop.

use std::num::{NonZeroU64, NonZeroUsize};

use clap::{Args, ValueEnum};

use super::shared::Limit;
use super::values::FormatArg;
use crate::commands::options::{self, Command, Testing, Way};
use crate::report::Format;

/// Prove that a run which is stopped anywhere is finished by the next
///
/// With --crash, all migrations are applied to a scratch database once without disturbance, and then once for each call to
/// the database and each way to stop there: the command is killed, the process with the migrations is killed, and on a server
/// the connection is cut before the request arrives, after it was answered, or only towards the server. Each time a second
/// run has to come to the same schema, rows and ledger.
#[derive(Args)]
pub(super) struct Test {
    /// Stop at each call to the database, in each way
    #[arg(long, required = true)]
    crash: bool,

    /// Stop while all migrations are rolled back, and not while they are applied
    #[arg(long)]
    rollback: bool,

    /// Stop at this call alone, or at this exchange with the server
    #[arg(long, value_name = "NUMBER", conflicts_with = "sample")]
    at: Option<NonZeroU64>,

    /// Stop in this way alone, or in those that are named
    #[arg(long, value_name = "WAY", value_enum)]
    way: Vec<WayArg>,

    /// Stop at so many calls only, evenly spread, in each way
    #[arg(long, value_name = "NUMBER")]
    sample: Option<NonZeroUsize>,

    /// Try so many at once; without it, as many as there are processors
    #[arg(short, long, value_name = "NUMBER")]
    jobs: Option<NonZeroUsize>,

    /// Be one of the runs: which one, in JSON
    #[arg(long, value_name = "RUN", hide = true)]
    stand_in: Option<String>,

    #[command(flatten)]
    limit: Limit,

    #[command(flatten)]
    format: FormatArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum WayArg {
    /// The command is killed before the call
    KillCommand,
    /// The process with the Rust migrations is killed before the call
    KillRunner,
    /// The connection is cut before the request reaches the server
    DropRequest,
    /// The connection is cut after the server has answered, and the answer is lost
    DropAnswer,
    /// The server hears nothing more after the request, and its answer arrives
    HalfClose,
}

impl WayArg {
    fn into_plain(self) -> Way {
        match self {
            Self::KillCommand => Way::KillCommand,
            Self::KillRunner => Way::KillRunner,
            Self::DropRequest => Way::DropRequest,
            Self::DropAnswer => Way::DropAnswer,
            Self::HalfClose => Way::HalfClose,
        }
    }
}

impl Test {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { crash: _, rollback, at, way, sample, jobs, stand_in, limit: Limit { timeout }, format } = self;
        let testing = match stand_in {
            Some(run) => Testing::StandIn(run),
            None => Testing::Crash {
                rollback,
                at: at.map(NonZeroU64::get),
                ways: way.into_iter().map(WayArg::into_plain).collect(),
                sample: sample.map(NonZeroUsize::get),
                jobs: jobs.map(NonZeroUsize::get),
            },
        };
        (Command::Test(options::Test { testing, timeout }), format.into_plain())
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::{Way, WayArg};

    #[test]
    fn each_way_can_be_named_as_it_is_reported() {
        let names: Vec<_> = WayArg::value_variants()
            .iter()
            .map(|way| (way.to_possible_value().expect("none is hidden").get_name().to_owned(), way.into_plain()))
            .collect();
        assert_eq!(names, Way::ALL.map(|way| (way.name().to_owned(), way)));
    }
}
