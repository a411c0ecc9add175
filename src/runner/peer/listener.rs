//! Where the runner connects: a Unix socket in a directory that only we can enter, or a port of the loopback address.

use std::io;
#[cfg(not(unix))]
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use glim::channel::{Address, Channel};

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

impl Listener {
    /// Opens a Unix socket. Its path is short, since the system's limit is 104 bytes on some platforms.
    #[cfg(unix)]
    pub(super) fn open() -> io::Result<Self> {
        // A new temporary directory is readable by its owner alone.
        let directory = tempfile::Builder::new().prefix("glim").tempdir()?;
        let path = directory.path().join("s");
        let socket = Socket::bind(&path)?;
        Ok(Self { socket, address: Address::Unix(path), _directory: directory })
    }

    /// Opens a port.
    #[cfg(not(unix))]
    pub(super) fn open() -> io::Result<Self> {
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
    pub(super) fn accept(&self) -> io::Result<Channel> {
        let (stream, _) = self.socket.accept()?;
        #[cfg(not(unix))]
        stream.set_nodelay(true)?;
        Ok(Channel::new(stream.try_clone()?, stream))
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
