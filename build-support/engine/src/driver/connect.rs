//! Opening a connection, and why that can fail.

use std::path::PathBuf;
use std::time::Duration;

use crate::driver::Connection;
use crate::target::{Place, Target};

/// What a connection is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To look: nothing is created, and the database refuses changes.
    ReadOnly,
    /// To change things; an SQLite file that does not exist is created.
    ReadWrite,
}

/// Opens a connection to the target.
///
/// # Errors
/// A [`ConnectError`] that names the place; nothing was changed there.
pub fn connect(target: &Target, access: Access) -> Result<Box<dyn Connection>, ConnectError> {
    match &target.place {
        #[cfg(feature = "sqlite")]
        Place::Sqlite { path } => crate::driver::sqlite::connect(path, target, access),
        #[cfg(feature = "postgres")]
        Place::Postgres(server) => crate::driver::postgres::connect(server, target, access),
        #[cfg(feature = "mysql")]
        Place::Mysql(server) => crate::driver::mysql::connect(server, target, access),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        _ => Err(ConnectError::UnsupportedDriver { feature: target.dialect().name() }),
    }
}

/// Why a connection could not be opened. No variant holds a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Nobody answers there.
    #[error("cannot reach the database server at {address}: {cause}")]
    Unreachable {
        /// Host and port, or the socket.
        address: String,
        /// What the operating system said.
        cause: String,
    },
    /// The server took too long.
    #[error("the database server at {address} did not answer within {} s", after.as_secs_f64())]
    Timeout {
        /// Host and port, or the socket.
        address: String,
        /// The time that it had.
        after: Duration,
    },
    /// An encrypted connection could not be made, or is not to be trusted.
    #[error("no trustworthy TLS connection to {address}: {cause}")]
    Tls {
        /// Host and port, or the file that could not be used.
        address: String,
        /// What is wrong.
        cause: String,
    },
    /// The server does not let this user in.
    #[error("{address} refuses user `{user}`: {message}")]
    Authentication {
        /// Who asked.
        user: String,
        /// Host and port, or the socket.
        address: String,
        /// What the server said.
        message: String,
    },
    /// The server has no such database.
    #[error("there is no database `{database}` on {address}")]
    NoDatabase {
        /// The database that was asked for.
        database: String,
        /// Host and port, or the socket.
        address: String,
    },
    /// What answers is a pooler that does not keep one session for one connection.
    #[error("{address} is a pooler that does not keep one session for one connection")]
    Pooler {
        /// Host and port, or the socket.
        address: String,
    },
    /// The file is not there, and was only to be read.
    #[error("`{}` does not exist", path.display())]
    NotFound {
        /// The missing file.
        path: PathBuf,
    },
    /// The folder in which the file was to be created is not there.
    #[error("the directory `{}` does not exist", path.display())]
    NoDirectory {
        /// The missing folder.
        path: PathBuf,
    },
    /// The file is none of SQLite's.
    #[error("`{}` is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file must not be read or written.
    #[error("no permission for `{}`: {cause}", path.display())]
    Permission {
        /// The file or folder.
        path: PathBuf,
        /// What is not allowed.
        cause: String,
    },
    /// A folder stands where the database file should be.
    #[error("`{}` is a directory, not a database file", path.display())]
    Directory {
        /// The folder.
        path: PathBuf,
    },
    /// This build cannot speak to such a database.
    #[error("this build has no driver for {feature}")]
    UnsupportedDriver {
        /// The missing feature of `glim-engine`.
        feature: &'static str,
    },
    /// Anything else.
    #[error("cannot connect to {address}: {message}")]
    Other {
        /// Host and port, the socket or the file.
        address: String,
        /// What happened.
        message: String,
    },
}

impl ConnectError {
    /// How to mend it, where that can be said.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable { .. } => {
                "check that the server runs, and that host and port (or socket) in the configuration are right"
                    .to_owned()
            }
            Self::Timeout { .. } => "check host, port and firewall, or give `connect_timeout` a longer time".to_owned(),
            Self::Tls { .. } => "check `sslmode`, `sslrootcert`, `sslcert` and `sslkey`; `verify-full` needs a \
                                 certificate for exactly this host name"
                .to_owned(),
            Self::Authentication { .. } => "check `user` and `password` in the configuration".to_owned(),
            Self::NoDatabase { database, .. } => format!("create it (CREATE DATABASE {database}), or correct its name"),
            Self::Pooler { .. } => {
                "connect to the server itself: a lock, and what is set for a migration, belong to one \
                                    session"
                    .to_owned()
            }
            Self::NotFound { .. } => "check `path`; a command that changes the database creates the file".to_owned(),
            Self::NoDirectory { path } => format!("create `{}`, or correct `path`", path.display()),
            Self::NotADatabase { .. } => "check `path`; an encrypted database is not supported".to_owned(),
            Self::Permission { path, .. } => {
                format!("give this account the right to it, or check `path`: {}", path.display())
            }
            Self::Directory { .. } => "let `path` name a file".to_owned(),
            Self::UnsupportedDriver { feature } => format!("build glim-engine with its feature `{feature}`"),
            Self::Other { .. } => return None,
        })
    }
}
