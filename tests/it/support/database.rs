//! A database of a test's own, and a second way into it: what the command says it did is looked up here.

mod mysql;
mod postgres;
mod sqlite;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::servers::Server;

/// The kinds of databases. `Mysql` is a `MariaDB` server in `tests/run`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

/// A row, each value as text; `NULL` is `None`.
pub(crate) type Row = Vec<Option<String>>;

/// A connection of the test's own, in the driver's simplest terms.
trait Client {
    /// Runs statements and gives the rows of the last one.
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, String>;
}

/// An empty database that is dropped with this value.
pub(crate) struct Database {
    kind: Kind,
    name: String,
    place: Place,
    /// Kept, since connecting to a server costs more than most queries.
    client: RefCell<Option<Box<dyn Client>>>,
}

enum Place {
    File(PathBuf),
    Server(Server),
}

impl Database {
    /// Runs a scenario on a database of its own. Without a server of that kind, says so and does nothing.
    pub(crate) fn test(kind: Kind, path: &str, scenario: fn(&Database)) {
        if let Some(database) = Self::new(kind, path) {
            scenario(&database);
        }
    }

    /// An empty database, named after a test; `None`, with a printed reason, where there is no server of that kind.
    pub(crate) fn new(kind: Kind, path: &str) -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let test = path.rsplit("::").next().expect("a path has a last part");
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let short: String = test.chars().take(40).collect();
        let name = format!("{short}_{}_{count}", std::process::id());
        let server = |variable: &str| {
            let server = Server::from_env(variable);
            if server.is_none() {
                eprintln!("skipped: {variable} is not set; tests/run starts the servers and sets it");
            }
            server
        };
        let place = match kind {
            Kind::Sqlite => {
                let folder = super::project::scratch(&name);
                Place::File(folder.join("app.db"))
            }
            Kind::Postgres => Place::Server(server("GLIM_TEST_POSTGRES")?),
            Kind::Mysql => Place::Server(server("GLIM_TEST_MYSQL")?),
        };
        match place {
            Place::File(_) => Some(Self { kind, name, place, client: RefCell::default() }),
            Place::Server(server) => Some(Self::on(&server, kind, &name)),
        }
    }

    /// An empty database of that name on a server.
    pub(crate) fn on(server: &Server, kind: Kind, name: &str) -> Self {
        let place = Place::Server(server.clone());
        let database = Self { kind, name: name.to_owned(), place, client: RefCell::default() };
        database.admin(server, &format!("CREATE DATABASE {name}")).expect("an administrator may");
        database
    }

    /// Another empty one beside this one.
    pub(crate) fn another(&self) -> Self {
        Self::new(self.kind, &self.name).expect("there was a server for the first one")
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Ends the connection; the next query makes another.
    pub(crate) fn leave(&self) {
        self.client.take();
    }

    /// Its name on the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The file of a `SQLite` database.
    pub(crate) fn file(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The server, where there is one.
    pub(crate) fn server(&self) -> Option<&Server> {
        match &self.place {
            Place::File(_) => None,
            Place::Server(server) => Some(server),
        }
    }

    /// What `TEST_DATABASE_URL` is for this database: over TCP, without encryption, with the password.
    pub(crate) fn url(&self) -> String {
        let scheme = match self.kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        };
        match &self.place {
            Place::File(path) => format!("{scheme}://{}", path.display()),
            Place::Server(server) => format!(
                "{scheme}://{}:{}@{}:{}/{}?sslmode=disable",
                server.user(),
                server.password(),
                server.host(),
                server.port(),
                self.name
            ),
        }
    }

    /// The same database as an alias of `glim.toml`, key by key and over its Unix socket. The password is in the
    /// variable `TEST_DATABASE_PASSWORD`.
    pub(crate) fn settings(&self, alias: &str) -> String {
        let driver = match self.kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        };
        let rest = match &self.place {
            Place::File(path) => format!("path = {:?}\n", path.display().to_string()),
            Place::Server(server) => format!(
                "socket = {:?}\nport = {}\nuser = {:?}\npassword = \"${{TEST_DATABASE_PASSWORD}}\"\nschema = {:?}\n",
                server.socket(),
                server.port(),
                server.user(),
                self.name,
            ),
        };
        format!("[db.{alias}]\ndriver = \"{driver}\"\n{rest}")
    }

    /// The same as somebody who may look and not touch. `None` where nothing stops this user, as root and a file.
    pub(crate) fn read_only_url(&self) -> Option<String> {
        let user = format!("reader_of_{}", self.name);
        match (&self.place, self.kind) {
            (Place::File(path), _) => {
                let mut permissions = path.metadata().expect("the file is there").permissions();
                permissions.set_readonly(true);
                std::fs::set_permissions(path, permissions).expect("the file is the test's own");
                std::fs::OpenOptions::new().write(true).open(path).is_err().then(|| self.url())
            }
            (Place::Server(server), Kind::Mysql) => {
                self.query(&format!("CREATE USER IF NOT EXISTS {user} IDENTIFIED BY 'reader'"));
                self.query(&format!("GRANT SELECT ON {}.* TO {user}", self.name));
                let (host, port) = (server.host(), server.port());
                Some(format!("mysql://{user}:reader@{host}:{port}/{}?sslmode=disable", self.name))
            }
            (Place::Server(server), _) => {
                self.query(&format!("CREATE ROLE {user} LOGIN PASSWORD 'reader' IN ROLE pg_read_all_data"));
                let (host, port) = (server.host(), server.port());
                Some(format!("postgres://{user}:reader@{host}:{port}/{}?sslmode=disable", self.name))
            }
        }
    }

    fn connect(&self) -> Box<dyn Client> {
        match (&self.place, self.kind) {
            (Place::File(path), _) => Box::new(sqlite::Client::open(path)),
            (Place::Server(server), Kind::Mysql) => Box::new(mysql::Client::connect(server, Some(&self.name))),
            (Place::Server(server), _) => Box::new(postgres::Client::connect(server, &self.name)),
        }
    }

    fn admin(&self, server: &Server, sql: &str) -> Result<Vec<Row>, String> {
        match self.kind {
            Kind::Mysql => mysql::Client::connect(server, None).query(sql),
            Kind::Sqlite | Kind::Postgres => postgres::Client::connect(server, "postgres").query(sql),
        }
    }

    /// Runs statements and gives the rows of the last one.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Row> {
        let mut kept = self.client.borrow_mut();
        let client = kept.get_or_insert_with(|| self.connect());
        let rows = client.query(sql);
        if matches!(self.place, Place::File(_)) {
            // An open file would keep the command from taking it for itself.
            *kept = None;
        }
        rows.unwrap_or_else(|error| panic!("{sql}\n{error}"))
    }

    /// The first column of the rows, `NULL` as that word.
    #[track_caller]
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.query(sql).into_iter();
        rows.map(|mut row| row.swap_remove(0).unwrap_or_else(|| "NULL".into())).collect()
    }

    /// The only value of the only row.
    #[track_caller]
    pub(crate) fn value(&self, sql: &str) -> String {
        let mut column = self.column(sql);
        assert_eq!(column.len(), 1, "rows of {sql}: {column:?}");
        column.remove(0)
    }

    /// Keeps everybody else from a table of a server, until [`unlock`](Self::unlock). There is no such thing for a file.
    #[track_caller]
    pub(crate) fn lock(&self, table: &str) {
        match self.kind {
            Kind::Sqlite => panic!("a file is locked as a whole, for moments"),
            Kind::Postgres => self.query(&format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")),
            Kind::Mysql => self.query(&format!("LOCK TABLES {table} WRITE")),
        };
    }

    /// Lets others at the table again.
    #[track_caller]
    pub(crate) fn unlock(&self) {
        self.query(if self.kind == Kind::Mysql { "UNLOCK TABLES" } else { "ROLLBACK" });
    }

    /// A name, quoted for this database.
    pub(crate) fn quoted(&self, name: &str) -> String {
        match self.kind {
            Kind::Mysql => format!("`{}`", name.replace('`', "``")),
            Kind::Sqlite | Kind::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// Every table, sorted.
    #[track_caller]
    pub(crate) fn all_tables(&self) -> Vec<String> {
        if self.file().is_some_and(|file| !file.exists()) {
            return Vec::new();
        }
        let mut tables = self.column(match self.kind {
            Kind::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            }
            Kind::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
            Kind::Mysql => "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
        });
        tables.sort();
        tables
    }

    /// Every table that is not glim's own, sorted.
    #[track_caller]
    pub(crate) fn tables(&self) -> Vec<String> {
        self.all_tables().into_iter().filter(|table| !table.starts_with("glim_")).collect()
    }

    /// The names in the ledger, sorted; empty where there is no ledger.
    #[track_caller]
    pub(crate) fn ledger(&self) -> Vec<String> {
        if !self.all_tables().iter().any(|table| table == "glim_migrations") {
            return Vec::new();
        }
        self.column("SELECT name FROM glim_migrations ORDER BY name")
    }

    /// Everything in the database that a test can compare: each table with its sorted rows.
    #[track_caller]
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<Row>> {
        let tables = self.all_tables().into_iter();
        let with_rows = tables.map(|table| {
            let mut rows = self.query(&format!("SELECT * FROM {}", self.quoted(&table)));
            rows.sort();
            (table, rows)
        });
        with_rows.collect()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.client.take();
        let dropped = match (&self.place, self.kind) {
            (Place::File(path), _) => {
                let folder = path.parent().expect("the file is in a folder of its own");
                std::fs::remove_dir_all(folder).map_err(|error| error.to_string())
            }
            (Place::Server(server), Kind::Mysql) => {
                self.admin(server, &format!("DROP DATABASE {}", self.name)).map(drop)
            }
            (Place::Server(server), _) => {
                self.admin(server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).map(drop)
            }
        };
        // A second panic would hide the first.
        if !std::thread::panicking() {
            dropped.expect("the test's database can be dropped");
        }
    }
}
