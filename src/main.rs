//! `cargo glim`: parse, run, render, exit.

mod cli;
mod commands;
mod exit;
mod failure;
mod report;
mod runner;
mod settings;
mod workspace;

use std::panic::{AssertUnwindSafe, catch_unwind};

use exit::Exit;
use report::Shell;

fn main() -> Exit {
    report::panic::install_hook();
    runner::run_if_asked();
    // The hook has told the user; unwinding has closed connections and removed temporary files.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Bug)
}

fn run() -> Exit {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => return report::usage(&error),
    };
    let mut shell = Shell::of_process(invocation.output);
    let exit = match commands::dispatch(&invocation, &mut shell) {
        Ok(exit) => exit,
        Err(failure) => shell.failure(&failure),
    };
    shell.finish(exit)
}
