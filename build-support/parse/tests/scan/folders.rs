//! The modules that `glim::migrations!` declares.

use crate::project::{Project, messages, model, models, names};

const MIGRATION: &str = "use glim::Migration; pub struct Add; impl Migration for Add { fn run(&self) {} } \
                         glim::submit!(Add, version = \"7\", after = [\"First\", \"Second\"]);";

#[test]
fn each_rust_file_of_the_folder_is_a_module() {
    let x = model("X");
    for (macro_call, folder) in [
        ("glim::migrations!();", "migrations"),
        ("::glim::migrations! {}", "migrations"),
        ("use glim::migrations; migrations!();", "migrations"),
        ("glim::migrations!(\"db/steps\");", "db/steps"),
    ] {
        let (file, text) = (format!("{folder}/20261122_x.rs"), format!("{x} {MIGRATION}"));
        let project = Project::new(&[
            ("Cargo.toml", ""),
            ("src/lib.rs", &format!("{} {macro_call}", model("A"))),
            (&file, &text),
            (&format!("{folder}/mod.rs"), "this is not read"),
            (&format!("{folder}/a.sql"), "nor is this"),
        ]);
        let scan = project.scan();
        assert_eq!(messages(&scan), [""; 0], "{macro_call}");
        assert_eq!(names(&scan), ["app::A", "app::migrations::m20261122_x::X"], "{macro_call}");
        assert_eq!(scan.migrations[0].place.module, "app::migrations::m20261122_x");
        assert_eq!(scan.migrations[0].place.file, project.path(&file));
        let registration = &scan.registrations[0];
        assert_eq!(registration.version.as_deref(), Some("7"));
        assert_eq!(registration.after, ["First", "Second"]);
    }
}

#[test]
fn several_folders_come_in_their_order_and_where_the_macro_stands() {
    let text = format!("mod db {{ glim::migrations!(\"b\", \"a\"); }} {}", model("Z"));
    let (one, two, three) = (model("One"), model("Two"), model("Three"));
    let files =
        [("Cargo.toml", ""), ("src/lib.rs", text.as_str()), ("a/1.rs", &three), ("b/1-b.rs", &one), ("b/2.rs", &two)];
    let expected =
        ["app::db::migrations::m1_b::One", "app::db::migrations::m2::Two", "app::db::migrations::m1::Three", "app::Z"];
    assert_eq!(models(&files), expected);
}

#[test]
fn modules_of_the_folders_files_are_followed_like_those_of_any_file_with_a_path() {
    let helper = model("Helper");
    let files = [
        ("Cargo.toml", ""),
        ("src/lib.rs", "glim::migrations!();"),
        ("migrations/1.rs", "mod helpers;"),
        ("migrations/helpers/mod.rs", helper.as_str()),
    ];
    assert_eq!(models(&files), ["app::migrations::m1::helpers::Helper"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_where_it_is_named() {
    let text = "glim::migrations!(\"steps\");";
    let scan = Project::new(&[("Cargo.toml", ""), ("src/lib.rs", text)]).scan();
    let [problem] = &scan.problems[..] else { panic!("one problem: {:?}", messages(&scan)) };
    assert!(problem.message.starts_with("cannot read the folder `steps`: "), "{}", problem.message);
    assert_eq!(&text[problem.span.clone()], "\"steps\"");
    let unbuilt = "#[cfg(windows)] glim::migrations!(\"steps\");";
    assert_eq!(messages(&Project::new(&[("src/lib.rs", unbuilt)]).scan()), [""; 0]);
}

#[test]
fn a_macro_of_that_name_from_elsewhere_declares_nothing() {
    for text in ["migrations!();", "other::migrations!(\"steps\");", "use other::migrations; migrations!();"] {
        let files = [("Cargo.toml", ""), ("src/lib.rs", text), ("migrations/1.rs", "}")];
        assert_eq!(models(&files), [""; 0], "{text}");
    }
}
