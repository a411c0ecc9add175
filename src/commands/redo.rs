//! `redo`.

use super::context::Context;
use super::options::Redo;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_options: &Redo, _context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`redo` is not part of this build")))
}
