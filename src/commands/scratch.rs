//! Scratch databases of an alias.

use glim_engine::scratch::{Request, Scratch, ScratchError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::settings::{Alias, ScratchServer};
use crate::workspace::Workspace;

/// Makes one, where the alias allows it.
pub(super) fn create(alias: &Alias, workspace: &Workspace, shell: &mut Shell) -> Result<Scratch> {
    let configured = match &alias.scratch {
        ScratchServer::Unsaid => None,
        ScratchServer::At(target) => Some(&**target),
        ScratchServer::Unusable(problems) => {
            return Err(Failure { exit: Exit::Usage, diagnostics: problems.clone() });
        }
    };
    let folder = workspace.target_dir.join("glim").join("scratch");
    let request = Request { alias: &alias.target, protected: alias.protected, configured, folder: &folder };
    let scratch = Scratch::create(&request).map_err(|error| failure(&alias.name, &error))?;
    for name in scratch.leftovers() {
        shell.status("Removed", &format!("a scratch database that was left behind: {name}"));
    }
    shell.detail(&format!("made the scratch database {}", scratch.name()));
    Ok(scratch)
}

/// Drops it, and says so where that fails.
pub(super) fn remove(scratch: Scratch, shell: &mut Shell) {
    if let Err(error) = scratch.remove() {
        shell.note(&format!("{error}; the next command that needs a scratch database removes it"));
    }
}

/// What to say where there is none.
pub(super) fn failure(alias: &str, error: &ScratchError) -> Failure {
    let mut diagnostic = Diagnostic::error(format!("no scratch database can be made for `{alias}`")).caused_by(error);
    diagnostic.helps.extend(error.help());
    Failure::no(diagnostic)
}
