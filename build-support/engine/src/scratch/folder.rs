//! Scratch databases of SQLite: each a file in a folder of its own, with a locked file beside it while it is in use.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{PREFIX, ScratchError};

/// The database's file in its folder.
pub(super) const FILE: &str = "scratch.db";

/// A folder with a database in it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock_path: PathBuf,
    /// Locked as long as the folder is in use.
    lock: Option<File>,
}

impl Folder {
    /// Makes one within `parent`.
    pub(super) fn create(parent: &Path) -> Result<Self, ScratchError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause| ScratchError::File { path, cause }
        };
        fs::create_dir_all(parent).map_err(failed(parent))?;
        loop {
            let path = parent.join(format!("{PREFIX}{}", Uuid::now_v7().simple()));
            let lock_path = path.with_extension("lock");
            let lock = OpenOptions::new().write(true).create_new(true).open(&lock_path).map_err(failed(&lock_path))?;
            let locked = lock.try_lock();
            // Between the two, another command may have taken it for a leftover.
            if locked.is_err() || !lock_path.exists() {
                continue;
            }
            fs::create_dir(&path).map_err(failed(&path))?;
            return Ok(Self { path, lock_path, lock: Some(lock) });
        }
    }

    /// The database file.
    pub(super) fn file(&self) -> PathBuf {
        self.path.join(FILE)
    }

    pub(super) fn remove(&mut self) -> Result<(), ScratchError> {
        let Some(lock) = self.lock.take() else { return Ok(()) };
        let removed = remove(&self.path, &self.lock_path);
        drop(lock);
        removed.map_err(|cause| ScratchError::File { path: self.path.clone(), cause })
    }
}

/// The database first: without the lock, nobody would know it for a leftover.
fn remove(path: &Path, lock_path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::remove_file(lock_path),
    }
}

/// Removes those that nobody uses any more, and gives their names.
pub(super) fn sweep(parent: &Path) -> Vec<String> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_lock = |path: &PathBuf| {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        stem.starts_with(PREFIX) && path.extension().is_some_and(|extension| extension == "lock")
    };
    let free = entries.filter(is_lock).filter_map(|lock_path| {
        let lock = OpenOptions::new().write(true).open(&lock_path).ok()?;
        lock.try_lock().ok()?;
        let path = lock_path.with_extension("");
        remove(&path, &lock_path).ok()?;
        Some(path.display().to_string())
    });
    free.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_with_its_use_and_leaves_nothing() {
        let parent = tempfile::tempdir().expect("a folder");
        let mut folder = Folder::create(parent.path()).expect("it can be made");
        fs::write(folder.file(), "").expect("a file");
        assert_eq!(sweep(parent.path()), Vec::<String>::new());
        assert!(folder.file().exists());
        folder.remove().expect("it can be removed");
        assert_eq!(fs::read_dir(parent.path()).expect("the folder").count(), 0);
    }

    #[test]
    fn what_nobody_uses_is_removed() {
        let parent = tempfile::tempdir().expect("a folder");
        let mut folder = Folder::create(parent.path()).expect("it can be made");
        fs::write(folder.file(), "").expect("a file");
        // As the end of its process does it.
        drop(folder.lock.take());
        assert_eq!(sweep(parent.path()), [folder.path.display().to_string()]);
        assert_eq!(fs::read_dir(parent.path()).expect("the folder").count(), 0);
    }
}
