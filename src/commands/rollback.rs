//! `rollback`.

use super::context::Context;
use super::options::Rollback;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(_options: &Rollback, _context: &mut Context<'_>) -> Result<Exit> {
    Err(Failure::usage(Diagnostic::error("`rollback` is not part of this build")))
}
