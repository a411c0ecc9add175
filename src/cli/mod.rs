//! The command line: clap types, turned into the plain [`Invocation`] that the rest of the program sees. No I/O.

mod adopt;
mod check;
mod diff;
mod generated;
mod lint;
mod make;
mod migrate;
mod project;
mod repair;
mod shared;
mod sql;
mod test;
mod values;

use std::ffi::OsString;

use clap::{ColorChoice, Command as ClapCommand, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::options::{Command, Invocation};
use crate::report::{Color, Format};

/// What cargo runs: `cargo-glim glim ...`.
#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap_cargo::style::CLAP_STYLING)]
enum Cargo {
    Glim(Glim),
}

/// Migrations for Rust programs, from structs and Rust types
#[derive(clap::Args)]
#[command(version, arg_required_else_help = true, after_help = AFTER_HELP, max_term_width = 100)]
struct Glim {
    #[command(subcommand)]
    command: Commands,

    #[command(flatten)]
    database: shared::Database,

    #[command(flatten)]
    packages: shared::Packages,

    #[command(flatten)]
    features: shared::Features,

    #[command(flatten)]
    build: shared::Build,

    #[command(flatten)]
    output: shared::Output,
}

const AFTER_HELP: &str = "\
Exit codes:
    0  done, or nothing to do
    1  the answer is no: a migration failed, or a check found something
    2  the usage, the configuration or the connection is wrong
    3  a person has to answer, and none is there (see --yes)
    4  another process holds the lock; nothing changed, try again
   70  a bug of cargo-glim
  101  the project's code did not compile
  130  interrupted; what was under way was rolled back";

#[derive(Subcommand)]
enum Commands {
    Init(project::Init),
    Sync(project::Sync),
    Run(migrate::Run),
    Rollback(migrate::Rollback),
    Redo(migrate::Redo),
    Status(project::Status),
    Log(project::Log),
    Repair(repair::Repair),
    Models(project::Models),
    Diff(diff::Diff),
    Make(make::Make),
    Adopt(adopt::Adopt),
    Sql(sql::Sql),
    Check(check::Check),
    Test(test::Test),
    Lint(lint::Lint),
    Completions(generated::Completions),
    Man(generated::Man),
}

/// Reads the arguments of this process. The error may be the help that was asked for.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    parse_with(arguments, std::env::var("CARGO_TERM_COLOR").ok().as_deref())
}

fn parse_with(
    arguments: impl IntoIterator<Item = OsString>,
    cargo_term_color: Option<&str>,
) -> Result<Invocation, clap::Error> {
    let arguments = with_name(arguments);
    // Help and errors are written before anything is parsed, so that the colour has to be known first.
    let color = values::color_of(&arguments).or_else(|| cargo_term_color.and_then(values::color)).unwrap_or_default();
    let mut command = Cargo::command().color(match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    });
    let matches = command.try_get_matches_from_mut(arguments)?;
    let Cargo::Glim(glim) = Cargo::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(glim.into_invocation(color))
}

/// Puts the `glim` in that cargo passes and a person who calls `cargo-glim` leaves out.
fn with_name(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.is_empty() {
        arguments.push("cargo-glim".into());
    }
    if arguments.get(1).is_none_or(|first| first != "glim") {
        arguments.insert(1, "glim".into());
    }
    arguments
}

/// The command as a person may call it directly, which is what scripts and pages are made for.
fn standalone() -> ClapCommand {
    let cargo = Cargo::command();
    let glim = cargo.find_subcommand("glim").expect("the one variant of `Cargo`").clone();
    glim.name("cargo-glim").bin_name("cargo-glim").version(env!("CARGO_PKG_VERSION"))
}

impl Glim {
    fn into_invocation(self, color: Color) -> Invocation {
        let Self { command, database, packages, features, build, output } = self;
        let (command, format) = command.into_plain();
        Invocation {
            command,
            db: database.db,
            cargo: shared::cargo_options(packages, features, build),
            output: output.into_plain(format, color),
        }
    }
}

impl Commands {
    fn into_plain(self) -> (Command, Format) {
        match self {
            Self::Init(init) => (Command::Init(init.into_plain()), Format::Human),
            Self::Sync(sync) => sync.into_plain(),
            Self::Run(run) => run.into_plain(),
            Self::Rollback(rollback) => rollback.into_plain(),
            Self::Redo(redo) => redo.into_plain(),
            Self::Status(status) => (Command::Status, status.format.into_plain()),
            Self::Log(log) => log.into_plain(),
            Self::Repair(repair) => repair.into_plain(),
            Self::Models(models) => (Command::Models, models.format.into_plain()),
            Self::Diff(diff) => diff.into_plain(),
            Self::Make(make) => make.into_plain(),
            Self::Adopt(adopt) => adopt.into_plain(),
            Self::Sql(sql) => sql.into_plain(),
            Self::Check(check) => check.into_plain(),
            Self::Test(test) => test.into_plain(),
            Self::Lint(lint) => lint.into_plain(),
            Self::Completions(completions) => (Command::Completions(completions.into_plain()), Format::Human),
            Self::Man(man) => (Command::Man(man.into_plain()), Format::Human),
        }
    }
}

#[cfg(test)]
mod tests;
