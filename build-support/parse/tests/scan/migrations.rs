//! Migrations and their registrations.

use crate::project::{Project, messages};

fn found(text: &str) -> Vec<String> {
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    assert_eq!(messages(&scan), [""; 0]);
    scan.migrations.iter().map(|found| format!("{}::{}", found.place.module, found.type_name)).collect()
}

#[test]
fn implementations_are_found_with_their_place() {
    let text = "use glim::Migration;\n\nmod m {\n  pub struct A;\n  impl super::Migration for A {\n    fn run(&self) {}\n  }\n}\n";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    let [migration] = &scan.migrations[..] else { panic!("one migration") };
    assert_eq!((migration.type_name.as_str(), migration.place.module.as_str()), ("A", "app::m"));
    assert_eq!((migration.place.line, migration.place.column), (5, 3));
    assert!(!migration.has_rollback);
}

#[test]
fn the_trait_is_followed_like_the_derive() {
    for text in [
        "impl glim::Migration for A { }",
        "impl ::glim::Migration for crate::x::A { }",
        "use glim::*; impl Migration for A { }",
        "use glim::Migration as Step; impl Step for A { }",
        "impl<T: Into<u8>, F: Fn() -> T> glim::Migration for A<T, { 1 }> where T: Copy, [u8; { 2 }]: Sized { }",
        "use other::*; impl Migration for A { fn run(&self) {} }",
        "use other::Migration; impl Migration for A { } glim::submit!(A);",
    ] {
        assert_eq!(found(text), ["app::A"], "{text}");
    }
    for text in [
        "impl other::Migration for A { fn run(&self) {} }",
        "use other::Migration; impl Migration for A { fn run(&self) {} }",
        "trait Migration {} impl Migration for A { fn run(&self) {} }",
        "impl Migration { fn run(&self) {} }",
        "impl From<Migration> for A { }",
        "impl glim::Model for A { }",
        "use other::*; impl Migration for A { fn up(&self) {} }",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn a_rollback_is_seen_only_directly_in_the_block() {
    let has = |body: &str| {
        let text = format!("impl glim::Migration for A {{ fn run(&self) {{ {body}\n}} }}");
        Project::new(&[("src/lib.rs", &text)]).scan().migrations[0].has_rollback
    };
    assert!(has("} fn rollback(&self) {"));
    assert!(has("} /* x */ fn /* y */ rollback<'a>(&'a self) {"));
    assert!(!has("fn rollback() {}"));
    assert!(!has("\"fn rollback\"; // fn rollback"));
}

#[test]
fn registrations_are_found_in_all_their_forms() {
    let text = "use glim::{inventory, submit};\n\
                inventory::submit! { glim::migration!(A) }\n\
                glim::submit!(m::B, name = \"bee\", irreversible);\n\
                submit! { C, version = \"1\" }\n\
                glim::inventory::submit!(glim::migration!(D, after = [\"A\"], name = \"d\\u{e9}\"));\n\
                inventory::submit! { Other::new(E) }\n\
                other::submit!(F);\n\
                #[cfg(test)] glim::submit!(G);";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    let all: Vec<_> =
        scan.registrations.iter().map(|r| (r.type_name.as_str(), r.name.as_deref(), r.irreversible)).collect();
    assert_eq!(all, [("A", None, false), ("B", Some("bee"), true), ("C", None, false), ("D", Some("dé"), false)]);
    assert_eq!(scan.registrations.iter().map(|r| r.place.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[test]
fn a_checksum_is_of_the_block_alone() {
    let sum = |text: &str| Project::new(&[("src/lib.rs", text)]).scan().migrations[0].checksum.to_string();
    let one = sum("impl glim::Migration for A { fn run(&self) { x() } }");
    assert_eq!(
        one,
        sum(
            "struct Before;\r\n#[allow(x)]\r\nimpl glim::Migration for A {\r\n  // y\r\n  fn run(&self) { x(); }\r\n}\r\n"
        )
    );
    assert_ne!(one, sum("impl glim::Migration for A { fn run(&self) { y() } }"));
}
