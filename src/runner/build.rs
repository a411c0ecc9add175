//! Running `cargo build` on what was generated.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use super::message::{self, Message, Said};
use crate::report::{Output, Shell, Verbosity};
use crate::workspace::CargoOptions;

/// A build that is to be done.
pub(super) struct Build<'a> {
    pub(super) cargo: OsString,
    pub(super) arguments: Vec<OsString>,
    /// The user's: cargo looks for its configuration, and rustup for the toolchain, from there upwards.
    pub(super) cwd: &'a Path,
    /// Set for cargo, on top of what we were started with.
    pub(super) variables: Vec<(&'static str, OsString)>,
    /// The runner's.
    pub(super) name: &'a str,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) status: Option<ExitStatus>,
    pub(super) runner: Option<PathBuf>,
    /// Whether nothing had to be compiled.
    pub(super) is_fresh: bool,
    /// The folders of dynamic libraries that were built.
    pub(super) dynamic: Vec<PathBuf>,
    /// Where build scripts want libraries to be looked for.
    pub(super) linked: Vec<PathBuf>,
    pub(super) errors: Vec<Said>,
}

/// The arguments of a build. Features are not among them: here they would be those of the runner.
pub(super) fn arguments(
    options: &CargoOptions,
    manifest: &Path,
    target_dir: &Path,
    has_target: bool,
    output: Output,
) -> Vec<OsString> {
    let CargoOptions { profile, offline, frozen, config, unstable, .. } = options;
    let mut arguments: Vec<OsString> = vec!["build".into(), "--manifest-path".into(), manifest.into()];
    let mut add =
        |name: &str, value: &dyn AsRef<std::ffi::OsStr>| arguments.extend([name.into(), value.as_ref().into()]);
    add("--target-dir", &target_dir);
    // Cargo itself shows errors and warnings, or neither; we show errors, and warnings with -v.
    add("--message-format", &"json-diagnostic-rendered-ansi");
    add("--color", &output.color.word());
    if has_target {
        // The configuration is for another machine; a runner runs on this one. Only then: with `--target`, build scripts
        // no longer see RUSTFLAGS, and everything lies in another folder.
        add("--target", &"host-tuple");
    }
    if let Some(profile) = profile {
        add("--profile", profile);
    }
    for config in config {
        add("--config", config);
    }
    for flag in unstable {
        add("-Z", flag);
    }
    // Never --locked: the user's lock file does not know the runner. It is compared afterwards.
    if *offline || *frozen {
        arguments.push("--offline".into());
    }
    arguments
}

/// Whether a variable describes the package that some cargo is running or testing, and so not what we build. Left in
/// place, they make what was built before look changed.
pub(super) fn is_of_package(variable: &str) -> bool {
    const NAMES: [&str; 7] = [
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
    ];
    const PREFIXES: [&str; 4] = ["CARGO_BIN_EXE_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_"];
    NAMES.contains(&variable) || PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

impl Built {
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

impl Build<'_> {
    /// Runs cargo. What it and the compiler say is shown as it comes; that it has finished, only when there was something
    /// to compile.
    pub(super) fn run(&self, shell: &mut Shell) -> io::Result<Built> {
        let quiet = shell.output().verbosity == Verbosity::Quiet;
        let mut command = Command::new(&self.cargo);
        command.args(&self.arguments).current_dir(self.cwd).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(width) = shell.terminal_width().filter(|_| !quiet) {
            // Cargo no longer sees the terminal, for which its progress is.
            if std::env::var_os("CARGO_TERM_PROGRESS_WHEN").is_none() && std::env::var_os("CI").is_none() {
                command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", width.to_string());
            }
        }
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_of_package) {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        shell.detail(&format!("running `{}`", self.shown()));
        let mut child = command.spawn()?;
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take(), sender.clone(), Line::Out);
        forward(child.stderr.take(), sender, Line::Err);
        let (mut built, mut kept) = (Built::default(), String::new());
        for line in lines {
            match line {
                Line::Out(line) => self.hear(&line, shell, &mut built),
                // While another cargo builds, ours waits, and a user who sees nothing believes that it hangs.
                Line::Err(line) if line.contains("Blocking waiting for file lock") => shell.compiler(&line),
                Line::Err(line) if quiet || is_last(&line) || !kept.is_empty() => kept.push_str(&line),
                Line::Err(line) => shell.compiler(&line),
            }
        }
        let status = child.wait()?;
        if !status.success() || (!quiet && !built.is_fresh) {
            shell.compiler(&kept);
        }
        built.status = Some(status);
        Ok(built)
    }

    fn hear(&self, line: &str, shell: &mut Shell, built: &mut Built) {
        match message::parse(line, self.name) {
            Some(Message::Compiler(said)) => {
                if said.is_error || shell.is_verbose() {
                    shell.compiler(&said.rendered);
                }
                built.errors.extend(said.is_error.then_some(said));
            }
            Some(Message::Runner { executable, is_fresh }) => {
                built.runner = Some(executable);
                built.is_fresh = is_fresh;
            }
            Some(Message::DynamicLibrary(folders)) => built.dynamic.extend(folders),
            Some(Message::Linked(paths)) => built.linked.extend(paths),
            None => {}
        }
    }

    /// The command line, for a person to repeat: without what is only for us to read.
    pub(super) fn shown(&self) -> String {
        let mut words = Vec::new();
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == "--message-format" || argument == "--color" {
                arguments.next();
            } else {
                words.push(quoted(&argument.to_string_lossy()));
            }
        }
        format!("cargo {}", words.join(" "))
    }
}

