//! Scratch databases of an alias.

use std::path::{Path, PathBuf};

use glim_engine::driver::Connection;
use glim_engine::scratch::{Request, Scratch, ScratchError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::settings::{Alias, ScratchServer};
use crate::workspace::Workspace;

/// The folder for scratch databases that are files.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target_dir.join("glim").join("scratch")
}

/// What one is to be like, and where it may be made.
pub(super) fn request<'a>(alias: &'a Alias, folder: &'a Path) -> Result<Request<'a>> {
    let configured = match &alias.scratch {
        ScratchServer::Unsaid => None,
        ScratchServer::At(target) => Some(&**target),
        ScratchServer::Unusable(problems) => {
            return Err(Failure { exit: Exit::Usage, diagnostics: problems.clone() });
        }
    };
    Ok(Request { alias: &alias.target, protected: alias.protected, configured, folder })
}

/// Makes one, where the alias allows it.
pub(super) fn create(alias: &Alias, workspace: &Workspace, shell: &mut Shell) -> Result<Scratch> {
    let folder = folder(workspace);
    let scratch = Scratch::create(&request(alias, &folder)?).map_err(|error| failure(&alias.name, &error))?;
    for name in scratch.leftovers() {
        shell.status("Removed", &format!("a scratch database that was left behind: {name}"));
    }
    shell.detail(&format!("made the scratch database {}", scratch.name()));
    Ok(scratch)
}

/// Lets a connection to one wait for no disk: nothing of it is to outlive the machine's next start.
pub(super) fn hurry(connection: &mut dyn Connection) -> Result<()> {
    let hurried = glim_engine::scratch::hurry(connection);
    hurried.map_err(|error| failure("a scratch database", &error))
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
