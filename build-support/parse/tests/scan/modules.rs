//! Where modules' files are looked for: one test for each rule, and what rustc does at the edges.

use std::fs;

use glim_parse::scan::scan_with;

use crate::project::{Project, messages, model, models, names};

#[test]
fn a_module_is_beside_the_root_flat_or_in_its_folder() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", &model("A")),
        ("src/b/mod.rs", &model("B")),
        ("src/c.rs", &model("C")),
    ];
    assert_eq!(models(&files), ["app::a::A", "app::b::B"]);
}

#[test]
fn a_module_of_a_flat_file_is_in_the_folder_of_its_name() {
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod b;"),
        ("src/a/b.rs", "mod c;"),
        ("src/a/b/c/mod.rs", "mod d;"),
        ("src/a/b/c/d.rs", &model("D")),
        ("src/b.rs", &model("Wrong")),
    ];
    assert_eq!(models(&files), ["app::a::b::c::d::D"]);
}

#[test]
fn an_inline_module_adds_its_name_to_the_folder() {
    let files = [
        ("src/lib.rs", "mod a { mod b; mod c { mod d; } }\nmod e;"),
        ("src/a/b.rs", &model("B")),
        ("src/a/c/d.rs", &model("D")),
        ("src/e.rs", "mod f { mod g; }"),
        ("src/e/f/g.rs", &model("G")),
    ];
    assert_eq!(models(&files), ["app::a::b::B", "app::a::c::d::D", "app::e::f::g::G"]);
}

#[test]
fn a_path_is_seen_from_the_files_own_folder() {
    let files = [
        ("src/lib.rs", "#[path = \"other/place.rs\"] mod a;\nmod b;"),
        ("src/other/place.rs", &format!("{}mod below;", model("A"))),
        ("src/other/below.rs", &model("Below")),
        ("src/b.rs", "#[path = \"c.rs\"]\nmod renamed;"),
        ("src/c.rs", &model("C")),
    ];
    assert_eq!(models(&files), ["app::a::A", "app::a::below::Below", "app::b::renamed::C"]);
}

#[test]
fn a_path_in_an_inline_module_is_seen_from_its_folder() {
    let files = [
        ("src/lib.rs", "mod a { #[path = \"x.rs\"] mod b; }\nmod c;"),
        ("src/a/x.rs", &model("X")),
        ("src/c.rs", "mod d { #[path = \"y.rs\"] mod e; }"),
        ("src/c/d/y.rs", &model("Y")),
    ];
    assert_eq!(models(&files), ["app::a::b::X", "app::c::d::e::Y"]);
}

#[test]
fn a_path_on_an_inline_module_is_its_folder() {
    let files = [
        ("src/lib.rs", "#[path = \"elsewhere\"] mod a { mod b; #[path = \"p.rs\"] mod c; }\nmod d;"),
        ("src/elsewhere/b.rs", &model("B")),
        ("src/elsewhere/p.rs", &model("P")),
        ("src/d.rs", "#[path = \"there\"] mod e { mod f; }"),
        ("src/there/f.rs", &model("F")),
    ];
    assert_eq!(models(&files), ["app::a::b::B", "app::a::c::P", "app::d::e::f::F"]);
}

#[test]
fn a_path_may_depend_on_the_target() {
    let text = "#[cfg_attr(unix, path = \"u.rs\")]\n#[cfg_attr(windows, path = \"w.rs\")]\nmod os;";
    assert_eq!(models(&[("src/lib.rs", text), ("src/u.rs", &model("U")), ("src/w.rs", &model("W"))]), ["app::os::U"]);
}

#[test]
fn a_raw_name_is_a_file_without_its_prefix() {
    assert_eq!(models(&[("src/lib.rs", "mod r#type;"), ("src/type.rs", &model("T"))]), ["app::type::T"]);
}

#[test]
fn an_included_file_stands_in_for_the_macro() {
    let files = [
        (
            "src/lib.rs",
            "use glim::Model;\nmod a { include!(\"parts/a.in\"); }\ninclude!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));",
        ),
        (
            "src/parts/a.in",
            "#[derive(Model)] struct Unknown { id: i32 }\nuse glim::Model;\n#[derive(Model)] struct A { id: i32 }\nmod b;",
        ),
        ("src/parts/b.rs", &model("B")),
    ];
    assert_eq!(models(&files), ["app::a::Unknown", "app::a::A", "app::a::b::B"]);
}

#[test]
fn order_is_that_of_the_source() {
    let text = format!("{}mod x;\n{}mod y {{ {} }}\n{}", model("A"), model("C"), model("D"), model("E"));
    assert_eq!(
        models(&[("src/lib.rs", &text), ("src/x.rs", &model("B"))]),
        ["app::A", "app::x::B", "app::C", "app::y::D", "app::E"]
    );
}

#[test]
fn words_in_texts_comments_and_macros_are_no_modules() {
    let text = "/* mod a; */ // mod b;\nconst T: &str = \"mod c; \\\" mod d;\";\nconst R: &str = r#\"\" mod e;\"#;\n\
                macro_rules! m { () => { mod f; } }\nm! { mod g; }\nfn mod_h() { let modx = 'm'; }\n#[doc = \"mod i;\"]\nmod j;";
    assert_eq!(models(&[("src/lib.rs", text), ("src/j.rs", &model("J"))]), ["app::j::J"]);
}