/// For a shell.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "-_./=:@+,".contains(it);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A line of cargo, with its end: a line end, or a carriage return where the next is to be written over it.
enum Line {
    Out(String),
    Err(String),
}

/// Whether a line of cargo is the first of those that it ends with. What the compiler has said before comes another way,
/// perhaps later. With -q, all of cargo's own lines are kept until it is known whether they matter, and these always are.
fn is_last(line: &str) -> bool {
    let line = anstream::adapter::strip_str(line).to_string();
    let line = line.trim_start();
    line.starts_with("Finished ") || line.starts_with("error: could not compile ")
}

fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<Line>, kind: fn(String) -> Line) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while read_line(&mut stream, &mut line).is_ok_and(|count| count > 0) {
            // Nobody listens any more when the command is about to end.
            if sender.send(kind(String::from_utf8_lossy(&line).into_owned())).is_err() {
                break;
            }
            line.clear();
        }
    });
}

/// Reads up to and with the next line end or carriage return.
fn read_line(stream: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut count = 0;
    loop {
        let bytes = stream.fill_buf()?;
        let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let taken = end.map_or(bytes.len(), |end| end + 1);
        line.extend_from_slice(&bytes[..taken]);
        stream.consume(taken);
        count += taken;
        if end.is_some() || taken == 0 {
            return Ok(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_ends_a_build_is_known() {
        assert!(is_last("\u{1b}[1m\u{1b}[92m    Finished\u{1b}[0m `dev` profile in 0.03s\n"));
        assert!(is_last("\u{1b}[1m\u{1b}[91merror\u{1b}[0m: could not compile `app` (lib) due to 1 previous error\n"));
        assert!(!is_last("   Compiling finished v0.1.0\n"));
    }

    #[test]
    fn what_is_written_over_is_handed_on_at_once() {
        let mut stream: &[u8] = b"Building 1/2\rBuilding 2/2\rdone\nend";
        let mut lines = Vec::new();
        let mut line = Vec::new();
        while read_line(&mut stream, &mut line).is_ok_and(|count| count > 0) {
            lines.push(String::from_utf8(std::mem::take(&mut line)).expect("it is text"));
        }
        assert_eq!(lines, ["Building 1/2\r", "Building 2/2\r", "done\n", "end"]);
    }

    fn words(options: &CargoOptions, has_target: bool, output: Output) -> String {
        let arguments = arguments(options, Path::new("/k/Cargo.toml"), Path::new("/t"), has_target, output);
        arguments.iter().map(|it| it.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_cargo_is_asked_for() {
        let plain = words(&CargoOptions::default(), false, Output::default());
        let message = "--message-format json-diagnostic-rendered-ansi --color auto";
        assert_eq!(plain, format!("build --manifest-path /k/Cargo.toml --target-dir /t {message}"));
    }

    #[test]
    fn the_flags_of_the_user_are_handed_on_except_those_about_packages() {
        let options = CargoOptions {
            packages: vec!["a".into()],
            features: vec!["x".into()],
            profile: Some("release".into()),
            locked: true,
            frozen: true,
            config: vec!["a=1".into(), "b=2".into()],
            unstable: vec!["x".into()],
            ..CargoOptions::default()
        };
        let given = words(&options, true, Output::default());
        let (_, after) = given.split_once("--color auto ").expect("the flag for colours");
        assert_eq!(after, "--target host-tuple --profile release --config a=1 --config b=2 -Z x --offline");
    }

    #[test]
    fn it_never_asks_for_silence() {
        for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
            let given = words(&CargoOptions::default(), false, Output { verbosity, ..Output::default() });
            assert!(!given.contains(" -q") && !given.contains("quiet"), "{given}");
        }
    }

    #[test]
    fn the_command_line_that_is_shown_can_be_pasted() {
        let arguments =
            ["build", "--color", "auto", "--manifest-path", "/a b/it's", "--message-format", "x", "-Z", "y"];
        let arguments = arguments.map(OsString::from).to_vec();
        let cwd = Path::new("/");
        let build = Build { cargo: "/x/cargo".into(), arguments, cwd, variables: vec![], name: "r" };
        assert_eq!(build.shown(), r"cargo build --manifest-path '/a b/it'\''s' -Z y");
    }

    #[test]
    fn variables_of_another_package_are_known() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_EXE_x", "CARGO_CFG_UNIX"] {
            assert!(is_of_package(name), "{name}");
        }
        for name in ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "RUSTFLAGS", "RUSTC_WRAPPER"] {
            assert!(!is_of_package(name), "{name}");
        }
    }
}
