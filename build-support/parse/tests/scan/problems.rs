//! What is wrong is said with its place, and the rest is still read.

use glim_parse::scan::SourceProblem;

use crate::project::{Project, messages, model, names};

fn meant(problem: &SourceProblem) -> &str {
    &problem.source[problem.span.clone()]
}

#[test]
fn a_file_that_does_not_parse_keeps_no_other_from_being_read() {
    for (text, message, place) in [
        ("struct A { id: i32", "this is never closed", "{"),
        ("fn f( {}", "this is never closed", "("),
        ("fn f() { ( }", "`(` is closed by `}`", "("),
        ("this is not rust", "expected an item, found `this`", "this"),
        ("let x = 1;", "expected an item, found `let`", "let"),
        ("}", "expected an item, found `}`", "}"),
        ("struct 5;", "expected an item, found `struct`", "struct"),
        ("/* ", "this comment is never closed", "/*"),
        ("const A: &str = \"", "this text is never closed", "\""),
        ("#[derive(Debug)]", "expected an item after this attribute", "#"),
        ("use a::b", "expected `;` before the end of the file", "e"),
        ("mod a", "expected `;` or `{` after the module's name", "a"),
        ("fn f()", "the file ends within an item", "n"),
        ("enum Bé", "the file ends within an item", "é"),
        ("#", "the file ends within an attribute", "#"),
        ("# x", "expected `[` after `#`", "x"),
        ("mod", "expected an item", "mod"),
        ("x!", "expected `(`, `[` or `{` after the macro's name", "x"),
    ] {
        let text = format!("// ä\n{text}");
        let files =
            [("src/lib.rs", "mod broken;\nmod good;"), ("src/broken.rs", &text), ("src/good.rs", &model("Good"))];
        let project = Project::new(&files);
        let scan = project.scan();
        assert_eq!(messages(&scan), [message], "{text}");
        assert_eq!(meant(&scan.problems[0]), place, "{text}");
        assert_eq!(scan.problems[0].path, project.path("src/broken.rs"));
        assert_eq!(names(&scan), ["app::good::Good"]);
    }
}

#[test]
fn what_is_wrong_with_models_is_all_said_and_pointed_at() {
    let text = "// é\n#[derive(glim::Model)]\nstruct A {\n    #[glim(lenght = 5)]\n    a: usize,\n}\n\
                #[derive(glim::Model)] enum B { X }\n#[derive(glim::Model)] struct C { x i32 }";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    let all: Vec<_> = scan.problems.iter().map(|problem| (problem.message.as_str(), meant(problem))).collect();
    assert_eq!(
        all,
        [
            ("unknown key `lenght` on a field", "lenght"),
            ("no column type is known for `usize`", "usize"),
            ("`B` is an enum and cannot be a model", "B"),
            ("expected `:`", "i32"),
        ]
    );
    assert_eq!(scan.problems[0].help.as_deref(), Some("did you mean `length`?"));
}

#[test]
fn a_root_that_is_not_there_is_a_problem() {
    let scan = Project::new(&[]).scan();
    assert_eq!(scan.problems.len(), 1);
    assert!(scan.problems[0].message.starts_with("cannot read `"), "{:?}", messages(&scan));
}

#[test]
fn deep_nesting_overflows_no_stack() {
    let deep = 200_000;
    for text in [
        format!("fn f() {{ {}{} }}", "(".repeat(deep), ")".repeat(deep)),
        format!("#[cfg({}a{})] struct A;", "not(".repeat(deep), ")".repeat(deep)),
        format!("use {}a{};", "a::{".repeat(deep), "}".repeat(deep)),
        format!("fn f() {{ {}{} }}", "a!(".repeat(deep), ")".repeat(deep)),
        format!("{}struct A;", "#[cfg_attr(unix, a)]".repeat(deep / 10)),
        format!("/*{}{}*/", "/*".repeat(deep), "*/".repeat(deep)),
    ] {
        let scan = Project::new(&[("src/lib.rs", &text)]).scan();
        assert_eq!(messages(&scan), [""; 0]);
    }
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let deep = 100_000;
    for ty in [
        format!("{}u8{}", "Box<".repeat(deep), ">".repeat(deep)),
        format!("{}u8", "&".repeat(deep)),
        format!("{}u8", "fn() -> ".repeat(deep)),
        format!("[u8; {}1]", "!".repeat(deep)),
    ] {
        let text = format!("#[derive(glim::Model)] struct A {{ a: {ty} }}");
        let scan = Project::new(&[("src/lib.rs", &text)]).scan();
        assert_eq!(messages(&scan), ["this model is nested too deeply"]);
    }
    let text = format!("{} {}", "mod a {".repeat(deep), "}".repeat(deep));
    assert_eq!(messages(&Project::new(&[("src/lib.rs", &text)]).scan()), ["modules are nested too deeply"]);
}
