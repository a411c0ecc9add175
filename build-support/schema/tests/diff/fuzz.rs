//! Whatever a `schema.lock` holds, it is read or refused at a line of it, and what is read is the same once written.

use std::path::Path;

use glim_fuzz::Corpus;
use glim_schema::lock::{read, write};

#[test]
fn what_is_read_is_written_so_that_it_is_read_as_the_same() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    Corpus::of_folder("lock", &corpus).texts(|text| match read(text) {
        Ok(schema) => {
            let written = write(&schema);
            let again = read(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
            assert_eq!(write(&again), written);
            assert_eq!(again.normal(), schema.normal());
        }
        Err(error) => assert!((1..=text.lines().count().max(1)).contains(&error.line), "{error}"),
    });
}
