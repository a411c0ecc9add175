//! DESIGN.md has one line for each file, between two comments. `UPDATE_DESIGN=1 cargo test --test it readme` adds what is
//! missing, with the first sentence of the module's own description, and removes what is gone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::repository;

const BEGIN: &str = "<!-- files -->\n";
const END: &str = "<!-- end of files -->\n";

/// The files with what is said of each.
type Files = BTreeMap<String, String>;

/// What DESIGN.md lists.
fn listed(text: &str) -> Files {
    let list = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).expect("DESIGN.md has a list").0;
    let mut folder = String::new();
    let mut files = Files::new();
    for line in list.lines() {
        if let Some(heading) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            heading.clone_into(&mut folder);
        } else if let Some((file, about)) = line.strip_prefix("- `").and_then(|rest| rest.split_once("`: ")) {
            let path = format!("{folder}/{file}");
            assert!(!about.is_empty(), "{path} has no description");
            assert!(files.insert(path.clone(), about.to_owned()).is_none(), "{path} is listed twice");
        } else {
            assert!(line.is_empty(), "DESIGN.md: a line in the list of files that names none: {line}");
        }
    }
    files
}

/// What is there.
fn found() -> Files {
    let mut files = Files::new();
    find(Path::new("src"), &mut files);
    let packages = fs::read_dir(repository().join("build-support")).expect("the folder can be read");
    for package in packages.map(|entry| entry.expect("the folder can be read")) {
        find(&Path::new("build-support").join(package.file_name()).join("src"), &mut files);
    }
    files
}

fn find(folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(repository().join(folder)).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let path = folder.join(entry.file_name());
        if entry.file_type().expect("a file or a folder").is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).expect("source is UTF-8");
            let about = Some(first_sentence(&text)).filter(|about| !about.is_empty());
            files.insert(path.display().to_string(), about.unwrap_or_else(|| "Tests of the module".to_owned()));
        }
    }
}

/// The first sentence of a module's description.
fn first_sentence(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let paragraph = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first);
    // A link of the documentation leads nowhere here.
    sentence.trim_end_matches(['.', ':']).replace("[`", "`").replace("`]", "`")
}

fn render(files: &Files) -> String {
    let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, about) in files {
        let (folder, file) = path.rsplit_once('/').expect("each is in a folder");
        folders.entry(folder).or_default().push(format!("- `{file}`: {about}\n"));
    }
    let folders = folders.iter().map(|(folder, lines)| format!("\n### `{folder}`\n\n{}", lines.concat()));
    folders.collect::<Vec<_>>().concat() + "\n"
}

#[test]
fn each_file_has_a_line_in_the_design() {
    let file = repository().join("DESIGN.md");
    let text = fs::read_to_string(&file).expect("there is a DESIGN.md");
    let (listed, found) = (listed(&text), found());
    if std::env::var_os("UPDATE_DESIGN").is_some() {
        let kept = found.into_iter().map(|(path, about)| {
            let about = listed.get(&path).cloned().unwrap_or(about);
            (path, about)
        });
        let (before, rest) = text.split_once(BEGIN).expect("just read");
        let (_, after) = rest.split_once(END).expect("just read");
        fs::write(&file, format!("{before}{BEGIN}{}{END}{after}", render(&kept.collect()))).expect("writable");
        return;
    }
    let missing: Vec<_> = found.keys().filter(|path| !listed.contains_key(*path)).collect();
    let gone: Vec<_> = listed.keys().filter(|path| !found.contains_key(*path)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "DESIGN.md does not list {missing:?}, and lists {gone:?}, which are not there; \
         `UPDATE_DESIGN=1 cargo test --test it readme` mends that"
    );
}
