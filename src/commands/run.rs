//! `run`.

use super::context::Context;
use super::options::Run;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_options: &Run, _context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`run` is not part of this build")))
}
