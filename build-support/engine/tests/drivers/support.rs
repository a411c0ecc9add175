//! A database of a test's own, and short forms of what tests do with a connection.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_engine::driver::{Access, ConnectError, Connection, connect};
use glim_engine::target::{Place, Server, SslMode, Target, Tls};
use glim_schema::Dialect;
use secrecy::SecretString;

/// A database that exists as long as this value.
pub(crate) struct Scratch {
    pub(crate) dialect: Dialect,
    pub(crate) target: Target,
    admin: Option<Target>,
    /// The folder of an `SQLite` file.
    pub(crate) folder: Option<tempfile::TempDir>,
}

/// A server that `tests/run` started, from the variable that names it; a test without one fails.
pub(crate) fn server(dialect: Dialect) -> (Server, BTreeMap<String, String>) {
    let variable = match dialect {
        Dialect::Sqlite => unreachable!("SQLite has no server"),
        Dialect::Postgres => "GLIM_TEST_POSTGRES",
        Dialect::Mysql => "GLIM_TEST_MYSQL",
    };
    let value = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: use tests/run"));
    let words: BTreeMap<String, String> = value
        .split_whitespace()
        .map(|word| word.split_once('=').expect("key=value"))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let server = Server {
        host: words["host"].clone(),
        port: words["port"].parse().expect("a port"),
        socket: Some(PathBuf::from(&words["socket"])),
        database: if dialect == Dialect::Postgres { "postgres".to_owned() } else { "mysql".to_owned() },
        user: words["user"].clone(),
        password: Some(SecretString::from(words["password"].as_str())),
        tls: Tls { mode: SslMode::Disable, ..Tls::default() },
        search_path: None,
    };
    (server, words)
}

/// A target with the usual time-outs.
pub(crate) fn target(place: Place) -> Target {
    Target { place, connect_timeout: Target::CONNECT_TIMEOUT, lock_timeout: None, statement_timeout: None }
}

/// The place of a server's database.
pub(crate) fn place(dialect: Dialect, server: Server) -> Place {
    match dialect {
        Dialect::Postgres => Place::Postgres(server),
        Dialect::Mysql => Place::Mysql(server),
        Dialect::Sqlite => unreachable!("SQLite has no server"),
    }
}

impl Scratch {
    /// An empty database, named after the test.
    pub(crate) fn new(dialect: Dialect, test: &str) -> Self {
        if dialect == Dialect::Sqlite {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join("test.db");
            return Self { dialect, target: target(Place::Sqlite { path }), admin: None, folder: Some(folder) };
        }
        let (server, _) = server(dialect);
        let database = format!("drv_{:x}_{}", fingerprint(test), std::process::id());
        let admin = target(place(dialect, server.clone()));
        let mut connection = connect(&admin, Access::ReadWrite).expect("the server of the tests");
        connection.execute(&format!("DROP DATABASE IF EXISTS {database}"), &[]).expect("dropping");
        connection.execute(&format!("CREATE DATABASE {database}"), &[]).expect("creating");
        Self {
            dialect,
            target: target(place(dialect, Server { database, ..server })),
            admin: Some(admin),
            folder: None,
        }
    }

    /// A connection that may change things.
    pub(crate) fn open(&self) -> Box<dyn Connection> {
        connect(&self.target, Access::ReadWrite).expect("the test's own database")
    }

    /// A connection that may not.
    pub(crate) fn open_to_read(&self) -> Result<Box<dyn Connection>, ConnectError> {
        connect(&self.target, Access::ReadOnly)
    }

    /// The server's part of the target.
    pub(crate) fn server(&mut self) -> &mut Server {
        match &mut self.target.place {
            Place::Postgres(server) | Place::Mysql(server) => server,
            Place::Sqlite { .. } => unreachable!("SQLite has no server"),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A failed test's database is kept, to be looked at.
        if let (Some(admin), false) = (&self.admin, std::thread::panicking()) {
            let (Place::Postgres(server) | Place::Mysql(server)) = &self.target.place else { return };
            let force = if self.dialect == Dialect::Postgres { " WITH (FORCE)" } else { "" };
            let drop = format!("DROP DATABASE {}{force}", server.database);
            connect(admin, Access::ReadWrite).expect("the server").execute(&drop, &[]).expect("dropping");
        }
    }
}

fn fingerprint(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// All rows of a query.
pub(crate) fn rows(
    connection: &mut dyn Connection,
    sql: &str,
    params: &[Value],
) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut rows = Vec::new();
    connection.query(sql, params, &mut |_, values| {
        rows.push(values);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The one value of a query.
pub(crate) fn value(connection: &mut dyn Connection, sql: &str) -> Value {
    let mut rows = rows(connection, sql, &[]).expect(sql);
    assert_eq!(rows.len(), 1, "{sql}");
    rows.remove(0).remove(0)
}

/// The error of a statement that must fail.
pub(crate) fn refusal(connection: &mut dyn Connection, sql: &str, params: &[Value]) -> DatabaseError {
    match connection.execute(sql, params) {
        Ok(_) => panic!("this should have failed: {sql}"),
        Err(error) => error,
    }
}

/// A query that runs until it is stopped.
pub(crate) fn endless(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        Dialect::Postgres => "SELECT pg_sleep(60)",
        // SLEEP() ends early without an error when it is cancelled.
        Dialect::Mysql => {
            "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, \
             information_schema.columns c, information_schema.columns d"
        }
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Makes a module of each scenario, a function that takes a [`Scratch`], with one test for each kind of database.
macro_rules! for_each_database {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use glim_schema::Dialect;

            use crate::support::Scratch;

            #[test]
            fn sqlite() {
                super::$scenario(&mut Scratch::new(Dialect::Sqlite, module_path!()));
            }

            #[test]
            fn postgres() {
                super::$scenario(&mut Scratch::new(Dialect::Postgres, module_path!()));
            }

            #[test]
            fn mysql() {
                super::$scenario(&mut Scratch::new(Dialect::Mysql, module_path!()));
            }
        }
    )+};
}
pub(crate) use for_each_database;

/// The same for the databases that have a server.
macro_rules! for_each_server {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use glim_schema::Dialect;

            use crate::support::Scratch;

            #[test]
            fn postgres() {
                super::$scenario(&mut Scratch::new(Dialect::Postgres, module_path!()));
            }

            #[test]
            fn mysql() {
                super::$scenario(&mut Scratch::new(Dialect::Mysql, module_path!()));
            }
        }
    )+};
}
pub(crate) use for_each_server;
