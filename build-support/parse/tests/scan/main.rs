//! The walk over sources, each test on a small crate in a temporary directory.

mod conditions;
mod enums;
mod equal;
mod folders;
mod fuzz;
mod libraries;
mod migrations;
mod modules;
mod names;
mod problems;
mod project;
mod shipped;
