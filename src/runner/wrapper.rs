//! This command in the place of the compiler, for shims whose sources make dead code an error: `--cap-lints` is the only
//! thing stronger than `#![deny(dead_code)]`, and a `RUSTC_WORKSPACE_WRAPPER` the only way to pass it to nothing else.
//!
//! Not used without need: cargo forgets what it knows of the compiler whenever the wrapper is another one.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use crate::report::diagnostic::Diagnostic;
use crate::report::{Output, Shell};
use crate::workspace::{CargoConfig, Environment};

/// Tells this command that it is the wrapper. Its value is the user's own wrapper, or empty.
const VARIABLE: &str = "GLIM_RUSTC_WRAPPER";

/// What cargo's environment needs for the wrapper to be used.
pub(super) fn variables(
    config: &CargoConfig,
    environment: &Environment,
) -> std::io::Result<Vec<(&'static str, OsString)>> {
    let users = config.workspace_wrapper(environment).map(OsString::from).unwrap_or_default();
    Ok(vec![("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?.into()), (VARIABLE, users)])
}

/// Runs the compiler and ends the process, if that is what this process was started for.
pub(crate) fn run_if_asked() {
    let Some(users) = std::env::var_os(VARIABLE) else { return };
    let mut arguments = std::env::args_os().skip(1);
    let wrapper = Some(users).filter(|it| !it.is_empty());
    let Some(program) = wrapper.or_else(|| arguments.next()) else { return };
    let status = Command::new(&program).args(arguments).args(["--cap-lints", "allow"]).env_remove(VARIABLE).status();
    // One that a signal ended has no code.
    let code = status.map_or_else(|error| not_started(&program, &error), |status| status.code().unwrap_or(101));
    std::process::exit(code);
}

fn not_started(program: &OsStr, error: &std::io::Error) -> i32 {
    let title = format!("cannot start the compiler `{}`", program.to_string_lossy());
    Shell::of_process(Output::default()).diagnostic(&Diagnostic::error(title).caused_by(error));
    101
}