#[test]
fn items_of_every_kind_are_passed_over() {
    let text = "#![allow(dead_code)]\npub(crate) const A: [u8; { 3 }] = [0; 3];\nstatic B: fn() -> u8 = { || 1 };\n\
                const fn c<const N: usize>() -> F<{ N }> where F<{ N }>: Copy { F }\nunsafe extern \"C\" { fn d(); }\n\
                extern \"C\" fn e() {}\npub struct F<const N: usize = { 1 + 1 }>;\nstruct G(u8, [u8; { 2 }]);\n\
                impl<const N: usize> F<{ N }> { fn x() {} }\nimpl From<F<{ 1 }>> for G { }\nunion H { a: u8 }\n\
                pub(in crate::x) type I<'a> = &'a str;\nenum J { A { x: u8 }, B(u8), C = 5 }\ntrait K: L where { fn y(); }\n\
                unsafe impl Send for G {}\nasync fn m() {}\nmacro_rules! n { ($x:tt) => { } }\nn!(x);\nstd::thread_local! { }\n\
                const _: () = { };\nuse a::{b, c};\nextern crate core as other;\n; mod z;";
    assert_eq!(models(&[("src/lib.rs", text), ("src/z.rs", &model("Z"))]), ["app::z::Z"]);
}

#[test]
fn a_missing_file_names_what_was_tried() {
    let project = Project::new(&[("src/lib.rs", &format!("mod gone;\n{}", model("A")))]);
    let scan = project.scan();
    assert_eq!(messages(&scan), ["no file for the module `gone`"]);
    let help = scan.problems[0].help.clone().expect("help");
    for tried in ["src/gone.rs", "src/gone/mod.rs"] {
        assert!(help.contains(&project.path(tried).display().to_string()), "{help}");
    }
    assert_eq!(&scan.problems[0].source[scan.problems[0].span.clone()], "mod gone");
    assert_eq!(names(&scan), ["app::A"]);
}

#[test]
fn two_files_for_one_module_are_an_error() {
    let scan = Project::new(&[("src/lib.rs", "mod a;"), ("src/a.rs", ""), ("src/a/mod.rs", "")]).scan();
    assert_eq!(messages(&scan), ["two files for the module `a`"]);
}

#[test]
fn a_file_that_leads_to_itself_is_an_error() {
    for files in [
        vec![("src/lib.rs", "#[path = \"lib.rs\"] mod a;")],
        vec![
            ("src/lib.rs", "mod a;"),
            ("src/a.rs", "#[path = \"b.rs\"] mod b;"),
            ("src/b.rs", "#[path = \"../src/a.rs\"] mod a;"),
        ],
        vec![("src/lib.rs", "include!(\"lib.rs\");")],
    ] {
        let project = Project::new(&files);
        let scan = project.scan();
        assert_eq!(scan.problems.len(), 1, "{files:?}");
        assert!(scan.problems[0].message.ends_with("it leads to itself"), "{:?}", messages(&scan));
    }
}

#[cfg(unix)]
#[test]
fn folders_that_link_to_themselves_end() {
    let project = Project::new(&[("src/lib.rs", "mod a;"), ("src/a/mod.rs", "mod a;")]);
    std::os::unix::fs::symlink(project.path("src/a"), project.path("src/a/a")).expect("a link");
    assert_eq!(project.scan().problems.len(), 1);
}

#[test]
fn only_files_of_the_crate_are_read() {
    let project = Project::new(&[
        ("src/lib.rs", "#[cfg(test)] mod tests;\nmod a;\n#[cfg(windows)] mod b { mod c; }"),
        ("src/a.rs", "#![cfg(feature = \"off\")]\nmod d;"),
        ("src/tests.rs", "this is not read"),
        ("src/other.rs", "nor is this"),
    ]);
    let mut files = Vec::new();
    let scan = scan_with(&[project.root()], &mut |file| files.push(file.to_owned()));
    assert_eq!(messages(&scan), [""; 0]);
    assert_eq!(files, [project.path("src/lib.rs"), project.path("src/a.rs")]);
    assert_eq!((scan.files, scan.lines), (2, 5));
}

#[test]
fn a_file_in_two_places_is_read_for_both() {
    let text = "#[path = \"x.rs\"] mod a; #[path = \"x.rs\"] mod b;";
    assert_eq!(models(&[("src/lib.rs", text), ("src/x.rs", &model("X"))]), ["app::a::X", "app::b::X"]);
}

#[test]
fn a_file_that_is_not_text_is_one_problem() {
    let project = Project::new(&[("src/lib.rs", "mod a; mod b;"), ("src/b.rs", &model("B"))]);
    fs::write(project.path("src/a.rs"), b"mod \xff;").expect("a file");
    let scan = project.scan();
    assert!(scan.problems[0].message.ends_with("byte 4 is not UTF-8"), "{:?}", messages(&scan));
    assert_eq!(names(&scan), ["app::b::B"]);
}

#[test]
fn many_files_are_read_in_parallel_and_come_in_order() {
    let names: Vec<String> = (0..300).map(|n| format!("m{n:03}")).collect();
    let root = format!("mod {};", names.join("; mod "));
    let files: Vec<(String, String)> =
        names.iter().map(|name| (format!("src/{name}.rs"), model(&format!("M{name}")))).collect();
    let mut all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    all.push(("src/lib.rs", &root));
    let expected: Vec<_> = names.iter().map(|name| format!("app::{name}::M{name}")).collect();
    assert_eq!(models(&all), expected);
}
