//! Which derive is glim's.

use glim_parse::scan::scan;

use crate::project::{Project, messages, models, names};

#[test]
fn the_derive_is_followed_through_imports() {
    for text in [
        "use glim::Model; #[derive(Model)] struct A { id: i32 }",
        "use glim::*; #[derive(Clone, Model)] struct A { id: i32 }",
        "#[derive(glim::Model)] struct A { id: i32 }",
        "#[derive(::glim::Model)] struct A { id: i32 }",
        "use glim::{Db, Model as M}; #[derive(M)] struct A { id: i32 }",
        "use glim as g; #[derive(g::Model)] struct A { id: i32 }",
        "use glim::{self as g}; #[derive(g::Model)] struct A { id: i32 }",
        "extern crate glim as g; #[derive(g::Model)] struct A { id: i32 }",
        "use glim; #[derive(glim::Model)] struct A { id: i32 }",
        "use self::inner::M; mod inner { pub use glim::Model as M; } #[derive(M)] struct A { id: i32 }",
        "use crate::inner::*; mod inner { pub use glim::Model; } #[derive(Model)] struct A { id: i32 }",
        "mod db { pub use ::glim; } #[derive(db::glim::Model)] struct A { id: i32 }",
        "mod db { pub use glim::Model; } use crate::db as d; #[derive(d::Model)] struct A { id: i32 }",
        "use other::prelude::*; #[derive(Model)] #[glim(table = \"a\")] struct A { id: i32 }",
    ] {
        assert_eq!(models(&[("src/lib.rs", text)]), ["app::A"], "{text}");
    }
}

#[test]
fn a_child_module_sees_its_parents_imports() {
    let root = "use glim::Model as Table;\nmod a;\nmod b { use super::*; #[derive(Table)] struct B { id: i32 } }";
    let child = "use super::Table;\n#[derive(Table)] struct A { id: i32 }";
    assert_eq!(models(&[("src/lib.rs", root), ("src/a.rs", child)]), ["app::a::A", "app::b::B"]);
}

#[test]
fn another_crates_model_is_not_ours() {
    for text in [
        "use other::Model; #[derive(Model)] struct A { id: i32 }",
        "#[derive(other::Model)] struct A { id: Unsupported }",
        "use other::{glim, Model}; #[derive(Model)] struct A { id: i32 }",
        "use other::Model as M; #[derive(M)] struct A { id: i32 }",
        "#[derive(Debug, DeriveEntityModel)] struct Model { id: i32 }",
        "use other::prelude::*; #[derive(Model)] struct A { id: i32 }",
        "mod x { pub use other::Model; } use x::*; #[derive(Model)] struct A { id: i32 }",
        "mod x { pub use super::y::*; } mod y { pub use super::x::*; } use x::*; #[derive(Model)] struct A { id: i32 }",
        "use crate::Model as Model; #[derive(Model)] struct A { id: i32 }",
        "struct Model; #[derive(Clone)] struct A { id: i32 }",
    ] {
        assert_eq!(models(&[("src/lib.rs", text)]), [""; 0], "{text}");
    }
}

#[test]
fn a_renamed_dependency_has_another_name() {
    let project = Project::new(&[(
        "src/lib.rs",
        "#[derive(db::Model)] struct A { id: i32 }\n#[derive(glim::Model)] struct B { id: i32 }",
    )]);
    let mut root = project.root();
    root.glim = vec!["db".to_owned()];
    assert_eq!(names(&scan(&[root])), ["app::A"]);
}

#[test]
fn names_are_followed_into_other_scanned_crates() {
    let common = Project::new(&[("src/lib.rs", "pub mod prelude { pub use glim::Model; }")]);
    let project = Project::new(&[("src/lib.rs", "use common::prelude::*;\n#[derive(Model)] struct A { id: i32 }")]);
    let (mut root, mut other) = (project.root(), common.root());
    root.crates = vec![("common".to_owned(), 1)];
    other.name = "common".to_owned();
    let found = scan(&[root, other]);
    assert_eq!(names(&found), ["app::A"]);
    assert_eq!(found.models[0].place.target, 0);
}

#[test]
fn a_module_that_a_macro_makes_is_trusted() {
    let text = "generate!(); use crate::generated::inner::Model; #[derive(Model)] struct A { id: i32 }";
    assert_eq!(models(&[("src/lib.rs", text)]), ["app::A"]);
}

#[test]
fn what_is_wrong_with_another_crates_model_is_not_said() {
    let text = "use other::Model; #[derive(Model)] struct A(u8);";
    assert_eq!(messages(&Project::new(&[("src/lib.rs", text)]).scan()), [""; 0]);
}

#[test]
fn a_module_without_anything_of_glim_has_no_model_to_derive() {
    let user = |path: &str| format!("mod plain; mod other; use {path}::Model; #[derive(Model)] struct A {{ id: i32 }}");
    let found =
        |path: &str| models(&[("src/lib.rs", &user(path)), ("src/plain.rs", ""), ("src/other.rs", "fn f() {}")]);
    for path in ["crate::plain", "self::other", "plain"] {
        assert_eq!(found(path), [""; 0], "{path}");
    }
    // What a macro makes is not seen, and may well be glim's.
    for path in ["crate::made", "crate::plain::made"] {
        assert_eq!(found(path), ["app::A"], "{path}");
    }
}
