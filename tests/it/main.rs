//! Everything that needs the command itself, real cargo or real servers; `tests/README.md` says which test goes where.

mod databases;
mod structure;
mod support;
