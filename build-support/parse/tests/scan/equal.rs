//! The derive and the scan see the same, whatever a struct says. The derive's side of this is all that it does before
//! it writes code: `glim_parse::parse` on the struct's tokens. (`derive/tests/equal.rs` compares compiled models.)

use glim_parse::scan::FoundModel;
use glim_schema::EnumType;
use proptest::prelude::*;
use syn::DeriveInput;

use crate::project::Project;

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["id", "name", "Name", "r#type", "größe", "other_name", "a"]).prop_map(str::to_owned)
}

fn field_type() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "i32",
        "u64",
        "String",
        "bool",
        "f64",
        "Vec<u8>",
        "[u8; 4]",
        "glim::Decimal",
        "chrono::DateTime<Utc>",
        "uuid::Uuid",
        "usize",
        "&'static str",
        "Color",
        "jiff::Timestamp",
        "Box<str>",
    ]);
    (plain, any::<bool>()).prop_map(|(ty, optional)| if optional { format!("Option<{ty}>") } else { ty.to_owned() })
}

fn field_key() -> impl Strategy<Value = String> {
    let keys = vec![
        "primary_key",
        "primary_key",
        "auto_increment",
        "length = 20",
        "length = 0",
        "precision = 10, scale = 2",
        "sql_type = \"citext\"",
        "default = 5",
        "default = \"it's \\\"new\\\"\"",
        "default = sql(\"now()\")",
        "default = -1.5",
        "unique",
        "index = \"by_it\"",
        "references = \"users.id\", on_delete = \"cascade\"",
        "references = \"users\"",
        "column = \"Ünï \\\" cöl\"",
        "was = \"old\"",
        "check = \"a > 0\"",
        "comment = r#\"a \"comment\"\"#",
        "skip",
        "nonsense",
        "lenght = 5",
        "5",
    ];
    prop::sample::select(keys).prop_map(str::to_owned)
}

fn struct_key() -> impl Strategy<Value = String> {
    let keys = vec![
        "table = \"users\"",
        "db = \"main\"",
        "was = \"people\"",
        "frozen",
        "crate = \"::other\"",
        "primary_key(id, name)",
        "index(name, name = \"by_name\", unique)",
        "unique(a)",
        "check = \"1 > 0\"",
        "comment = \"c\"",
        "tabel = \"x\"",
    ];
    prop::sample::select(keys).prop_map(str::to_owned)
}

fn field() -> impl Strategy<Value = String> {
    (name(), field_type(), prop::collection::vec(field_key(), 0..4)).prop_map(|(name, ty, keys)| {
        format!("    /// A comment.\n    #[glim({})]\n    pub {name}: {ty},\n", keys.join(", "))
    })
}

prop_compose! {
    fn model()(
        keys in prop::collection::vec(struct_key(), 0..3),
        fields in prop::collection::vec(field(), 0..5),
    ) -> String {
        format!("#[derive(Debug, glim::Model)]\n#[glim({})]\npub struct User {{\n{}}}\n", keys.join(", "), fields.concat())
    }
}

/// What the derive sees: the table, or all that is wrong, each with its place.
fn derived(text: &str) -> Result<glim_parse::ModelDef, Vec<(String, usize)>> {
    let input: DeriveInput = syn::parse_str(text).expect("a struct");
    glim_parse::parse(input).map_err(|problems| {
        problems.iter().map(|problem| (problem.message().to_owned(), problem.span().byte_range().start)).collect()
    })
}

/// What the compiler looks up and the scan finds.
const COLOR: &str = "#[derive(glim::Enum)] enum Color { Red, #[glim(name = \"it's \\\"new\\\"\")] New }\n";

fn same(found: &FoundModel, derived: &glim_parse::ModelDef) {
    let mut table = derived.table.clone();
    for open in table.columns.iter_mut().filter_map(|column| column.ty.enum_type_mut()) {
        *open = EnumType::new("color", ["red", "it's \"new\""]);
    }
    assert_eq!(found.table, table);
    assert_eq!((&found.db, &found.was, found.frozen), (&derived.db, &derived.was, derived.frozen));
    let of_derive: Vec<_> = derived.fields.iter().map(|field| (&field.column, &field.was)).collect();
    assert_eq!(found.fields.iter().map(|field| (&field.column, &field.was)).collect::<Vec<_>>(), of_derive);
}

proptest! {
    #[test]
    fn the_derive_and_the_scan_see_the_same(text in model()) {
        let before = format!("// ß\nmod inner {{ /* {{ */ }}\n{COLOR}");
        let scan = Project::new(&[("src/lib.rs", &format!("{before}{text}fn after() {{}}"))]).scan();
        match derived(&text) {
            Ok(derived) => {
                prop_assert!(scan.problems.is_empty());
                prop_assert_eq!(scan.models.len(), 1);
                same(&scan.models[0], &derived);
            }
            Err(mut problems) => {
                prop_assert!(scan.models.is_empty());
                let found = scan.problems.iter().map(|problem| (problem.message.clone(), problem.span.start - before.len()));
                let mut found: Vec<_> = found.collect();
                found.sort();
                problems.sort();
                problems.dedup();
                prop_assert_eq!(found, problems);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever stands in a file: the scan ends, without a panic, and its places are in the text.
    #[test]
    fn no_text_makes_the_scan_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "mod a;", "mod b {", "}", "{", "(", ")", "[", "]", "#[derive(glim::Model)]", "#[cfg(", "#[glim(table = \"", "struct",
            "struct A { a: i32 }", "enum B", "impl glim::Migration for C {", "fn rollback", "use glim::{", "as", "::*", "*", ";",
            "include!(\"", "\"", "'", "'a", "r#\"", "//", "/*", "*/", "\n", " ", "é", "\u{2028}", "\\", "!", "submit!(", "=",
            ",", "<", ">", "->", "#!", "#", "b'", "0x", "1.", "e-", "$", "extern crate", "pub(", "const", "where", "\u{feff}",
        ]), 0..40),
    ) {
        let text = pieces.join(" ");
        for text in [text.clone(), pieces.concat()] {
            let scan = Project::new(&[("src/lib.rs", &text)]).scan();
            for problem in &scan.problems {
                prop_assert!(problem.source.get(problem.span.clone()).is_some(), "{:?} in {:?}", problem, text);
            }
        }
    }
}
