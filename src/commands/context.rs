//! What every command needs: the terminal, and what the user said about the project and the database.

use std::time::Duration;

use super::crash::StandIn;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::runner::Watch;
use crate::settings::Settings;
use crate::workspace::{CargoOptions, Workspace};

/// Handed to each command.
pub(crate) struct Context<'a> {
    /// The terminal.
    pub(crate) shell: &'a mut Shell,
    /// Packages, features and the build.
    pub(crate) cargo: &'a CargoOptions,
    /// `--db`.
    pub(crate) db: Option<&'a str>,
    /// What is used in place of the alias's database.
    pub(super) stand_in: Option<StandIn>,
}

impl<'a> Context<'a> {
    /// A context in which nothing has been looked at yet.
    pub(crate) fn new(shell: &'a mut Shell, cargo: &'a CargoOptions, db: Option<&'a str>) -> Self {
        Self { shell, cargo, db, stand_in: None }
    }

    /// The workspace that the user is in, or named.
    pub(crate) fn workspace(&self) -> Result<Workspace> {
        let cwd = std::env::current_dir().map_err(|error| {
            Failure::usage(Diagnostic::error("the current directory cannot be used").caused_by(&error))
        })?;
        Workspace::load(self.cargo, &cwd)
    }

    /// The configuration of the workspace, with what the user should hear about it said.
    pub(crate) fn settings(&mut self, workspace: &Workspace) -> Result<Settings> {
        let mut settings = Settings::load(&workspace.root, self.db, &|name| std::env::var(name).ok())?;
        if let Some(stand_in) = &self.stand_in {
            stand_in.replace(&mut settings.alias, workspace)?;
            return Ok(settings);
        }
        if let Some(announcement) = settings.announcement() {
            self.shell.note(&announcement);
        }
        Ok(settings)
    }
}

/// Does work on the database that Ctrl-C ends, and lets the exit code say that it was that.
pub(super) fn interruptible<T>(watch: &Watch, work: impl FnOnce() -> Result<T>) -> Result<T> {
    watch.over(work).map_err(|failure| {
        let exit = if watch.is_interrupted() { Exit::Interrupted } else { failure.exit };
        Failure { exit, ..failure }
    })
}

/// Begins to listen for Ctrl-C, and to look at the clock where there is a time-out for migrations.
pub(super) fn watch(timeout: Option<Duration>) -> Result<Watch> {
    Watch::start(timeout)
        .map_err(|error| Failure::new(Exit::Bug, Diagnostic::error("cannot listen for Ctrl-C").caused_by(&error)))
}
