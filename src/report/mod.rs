//! The only code that writes to the terminal.

pub mod diagnostic;
