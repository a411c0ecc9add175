//! README.md as a test reads it: its blocks, and what the comments before them say.

/// The blocks, in their order.
pub(super) struct Page {
    pub(super) blocks: Vec<Block>,
}

/// What stands between two fences.
pub(super) struct Block {
    /// The line of the first fence.
    pub(super) line: usize,
    pub(super) language: String,
    pub(super) role: Role,
    pub(super) text: String,
}

/// What a block is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing is said.
    Shown,
    File(String),
    Append(String),
    Compiles,
    Quickstart,
    NeedsPostgres,
    ProjectOf(String),
    In(String),
    NotRun,
}

/// A line that begins with `$ `, and what follows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) line: String,
    pub(super) output: String,
}

impl Page {
    pub(super) fn parse(text: &str) -> Self {
        let (mut blocks, mut role) = (Vec::new(), Role::Shown);
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            if let Some(comment) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
                role = Role::of(comment);
            } else if let Some(language) = line.strip_prefix("```") {
                let text = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
                let text = text.flat_map(|line| [line, "\n"]).collect();
                let role = std::mem::replace(&mut role, Role::Shown);
                blocks.push(Block { line: index + 1, language: language.to_owned(), role, text });
            } else {
                assert!(line.is_empty() || role == Role::Shown, "README.md:{}: no block follows {role:?}", index + 1);
            }
        }
        Self { blocks }
    }
}

impl Role {
    fn of(comment: &str) -> Self {
        match comment.split_once(": ").unwrap_or((comment, "")) {
            ("file", path) => Self::File(path.to_owned()),
            ("append", path) => Self::Append(path.to_owned()),
            ("compiles", _) => Self::Compiles,
            ("quickstart", _) => Self::Quickstart,
            ("needs postgres", _) => Self::NeedsPostgres,
            ("in", path) if !path.is_empty() => Self::In(path.to_owned()),
            ("project of", tool) if !tool.is_empty() => Self::ProjectOf(tool.to_owned()),
            ("not run", reason) if !reason.is_empty() => Self::NotRun,
            _ => panic!("README.md has a comment that means nothing: {comment}"),
        }
    }
}

impl Block {
    pub(super) fn commands(&self) -> Vec<Shown> {
        let mut commands: Vec<Shown> = Vec::new();
        for line in self.text.lines() {
            if let Some(line) = line.strip_prefix("$ ") {
                commands.push(Shown { line: line.to_owned(), output: String::new() });
            } else {
                let command = commands.last_mut();
                let command = command.unwrap_or_else(|| panic!("README.md:{}: output of no command", self.line));
                command.output += line;
                command.output.push('\n');
            }
        }
        commands
    }
}
