//! Sources as the user's own rustfmt lays them out, where there is one.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is longer is left as we lay it out, which is rustfmt's default but for rare cases: formatting it takes longer than
/// all else.
const LIMIT: usize = 200_000;

/// The text as rustfmt would write it into that file.
pub(super) fn formatted(text: String, file: &Path, edition: &str) -> String {
    if text.len() > LIMIT { text } else { run(&text, file, edition).unwrap_or(text) }
}

fn run(text: &str, file: &Path, edition: &str) -> Option<String> {
    // What decides on the configuration is where the file lies; its folder may not be there yet.
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let mut command = Command::new(rustfmt());
    command.args(["--edition", edition]).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    // It reads all before it writes.
    let is_sent = stdin.write_all(text.as_bytes()).is_ok();
    drop(stdin);
    let output = child.wait_with_output().ok()?;
    let formatted = String::from_utf8(output.stdout).ok()?;
    (is_sent && output.status.success() && !formatted.trim().is_empty()).then_some(formatted)
}

/// As cargo finds it: `$RUSTFMT`, else beside cargo, else by the path.
fn rustfmt() -> PathBuf {
    let given = std::env::var_os("RUSTFMT").filter(|given| !given.is_empty()).map(PathBuf::from);
    let beside = || {
        let cargo = PathBuf::from(std::env::var_os("CARGO")?);
        let beside = cargo.with_file_name(format!("rustfmt{}", std::env::consts::EXE_SUFFIX));
        beside.is_file().then_some(beside)
    };
    given.or_else(beside).unwrap_or_else(|| "rustfmt".into())
}
