//! README.md and DESIGN.md: what they show is executed, and what they list is complete.
//!
//! Comments in README.md, which do not show where it is read, say what each block is:
//! - `<!-- file: PATH -->`: the next block is written to that file of the project;
//! - `<!-- append: PATH -->`: it is added to that file's end;
//! - `<!-- compiles -->`: it is compiled as a module of the project;
//! - `<!-- quickstart -->`: its commands run in a copy of `fixtures/quickstart`, which they would change;
//! - `<!-- needs postgres -->`: its commands run where there is a server;
//! - `<!-- in: PATH -->`: it stands in that file of this repository, which is compiled by another test;
//! - `<!-- project of: TOOL -->`: its commands run in a project of its own, which that tool has kept so far;
//! - `<!-- not run: REASON -->`: its commands are not executed. Those are named in [`NOT_RUN`], so that none is added by
//!   mistake: the test command itself, which runs this test, and the installation, which is a release build of the
//!   command that is tested.
//!
//! Commands in `console` blocks are executed one by one, in one project, by a shell that finds the command under test;
//! what they print to both streams is compared line by line.

mod adopted;
mod design;
mod page;
#[cfg(unix)]
mod rules;
mod session;
mod tables;

use std::fs;

use crate::support::repository;
use page::{Block, Page, Role};

/// The commands that are shown and not executed.
const NOT_RUN: [&str; 3] =
    ["tests/run", "git clone https://github.com/cargo-glim/cargo-glim", "cargo install --locked --path cargo-glim"];

fn page() -> Page {
    let text = fs::read_to_string(repository().join("README.md")).expect("there is a README.md");
    Page::parse(&text)
}

#[test]
fn every_block_says_what_it_is() {
    for Block { line, language, role, .. } in &page().blocks {
        let is_right = match language.as_str() {
            "console" => {
                matches!(role, Role::Shown | Role::Quickstart | Role::NeedsPostgres | Role::ProjectOf(_) | Role::NotRun)
            }
            "rust" => matches!(role, Role::File(_) | Role::Append(_) | Role::Compiles | Role::In(_)),
            "sql" | "toml" | "yaml" | "sh" => matches!(role, Role::File(_)),
            // The picture.
            "text" => *role == Role::Shown,
            _ => false,
        };
        assert!(is_right, "README.md:{line}: a block of `{language}` that is {role:?}");
    }
}

#[test]
fn what_stands_in_another_file_stands_there() {
    for Block { line, role, text, .. } in &page().blocks {
        if let Role::In(path) = role {
            let file = fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(file.contains(text), "README.md:{line}: not in {path}");
        }
    }
}

#[test]
fn what_is_not_run_is_known() {
    let page = page();
    let not_run = page.blocks.iter().filter(|block| block.role == Role::NotRun);
    let lines: Vec<_> = not_run.flat_map(|block| block.commands().into_iter().map(|it| it.line)).collect();
    assert_eq!(lines, NOT_RUN);
}

#[cfg(unix)]
#[test]
fn what_is_shown_is_what_happens() {
    session::Session::new().run(&page());
}

#[test]
fn links_lead_somewhere() {
    let text = fs::read_to_string(repository().join("README.md")).expect("there is a README.md");
    let headings: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")))
        .map(|heading| heading.to_lowercase().replace(' ', "-"))
        .collect();
    for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        match target.strip_prefix('#') {
            Some(anchor) => assert!(headings.iter().any(|heading| heading == anchor), "no heading for #{anchor}"),
            None => assert!(repository().join(target).exists(), "there is no {target}"),
        }
    }
}
