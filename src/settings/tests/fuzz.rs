//! Whatever stands in the files, they are read or refused, and what is wrong can be shown.

use glim_fuzz::Corpus;

use super::*;

#[test]
fn no_text_makes_the_reading_fail_in_any_way_but_by_an_error() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let root = tempfile::tempdir().expect("a temporary folder");
    let env = |name: &str| (name == "PW").then(|| "p@s/s:%41${é".to_owned());
    Corpus::of_folder("settings", &corpus).texts(|text| {
        for file in ["glim.toml", "Cargo.toml", ".env"] {
            let path = root.path().join(file);
            std::fs::write(&path, text).expect("written");
            match Settings::load(root.path(), None, &env) {
                Ok(settings) => drop((settings.announcement(), settings.alias.address())),
                Err(failure) => {
                    assert!(!failure.diagnostics.is_empty());
                    let (mut shell, _, shown) = crate::report::captured(crate::report::Output::default(), None);
                    shell.failure(&failure);
                    assert!(shown.text().starts_with("error: "), "{}", shown.text());
                }
            }
            std::fs::remove_file(path).expect("removed");
        }
    });
}
