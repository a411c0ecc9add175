//! Why there is no scratch database.

use std::io;
use std::path::PathBuf;

use glim::error::{DatabaseError, ErrorClass};
use glim_schema::Dialect;

use crate::driver::ConnectError;

/// Why there is no scratch database. Nothing was made, except where one could not be removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScratchError {
    /// The alias is protected.
    #[error("no scratch database is made on the server of a protected alias")]
    Protected,
    /// The server is not on this machine.
    #[error("no scratch database is made on a server that is not on this machine: {host}")]
    Elsewhere {
        /// Its name.
        host: String,
    },
    /// It is no name of a scratch database.
    #[error("`{name}` is no scratch database")]
    NoName {
        /// What was given.
        name: String,
    },
    /// The server for scratch databases is of another kind.
    #[error("a scratch database for {} cannot be made on {}", alias.title(), configured.title())]
    OtherKind {
        /// The alias's kind.
        alias: Dialect,
        /// What `scratch` names.
        configured: Dialect,
    },
    /// The server cannot be reached.
    #[error("cannot connect to the server for scratch databases: {0}")]
    Connect(#[source] ConnectError),
    /// The server refuses.
    #[error("cannot {what}: {}", error.message)]
    Database {
        /// What was to be done, such as "create a scratch database".
        what: &'static str,
        /// What the server said.
        error: Box<DatabaseError>,
    },
    /// The file system refuses.
    #[error("cannot make or remove a scratch database at `{}`", path.display())]
    File {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        cause: io::Error,
    },
}

impl ScratchError {
    /// What the server said when that was to be done.
    pub(super) fn database(what: &'static str) -> impl Fn(DatabaseError) -> Self {
        move |error| Self::Database { what, error: Box::new(error) }
    }

    /// How to mend it, where that can be said.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Protected | Self::Elsewhere { .. } => Some(
                "name a server for scratch databases with `scratch = \"URL\"` in the alias: a database is created \
                 there and dropped again, and the one that the URL names is left as it is"
                    .to_owned(),
            ),
            Self::OtherKind { alias, .. } => {
                Some(format!("let `scratch` name a server of {}, best of the alias's own version", alias.title()))
            }
            Self::Connect(error) => error.help(),
            Self::Database { error, .. } if error.class == ErrorClass::PermissionDenied => Some(
                "let this user create databases (PostgreSQL: `ALTER ROLE name CREATEDB`; MySQL and MariaDB: \
                 ``GRANT ALL ON `glim\\_scratch\\_%`.* TO name``), or name another server with `scratch = \"URL\"`"
                    .to_owned(),
            ),
            Self::Database { .. } | Self::File { .. } | Self::NoName { .. } => None,
        }
    }
}
