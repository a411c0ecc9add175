//! The lines by which a file in glim's own layout says what its parts are for: `-- glim:run`.

use std::ops::Range;
use std::path::Path;

use super::comment;
use super::problem::Problem;

/// What a file says about itself.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// Whether `-- glim:no-transaction` stands in it.
    pub(super) no_transaction: bool,
    /// What `-- glim:after` names.
    pub(super) after: Vec<String>,
    /// The part after `-- glim:run`, and the line on which it begins.
    pub(super) run: Option<Section>,
    /// The part after `-- glim:rollback`.
    pub(super) rollback: Option<Section>,
}

/// A part of a file.
pub(super) type Section = (Range<usize>, u32);

/// A line that speaks to glim.
struct Directive<'a> {
    line: u32,
    start: usize,
    end: usize,
    word: &'a str,
    argument: &'a str,
}

/// Whether a file has any such line.
pub(super) fn any(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"glim:").is_some() && directives(text).next().is_some()
}

fn directives(text: &str) -> impl Iterator<Item = Directive<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let end = start + line.len();
        let range = start..end;
        start = end;
        (line, range)
    });
    (1..).zip(lines).filter_map(|(number, (line, Range { start, end }))| {
        let line = line.trim_start_matches('\u{feff}').trim();
        let said = line.strip_prefix("--")?.trim_start().strip_prefix("glim:")?;
        let (word, argument) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        // Suppressions of `cargo glim lint` may stand in files of any layout.
        if word == "allow" || word.starts_with("allow(") {
            return None;
        }
        Some(Directive { line: number, start, end, word, argument: argument.trim() })
    })
}

/// Reads the lines of a file that speak to glim.
pub(super) fn parse(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Sections {
    let mut sections = Sections::default();
    if !any(text) {
        return sections;
    }
    let head = comment::end(text);
    let mut first = None;
    let mut open: Option<(bool, usize, u32)> = None;
    for directive in directives(text) {
        let problem = |message: String| Problem::new(path, message).line(directive.line);
        match directive.word {
            "run" | "rollback" => {
                if !directive.argument.is_empty() {
                    problems.push(
                        problem(format!("`{}` follows `-- glim:{}`", directive.argument, directive.word))
                            .help("leave it out: the SQL begins on the next line"),
                    );
                }
                first.get_or_insert(directive.start);
                if let Some(opened) = open.take() {
                    sections.close(opened, directive.start);
                }
                let rollback = directive.word == "rollback";
                let known = if rollback { &sections.rollback } else { &sections.run };
                if known.is_some() {
                    problems.push(
                        problem(format!("a second `-- glim:{}`", directive.word))
                            .help("a file is one migration: it has one section of each kind"),
                    );
                }
                open = Some((rollback, directive.end, directive.line + 1));
            }
            "no-transaction" | "after" => {
                if directive.start > first.unwrap_or(head) {
                    problems.push(
                        problem(format!("`-- glim:{}` comes too late", directive.word))
                            .help("it holds for the whole file: put it before the first section and all SQL"),
                    );
                }
                sections.heed(&directive, path, problems);
            }
            word => {
                problems.push(problem(format!("`-- glim:{word}` is unknown")).help(
                    "glim knows `-- glim:run`, `-- glim:rollback`, `-- glim:no-transaction`, `-- glim:after NAME`",
                ));
            }
        }
    }
    if let Some(opened) = open {
        sections.close(opened, text.len());
    }
    if first.is_some_and(|first| head < first) {
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..head]).count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        problems.push(
            Problem::new(path, "SQL before the first section, which would never run")
                .line(line)
                .help("put `-- glim:run` before it"),
        );
    }
    sections
}

impl Sections {
    /// Whether the file has sections; otherwise, all of it is run.
    pub(super) fn has_any(&self) -> bool {
        self.run.is_some() || self.rollback.is_some()
    }

    fn close(&mut self, (rollback, start, line): (bool, usize, u32), end: usize) {
        let section = if rollback { &mut self.rollback } else { &mut self.run };
        section.get_or_insert((start..end, line));
    }

    fn heed(&mut self, directive: &Directive<'_>, path: &Path, problems: &mut Vec<Problem>) {
        let problem = |message: String| Problem::new(path, message).line(directive.line);
        let argument = directive.argument;
        if directive.word == "no-transaction" {
            if !argument.is_empty() {
                problems.push(problem(format!("`{argument}` follows `-- glim:no-transaction`")).help("leave it out"));
            }
            self.no_transaction = true;
        } else if argument.is_empty() {
            problems.push(problem("`-- glim:after` names no migration".to_owned()).help("`-- glim:after NAME`"));
        } else {
            self.after.push(argument.to_owned());
        }
    }
}
