//! Whatever a source file holds, its models are read or refused at a place in it, and what is read can be recorded.

use std::fs;
use std::path::Path;

use glim_fuzz::Corpus;
use glim_parse::Library;
use glim_parse::scan::{Scan, scan_for};
use glim_schema::{Change, Dialect, Schema, lock, sql};

use crate::project::Project;

#[test]
fn no_text_makes_the_reading_fail_in_any_way_but_by_an_error() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let project = Project::new(&[("src/lib.rs", "")]);
    let (file, root) = (project.path("src/lib.rs"), project.root());
    Corpus::of_folder("models", &corpus).texts(|text| {
        fs::write(&file, text).expect("written");
        for library in [Library::Glim, Library::Diesel, Library::SeaOrm] {
            check(&scan_for(std::slice::from_ref(&root), library));
        }
    });
}

fn check(scan: &Scan) {
    for problem in &scan.problems {
        assert!(problem.source.get(problem.span.clone()).is_some(), "{problem:?}");
    }
    for model in &scan.models {
        assert!((1..=scan.lines).contains(&model.place.line), "{model:?}");
        // What no database takes is refused when it is rendered, and never recorded.
        let create = Change::CreateTable(model.table.clone());
        let rendered = Dialect::ALL.map(|dialect| sql::render(&create, dialect));
        let (true, Ok(schema)) = (rendered.iter().any(Result::is_ok), Schema::new([model.table.clone()])) else {
            continue;
        };
        let written = lock::write(&schema);
        let read = lock::read(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(read.normal(), schema.normal());
    }
}
