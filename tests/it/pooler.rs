//! PostgreSQL behind `PgBouncer`: where a pooler does not keep one session for one connection, nothing is begun.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::projects::gated;
use crate::support::{Database, Kind};

/// A running pooler, and a port for it.
struct Pooler {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("pgbouncer")).find(|program| program.exists())
}

impl Pooler {
    /// One with these settings. None, with a printed reason, where it is not installed.
    fn start(database: &Database, settings: &str) -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("skipped: pgbouncer is not installed");
            return None;
        };
        let server = database.server().expect("PostgreSQL is a server");
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let ini = folder.path().join("pgbouncer.ini");
        let (host, to, user, password) = (server.host(), server.port(), server.user(), server.password());
        let text = format!(
            "[databases]\n* = host={host} port={to} user={user} password={password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nauth_type = any\nunix_socket_dir =\n{settings}\n"
        );
        std::fs::write(&ini, text).expect("a file");
        let mut command = as_nobody(&program, folder.path());
        let child = command.arg(&ini).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started");
        let mut pooler = Self { child, port, _folder: folder };
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = pooler.child.try_wait().expect("it is ours");
            assert!(ended.is_none(), "pgbouncer ended: {ended:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(pooler)
    }

    fn url(&self, database: &Database) -> String {
        let server = database.server().expect("PostgreSQL is a server");
        let (port, name) = (self.port, database.name());
        format!("postgres://{}:{}@127.0.0.1:{port}/{name}?sslmode=disable", server.user(), server.password())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, which refuses root.
fn as_nobody(program: &Path, folder: &Path) -> Command {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    if std::fs::metadata(folder).expect("it was made").uid() != 0 {
        return Command::new(program);
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program);
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port can be had");
    listener.local_addr().expect("it is bound").port()
}

fn a_pooler_that_does_not_keep_sessions_is_refused(database: &Database) {
    let refused = [
        "pool_mode = transaction\nignore_startup_parameters = options",
        "pool_mode = transaction\nignore_startup_parameters = options\nserver_round_robin = 1\nmin_pool_size = 3",
        "pool_mode = statement\nignore_startup_parameters = options",
        "pool_mode = transaction",
    ];
    for settings in refused {
        let Some(pooler) = Pooler::start(database, settings) else { return };
        let output = gated().glim(database, "run").env("TEST_DATABASE_URL", pooler.url(database)).run().exits(2);
        output
            .silent()
            .stderr_has("is a pooler that does not keep one session for one connection")
            .stderr_has("help: connect to the server itself");
        assert_eq!(database.all_tables(), Vec::<String>::new(), "{settings}");
    }
    let keeps = "pool_mode = session\nignore_startup_parameters = options";
    let Some(pooler) = Pooler::start(database, keeps) else { return };
    gated().glim(database, "run").env("TEST_DATABASE_URL", pooler.url(database)).succeeds();
}

#[test]
fn a_pooler_is_found_out() {
    Database::test(Kind::Postgres, "pooler", a_pooler_that_does_not_keep_sessions_is_refused);
}
