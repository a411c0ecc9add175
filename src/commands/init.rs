//! `init`.

use super::context::Context;
use super::options::Init;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_options: &Init, _context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`init` is not part of this build")))
}
