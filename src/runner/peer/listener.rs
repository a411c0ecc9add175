//! Where the runner connects: a Unix socket in a directory that only we can enter, or a port of the loopback address.

use std::io;
#[cfg(not(unix))]
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;

use glim::channel::{Address, Line};

/// A listening socket.
pub(super) struct Listener {
    socket: Socket,
    address: Address,
    /// Removes the socket and its directory when the listener goes.
    #[cfg(unix)]
    _directory: tempfile::TempDir,
}

#[cfg(unix)]
type Socket = std::os::unix::net::UnixListener;
#[cfg(not(unix))]
type Socket = TcpListener;

/// What the names of sockets' directories begin with.
#[cfg(unix)]
const PREFIX: &str = "socket-";

impl Listener {
    /// Opens a Unix socket, in the folder if that is this process's alone: what is found there is of a command that was
    /// killed, and goes. A path may be too long for a socket (the system's limit is 104 bytes on some platforms), or a file
    /// system know none; then it is a temporary folder.
    #[cfg(unix)]
    pub(super) fn open(folder: Option<&Path>) -> io::Result<Self> {
        if let Some(folder) = folder.filter(|folder| folder.to_str().is_some()) {
            remove_left_behind(folder);
            if let Ok(listener) = Self::within(folder) {
                return Ok(listener);
            }
        }
        Self::within(&std::env::temp_dir())
    }

    #[cfg(unix)]
    fn within(folder: &Path) -> io::Result<Self> {
        // A new temporary directory is readable by its owner alone.
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
        let path = directory.path().join("s");
        let socket = Socket::bind(&path)?;
        Ok(Self { socket, address: Address::Unix(path), _directory: directory })
    }

    /// Opens a port.
    #[cfg(not(unix))]
    pub(super) fn open(_: Option<&Path>) -> io::Result<Self> {
        let socket = Socket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = Address::Tcp(socket.local_addr()?);
        Ok(Self { socket, address })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether only this user's processes can connect.
    pub(super) fn is_private(&self) -> bool {
        matches!(self.address, Address::Unix(_))
    }

    /// Waits for a connection.
    pub(super) fn accept(&self) -> io::Result<Line> {
        let (stream, _) = self.socket.accept()?;
        #[cfg(not(unix))]
        stream.set_nodelay(true)?;
        Line::over(stream)
    }

    /// Ends a thread's [`accept`](Self::accept).
    pub(super) fn wake(&self) {
        // Where this fails there is nobody left to wake.
        match &self.address {
            #[cfg(unix)]
            Address::Unix(path) => drop(std::os::unix::net::UnixStream::connect(path)),
            #[cfg(not(unix))]
            Address::Tcp(address) => drop(TcpStream::connect(address)),
            #[cfg(unix)]
            Address::Tcp(_) => {}
            #[cfg(not(unix))]
            Address::Unix(_) => {}
        }
    }
}

/// Removes the directories of commands that were killed. What cannot be removed is in nobody's way.
#[cfg(unix)]
fn remove_left_behind(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let _ = std::fs::remove_dir_all(entry.path());
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn folder_of(listener: &Listener) -> &Path {
        match listener.address() {
            Address::Unix(path) => path.parent().and_then(Path::parent).expect("a socket in a directory in a folder"),
            Address::Tcp(address) => panic!("{address}"),
        }
    }

    #[test]
    fn what_a_killed_command_left_behind_is_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::mem::forget(Listener::open(Some(folder.path())).expect("a socket"));
        std::fs::write(folder.path().join("main.rs"), "").expect("a file");
        let listener = Listener::open(Some(folder.path())).expect("a socket");
        assert_eq!(folder_of(&listener), folder.path());
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 2);
        drop(listener);
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 1);
    }

    #[test]
    fn a_folder_with_too_long_a_path_is_passed_by() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let deep = folder.path().join("x".repeat(120));
        std::fs::create_dir(&deep).expect("a folder");
        let listener = Listener::open(Some(&deep)).expect("a socket");
        assert_eq!(folder_of(&listener), std::env::temp_dir());
        assert_eq!(deep.read_dir().expect("the folder").count(), 0);
    }
}
