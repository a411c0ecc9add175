//! One file a command. Commands see resolved options and settings, never the command line.

mod adopt;
mod check;
mod code;
mod completions;
mod context;
mod crash;
mod database;
mod diff;
mod dry_run;
mod explain;
mod files;
mod init;
mod lint;
mod log;
mod losses;
mod make;
mod man;
mod models;
mod onlooker;
pub(crate) mod options;
mod owned;
mod planned;
mod progress;
mod project;
mod protection;
mod redo;
mod registered;
mod rehearsal;
mod repair;
mod rollback;
mod run;
mod scratch;
mod sources;
mod sql;
mod status;
mod sync;

use context::Context;
use options::{Command, Invocation};

use crate::exit::Exit;
use crate::failure::Result;
use crate::report::Shell;

/// Does what the user asked for.
pub(crate) fn dispatch(invocation: &Invocation, shell: &mut Shell) -> Result<Exit> {
    let Invocation { command, db, cargo, output: _ } = invocation;
    let mut context = Context::new(shell, cargo, db.as_deref());
    match command {
        Command::Init(options) => init::run(options, &mut context),
        Command::Sync(options) => sync::run(options, &mut context),
        Command::Run(options) => run::run(options, &mut context),
        Command::Rollback(options) => rollback::run(options, &mut context),
        Command::Redo(options) => redo::run(options, &mut context),
        Command::Status => status::run(&mut context),
        Command::Log(options) => log::run(options, &mut context),
        Command::Repair(options) => repair::run(options, &mut context),
        Command::Models => models::run(&mut context),
        Command::Diff(options) => diff::run(options, &mut context),
        Command::Make(options) => make::run(options, &mut context),
        Command::Adopt(options) => adopt::run(options, &mut context),
        Command::Sql(options) => sql::run(options, &mut context),
        Command::Check(options) => check::run(options, &mut context),
        Command::Test(options) => crash::run(options, &mut context),
        Command::Lint(options) => lint::run(options, &mut context),
        Command::Completions(options) => completions::run(options, context.shell),
        Command::Man(options) => man::run(options, context.shell),
    }
}
