//! The compiler and the scan read the same sources: what the derive registered must be what the scan finds, table by
//! table. (`parse/tests/scan/equal.rs` compares the parser alone, on random structs.)

mod models;

use std::collections::BTreeMap;
use std::path::Path;

use glim::__private::ModelRegistration;
use glim::inventory;
use glim::schema::Table;
use glim_parse::scan::{CfgSet, CrateRoot, Scan, scan};

type Model<'a> = (&'a Table, Option<&'a str>, bool, &'a str);

fn scanned() -> Scan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/equal/main.rs");
    let scan = scan(&[CrateRoot {
        name: "equal".to_owned(),
        file,
        cfg: CfgSet::of_this_platform([""; 0]),
        glim: vec!["glim".to_owned()],
        crates: Vec::new(),
    }]);
    assert_eq!(scan.problems, []);
    scan
}

#[test]
fn what_is_registered_is_what_is_found() {
    let scan = scanned();
    let found: BTreeMap<String, Model<'_>> = scan
        .models
        .iter()
        .map(|model| {
            let file = model.place.file.file_name().and_then(|name| name.to_str()).expect("a file's name");
            let name = format!("{}::{}", model.place.module, model.name);
            (name, (&model.table, model.db.as_deref(), model.frozen, file))
        })
        .collect();
    let registered: BTreeMap<String, Model<'_>> = inventory::iter::<ModelRegistration>
        .into_iter()
        .map(|model| {
            let file = Path::new(model.file).file_name().and_then(|name| name.to_str()).expect("a file's name");
            (format!("{}::{}", model.module, model.name), ((model.table)(), model.db, model.frozen, file))
        })
        .collect();
    assert_eq!(found.keys().collect::<Vec<_>>(), registered.keys().collect::<Vec<_>>());
    assert_eq!(found, registered);
    assert_eq!(found.len(), scan.models.len(), "each name is found once");
    assert_eq!(found.len(), 12, "the models of this test are found");
}

#[test]
fn fields_are_found_as_they_are_written() {
    let scan = scanned();
    let types = scan.models.iter().find(|model| model.name == "Types").expect("it is in models.rs");
    let written: Vec<_> = types.fields.iter().map(|field| field.rust_type.as_str()).collect();
    assert!(written.contains(&"Option<String>"), "{written:?}");
    assert!(written.contains(&"chrono::DateTime<chrono::Utc>"), "{written:?}");
    let source = std::fs::read_to_string(&types.place.file).expect("it was read before");
    let line = |line: usize| source.lines().nth(line - 1).expect("a line of the file");
    assert!(line(types.place.line).contains("struct Types"));
    for field in &types.fields {
        assert!(line(field.line).contains(&format!("{}:", field.name)), "{}", field.name);
    }
}
