//! `sync`.

use super::context::Context;
use super::options::Sync;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_options: &Sync, _context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`sync` is not part of this build")))
}
