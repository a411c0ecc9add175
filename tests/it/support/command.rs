//! The command under test: run as cargo runs it, in an environment that holds nothing of the tester's.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
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
    /// Whether a person sits there, who types more later.
    keeps_stdin: bool,
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
        Self { command, stdin: Vec::new(), keeps_stdin: false }
    }

    /// cargo itself in a folder, in the same environment.
    pub(crate) fn cargo(folder: &Path) -> Self {
        let glim = Self::new(folder);
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(folder);
        command.env_clear().envs(glim.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self { command, ..glim }
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

    /// Runs it in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it as somebody who is stopped by the permissions of files, which root is not. `None`, with a printed reason,
    /// where that cannot be had.
    #[cfg(target_os = "linux")]
    pub(crate) fn unprivileged(self) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        if !is_root {
            return Some(self);
        }
        // Still root, and so the owner of its files, but without the capabilities that override permissions.
        let without =
            ["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"];
        let works = Command::new("setpriv").args(without).args(["--", "true"]).status().is_ok_and(|it| it.success());
        if !works {
            eprintln!("skipped: root is not stopped by permissions, and setpriv cannot change that here");
            return None;
        }
        let mut command = Command::new("setpriv");
        command.args(without).arg("--").arg(self.command.get_program()).args(self.command.get_args());
        Some(self.moved_to(command))
    }

    /// Runs it on a terminal: what it writes to either stream is its stdout, and a person can type. `None`, with a
    /// printed reason, where none can be had.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_terminal(self) -> Option<Self> {
        if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
            eprintln!("skipped: there is no `script` (Debian: bsdutils), which makes a terminal");
            return None;
        }
        let quoted = |word: &OsStr| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"));
        let line: Vec<_> =
            std::iter::once(self.command.get_program()).chain(self.command.get_args()).map(quoted).collect();
        let mut command = Command::new("script");
        // A shell of its own: what stands between would not hand the signals on.
        command
            .args(["--quiet", "--return", "--command"])
            .arg(format!("stty cols 120 rows 40; exec {}", line.join(" ")));
        command.arg("/dev/null");
        let mut this = self.moved_to(command);
        this.command.env("TERM", "xterm").env("SHELL", "/bin/sh");
        this.keeps_stdin = true;
        Some(this)
    }

    /// The same by another program, which is to run it.
    #[cfg(target_os = "linux")]
    fn moved_to(self, mut command: Command) -> Self {
        command.env_clear().envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        Self { command, ..self }
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
        let stdin = self.keeps_stdin.then_some(stdin);
        Running { child: Some(child), stdin, line, started, seen: Vec::new() }
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
    /// Until it is waited for.
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    line: String,
    started: Instant,
    /// What was read of stdout so far.
    seen: Vec<u8>,
}

impl Running {
    /// Its process.
    pub(crate) fn child(&mut self) -> &mut Child {
        self.child.as_mut().expect("only `wait` takes it, and itself too")
    }

    /// Waits until it has written this to stdout.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) {
        let mut byte = [0];
        while !self.seen.ends_with(text.as_bytes()) {
            // Byte by byte: what a buffer took would be lost.
            let stdout = self.child().stdout.as_mut().expect("stdout is a pipe");
            let count = stdout.read(&mut byte).expect("stdout can be read");
            let seen = String::from_utf8_lossy(&self.seen);
            assert!(count == 1, "`{text}` was expected of {}, and this came: {seen}", self.line);
            self.seen.push(byte[0]);
        }
    }

    /// Waits until it has written this line to stderr, which is not among its output then.
    #[track_caller]
    pub(crate) fn until_said(&mut self, line: &str) {
        let (mut byte, mut said) = ([0], Vec::new());
        while !said.ends_with(line.as_bytes()) {
            let stderr = self.child().stderr.as_mut().expect("stderr is a pipe");
            let count = stderr.read(&mut byte).expect("stderr can be read");
            let so_far = String::from_utf8_lossy(&said);
            assert!(count == 1, "`{line}` was expected of {}, and this came: {so_far}", self.line);
            said.push(byte[0]);
        }
    }

    /// Types something on its terminal.
    pub(crate) fn types(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("the command is on a terminal");
        stdin.write_all(text.as_bytes()).expect("the terminal is there");
    }

    /// Sends it the signal of this name, and nobody else.
    #[cfg(unix)]
    pub(crate) fn signal(&mut self, name: &str) {
        // The shell's own: not every system has a program for it.
        let script = format!("kill -{name} {}", self.child().id());
        let status = Command::new("sh").args(["-c", &script]).status().expect("there is a shell");
        assert!(status.success(), "{script}");
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Output {
        // The end of a terminal's input ends the command on it, as it should not before its time.
        let stdin = self.stdin.take();
        let child = self.child.take().expect("it is waited for once");
        let output = child.wait_with_output().unwrap_or_else(|error| panic!("{}: {error}", self.line));
        drop(stdin);
        Output {
            line: std::mem::take(&mut self.line),
            took: self.started.elapsed(),
            status: output.status.to_string(),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&[std::mem::take(&mut self.seen), output.stdout].concat()).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed in between; what it started would go on, and hold its database.
        if let Some(child) = &mut self.child {
            let _ = child.kill();
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

    /// The first line of the message: of its errors, or of its warnings where there is no error.
    pub(crate) fn first_line(&self) -> &str {
        let line = |start: &str| self.stderr.lines().find(|line| line.starts_with(start));
        line("error").or_else(|| line("warning")).unwrap_or_default()
    }

    /// Stdout is empty.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        self.stdout_is("")
    }
}
