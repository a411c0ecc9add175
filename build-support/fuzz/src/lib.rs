//! Fuzzing with the stable toolchain: the entries of a corpus are cut, mixed and repeated, and a property has to hold for all
//! that comes of it.
//!
//! A few hundred inputs are tried where nothing else is said, so that it is a test like any other. The variable
//! `GLIM_FUZZ_SECONDS` says for how long to go on instead. Nothing steers towards code that was not reached yet: to reach it is
//! what the corpus is for.

mod edit;
mod piece;
mod run;

use std::fs;
use std::io;
use std::path::Path;

use proptest::prelude::*;

use self::edit::edited;

/// Inputs to begin with.
pub struct Corpus {
    name: String,
    entries: Vec<Vec<u8>>,
}

impl Corpus {
    /// The files of a folder.
    ///
    /// # Panics
    /// The folder cannot be read, or is empty.
    pub fn of_folder(name: &str, folder: &Path) -> Self {
        Self::of(name, read(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())))
    }

    /// These inputs.
    ///
    /// # Panics
    /// There are none.
    pub fn of(name: &str, entries: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let corpus = Self { name: name.to_owned(), entries: entries.into_iter().collect() };
        assert!(!corpus.entries.is_empty(), "the corpus of {name} is empty");
        corpus
    }

    /// Tries texts, cut between words.
    ///
    /// # Panics
    /// The property does not hold for a text; one with few changes is shown.
    pub fn texts(&self, property: impl Fn(&str)) {
        let entries = self.entries.iter().map(|entry| String::from_utf8(entry.clone()));
        let entries: Vec<String> = entries.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"));
        let pieces: Vec<_> = entries.iter().map(|entry| piece::words(entry)).collect();
        let odd = piece::odd_texts();
        let texts = edited(&pieces, &odd).prop_map(|text| {
            String::from_utf8(text).unwrap_or_else(|error| panic!("a text is cut between its characters: {error}"))
        });
        run::run(&self.name, &entries, &texts, |text| property(text));
    }

    /// Tries bytes.
    ///
    /// # Panics
    /// The property does not hold for some; some with few changes are shown.
    pub fn bytes(&self, property: impl Fn(&[u8])) {
        let odd = piece::odd_bytes();
        let pieces: Vec<_> = self.entries.iter().map(|entry| entry.chunks(1).collect()).collect();
        run::run(&self.name, &self.entries, &edited(&pieces, &odd), |bytes| property(bytes));
    }
}

fn read(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<io::Result<Vec<_>>>()?;
    files.sort();
    files.iter().map(fs::read).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Corpus;

    #[test]
    fn each_entry_is_tried_as_it_is_and_then_changed() {
        let tried = RefCell::new(BTreeSet::new());
        Corpus::of("entries", ["select 1", "drop été"].map(Into::into)).texts(|text| {
            tried.borrow_mut().insert(text.to_owned());
        });
        let tried = tried.into_inner();
        assert!(["select 1", "drop été"].iter().all(|text| tried.contains(*text)));
        assert!(tried.len() > 200, "{}", tried.len());
        assert!(tried.iter().any(|text| text.contains("select") && text.contains("été")), "entries are mixed");
    }

    #[test]
    fn a_property_that_fails_is_seen_with_a_short_input() {
        let shortest = Cell::new(usize::MAX);
        let failed = catch_unwind(AssertUnwindSafe(|| {
            Corpus::of("failing", [b"abc abc abc".to_vec()]).bytes(|bytes| {
                if bytes.len() > 20 {
                    shortest.set(shortest.get().min(bytes.len()));
                    panic!("it is too long");
                }
            });
        }));
        let message = failed.expect_err("some input grows");
        assert!(message.downcast_ref::<String>().is_some_and(|message| message.contains("too long")));
        assert!(shortest.get() < 25, "{}", shortest.get());
    }
}
