//! What every command needs: the terminal, and what the user said about the project and the database.

use crate::report::Shell;
use crate::workspace::CargoOptions;

/// Handed to each command.
pub(crate) struct Context<'a> {
    /// The terminal.
    pub(crate) shell: &'a mut Shell,
    /// Packages, features and the build.
    pub(crate) cargo: &'a CargoOptions,
    /// `--db`.
    pub(crate) db: Option<&'a str>,
}

impl<'a> Context<'a> {
    /// A context in which nothing has been looked at yet.
    pub(crate) fn new(shell: &'a mut Shell, cargo: &'a CargoOptions, db: Option<&'a str>) -> Self {
        Self { shell, cargo, db }
    }
}
