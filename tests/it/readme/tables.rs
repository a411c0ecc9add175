//! The tables of README.md list what there is, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Glim, Project, repository};

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).expect("there is a README.md")
}

/// The rows of the tables whose first heading is this.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let readme = readme();
    let mut rows = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line.starts_with(&format!("| {heading} |")) {
            let table = lines.by_ref().take_while(|line| line.starts_with('|')).skip(1);
            rows.extend(
                table.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()),
            );
        }
    }
    assert!(!rows.is_empty(), "README.md has no table of `{heading}`");
    rows
}

/// The first word of each piece of code in the first column.
fn names(heading: &str) -> BTreeSet<String> {
    let code = |cell: &String| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let word = |code: String| code.split([' ', '(', '[']).next().unwrap_or_default().to_owned();
    rows(heading).iter().flat_map(|row| code(&row[0])).map(word).collect()
}

/// The words between backticks after `before`, or between commas where there are none.
fn listed(text: &str, before: &str) -> BTreeSet<String> {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("`{before}` is not in\n{text}")).1;
    let line = rest.lines().next().unwrap_or_default();
    if line.contains('`') {
        line.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    } else {
        line.split(',').map(|word| word.trim().to_owned()).collect()
    }
}

fn help() -> String {
    Glim::new(repository()).arg("--help").succeeds().stdout
}

#[test]
fn all_commands_are_listed() {
    let help = help();
    let commands = help.split_once("Commands:\n").expect("help lists the commands").1;
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let commands = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    assert_eq!(names("command"), commands.map(str::to_owned).collect());
}

#[test]
fn exit_codes_mean_what_help_says() {
    let help = help();
    let codes = help.split_once("Exit codes:\n").expect("help lists the exit codes").1;
    let codes: Vec<Vec<String>> = codes
        .lines()
        .filter_map(|line| line.trim().split_once("  "))
        .map(|(code, meaning)| vec![code.to_owned(), meaning.to_owned()])
        .collect();
    let shown: Vec<Vec<String>> =
        rows("code").iter().map(|row| row.iter().map(|cell| cell.replace('`', "")).collect()).collect();
    assert_eq!(shown, codes);
}

#[test]
fn all_keys_of_the_configuration_are_listed() {
    let wrong = "[extensions.migration]\nqqqqqqqq = 1\n[db.default]\nqqqqqqqq = 1\n";
    let project = Project::own("readme-keys", &[("src/lib.rs", ""), ("glim.toml", wrong)]);
    let said = project.command().arg("sync").run().exits(2).stderr;
    let (migration, alias) = said.split_once("`[db.default]` has no `driver`").expect("in the order of the file");
    assert_eq!(names("key of `[extensions.migration]`"), listed(migration, "known keys: "));
    assert_eq!(names("key of `[db.ALIAS]`"), listed(alias, "known keys: "));
}

#[test]
fn all_attributes_are_listed() {
    let source = "#[derive(glim::Model)]\n#[glim(qqqqqqqq)]\nstruct A {\n    #[glim(qqqqqqqq)]\n    a: i32,\n}\n";
    let project = Project::own("readme-attributes", &[("src/lib.rs", source)]);
    let said = project.command().arg("models").run().exits(1).stderr;
    assert_eq!(names("on the struct"), listed(&said, "the keys of a struct are "));
    assert_eq!(names("on a field"), listed(&said, "the keys of a field are "));
}

#[test]
fn all_calls_of_the_database_handle_are_listed() {
    let folder = repository().join("build-support/glim/src/db");
    let text: String = ["mod.rs", "models.rs", "schema.rs"]
        .map(|file| fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")))
        .concat();
    let calls = text.lines().filter_map(|line| line.strip_prefix("    pub fn "));
    let calls: BTreeSet<_> = calls.filter_map(|rest| rest.split(['(', '<']).next()).filter(|it| *it != "new").collect();
    let rows = rows("call on `Db`");
    for call in calls {
        let is_listed =
            rows.iter().any(|row| row[0].split('`').any(|code| code.split(['(', ':']).next() == Some(call)));
        assert!(is_listed, "README.md does not list `{call}`");
    }
}

#[test]
fn all_options_of_a_migration_are_listed() {
    let source = fs::read_to_string(repository().join("build-support/glim/src/registry.rs")).expect("it is there");
    let options = source.split("({ $($made:tt)* } ").skip(1).filter_map(|arm| arm.split([' ', '$', '(']).next());
    let options = options.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    assert_eq!(names("option"), options);
}
