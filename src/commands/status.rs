//! `status`.

use super::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`status` is not part of this build")))
}
