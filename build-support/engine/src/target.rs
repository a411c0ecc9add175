//! Where a database is and how to reach it: validated settings, ready for a driver.

use std::path::PathBuf;
use std::time::Duration;

use glim_schema::Dialect;
use secrecy::SecretString;

/// A database to connect to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Which database, and where.
    pub place: Place,
    /// How long a connection attempt may take; the default is [`Target::CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// How long a statement waits for the database's own locks; `None` leaves the server's setting.
    pub lock_timeout: Option<Duration>,
    /// How long a statement may run; `None` leaves the server's setting.
    pub statement_timeout: Option<Duration>,
}

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file of SQLite.
    Sqlite {
        /// The database file; absolute.
        path: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres(Server),
    /// A MySQL or MariaDB server.
    Mysql(Server),
}

/// A database on a server.
#[derive(Clone, Debug)]
pub struct Server {
    /// A host name or address. Ignored when `socket` is set, but still what a certificate is checked against.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// A Unix socket: the file for MySQL, its directory (or the file in it) for PostgreSQL.
    pub socket: Option<PathBuf>,
    /// The database's name.
    pub database: String,
    /// Who connects.
    pub user: String,
    /// What the server may ask for.
    pub password: Option<SecretString>,
    /// Whether and how the connection is encrypted.
    pub tls: Tls,
    /// PostgreSQL: the schemas to look in, in order, instead of the server's default.
    pub search_path: Option<String>,
}

/// Whether and how a connection is encrypted.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// What is asked of the server.
    pub mode: SslMode,
    /// A PEM file of certificate authorities to trust instead of the system's.
    pub root_cert: Option<PathBuf>,
    /// A PEM file with the client's certificate chain.
    pub cert: Option<PathBuf>,
    /// A PEM file with the client's key.
    pub key: Option<PathBuf>,
}

/// What is asked of a server's encryption, in libpq's words (PostgreSQL manual, "SSL Mode Descriptions"). A Unix socket is
/// never encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// No encryption.
    Disable,
    /// Encryption when the server offers it, any certificate.
    #[default]
    Prefer,
    /// Encryption, any certificate; with a file of authorities, as in libpq, one of them.
    Require,
    /// Encryption, and a certificate of an authority in the file that is given.
    VerifyCa,
    /// Encryption, and a certificate of a trusted authority for this host.
    VerifyFull,
}

impl Target {
    /// How long a connection attempt may take unless said otherwise.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// The kind of database.
    pub fn dialect(&self) -> Dialect {
        match &self.place {
            Place::Sqlite { .. } => Dialect::Sqlite,
            Place::Postgres(_) => Dialect::Postgres,
            Place::Mysql(_) => Dialect::Mysql,
        }
    }
}
