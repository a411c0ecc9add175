//! Fields whose types are enums: found wherever the sources declare them, and missed with a word.

use glim_parse::scan::{Scan, scan};
use glim_schema::{ColumnType, EnumType};

use crate::project::{Project, messages, names};

/// A model with a field of that type, after those lines.
fn user(before: &str, ty: &str) -> String {
    format!(
        "{before}\n#[derive(glim::Model)]\nstruct User {{\n    #[glim(primary_key)]\n    id: i32,\n    mood: {ty},\n}}\n"
    )
}

/// An enum of one value.
fn mood(value: &str) -> String {
    format!("#[derive(glim::Enum)]\npub enum Mood {{\n    {value},\n}}\n")
}

/// The values of the column `mood`; nothing may be wrong.
#[track_caller]
fn values(files: &[(&str, &str)]) -> Vec<String> {
    of(&Project::new(files).scan())
}

#[track_caller]
fn of(scan: &Scan) -> Vec<String> {
    assert_eq!(messages(scan), [""; 0]);
    match &scan.models[0].table.find_column("mood").expect("the column").ty {
        ColumnType::Enum(EnumType { name, values }) => {
            assert_eq!(name, "mood");
            values.clone()
        }
        other => panic!("{other:?}"),
    }
}

/// What is wrong, with its help.
fn wrong(text: &str) -> Vec<(String, String)> {
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    assert_eq!(names(&scan), [""; 0]);
    let all = scan.problems.into_iter();
    all.map(|problem| (problem.message, problem.help.unwrap_or_default())).collect()
}

#[test]
fn an_enum_is_found_in_its_module_and_through_imports() {
    let (a, b) = (mood("A"), mood("B"));
    let two = format!("mod a {{ {a} }} mod b {{ {b} }}");
    for (before, ty) in [
        (format!("{b} mod other {{ {a} }}"), "Mood"),
        (format!("{two} use b::Mood;"), "Mood"),
        (format!("{two} use crate::b::Mood as Feeling;"), "Option<Feeling>"),
        (format!("{two} use b::*;"), "Box<Mood>"),
        (two.clone(), "b::Mood"),
        (two.clone(), "crate::b::Mood"),
        (format!("{two} pub mod hub {{ pub use super::b::Mood; }}"), "Option<self::hub::Mood>"),
        (format!("{two} use b as c;"), "c::Mood"),
        ("fn f() { #[derive(glim::Enum)] enum Mood { B } }".to_owned(), "Mood"),
        (b.replace("glim::Enum", "Debug, E") + "use glim::Enum as E;", "Mood"),
        (b.replace("glim::Enum", "Enum") + "use glim::*;", "Mood"),
        ("#[derive(glim::Enum)] enum Mood { #[cfg(any())] A, B }".to_owned(), "Mood"),
    ] {
        assert_eq!(values(&[("src/lib.rs", &user(&before, ty))]), ["b"], "{before} {ty}");
    }
}

#[test]
fn an_enum_is_found_in_other_files_and_through_files_that_only_pass_it_on() {
    let files = [
        ("src/lib.rs", user("mod a; mod types; use types::Mood;", "Mood")),
        ("src/a.rs", mood("A")),
        ("src/types/mod.rs", "mod mood; pub use self::mood::Mood;".to_owned()),
        ("src/types/mood.rs", mood("B")),
    ];
    assert_eq!(values(&files.each_ref().map(|(name, text)| (*name, text.as_str()))), ["b"]);
}

#[test]
fn an_enum_is_found_in_another_crate_that_is_scanned() {
    let common = Project::new(&[("src/lib.rs", &mood("B"))]);
    let project = Project::new(&[("src/lib.rs", &user("mod a { use glim::Enum; }", "common::Mood"))]);
    let (mut root, mut other) = (project.root(), common.root());
    root.crates = vec![("common".to_owned(), 1)];
    other.name = "common".to_owned();
    assert_eq!(of(&scan(&[root, other])), ["b"]);
}

/// What a macro makes of modules and imports is not seen; one enum of that name is enough then.
#[test]
fn an_enum_that_no_import_leads_to_is_found_by_its_name() {
    let before = format!("imports!(); mod a {{ {} }}", mood("B"));
    assert_eq!(values(&[("src/lib.rs", &user(&before, "Mood"))]), ["b"]);
}

#[test]
fn one_of_several_is_not_guessed() {
    let before = format!("imports!(); mod a {{ {} }} mod b {{ {} }}", mood("A"), mood("B"));
    let found = wrong(&user(&before, "Mood"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "there are several enums `Mood`, and it is not seen which one is meant");
}

#[test]
fn an_enum_that_is_not_found_is_named_with_what_is_near() {
    let found = wrong(&user(&mood("A"), "Option<Moods>"));
    assert_eq!(found, [("no column type is known for `Option<Moods>`".to_owned(), "did you mean `Mood`?".to_owned())]);
    let found = wrong(&user("", "Colour"));
    assert_eq!(found[0].0, "no column type is known for `Colour`");
    assert!(found[0].1.starts_with("derive `glim::Enum` for it if it is an enum"), "{}", found[0].1);
    // Somebody else's derive of the same name.
    let other = "use enum_map::Enum; #[derive(Enum)] enum Mood { A(u8) }";
    assert_eq!(wrong(&user(other, "Mood"))[0].0, "no column type is known for `Mood`");
    let elsewhere = wrong(&user(&mood("A"), "other::Mood"));
    assert!(elsewhere[0].1.starts_with("it is in a crate whose sources are not read"), "{}", elsewhere[0].1);
}

#[test]
fn what_is_wrong_with_an_enum_is_said_once() {
    let found = wrong(&user("#[derive(glim::Enum)] enum Mood { A(u8) }", "Mood"));
    assert_eq!(found.iter().map(|(message, _)| message.as_str()).collect::<Vec<_>>(), ["the variant `A` has fields"]);
    let found = wrong(&user("#[derive(glim::Enum)] struct Mood;", "Mood"));
    assert_eq!(found[0].0, "`Mood` is a struct and cannot be the values of a column");
}

#[test]
fn a_default_is_one_of_the_values() {
    let with = |default: &str| {
        let text = user("#[derive(glim::Enum)] enum Mood { Happy, Sad }", "Mood");
        text.replace("    mood:", &format!("    #[glim(default = {default})] mood:"))
    };
    assert_eq!(values(&[("src/lib.rs", &with("\"sad\""))]), ["happy", "sad"]);
    assert_eq!(wrong(&with("\"Sade\""))[0].0, "the default `Sade` is no value of `mood`");
    assert_eq!(wrong(&with("\"Sade\""))[0].1, "did you mean `sad`?");
    assert_eq!(wrong(&with("\"furious\""))[0].1, "its values are `happy`, `sad`");
    assert_eq!(wrong(&with("1"))[0].0, "the default does not fit a column of an enum");
}

#[test]
fn a_model_that_is_missed_keeps_no_other_from_being_read() {
    let text = user("", "Colour") + "#[derive(glim::Model)] struct Other { #[glim(primary_key)] id: i32 }";
    let scan = Project::new(&[("src/lib.rs", &text)]).scan();
    assert_eq!((names(&scan), scan.problems.len()), (vec!["app::Other".to_owned()], 1));
}
