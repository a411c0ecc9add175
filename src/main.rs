//! `cargo glim`: parse, run, render, exit.

mod exit;
mod failure;
mod report;

fn main() -> exit::Exit {
    exit::Exit::Done
}
