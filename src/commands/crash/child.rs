//! This command, started again for one run.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use shared_child::SharedChild;

use super::stand_in::StandIn;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// How a run ended.
pub(super) struct Ended {
    /// None where it took so long that it was ended.
    pub(super) status: Option<ExitStatus>,
    pub(super) stderr: String,
    /// Each call to the database that was about to be made.
    pub(super) calls: Vec<String>,
}

impl Ended {
    pub(super) fn is_done(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// What went wrong, in one line.
    pub(super) fn message(&self) -> String {
        let Some(status) = self.status else { return "it did not end by itself".to_owned() };
        let lines = self.stderr.lines().skip_while(|line| !line.starts_with("error"));
        let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        // Below a piece of source, it is marked as what belongs to that.
        let cause = |line: &&str| line.trim_start_matches([' ', '=']).strip_prefix("caused by: ").map(str::to_owned);
        match (lines.first(), lines.iter().find_map(cause)) {
            (Some(first), Some(cause)) => format!("{first}: {cause}"),
            (Some(first), None) => (*first).to_owned(),
            (None, _) => format!("it ended with {status}"),
        }
    }
}

/// How runs are started.
pub(super) struct Starter {
    program: std::path::PathBuf,
    arguments: Vec<OsString>,
}

impl Starter {
    /// This program, with what the user has told it, so that it finds the same project and the same alias.
    pub(super) fn new(builds: bool) -> Result<Self> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::usage(Diagnostic::error("cannot find this program").caused_by(&error)))?;
        let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        if builds {
            arguments.push("--no-build".into());
        }
        Ok(Self { program, arguments })
    }

    /// Runs it to its end, or ends it when it takes too long.
    pub(super) fn run(&self, stand_in: &StandIn, limit: Duration) -> Result<Ended> {
        let text = serde_json::to_string(stand_in).expect("plain data with text keys can be written");
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("--stand-in").arg(text);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let failed = |error: std::io::Error| Failure::usage(Diagnostic::error("cannot start a run").caused_by(&error));
        let child = Arc::new(SharedChild::spawn(&mut command).map_err(failed)?);
        let said = child.take_stderr().map(|mut stream| {
            thread::spawn(move || {
                let mut said = Vec::new();
                // What was read until then counts.
                let _ = stream.read_to_end(&mut said);
                String::from_utf8_lossy(&said).into_owned()
            })
        });
        let (sender, ended) = mpsc::channel();
        let waiting = Arc::clone(&child);
        thread::spawn(move || sender.send(waiting.wait()));
        let status = match ended.recv_timeout(limit) {
            Ok(status) => Some(status.map_err(failed)?),
            Err(_) => {
                // Fails only when it has just ended.
                let _ = child.kill();
                let _ = child.wait();
                None
            }
        };
        let stderr = said.and_then(|reader| reader.join().ok()).unwrap_or_default();
        let calls = std::fs::read_to_string(&stand_in.calls).unwrap_or_default();
        Ok(Ended { status, stderr, calls: calls.lines().map(str::to_owned).collect() })
    }
}
