//! Scratch databases: made for one command, of the kind of the alias, used, and dropped.
//!
//! What a command that was killed has left behind is found and removed by the next one that makes a scratch database: as
//! long as one is in use, its maker holds a lock on a file, or a connection to its server.

mod calls;
mod error;
mod folder;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod proxy;
mod query;
mod recorder;
mod rolled_back;
mod sent;
mod server;
mod site;
pub mod snapshot;
mod state;

use std::path::Path;

use glim_schema::Dialect;
use glim_schema::sql::quote;

pub use self::calls::{END, told};
pub use self::error::ScratchError;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use self::proxy::{Cut, Proxy};
#[cfg(feature = "lint")]
pub(crate) use self::query::texts;
pub use self::recorder::{Listening, Recorder};
pub use self::rolled_back::rolled_back;
pub use self::sent::Sent;
use self::site::Site;
pub use self::state::{State, Unstable};

use crate::driver::{self, Access, ConnectError, Connection};
use crate::target::{Place, Target};

/// What the names of scratch databases begin with.
pub const PREFIX: &str = "glim_scratch_";

/// What a scratch database is to be like, and where it may be made.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The database that it stands for.
    pub alias: &'a Target,
    /// Whether nothing is to be made on the alias's own server.
    pub protected: bool,
    /// A server on which scratch databases may be made, whatever the alias's own is. Its database is connected to, and
    /// left as it is.
    pub configured: Option<&'a Target>,
    /// The folder for database files.
    pub folder: &'a Path,
}

/// A scratch database. It is dropped with this value.
pub struct Scratch {
    target: Target,
    made: Made,
    leftovers: Vec<String>,
}

enum Made {
    File(folder::Folder),
    Database(server::Database),
}

impl Scratch {
    /// Makes an empty database, after it has removed what earlier commands have left behind.
    ///
    /// # Errors
    /// None may be made there, or the server or the file system refuses.
    pub fn create(request: &Request<'_>) -> Result<Self, ScratchError> {
        match site::of(request)? {
            Site::Folder(path) => {
                let leftovers = folder::sweep(path);
                let folder = folder::Folder::create(path)?;
                let target = Target { place: Place::Sqlite { path: folder.file() }, ..request.alias.clone() };
                Ok(Self { target, made: Made::File(folder), leftovers })
            }
            Site::Server(admin) => {
                let (database, leftovers) = server::Database::create(admin)?;
                let target = on_server(admin, request.alias, database.name());
                let scratch = Self { target, made: Made::Database(database), leftovers };
                scratch.make_schemas()?;
                Ok(scratch)
            }
        }
    }

    /// What [`Scratch::known`] finds it by.
    pub fn label(&self) -> String {
        match &self.target.place {
            Place::Sqlite { path } => {
                let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
                folder.to_string_lossy().into_owned()
            }
            Place::Postgres(server) | Place::Mysql(server) => server.database.clone(),
        }
    }

    /// Where the database is that another process has made for the same request, by its label. It leads to a scratch
    /// database or nowhere.
    ///
    /// # Errors
    /// None may be made there, or that is no name of one.
    pub fn known(request: &Request<'_>, label: &str) -> Result<Target, ScratchError> {
        let rest = label.strip_prefix(PREFIX).unwrap_or_default();
        if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(ScratchError::NoName { name: label.to_owned() });
        }
        Ok(match site::of(request)? {
            Site::Folder(path) => {
                let path = path.join(label).join(folder::FILE);
                Target { place: Place::Sqlite { path }, ..request.alias.clone() }
            }
            Site::Server(admin) => on_server(admin, request.alias, label),
        })
    }

    /// Where it is.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Its name on the server, or its file.
    pub fn name(&self) -> String {
        match &self.target.place {
            Place::Sqlite { path } => path.display().to_string(),
            Place::Postgres(server) | Place::Mysql(server) => server.database.clone(),
        }
    }

    /// What earlier commands had left behind, and was removed.
    pub fn leftovers(&self) -> &[String] {
        &self.leftovers
    }

    /// A connection to it.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn connect(&self) -> Result<Box<dyn Connection>, ScratchError> {
        let mut connection = driver::connect(&self.target, Access::ReadWrite)?;
        hurry(&mut *connection)?;
        Ok(connection)
    }

    /// Drops it.
    ///
    /// # Errors
    /// What is left, and why. The next command that makes a scratch database tries again.
    pub fn remove(mut self) -> Result<(), ScratchError> {
        self.made.remove()
    }

    /// The schemas of the search path, which migrations take for granted.
    fn make_schemas(&self) -> Result<(), ScratchError> {
        let Place::Postgres(server) = &self.target.place else { return Ok(()) };
        let schemas = site::schemas(server.search_path.as_deref().unwrap_or_default());
        if schemas.is_empty() {
            return Ok(());
        }
        let mut connection = self.connect()?;
        for schema in schemas {
            let sql = format!("CREATE SCHEMA IF NOT EXISTS {}", quote(Dialect::Postgres, &schema));
            connection.batch(&sql).map_err(ScratchError::database("create a schema of the search path"))?;
        }
        Ok(())
    }
}

/// Lets a connection to a scratch database wait for no disk: nothing is to outlive the machine's next start.
///
/// # Errors
/// The database refuses.
pub fn hurry(connection: &mut dyn Connection) -> Result<(), ScratchError> {
    match connection.dialect() {
        Dialect::Sqlite => {
            connection.batch("PRAGMA synchronous = OFF").map_err(ScratchError::database("prepare the file"))
        }
        Dialect::Postgres | Dialect::Mysql => Ok(()),
    }
}

/// A database of a server, to be used as the alias is.
fn on_server(admin: &Target, alias: &Target, name: &str) -> Target {
    let mut target = admin.clone();
    target.lock_timeout = alias.lock_timeout;
    target.statement_timeout = alias.statement_timeout;
    if let (Place::Postgres(server) | Place::Mysql(server), Place::Postgres(own) | Place::Mysql(own)) =
        (&mut target.place, &alias.place)
    {
        name.clone_into(&mut server.database);
        server.search_path.clone_from(&own.search_path);
    }
    target
}

impl Made {
    fn remove(&mut self) -> Result<(), ScratchError> {
        match self {
            Self::File(folder) => folder.remove(),
            Self::Database(database) => database.remove(),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is removed by the next one.
        let _ = self.made.remove();
    }
}

impl From<ConnectError> for ScratchError {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}
