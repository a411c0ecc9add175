//! Protection: by the configuration, or remembered by the database itself, by whichever configuration it was.

use std::path::Path;

use glim_engine::migrator::Locked;

use super::explain;
use super::losses::Losses;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::runner::Watch;
use crate::settings::Alias;

/// Lets the database remember that the alias is protected, so that a configuration which does not say so is asked too.
pub(super) fn remember(migrator: &mut Locked<'_>, alias: &Alias) -> Result<()> {
    if alias.protected && !is_remembered(migrator)? {
        migrator.protect(true).map_err(failed)?;
    }
    Ok(())
}

/// What is about to be done, for the question.
pub(super) struct Deed<'d> {
    /// As a question's beginning, such as "Roll back 2 migrations".
    pub(super) what: String,
    /// What is not done where the answer is no.
    pub(super) done: &'d str,
    pub(super) help: &'d str,
    /// What it takes away, which is worked out once it matters.
    pub(super) losses: &'d dyn Fn() -> Losses,
    pub(super) asks: Asks,
}

/// When to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Where the alias or the database is protected.
    IfProtected,
    /// The same, if what is lost is grave, and in the database already.
    IfLost,
    /// In any case, if somebody is there.
    Anyway,
}

/// Asks whether to go on, where that is to be asked, unless `yes` was said. Where the database is protected and this
/// configuration says `protected = false`, the same answer ends that.
pub(super) fn confirm(
    deed: &Deed<'_>,
    yes: bool,
    alias: &Alias,
    (migrator, watch): (&mut Locked<'_>, &Watch),
    shell: &mut Shell,
) -> Result<()> {
    let is_remembered = is_remembered(migrator)?;
    if !(alias.protected || is_remembered || deed.asks == Asks::Anyway) {
        return Ok(());
    }
    let ends = is_remembered && alias.unprotected;
    let mut losses = (deed.losses)();
    if deed.asks == Asks::IfLost {
        watch.over(|| losses.forget_what_is_made(migrator.connection()));
        if !losses.are_grave() {
            return Ok(());
        }
    }
    if !yes {
        let (protected, database) = match (alias.protected, is_remembered) {
            (true, _) => ("protected ", ""),
            (false, true) => ("", ", whose database is protected"),
            (false, false) => ("", ""),
        };
        if ends {
            shell.note("by `protected = false` in the configuration, a yes also ends the protection of the database");
        }
        watch.over(|| losses.show(migrator.connection(), shell));
        let (what, name, address) = (&deed.what, &alias.name, alias.address());
        let question = format!("{what} on the {protected}alias `{name}` ({address}){database}?");
        ask(&question, deed, alias, watch, shell)?;
    }
    if ends {
        migrator.protect(false).map_err(failed)?;
        shell.note("the database is not protected any more, as `protected = false` in the configuration says");
    }
    Ok(())
}

/// Asks a question, and refuses to go on unless the answer is yes.
fn ask(question: &str, deed: &Deed<'_>, alias: &Alias, watch: &Watch, shell: &mut Shell) -> Result<()> {
    let done = deed.done;
    let error = match shell.ask(question) {
        None => {
            let whose = if alias.protected { "the alias" } else { "the database of the alias" };
            let title = format!("{whose} `{}` is protected, and nobody is there to ask", alias.name);
            let mut error = Diagnostic::error(title).help(deed.help);
            if !alias.protected {
                error = error.note("another configuration has protected it, and the database remembers that");
            }
            error
        }
        Some(question) => match watch.unless_interrupted(move || question.agrees()) {
            Some(true) => return Ok(()),
            Some(false) => Diagnostic::error(format!("nothing was {done}: the answer was no")),
            None => {
                shell.leave_question();
                let error = Diagnostic::error(format!("nothing was {done}: interrupted"));
                return Err(Failure::new(Exit::Interrupted, error));
            }
        },
    };
    Err(Failure::new(Exit::Question, error))
}

fn is_remembered(migrator: &mut Locked<'_>) -> Result<bool> {
    migrator.is_protected().map_err(failed)
}

fn failed(error: glim_engine::migrator::MigrateError) -> Failure {
    explain::migrate_error(error, Path::new(""))
}
