//! What a build script tells cargo: lines on its stdout.

use std::fmt;
use std::path::{Path, PathBuf};

/// A line for cargo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Instruction {
    /// Run the build script again when this file, or anything in this folder, changes.
    Watch(PathBuf),
    /// Show this and go on.
    Warning(String),
    /// Show this and fail.
    Error(String),
}

impl Instruction {
    /// An error at a place of a file.
    pub(crate) fn error(file: &Path, line: Option<usize>, message: &str, help: Option<&str>) -> Self {
        Self::Error(placed(file, line, message, help))
    }

    /// A warning at a place of a file.
    pub(crate) fn warning(file: &Path, line: Option<usize>, message: &str, help: Option<&str>) -> Self {
        Self::Warning(placed(file, line, message, help))
    }
}

fn placed(file: &Path, line: Option<usize>, message: &str, help: Option<&str>) -> String {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let help = help.map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}{line}: {message}{help}", file.display())
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An instruction is a line: the rest of a text with line ends would be taken for something else.
        let one_line = |text: &str| text.split(['\r', '\n']).map(str::trim).collect::<Vec<_>>().join(" ");
        match self {
            Self::Watch(path) => write!(f, "cargo::rerun-if-changed={}", path.display()),
            Self::Warning(text) => write!(f, "cargo::warning={}", one_line(text)),
            Self::Error(text) => write!(f, "cargo::error={}", one_line(text)),
        }
    }
}

/// Says them to cargo, which reads the stdout of build scripts.
#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
pub(crate) fn print(instructions: &[Instruction]) {
    for instruction in instructions {
        println!("{instruction}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Instruction;

    #[test]
    fn an_instruction_is_one_line() {
        let error = Instruction::error(Path::new("m/1_a.sql"), Some(3), "wrong\r\n  twice", Some("do\nthis"));
        assert_eq!(error.to_string(), "cargo::error=m/1_a.sql:3: wrong  twice; do this");
        let warning = Instruction::warning(Path::new("m"), None, "empty", None);
        assert_eq!(warning.to_string(), "cargo::warning=m: empty");
        assert_eq!(Instruction::Watch("m n".into()).to_string(), "cargo::rerun-if-changed=m n");
    }
}
