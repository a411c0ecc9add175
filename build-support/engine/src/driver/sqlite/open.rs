//! Opening a database file.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::own::Own;
use crate::driver::{Access, ConnectError};
use crate::target::Target;

/// How long a statement waits for another process' lock, unless the target says otherwise.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens `path`. Foreign keys are enforced, as on the other databases.
pub(super) fn open(path: &Path, target: &Target, access: Access) -> Result<Own, ConnectError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => return Err(ConnectError::Directory { path: path.to_owned() }),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(permission(path, &error.to_string())),
        // Without this, SQLite would say no more than "unable to open database file".
        Err(_) if access == Access::ReadOnly => return Err(ConnectError::NotFound { path: path.to_owned() }),
        Err(_) => match path.parent() {
            Some(folder) if !folder.is_dir() => return Err(ConnectError::NoDirectory { path: folder.to_owned() }),
            _ => {}
        },
    }
    let connection = match access {
        Access::ReadOnly => open_to_read(path)?,
        Access::ReadWrite => open_to_write(path)?,
    };
    connection.pragma_update(None, "foreign_keys", true).map_err(|error| explain(path, &error))?;
    connection.busy_timeout(target.lock_timeout.unwrap_or(LOCK_TIMEOUT)).map_err(|error| explain(path, &error))?;
    match access {
        Access::ReadOnly => Ok(Own::reader(connection)),
        Access::ReadWrite => Own::writer(connection).map_err(|error| explain(path, &error)),
    }
}

fn open_to_write(path: &Path) -> Result<Connection, ConnectError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
    look(&connection).map_err(|error| explain(path, &error))?;
    // SQLite opens a file that it may not write all the same, and fails at the first change.
    match connection.is_readonly(rusqlite::MAIN_DB) {
        Ok(false) => Ok(connection),
        Ok(true) => Err(permission(path, "the file is read-only")),
        Err(error) => Err(explain(path, &error)),
    }
}

/// Opens a file and creates none: neither the database nor the `-wal` and `-shm` files beside it.
fn open_to_read(path: &Path) -> Result<Connection, ConnectError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if is_idle_wal(path) {
        // A database in WAL mode is read through two files beside it, which SQLite creates even for a reader (and fails
        // where it may not). While no `-wal` file exists, nobody has the database open for writing and the main file
        // holds everything, so it can be read as a file that does not change.
        let connection = Connection::open_with_flags(immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI);
        let connection = connection.map_err(|error| explain(path, &error))?;
        look(&connection).map_err(|error| explain(path, &error))?;
        return Ok(connection);
    }
    let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
    look(&connection).map_err(|error| explain(path, &error))?;
    Ok(connection)
}

/// SQLite opens lazily; this reads the file's header.
fn look(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

/// Whether the file is in WAL mode and nothing is in its log.
fn is_idle_wal(path: &Path) -> bool {
    let mut log = OsString::from(path);
    log.push("-wal");
    if PathBuf::from(log).metadata().is_ok_and(|log| log.len() > 0) {
        return false;
    }
    // The write and read versions in the header (https://sqlite.org/fileformat.html, "The Database Header").
    let mut header = [0; 20];
    File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_ok() && header[18..20] == [2, 2]
}

/// `file:/path?immutable=1`, with what a URI reserves encoded.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    // A drive letter must not be taken for the name of a host.
    if cfg!(windows) {
        uri.push_str("///");
    }
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'_' | b'.' | b':' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => uri.push(byte.into()),
            _ => {
                use std::fmt::Write as _;
                let _ = write!(uri, "%{byte:02X}"); // writing to a String cannot fail
            }
        }
    }
    uri + "?immutable=1"
}

fn permission(path: &Path, cause: &str) -> ConnectError {
    ConnectError::Permission { path: path.to_owned(), cause: cause.to_owned() }
}

fn explain(path: &Path, error: &rusqlite::Error) -> ConnectError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ConnectError::NotADatabase { path: path.to_owned() },
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => permission(path, &error.to_string()),
        // SQLite gives one code for all reasons; the operating system is asked again for its own.
        Some(ErrorCode::CannotOpen) => match File::open(path) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => match path.parent() {
                Some(folder) => permission(folder, "the database file cannot be created"),
                None => permission(path, &cause.to_string()),
            },
            Err(cause) => permission(path, &cause.to_string()),
            Ok(_) => permission(path, "it, or a file of the database beside it, cannot be opened"),
        },
        _ => ConnectError::Other { address: path.display().to_string(), message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::immutable_uri;

    #[cfg(unix)]
    #[test]
    fn a_path_with_reserved_characters_is_encoded() {
        assert_eq!(immutable_uri(Path::new("/a b/c?d#e%.db")), "file:/a%20b/c%3Fd%23e%25.db?immutable=1");
    }
}
