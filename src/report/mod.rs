//! The only code that writes to the terminal. stdout carries results, stderr carries everything else.

mod confirm;
pub(crate) mod diagnostic;
mod output;
pub(crate) mod panic;
mod plural;
mod render;
mod shell;
mod text;

pub(crate) use output::{Color, Format, Output, Verbosity};
pub(crate) use plural::plural;
pub(crate) use shell::Shell;
#[cfg(test)]
pub(crate) use shell::tests::captured;

use crate::exit::Exit;

/// Shows what the parser of arguments has to say: an error, or the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    // A closed pipe is all that can go wrong here, and it means that nobody is reading.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}
