//! Where a server is: TCP or a Unix socket.

use std::io;
use std::path::PathBuf;

use crate::target::Server;

/// Where to connect to.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl Address {
    /// The address that a target names. Where a folder is given, the socket in it is called `name_in_folder`.
    pub(crate) fn of(server: &Server, name_in_folder: &str) -> Self {
        match &server.socket {
            None => Self::Tcp(server.host.clone(), server.port),
            Some(path) if path.is_dir() => Self::Unix(path.join(name_in_folder)),
            Some(path) => Self::Unix(path.clone()),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

/// Whether an error means that the time is over: a socket's time-out is one of these, depending on the system.
pub(in crate::driver) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}
