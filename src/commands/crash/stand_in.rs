//! One of the runs that are compared: the command, started by itself on a scratch database, to end there before its time.
//!
//! It leads to databases that are scratch databases by their names, where the alias allows such, and nowhere else.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use glim_engine::driver::Connection;
use glim_engine::scratch::{Proxy, Scratch, told};
use serde::{Deserialize, Serialize};

use crate::commands::scratch;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::runner::Peer;
use crate::settings::Alias;
use crate::workspace::Workspace;

/// A run that the command starts itself for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::commands) struct StandIn {
    /// The scratch database.
    pub(super) database: String,
    /// Where to connect to in place of the server.
    pub(super) proxy: Option<u16>,
    /// What is run.
    pub(super) part: Part,
    /// The file in which each call to the database is noted.
    pub(super) calls: PathBuf,
    /// Where it ends.
    pub(super) stop: Option<Stop>,
}

/// What is run.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    /// `run`.
    Run,
    /// `rollback`, to this migration, or of all.
    Rollback { to: Option<String> },
}

/// Who is killed, and at which call.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct Stop {
    pub(super) at: u64,
    pub(super) whom: Whom,
}

/// Who is killed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Whom {
    Command,
    Runner,
}

impl StandIn {
    /// Reads what the command has said to itself.
    pub(super) fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            let title = "`--stand-in` is for runs that `cargo glim test --crash` starts itself";
            Failure::usage(Diagnostic::error(title).caused_by(&error))
        })
    }

    /// Puts the scratch database in the place of the alias's.
    pub(in crate::commands) fn replace(&self, alias: &mut Alias, workspace: &Workspace) -> Result<()> {
        let folder = scratch::folder(workspace);
        let found = Scratch::known(&scratch::request(alias, &folder)?, &self.database);
        let mut target = found.map_err(|error| scratch::failure(&alias.name, &error))?;
        if let Some(port) = self.proxy {
            Proxy::divert(&mut target, port);
        }
        alias.target = target;
        alias.protected = false;
        Ok(())
    }

    /// The connection, on which each call is noted, and which ends what it is to end.
    pub(in crate::commands) fn stopping(
        &self,
        mut connection: Box<dyn Connection>,
        runner: Option<&Peer>,
    ) -> Result<Box<dyn Connection>> {
        scratch::hurry(&mut *connection)?;
        let mut calls = File::create(&self.calls).map_err(|error| {
            let title = format!("cannot note the calls in `{}`", self.calls.display());
            Failure::usage(Diagnostic::error(title).caused_by(&error))
        })?;
        let (stop, kill_runner, mut number) = (self.stop, runner.map(Peer::killer), 0);
        Ok(told(connection, move |call| {
            number += 1;
            let line: String = call.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
            // The one who started this run misses it, and says so.
            let _ = writeln!(calls, "{line}");
            match (stop.filter(|stop| stop.at == number).map(|stop| stop.whom), &kill_runner) {
                (Some(Whom::Command), _) => kill_this_process(),
                (Some(Whom::Runner), Some(kill)) => kill(),
                (Some(Whom::Runner), None) | (None, _) => {}
            }
        }))
    }
}

/// Ends this process as nothing can that it could do something about.
fn kill_this_process() {
    #[cfg(unix)]
    {
        // A process may always send itself a signal, and does not get to what follows.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
    std::process::abort();
}
