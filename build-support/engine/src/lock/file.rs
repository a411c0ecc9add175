//! The lock of an SQLite database: the operating system's, on a file beside it.
//!
//! The file stays when the lock goes, since another process may already wait on it. What it says is for people.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::LockError;
use super::holder::{Holder, Id};
use super::wait::Attempt;
use crate::ledger::origin;

/// Where the lock of a database is.
#[derive(Debug)]
pub(super) struct Beside {
    path: PathBuf,
}

/// The lock, held until this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
    path: PathBuf,
}

impl Beside {
    /// `<database>-glim.lock`; `None` for a database that is no file.
    pub(super) fn new(database: &str) -> Option<Self> {
        if database.is_empty() || database == ":memory:" {
            return None;
        }
        // One lock for all names of a database.
        let path = fs::canonicalize(database).unwrap_or_else(|_| PathBuf::from(database));
        let mut name = OsString::from(path);
        name.push("-glim.lock");
        Some(Self { path: name.into() })
    }

    fn failed(&self, cause: &io::Error) -> LockError {
        LockError::File { path: self.path.clone(), cause: cause.to_string() }
    }

    fn open(&self) -> io::Result<File> {
        match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path) {
            // Another user's file; it can be locked all the same.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => File::open(&self.path).map_err(|_| error),
            other => other,
        }
    }
}

impl Attempt for Beside {
    type Held = Held;

    fn attempt(&mut self) -> Result<Option<Held>, LockError> {
        loop {
            let file = self.open().map_err(|error| self.failed(&error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(self.failed(&error)),
            }
            let mut held = Held { file, path: self.path.clone() };
            // Somebody may have deleted the file after it was opened, and another process locked a new one.
            if held.is_in_place() {
                held.sign();
                return Ok(Some(held));
            }
        }
    }

    fn holder(&mut self) -> Holder {
        let mut text = String::new();
        // What cannot be read is not known: Windows lets nobody read a locked file.
        let _ = File::open(&self.path).and_then(|file| file.take(4096).read_to_string(&mut text));
        let word = |key: &str| text.lines().find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()));
        Holder {
            id: word("process ").and_then(|id| id.parse().ok()).map(Id::Process),
            user: word("user "),
            host: word("host "),
            program: None,
            since: word("since "),
        }
    }
}

impl Held {
    /// Whether the path still leads to the locked file.
    pub(super) fn is_in_place(&self) -> bool {
        is_same_file(&self.file, &self.path)
    }

    /// Writes who holds the lock. It holds without, too.
    fn sign(&mut self) {
        let lines = [
            Some(format!("process {}\n", std::process::id())),
            origin::user().map(|user| format!("user {user}\n")),
            Some(format!("host {}\n", origin::host())),
            origin::now().map(|now| format!("since {now} UTC\n")),
        ];
        let text: String = lines.into_iter().flatten().collect();
        let _ = self.clear().and_then(|()| self.file.write_all(text.as_bytes()));
    }

    fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file unlocks it; whoever comes next should not read our name.
        let _ = self.clear();
    }
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(theirs)) => (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino()),
        _ => false,
    }
}

/// Elsewhere there is no stable way to compare files.
#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::{Attempt as _, Beside, Id};

    fn beside(folder: &tempfile::TempDir) -> Beside {
        let database = folder.path().join("app.db");
        Beside::new(database.to_str().expect("a plain path")).expect("a file")
    }

    #[test]
    fn a_second_one_is_told_who_holds_it_and_takes_it_afterwards() {
        let folder = tempfile::tempdir().expect("a directory");
        let (mut first, mut second) = (beside(&folder), beside(&folder));
        let held = first.attempt().expect("a file").expect("nobody holds it");
        assert!(second.attempt().expect("a file").is_none());
        let holder = second.holder();
        assert_eq!(holder.id, Some(Id::Process(std::process::id().into())));
        assert!(holder.since.is_some_and(|since| since.ends_with(" UTC")));
        drop(held);
        assert!(second.attempt().expect("a file").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_deleted_holds_no_lock() {
        let folder = tempfile::tempdir().expect("a directory");
        let held = beside(&folder).attempt().expect("a file").expect("nobody holds it");
        assert!(held.is_in_place());
        std::fs::remove_file(folder.path().join("app.db-glim.lock")).expect("the file is there");
        assert!(!held.is_in_place());
        let other = beside(&folder).attempt().expect("a file").expect("a new file");
        assert!(!held.is_in_place() && other.is_in_place());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_database_has_the_same_lock() {
        let folder = tempfile::tempdir().expect("a directory");
        let (file, link) = (folder.path().join("app.db"), folder.path().join("link.db"));
        std::fs::write(&file, "").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        let _held = beside(&folder).attempt().expect("a file").expect("nobody holds it");
        let mut other = Beside::new(link.to_str().expect("a plain path")).expect("a file");
        assert!(other.attempt().expect("a file").is_none());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().expect("a directory");
        let mut lost = Beside::new(folder.path().join("no/app.db").to_str().expect("a plain path")).expect("a file");
        let error = lost.attempt().expect_err("no such folder");
        assert!(error.to_string().contains("no/app.db-glim.lock"), "{error}");
    }

    #[test]
    fn a_database_in_memory_needs_no_lock() {
        assert!(Beside::new(":memory:").is_none() && Beside::new("").is_none());
    }
}
