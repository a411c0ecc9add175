//! The table of bad inputs: each mistake with the exit code and the first line of what is said of it. None of them
//! changes the project or the database.

mod files;
mod migrations;
mod project;
mod servers;
mod settings;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::support::{Database, Glim, Output, Project, Row};

/// Two models, of which one needs the other.
const MODELS: &str = r#"use glim::Model;

#[derive(Model)]
#[glim(table = "users")]
pub struct User {
    #[glim(primary_key)]
    pub id: i32,
}

#[derive(Model)]
#[glim(table = "orders")]
pub struct Order {
    #[glim(primary_key)]
    pub id: i64,
    #[glim(references = "users.id")]
    pub user_id: i32,
}
"#;

/// A row of the table: what is wrong, and how the command ends.
struct Mistake {
    name: &'static str,
    arguments: &'static str,
    /// What is written over the project; nothing stands for an empty folder.
    files: Vec<(&'static str, Option<String>)>,
    variables: Vec<(&'static str, String)>,
    /// Where the command is run, if not in the project.
    within: Option<PathBuf>,
    /// The permissions of a file or folder; the command is run by somebody whom they stop.
    mode: Option<(&'static str, u32)>,
    exit: i32,
    /// The message's first line.
    line: String,
    /// What else is said.
    also: Vec<&'static str>,
}

/// What is wrong when `cargo glim ARGUMENTS` is run.
fn mistake(name: &'static str, arguments: &'static str) -> Mistake {
    Mistake {
        name,
        arguments,
        files: Vec::new(),
        variables: Vec::new(),
        within: None,
        mode: None,
        exit: 0,
        line: String::new(),
        also: Vec::new(),
    }
}

impl Mistake {
    fn file(mut self, path: &'static str, text: impl Into<String>) -> Self {
        self.files.push((path, Some(text.into())));
        self
    }

    fn folder(mut self, path: &'static str) -> Self {
        self.files.push((path, None));
        self
    }

    fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn within(mut self, folder: PathBuf) -> Self {
        self.within = Some(folder);
        self
    }

    fn mode(mut self, path: &'static str, mode: u32) -> Self {
        self.mode = Some((path, mode));
        self
    }

    /// The exit code and the message's first line.
    fn says(mut self, exit: i32, line: impl Into<String>) -> Self {
        (self.exit, self.line) = (exit, line.into());
        self
    }

    /// What else is said.
    fn and(mut self, text: &'static str) -> Self {
        self.also.push(text);
        self
    }

    fn problem(&self, output: &Output) -> Option<String> {
        let Self { exit, line, also, .. } = self;
        if output.code != Some(*exit) {
            return Some(format!("expected exit code {exit}"));
        }
        if output.first_line() != line {
            return Some(format!("expected `{line}`\n   found `{}`", output.first_line()));
        }
        also.iter().find(|text| !output.stderr.contains(**text)).map(|text| format!("expected `{text}` on stderr"))
    }
}

/// A project for mistakes that are found before anything is compiled.
fn uncompiled(name: &str) -> Project {
    Project::own(name, &[("src/lib.rs", MODELS)])
}

/// Makes each mistake in turn, and says of all at once what is not as the table has it.
#[track_caller]
fn check(mistakes: &[Mistake], project: &Project, database: Option<&Database>) {
    let mut problems = Vec::new();
    for mistake in mistakes {
        let original = project.files();
        for (path, text) in &mistake.files {
            match text {
                Some(text) => project.write(path, text),
                None => {
                    let _ = fs::remove_file(project.path(path));
                    fs::create_dir_all(project.path(path)).expect("a folder can be made");
                }
            }
        }
        let output = attempt(mistake, project, database);
        restore(project, &original);
        let Some((output, changed)) = output else { continue };
        let problem = mistake.problem(&output).or_else(|| changed.then(|| "something was changed".to_owned()));
        problems.extend(problem.map(|problem| format!("{}: {problem}\n{output}\n", mistake.name)));
    }
    assert!(problems.is_empty(), "{} of {}\n{}", problems.len(), mistakes.len(), problems.concat());
}

/// The output, and whether anything was changed.
fn attempt(mistake: &Mistake, project: &Project, database: Option<&Database>) -> Option<(Output, bool)> {
    let before = (project.files(), database.map(contents));
    let mut glim = match database {
        Some(database) => project.glim(database, mistake.arguments),
        None => project.command().args(mistake.arguments.split_whitespace()),
    };
    if let Some(folder) = &mistake.within {
        glim = glim.within(folder);
    }
    for (name, value) in &mistake.variables {
        glim = glim.env(name, value);
    }
    let output = match mistake.mode {
        Some((path, mode)) => stopped_by_permissions(glim, &project.path(path), mode)?,
        None => glim.run(),
    };
    Some((output, before != (project.files(), database.map(contents))))
}

/// The users' tables and the ledger; what else glim keeps may tell of the attempt.
fn contents(database: &Database) -> BTreeMap<String, Vec<Row>> {
    let mut tables = database.contents();
    tables.retain(|table, _| !table.starts_with("glim_") || table == "glim_migrations");
    tables
}

#[cfg(target_os = "linux")]
fn stopped_by_permissions(glim: Glim, path: &std::path::Path, mode: u32) -> Option<Output> {
    use std::os::unix::fs::PermissionsExt as _;
    let original = path.metadata().expect("it is there").permissions();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is the test's own");
    let output = glim.unprivileged().map(Glim::run);
    fs::set_permissions(path, original).expect("it is the test's own");
    output
}

#[cfg(not(target_os = "linux"))]
fn stopped_by_permissions(_: Glim, _: &std::path::Path, _: u32) -> Option<Output> {
    eprintln!("skipped: permissions are tested on Linux");
    None
}

fn restore(project: &Project, original: &BTreeMap<PathBuf, Option<Vec<u8>>>) {
    let now = project.files();
    for path in
        now.keys().rev().filter(|path| original.get(*path).is_none_or(|old| old.is_none() != now[*path].is_none()))
    {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    for (path, content) in original.iter().filter(|(path, content)| now.get(*path) != Some(content)) {
        match content {
            Some(content) => fs::write(path, content),
            None => fs::create_dir_all(path),
        }
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
