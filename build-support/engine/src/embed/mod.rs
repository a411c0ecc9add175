//! Migrations from within an application: what this program has registered is applied by the program itself.
//!
//! [`Migrator`] is all that an application needs; what it takes for a connection is [`IntoConnection`].

mod error;
mod lent;
mod status;

use std::time::Duration;

use glim::Direction;
use glim::error::DatabaseError;
use glim::host::describe;
use glim::registry::{self, Registration};
use glim_schema::Dialect;

pub use self::error::Error;
pub use self::status::{Applied, Status};
use crate::catalog::{Catalog, Entry, Packages, Scope};
use crate::driver::{Access, Connection, IntoConnection, Transaction};
use crate::ledger::Ledger;
use crate::lock::Holder;
use crate::migrator::{Locked, MigrateError};
use crate::plan::{self, RunRequest, Standing, Unexpected};
use crate::progress::{Filled, Progress, Silent};
use crate::script::ScriptProblem;
use crate::source::InProcess;

/// Applies the migrations that are registered in this program, on a connection of the program's own, as `cargo glim run`
/// would: with the same lock, ledger, order and promises. An application calls it when it starts.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut connection = rusqlite::Connection::open("app.db")?;
/// for applied in glim_engine::Migrator::new(&mut connection).run()? {
///     println!("applied {} in {:?}", applied.name, applied.took);
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// Registered are the types of `glim::migration!`, and the SQL files of a folder that `glim-build` has made a part of a
/// linked crate. A crate that is only depended on is not linked: `use its_name as _;` sees to that.
///
/// It blocks, so that an asynchronous program calls it through its runtime's `spawn_blocking`. Each Rust migration runs on
/// a thread of its own; its statements are executed on the calling one. A panic in it is an error here, and is told to the
/// program's panic hook like any other.
///
/// Differences from the command: what changed in a Rust migration since it was applied cannot be seen, since no sources
/// are at hand; and among packages the order is by version and `after` alone, since how they depend on one another is not
/// known.
pub struct Migrator<'c> {
    connection: Result<Box<dyn Connection + 'c>, DatabaseError>,
    alias: String,
    lock_timeout: Duration,
    unknown: Unexpected,
    strict: bool,
    progress: Box<dyn Progress + 'c>,
    stopped: Box<dyn Fn() -> bool + 'c>,
}

impl<'c> Migrator<'c> {
    /// A migrator on that connection, which is asked what it is. An error of that is given by what is called next.
    ///
    /// The connection may be owned or borrowed; no transaction may be open on it. One that is borrowed gets the settings
    /// of its session back afterwards.
    pub fn new(connection: impl IntoConnection<'c>) -> Self {
        Self {
            connection: connection.into_connection(),
            alias: String::new(),
            lock_timeout: Locked::LOCK_TIMEOUT,
            unknown: Unexpected::Refuse,
            strict: false,
            progress: Box::new(Silent),
            stopped: Box::new(|| false),
        }
    }

    /// The name that the configuration has for this database: migrations that are registered with `db = "..."` for it
    /// take part too. Without, only those that are for any database do.
    #[must_use]
    pub fn db(mut self, alias: impl Into<String>) -> Self {
        self.alias = alias.into();
        self
    }

    /// How long to wait for others that migrate the same database; a minute unless said otherwise. Zero asks once.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Goes on where the ledger names migrations that this program does not know, as after a newer release has run.
    /// Unless this is said, [`run`](Self::run) refuses that.
    #[must_use]
    pub fn accept_unknown(mut self) -> Self {
        self.unknown = Unexpected::Note;
        self
    }

    /// Refuses a pending migration that comes before one that is applied already. Unless this is said, it is applied, and
    /// the observer is told.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Who is told of what happens; nobody unless said otherwise.
    #[must_use]
    pub fn progress(mut self, observer: impl Progress + 'c) -> Self {
        self.progress = Box::new(observer);
        self
    }

    /// Asked between migrations and while waiting for the lock: to say yes ends the run before the next migration.
    #[must_use]
    pub fn stop_when(mut self, stopped: impl Fn() -> bool + 'c) -> Self {
        self.stopped = Box::new(stopped);
        self
    }

    /// Applies what is pending, in order, and gives what that was. Where nothing is pending, it takes the lock, reads the
    /// ledger and changes nothing.
    ///
    /// # Errors
    /// The registrations contradict one another; the ledger or the code is not as it should be; the lock was not had; or
    /// a migration failed, in which case those before it stay applied. See [`Error`].
    pub fn run(&mut self) -> Result<Vec<Applied>, Error> {
        let (catalog, mut source) = registered(&self.alias)?;
        let connection = ready(&mut self.connection)?;
        let mut observer = Observer { inner: &mut *self.progress, applied: Vec::new() };
        let (locked, rows) =
            Locked::lock(Box::new(&mut *connection), self.lock_timeout, &mut observer, &*self.stopped)?;
        let rows = catalog.recognise(rows);
        let request = RunRequest { gone: self.unknown, strict: self.strict, ..RunRequest::default() };
        let plan = plan::run(&catalog, &rows, &request)?;
        for note in plan.notes.iter().filter(|note| note.is_warning()) {
            observer.warning(&note.to_string());
        }
        if plan.is_empty() {
            locked.release()?;
            return Ok(Vec::new());
        }
        let mut locked = locked.returning_settings()?;
        let done = locked.apply(&plan, &mut source, &mut observer, &*self.stopped);
        // What failed is said by the migration's own error, if there is one.
        let set_back = locked.set_back();
        let released = locked.release();
        done?;
        set_back.map_err(|error| Error::Connection(Box::new(error)))?;
        released?;
        Ok(observer.applied)
    }

