//! `cfg` and `cfg_attr` on modules, structs and fields.

use crate::project::{Project, messages, model, models, names};

#[test]
fn what_is_not_compiled_is_not_found() {
    let conditions = [
        ("Yes", "#[cfg(feature = \"on\")]"),
        ("No", "#[cfg(feature = \"off\")]"),
        ("Tests", "#[cfg(test)]"),
        ("Unix", "#[cfg(all(unix, not(windows)))]"),
        ("Both", "#[cfg(unix)] #[cfg(windows)]"),
        ("Nested", "#[cfg_attr(unix, cfg_attr(feature = \"on\", cfg(windows)))]"),
    ];
    let mut text = conditions.map(|(name, condition)| format!("{condition}\n{}", model(name))).concat();
    text += "#[cfg(any(test, windows))] mod gone { #[derive(glim::Model)] struct Inner { id: i32 } }";
    assert_eq!(models(&[("src/lib.rs", &text)]), ["app::Yes", "app::Unix"]);
}

#[test]
fn a_derive_may_depend_on_a_feature() {
    let text = "#[cfg_attr(feature = \"on\", derive(Debug, glim::Model), glim(table = \"a\"))] struct A { id: i32 }\n\
                #[cfg_attr(feature = \"off\", derive(glim::Model))] struct B { id: i32 }";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    assert_eq!(names(&scan), ["app::A"]);
    assert_eq!(scan.models[0].table.name, "a");
}

#[test]
fn fields_come_and_go_with_conditions() {
    let text = "#[derive(glim::Model)] struct A {\n #[cfg_attr(unix, glim(primary_key, column = \"key\"))] id: i32,\n\
                #[cfg(windows)] never: Unsupported,\n #[cfg(feature = \"on\")] #[cfg_attr(not(unix), glim(nonsense))] b: bool }";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    assert_eq!(messages(&scan), [""; 0]);
    let columns: Vec<_> = scan.models[0].table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["key", "b"]);
    assert_eq!(scan.models[0].table.primary_key, ["key"]);
}

#[test]
fn an_inner_attribute_takes_its_module_away() {
    let text = format!(
        "mod a {{ #![cfg(windows)] {} }}\nmod b {{ #![allow(x)] {} }}\nmod c;\n{}",
        model("A"),
        model("B"),
        model("D")
    );
    let files = [("src/lib.rs", text.as_str()), ("src/c.rs", "#![cfg(test)] struct {")];
    assert_eq!(models(&files), ["app::b::B", "app::D"]);
}

#[test]
fn a_condition_of_a_build_script_is_a_warning_where_it_matters() {
    let text = format!(
        "#[cfg(loom)] mod a;\n#[cfg(loom)] mod not_there;\n#[cfg(loom)] struct Other;\n\
         #[derive(glim::Model)] struct M {{ #[cfg(has_x)] x: i32, id: i32 }}\n\
         #[cfg(own)] impl glim::Migration for N {{ fn run(&self) {{}} }}\n#[cfg(own)] glim::submit!(N);\n{}",
        model("B")
    );
    let scan = Project::new(&[("src/lib.rs", &text), ("src/a.rs", &model("A"))]).scan();
    assert_eq!(names(&scan), ["app::B"]);
    assert_eq!(
        messages(&scan),
        [
            "whether the model `A` is compiled depends on `loom`",
            "whether fields of this model are compiled depends on `has_x`",
            "whether the migration `N` is compiled depends on `own`",
            "whether the migration `N` is registered depends on `own`",
        ]
    );
}

#[test]
fn tests_are_not_compiled() {
    let text = "#[test] fn t() { #[derive(glim::Model)] struct InTest { id: i32 } }\n\
                fn f() { #[derive(glim::Model)] struct InFunction { id: i32 } }\n\
                fn g() { quote! { #[derive(glim::Model)] struct InMacro { id: i32 } } }\n\
                impl X { fn h() { if true { #[cfg(test)] #[derive(glim::Model)] struct No { id: i32 }\n\
                #[derive(Clone)] #[derive(glim::Model)] pub(crate) struct InMethod { id: i32 } } } }";
    assert_eq!(models(&[("src/lib.rs", text)]), ["app::InFunction", "app::InMethod"]);
}
