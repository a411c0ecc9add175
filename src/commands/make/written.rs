//! Writing several files, all or none.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::workspace::write_atomically;

/// Files and what they are to hold.
#[derive(Default)]
pub(super) struct Edits(Vec<(PathBuf, String)>);

impl Edits {
    /// Lets a file hold that text; the last word on a file counts.
    pub(super) fn write(&mut self, path: PathBuf, text: String) {
        match self.0.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = text,
            None => self.0.push((path, text)),
        }
    }

    /// What a file will hold, or holds.
    pub(super) fn read(&self, path: &Path) -> Result<Option<String>> {
        if let Some((_, text)) = self.0.iter().find(|(known, _)| known == path) {
            return Ok(Some(text.clone()));
        }
        match fs_err::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::usage(Diagnostic::error("cannot read a source file").caused_by(&error))),
        }
    }

    /// The files, as they are shown.
    pub(super) fn paths(&self, root: &Path) -> Vec<String> {
        self.0.iter().map(|(path, _)| shown(path, root)).collect()
    }

    /// Those of the files that are named, with their texts.
    pub(super) fn new_files<'e>(&'e self, paths: &'e [PathBuf]) -> impl Iterator<Item = (&'e Path, &'e str)> {
        let named = self.0.iter().filter(|(path, _)| paths.contains(path));
        named.map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// Writes them. What was written before one that cannot be is taken back.
    pub(super) fn carry_out(&self) -> Result<()> {
        let mut done: Vec<(&Path, Option<Vec<u8>>)> = Vec::new();
        for (path, text) in &self.0 {
            let before = match fs_err::read(path) {
                Ok(before) => Some(before),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(undone(&done, path, &error)),
            };
            if let Err(error) = write_atomically(path, text.as_bytes()) {
                return Err(undone(&done, path, &error));
            }
            done.push((path, before));
        }
        Ok(())
    }
}

fn undone(done: &[(&Path, Option<Vec<u8>>)], path: &Path, error: &std::io::Error) -> Failure {
    let mut diagnostic = Diagnostic::error(format!("cannot write {}", path.display())).caused_by(error);
    let mut is_whole = true;
    for (path, before) in done.iter().rev() {
        let back = match before {
            Some(before) => write_atomically(path, before),
            None => std::fs::remove_file(path),
        };
        if let Err(error) = back {
            is_whole = false;
            diagnostic = diagnostic.note(format!("{} could not be taken back: {error}", path.display()));
        }
    }
    Failure::usage(if is_whole { diagnostic.note("nothing was changed") } else { diagnostic })
}

/// A file, relative to the workspace where it is inside.
pub(super) fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::Edits;

    #[test]
    fn what_was_written_is_taken_back_when_the_next_cannot_be() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [old, new, file] = ["old", "new", "file"].map(|name| folder.path().join(name));
        std::fs::write(&old, "before").expect("writable");
        std::fs::write(&file, "no folder").expect("writable");
        let mut edits = Edits::default();
        edits.write(old.clone(), "after".to_owned());
        edits.write(new.clone(), "new".to_owned());
        edits.write(file.join("inside"), String::new());
        let failure = edits.carry_out().expect_err("a file is no folder");
        assert!(failure.diagnostics[0].notes.iter().any(|note| note == "nothing was changed"), "{failure:?}");
        assert_eq!(std::fs::read_to_string(&old).expect("readable"), "before");
        assert!(!new.exists());
    }
}
