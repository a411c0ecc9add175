//! Applying the SQL files of a folder.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::database::Database;
use crate::migrate;

/// Reads all files, as a tool does that looks for changed ones, and applies those that the history does not name.
pub(crate) fn migrate(database: &mut dyn Database, folder: &Path, one_message: bool) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a name is not UTF-8")?.to_owned();
        files.push((name, fs::read_to_string(path)?));
    }
    files.sort();
    let done = migrate::history(database)?;
    for (name, sql) in files.iter().filter(|(name, _)| !done.contains(name)) {
        migrate::apply(database, name, sql, one_message)?;
    }
    Ok(())
}
