//! `completions`: prints the script that a shell loads.

use super::options::Completions;
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::Shell;

#[expect(clippy::unnecessary_wraps, reason = "all commands have one signature")]
pub(crate) fn run(options: &Completions, shell: &mut Shell) -> Result<Exit> {
    shell.raw(&options.script);
    Ok(Exit::Done)
}
