//! What cargo reports on its stdout, one JSON object a line. Most of it does not matter here and is skipped over.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::Deserialize;

/// A line that matters.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// The compiler has something to say.
    Compiler(Said),
    /// The runner is there; it is fresh when nothing had to be done for it.
    Runner { executable: PathBuf, is_fresh: bool },
    /// A dynamic library of Rust's own kind, which itself needs the standard library as one. In these folders.
    DynamicLibrary(Vec<PathBuf>),
    /// Folders in which a build script wants libraries to be looked for.
    Linked(Vec<PathBuf>),
}

/// What the compiler says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// In which package.
    pub(super) package: String,
    pub(super) is_error: bool,
    /// As the compiler would show it.
    pub(super) rendered: String,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    reason: Cow<'a, str>,
    #[serde(borrow)]
    package_id: Option<Cow<'a, str>>,
    target: Option<Target>,
    message: Option<Diagnostic>,
    executable: Option<PathBuf>,
    #[serde(default)]
    fresh: bool,
    linked_paths: Option<Vec<String>>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    #[serde(default)]
    crate_types: Vec<String>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

/// Reads a line, `name` being that of the runner. Lines of anything but cargo (procedural macros may print) are none.
pub(super) fn parse(line: &str, name: &str) -> Option<Message> {
    if !line.starts_with('{') {
        return None;
    }
    let line: Line<'_> = serde_json::from_str(line).ok()?;
    match &*line.reason {
        "compiler-message" => {
            let Diagnostic { level, rendered } = line.message?;
            Some(Message::Compiler(Said {
                package: line.package_id?.into_owned(),
                is_error: level.starts_with("error"),
                rendered: rendered?,
            }))
        }
        "compiler-artifact" => {
            let target = line.target?;
            match line.executable {
                Some(executable) if target.name == name => Some(Message::Runner { executable, is_fresh: line.fresh }),
                _ if target.crate_types.iter().any(|it| it == "dylib") => {
                    let folders = line.filenames.iter().filter_map(|file| file.parent());
                    Some(Message::DynamicLibrary(folders.map(PathBuf::from).collect()))
                }
                _ => None,
            }
        }
        "build-script-executed" => {
            let paths: Vec<PathBuf> = line.linked_paths?.iter().map(|path| folder(path)).collect();
            (!paths.is_empty()).then_some(Message::Linked(paths))
        }
        _ => None,
    }
}

/// `native=/x` or `/x`.
fn folder(linked: &str) -> PathBuf {
    const KINDS: [&str; 5] = ["dependency", "crate", "native", "framework", "all"];
    match linked.split_once('=') {
        Some((kind, path)) if KINDS.contains(&kind) => path.into(),
        _ => linked.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_is_known_by_its_name() {
        let line = |name: &str| {
            format!(r#"{{"reason":"compiler-artifact","target":{{"name":"{name}"}},"executable":"/t/x","fresh":true}}"#)
        };
        let runner = Message::Runner { executable: "/t/x".into(), is_fresh: true };
        assert_eq!(parse(&line("glim-runner-1"), "glim-runner-1"), Some(runner));
        assert_eq!(parse(&line("other"), "glim-runner-1"), None);
    }

    #[test]
    fn a_dynamic_library_tells_its_folder() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"a","crate_types":["dylib"]},"filenames":["/t/d/a.so"],"executable":null}"#;
        assert_eq!(parse(line, "r"), Some(Message::DynamicLibrary(vec!["/t/d".into()])));
    }

    #[test]
    fn errors_and_warnings_are_told_apart() {
        let line = |level: &str| {
            format!(
                r#"{{"reason":"compiler-message","package_id":"p","message":{{"level":"{level}","rendered":"x\n","code":{{"code":"dead_code"}}}}}}"#
            )
        };
        for (level, expected) in [("error", true), ("error: internal compiler error", true), ("warning", false)] {
            match parse(&line(level), "r") {
                Some(Message::Compiler(said)) => assert_eq!(said.is_error, expected, "{level}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn search_folders_lose_their_kind() {
        let line = r#"{"reason":"build-script-executed","linked_paths":["native=/a","/b=c"]}"#;
        assert_eq!(parse(line, "r"), Some(Message::Linked(vec!["/a".into(), "/b=c".into()])));
    }

    #[test]
    fn anything_else_is_nothing() {
        for line in ["", "hello", "{", r#"{"reason":"build-finished","success":true}"#, r#"{"reason":"new-in-2030"}"#] {
            assert_eq!(parse(line, "r"), None, "{line}");
        }
    }
}
