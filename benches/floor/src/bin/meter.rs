//! `meter REPORT COMMAND ..`: runs a command and writes what it and all its descendants took.
//!
//! A script measures badly by itself: what a process inherits from a big parent counts as its own peak memory, and
//! descendants that nobody waited for are not counted at all. This one is small, and adopts them.
//!
//! REPORT gets one line: exit code, wall seconds, CPU seconds (user and system), peak memory of the biggest process in
//! KiB.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let report = arguments.next().ok_or("no report is named")?;
    let program = arguments.next().ok_or("no command is given")?;
    let mut command = Command::new(program);
    command.args(arguments);
    measure(command, report)
}

#[cfg(unix)]
fn measure(mut command: Command, report: OsString) -> Result<(), Box<dyn Error>> {
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;
    use std::time::{Duration, Instant};

    // SAFETY: a plain system call with integers.
    #[cfg(target_os = "linux")]
    unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1);
    }
    let start = Instant::now();
    let main = i32::try_from(command.spawn()?.id())?;
    let (mut wall, mut code) = (Duration::ZERO, None);
    let (mut cpu, mut peak) = (0.0, 0);
    loop {
        let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::zeroed());
        // SAFETY: both point at memory that is ours for the time of the call.
        let process = unsafe { libc::wait4(-1, &raw mut status, 0, usage.as_mut_ptr()) };
        if process < 0 {
            match io::Error::last_os_error() {
                error if error.raw_os_error() == Some(libc::ECHILD) => break,
                error if error.kind() == io::ErrorKind::Interrupted => continue,
                error => return Err(error.into()),
            }
        }
        // SAFETY: all zeroes is a valid value, and the call has filled it in.
        let usage = unsafe { usage.assume_init() };
        if process == main {
            wall = start.elapsed();
            let status = ExitStatus::from_raw(status);
            code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
        }
        cpu += seconds(usage.ru_utime) + seconds(usage.ru_stime);
        peak = peak.max(usage.ru_maxrss);
    }
    let code = code.ok_or("the command was not waited for")?;
    fs::write(report, format!("{code} {} {cpu} {peak}\n", wall.as_secs_f64()))?;
    Ok(())
}

#[cfg(unix)]
fn seconds(time: libc::timeval) -> f64 {
    // Far below 2^52.
    #[expect(clippy::cast_precision_loss)]
    let parts = (time.tv_sec as f64, time.tv_usec as f64);
    parts.0 + parts.1 / 1e6
}

#[cfg(not(unix))]
fn measure(_: Command, _: OsString) -> Result<(), Box<dyn Error>> {
    Err("there is no wait4 here".into())
}
