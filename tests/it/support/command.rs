//! The command under test: run as cargo runs it, in an environment that holds nothing of the tester's.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::project;

/// What of the tester's environment a test may see: where the tools are, and nothing that changes what they do.
const KEPT: [&str; 13] = [
    "PATH",
    "HOME",
    "CARGO",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "USERPROFILE",
    "LLVM_PROFILE_FILE",
    "LD_LIBRARY_PATH",
];

/// A command line of `cargo glim` to be run.
pub(crate) struct Glim {
    command: Command,
    stdin: Vec<u8>,
}

impl Glim {
    /// `cargo glim` in a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-glim"));
        command.arg("glim").current_dir(folder);
        command.env_clear();
        command.envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // One for all test projects, so that each dependency is compiled once, and apart from the one whose lock the
        // surrounding `cargo test` may hold.
        command.env("CARGO_TARGET_DIR", project::target());
        // A test that needs the network has a fault.
        command.env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
        Self { command, stdin: Vec::new() }
    }

    /// A line for the shell, which finds the command as cargo finds one that is installed.
    #[cfg(unix)]
    pub(crate) fn shell(folder: &Path, line: &str) -> Self {
        let glim = Self::new(folder);
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(folder);
        command.env_clear().envs(glim.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let built = Path::new(env!("CARGO_BIN_EXE_cargo-glim")).parent().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(built.into_iter().chain(std::env::split_paths(&path)));
        command.env("PATH", path.expect("the folders of PATH were separated before"));
        Self { command, ..glim }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away that tests otherwise have.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// What the command finds on its standard input, which is otherwise empty.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Starts it and does not wait. Its output is captured.
    #[track_caller]
    pub(crate) fn spawn(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let line = self.to_string();
        let started = Instant::now();
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A command that ends without reading closes the pipe, as it may.
        let _ = stdin.write_all(&self.stdin);
        Running { child, line, started }
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Runs it and expects that it did what was asked.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Output {
        self.run().exits(0)
    }
}

impl fmt::Display for Glim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cargo")?;
        self.command.get_args().try_for_each(|arg| write!(f, " {}", arg.display()))
    }
}

/// A command that was started.
pub(crate) struct Running {
    child: Child,
    line: String,
    started: Instant,
}

impl Running {
    /// Its process.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(self) -> Output {
        let output = self.child.wait_with_output().unwrap_or_else(|error| panic!("{}: {error}", self.line));
        Output {
            line: self.line,
            took: self.started.elapsed(),
            status: output.status.to_string(),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// How a command ended. The checks show all of it when they fail, and can be chained.
#[derive(Debug)]
pub(crate) struct Output {
    line: String,
    status: String,
    pub(crate) took: Duration,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, status, took, stdout, stderr, .. } = self;
        // 10 MB would hide everything else.
        let short = |text: &str| match text.char_indices().nth(20_000) {
            Some((end, _)) => format!("{}\n[{} bytes in all]", &text[..end], text.len()),
            None => text.to_owned(),
        };
        write!(f, "$ {line}\n{status} after {took:.0?}\n--- stdout\n{}", short(stdout))?;
        write!(f, "--- stderr\n{}---", short(stderr))
    }
}

impl Output {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit code {code}\n{self}");
        self
    }

    /// Stdout is exactly this.
    #[track_caller]
    pub(crate) fn stdout_is(self, text: &str) -> Self {
        assert!(self.stdout == text, "expected this stdout:\n{text}{self}");
        self
    }

    #[track_caller]
    pub(crate) fn stdout_has(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "expected `{text}` on stdout\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn stderr_has(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected `{text}` on stderr\n{self}");
        self
    }

    /// Neither stdout nor stderr holds this.
    #[track_caller]
    pub(crate) fn lacks(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "expected no `{text}`\n{self}");
        self
    }

    /// Stdout is empty.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        self.stdout_is("")
    }
}
