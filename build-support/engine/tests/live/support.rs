//! A database of a test's own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use glim::value::{FromValue as _, Value};
use glim_engine::driver::{self, Access, Connection};
use glim_engine::target::{Place, Server, SslMode, Target, Tls};
use glim_schema::Dialect;

/// Makes a module of each scenario, a function that takes a [`Database`], with one test for each kind of database.
macro_rules! for_each_database {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use $crate::support::Database;
            use glim_schema::Dialect;

            #[test]
            fn sqlite() {
                super::$scenario(&Database::new(Dialect::Sqlite).expect("it is built in"));
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                if let Some(database) = Database::new(Dialect::Postgres) {
                    super::$scenario(&database);
                }
            }

            #[cfg(feature = "mysql")]
            #[test]
            fn mysql() {
                if let Some(database) = Database::new(Dialect::Mysql) {
                    super::$scenario(&database);
                }
            }
        }
    )+};
}
pub(crate) use for_each_database;

/// An empty database that goes with this value.
pub(crate) struct Database {
    pub(crate) dialect: Dialect,
    name: String,
    target: Target,
    folder: tempfile::TempDir,
    /// One for all that the test looks up or prepares: to connect takes long on some servers.
    shared: RefCell<Option<Box<dyn Connection>>>,
}

/// Connects to a database, from any thread.
pub(crate) struct Connector<'a>(&'a Target);

impl Connector<'_> {
    pub(crate) fn target(&self) -> &Target {
        self.0
    }

    pub(crate) fn connect(&self) -> Box<dyn Connection> {
        driver::connect(self.0, Access::ReadWrite).expect("the database is there")
    }
}

impl Database {
    /// An empty database; `None`, with a printed reason, where there is no server of that kind.
    pub(crate) fn new(dialect: Dialect) -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let name = format!("engine_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().expect("a temporary directory");
        let place = match dialect {
            Dialect::Sqlite => Place::Sqlite { path: folder.path().join("app.db") },
            Dialect::Postgres => Place::Postgres(server("GLIM_TEST_POSTGRES")?),
            Dialect::Mysql => Place::Mysql(server("GLIM_TEST_MYSQL")?),
        };
        let target =
            Target { place, connect_timeout: Target::CONNECT_TIMEOUT, lock_timeout: None, statement_timeout: None };
        let mut database = Self { dialect, name, target, folder, shared: RefCell::new(None) };
        database.admin("CREATE DATABASE");
        let name = database.name.clone();
        database.select(&name);
        Some(database)
    }

    /// A connection whose statements wait so long for a lock of the database; on MySQL at least a second.
    pub(crate) fn connect_impatiently(&self, lock_timeout: std::time::Duration) -> Box<dyn Connection> {
        let target = Target { lock_timeout: Some(lock_timeout), ..self.target.clone() };
        Connector(&target).connect()
    }

    /// The folder of an SQLite database.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn connector(&self) -> Connector<'_> {
        Connector(&self.target)
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> Box<dyn Connection> {
        self.connector().connect()
    }

    /// Uses the shared connection.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut dyn Connection) -> T) -> T {
        work(&mut **self.shared.borrow_mut().get_or_insert_with(|| self.connect()))
    }

    /// Runs statements.
    #[track_caller]
    pub(crate) fn batch(&self, sql: &str) {
        self.with(|conn| conn.batch(sql)).unwrap_or_else(|error| panic!("{sql}\n{error}"));
    }

    /// The rows of a query, between columns a `|`.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<String> {
        let mut rows = Vec::new();
        let mut each = |_: &_, row: Vec<Value>| {
            rows.push(row.iter().map(show).collect::<Vec<_>>().join("|"));
            ControlFlow::Continue(())
        };
        self.with(|conn| conn.query(sql, &[], &mut each)).unwrap_or_else(|error| panic!("{sql}\n{error}"));
        rows
    }

    fn select(&mut self, database: &str) {
        self.shared.take();
        if let Place::Postgres(server) | Place::Mysql(server) = &mut self.target.place {
            database.clone_into(&mut server.database);
        }
    }

    fn admin(&mut self, command: &str) {
        let database = match self.dialect {
            Dialect::Sqlite => return,
            Dialect::Postgres => "postgres",
            Dialect::Mysql => "mysql",
        };
        self.select(database);
        self.batch(&format!("{command} {}", self.name));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed may hold a connection, which PostgreSQL minds.
        if !std::thread::panicking() {
            self.admin("DROP DATABASE");
        }
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Timestamp(at) => at.to_string(),
        other => String::from_value(other).unwrap_or_else(|_| format!("{other:?}")),
    }
}

/// The server of a variable (see `tests/servers.bash`).
#[expect(clippy::print_stderr, reason = "a test that is skipped says why")]
fn server(variable: &str) -> Option<Server> {
    let Ok(words) = std::env::var(variable) else {
        eprintln!("skipped: {variable} is not set; tests/run starts the servers and sets it");
        return None;
    };
    let words: BTreeMap<_, _> = words.split_whitespace().filter_map(|word| word.split_once('=')).collect();
    Some(Server {
        host: words["host"].to_owned(),
        port: words["port"].parse().expect("a port"),
        socket: Some(words["socket"].into()),
        database: String::new(),
        user: words["user"].to_owned(),
        password: Some(words["password"].into()),
        tls: Tls { mode: SslMode::Disable, ..Tls::default() },
        search_path: None,
    })
}