    /// What [`run`](Self::run) would apply, in order. Nothing is changed, and no lock is taken.
    ///
    /// # Errors
    /// The registrations contradict one another, or the ledger cannot be read or believed.
    pub fn pending(&mut self) -> Result<Vec<Entry>, Error> {
        let status = self.status()?;
        let pending = status.lines().into_iter().filter(|line| line.standing == Standing::Pending);
        Ok(pending.filter_map(|line| line.entry.cloned()).collect())
    }

    /// Where each migration stands. Nothing is changed, and no lock is taken.
    ///
    /// # Errors
    /// As [`pending`](Self::pending).
    pub fn status(&mut self) -> Result<Status, Error> {
        let (catalog, _) = registered(&self.alias)?;
        let connection = ready(&mut self.connection)?;
        let (_, rows) = Ledger::open(connection, Access::ReadOnly).map_err(MigrateError::from)?;
        let rows = catalog.recognise(rows);
        Ok(Status::new(catalog, rows))
    }

    /// Makes sure that the database is not behind this program, for one that must not start otherwise. A database that
    /// is ahead, because a newer release has migrated it, is accepted. Nothing is changed, and no lock is taken.
    ///
    /// # Errors
    /// [`Error::NotCurrent`] when a migration is pending, was not finished, or has changed since it was applied; else as
    /// [`pending`](Self::pending).
    pub fn assert_current(&mut self) -> Result<(), Error> {
        let behind = self.status()?.behind();
        if behind.is_empty() { Ok(()) } else { Err(Error::NotCurrent(behind)) }
    }
}

/// What is registered in this program for that database, and its code.
fn registered(alias: &str) -> Result<(Catalog, InProcess), Error> {
    let registrations: Vec<&'static Registration> = registry::migrations();
    if registrations.is_empty() {
        return Err(Error::NothingRegistered);
    }
    let all = describe(&registrations).migrations;
    let mut packages: Vec<_> = all.iter().map(|migration| migration.package.clone()).collect();
    packages.dedup();
    let mut entries: Vec<_> = all.iter().filter(|it| it.sql.is_none()).map(Entry::of_type).collect();
    entries.extend(Entry::of_texts(&all, |path| path.display().to_string()));
    // Of packages that register nothing here, nothing is known.
    let scope = Scope { alias: alias.to_owned(), packages: Packages::Only(packages) };
    Ok((Catalog::new(entries, &scope).map_err(Error::Catalog)?, InProcess::new(&registrations)))
}

/// The connection, if it can be worked on.
fn ready<'a, 'c>(
    connection: &'a mut Result<Box<dyn Connection + 'c>, DatabaseError>,
) -> Result<&'a mut (dyn Connection + 'c), Error> {
    let connection = match connection {
        Ok(connection) => &mut **connection,
        Err(error) => return Err(Error::Connection(Box::new(error.clone()))),
    };
    let is_open = match (connection.transaction(), connection.dialect()) {
        (Transaction::Open | Transaction::Failed, _) => true,
        (_, Dialect::Postgres) => {
            lent::in_transaction(connection).map_err(|error| Error::Connection(Box::new(error)))?
        }
        (Transaction::None | Transaction::Unknown, _) => false,
    };
    if is_open { Err(Error::TransactionOpen) } else { Ok(connection) }
}

/// Passes on what it is told, and notes what was applied.
struct Observer<'p> {
    inner: &'p mut dyn Progress,
    applied: Vec<Applied>,
}

impl Progress for Observer<'_> {
    fn waiting(&mut self, holder: &Holder) {
        self.inner.waiting(holder);
    }

    fn started(&mut self, entry: &Entry, direction: Direction) {
        self.inner.started(entry, direction);
    }

    fn filled(&mut self, filled: &Filled<'_>) {
        self.inner.filled(filled);
    }

    fn finished(&mut self, entry: &Entry, direction: Direction, took: Duration) {
        let (name, description) = (entry.name.clone(), entry.description.clone());
        self.applied.push(Applied { name, description, took });
        self.inner.finished(entry, direction, took);
    }

    fn in_vain(&mut self, problem: &ScriptProblem) {
        self.inner.in_vain(problem);
    }

    fn warning(&mut self, message: &str) {
        self.inner.warning(message);
    }
}
