//! Writing files that other processes read meanwhile.

use std::io;
use std::path::Path;

/// Makes a folder in the target directory. If that one is new, it is marked as cargo would: not to be backed up.
pub(crate) fn make_target_folder(folder: &Path, target_dir: &Path) -> io::Result<()> {
    let is_new = !target_dir.exists();
    std::fs::create_dir_all(folder)?;
    if is_new {
        let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by cargo.\n\
                   # For information about cache directory tags see https://bford.info/cachedir/\n";
        std::fs::write(target_dir.join("CACHEDIR.TAG"), tag)?;
    }
    Ok(())
}

/// Writes a file so that nobody ever sees half of it.
pub(crate) fn write_atomically(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder)?;
    // Not by `tempfile`, whose files only their owner may read: a target directory may be shared.
    let name = file.file_name().unwrap_or_default().display().to_string();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    std::fs::write(&temporary, content).and_then(|()| std::fs::rename(&temporary, file)).inspect_err(|_| {
        // What stays behind harms nobody.
        let _ = std::fs::remove_file(&temporary);
    })
}

/// Writes a file unless it holds this already: a newer time of modification would make cargo build again. Says whether
/// it was written.
pub(crate) fn write_if_changed(file: &Path, content: &[u8]) -> io::Result<bool> {
    // Not compared by length first: these files are small.
    if std::fs::read(file).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    write_atomically(file, content)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_not_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a/b.txt");
        assert!(write_if_changed(&file, b"one").expect("writable"));
        let time = std::fs::metadata(&file).and_then(|it| it.modified()).expect("a time");
        assert!(!write_if_changed(&file, b"one").expect("writable"));
        assert_eq!(std::fs::metadata(&file).and_then(|it| it.modified()).expect("a time"), time);
        assert!(write_if_changed(&file, b"two").expect("writable"));
        assert_eq!(std::fs::read(&file).expect("readable"), b"two");
    }
}
