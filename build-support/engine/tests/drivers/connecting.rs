//! Why a connection cannot be opened, and what opening leaves behind.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use glim::value::Value;
use glim_engine::driver::{Access, ConnectError, Connection, connect};
use glim_engine::target::{Place, Target};
use glim_schema::Dialect;
use secrecy::SecretString;

use crate::support::{Scratch, for_each_database, for_each_server, target, value};

for_each_database!(the_server_is_described);
for_each_server!(
    a_wrong_password_is_an_authentication_error,
    an_unknown_user_is_an_authentication_error,
    a_missing_database_is_named,
    a_place_where_nobody_listens_is_unreachable,
    a_silent_server_is_waited_for_as_long_as_configured,
    another_kind_of_server_is_no_database,
);

/// Between migrations the engine resets the session, which must not end what the configuration has set.
mod what_is_configured_survives_a_reset {
    use super::*;

    #[test]
    fn postgres() {
        let mut scratch = Scratch::new(Dialect::Postgres, "what_is_configured_survives_a_reset");
        scratch.open().batch("CREATE SCHEMA app").expect("a schema");
        scratch.server().search_path = Some("app".to_owned());
        scratch.target.lock_timeout = Some(Duration::from_millis(1234));
        let mut db = scratch.open();
        assert_eq!(db.server().expect("a server").schema.as_deref(), Some("app"));
        db.batch("SET search_path = public; SET lock_timeout = 0; RESET ALL").expect("a reset");
        for (setting, wanted) in
            [("search_path", "app"), ("lock_timeout", "1234ms"), ("client_connection_check_interval", "500ms")]
        {
            assert_eq!(value(&mut *db, &format!("SHOW {setting}")), Value::Text(wanted.to_owned()), "{setting}");
        }
    }
}

fn the_server_is_described(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let server = db.server().expect("a server");
    assert_eq!(db.dialect(), scratch.dialect);
    let products: &[&str] = match scratch.dialect {
        Dialect::Sqlite => &["SQLite"],
        Dialect::Postgres => &["PostgreSQL"],
        Dialect::Mysql => &["MySQL", "MariaDB"],
    };
    assert!(products.contains(&server.product), "{server:?}");
    assert!(server.version.starts_with(|first: char| first.is_ascii_digit()), "{server:?}");
    assert!(server.address.contains(&server.database), "{server:?}");
    assert_eq!(server.schema.as_deref(), (scratch.dialect == Dialect::Postgres).then_some("public"));
}

fn error(target: &Target) -> ConnectError {
    match connect(target, Access::ReadWrite) {
        Ok(_) => panic!("this should not connect: {target:?}"),
        Err(error) => {
            let shown = format!("{error} {error:?} {:?}", error.help());
            assert!(!shown.contains("wrong-secret"), "{shown}");
            error
        }
    }
}

fn changed(scratch: &mut Scratch, change: impl FnOnce(&mut glim_engine::target::Server)) -> Target {
    let before = scratch.server().clone();
    change(scratch.server());
    let target = scratch.target.clone();
    *scratch.server() = before;
    target
}

fn a_wrong_password_is_an_authentication_error(scratch: &mut Scratch) {
    let target = changed(scratch, |server| server.password = Some(SecretString::from("wrong-secret")));
    let error = error(&target);
    assert!(matches!(&error, ConnectError::Authentication { user, .. } if user == "glim"), "{error:?}");
    let target = changed(scratch, |server| server.password = None);
    assert!(matches!(connect(&target, Access::ReadOnly), Err(ConnectError::Authentication { .. })));
}

fn an_unknown_user_is_an_authentication_error(scratch: &mut Scratch) {
    let target = changed(scratch, |server| "nobody-here".clone_into(&mut server.user));
    let error = error(&target);
    assert!(matches!(&error, ConnectError::Authentication { user, .. } if user == "nobody-here"), "{error:?}");
}

fn a_missing_database_is_named(scratch: &mut Scratch) {
    let target = changed(scratch, |server| "not_there".clone_into(&mut server.database));
    let error = error(&target);
    assert!(matches!(&error, ConnectError::NoDatabase { database, .. } if database == "not_there"), "{error:?}");
}

fn a_place_where_nobody_listens_is_unreachable(scratch: &mut Scratch) {
    let target = changed(scratch, |server| server.socket = Some("/nowhere/to/be/found".into()));
    let nowhere = error(&target);
    assert!(
        matches!(&nowhere, ConnectError::Unreachable { address, .. } if address.contains("/nowhere")),
        "{nowhere:?}"
    );
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let target = changed(scratch, |server| (server.socket, server.port) = (None, free));
    let refused = error(&target);
    assert!(
        matches!(&refused, ConnectError::Unreachable { address, .. } if address.ends_with(&free.to_string())),
        "{refused:?}"
    );
    let target = changed(scratch, |server| (server.socket, server.host) = (None, "no.such.host.invalid".to_owned()));
    let unknown = error(&target);
    assert!(matches!(&unknown, ConnectError::Unreachable { .. }), "{unknown:?}");
}

fn a_silent_server_is_waited_for_as_long_as_configured(scratch: &mut Scratch) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut target = changed(scratch, |server| (server.socket, server.port) = (None, port));
    target.connect_timeout = Duration::from_millis(300);
    let started = Instant::now();
    let error = error(&target);
    assert!(matches!(&error, ConnectError::Timeout { .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

fn another_kind_of_server_is_no_database(scratch: &mut Scratch) {
    for greeting in ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let target = changed(scratch, |server| (server.socket, server.port) = (None, port));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = listener.accept().expect("a connection");
                stream.write_all(greeting.as_bytes()).expect("writing");
            });
            let error = error(&target);
            let wanted = matches!(error, ConnectError::Other { .. } | ConnectError::Unreachable { .. });
            assert!(wanted, "{greeting:?}: {error:?}");
        });
    }
}

mod the_wrong_kind_of_server_is_no_database {
    use super::{ConnectError, Dialect, Duration, Place, error, target};
    use crate::support::server;

    #[test]
    fn mysql() {
        let (postgres, mysql) = (server(Dialect::Postgres).0, server(Dialect::Mysql).0);
        let tcp = |server: &glim_engine::target::Server| glim_engine::target::Server { socket: None, ..server.clone() };
        let mut towards_mysql = target(Place::Postgres(tcp(&mysql)));
        let mut towards_postgres = target(Place::Mysql(tcp(&postgres)));
        towards_mysql.connect_timeout = Duration::from_millis(500);
        towards_postgres.connect_timeout = Duration::from_millis(500);
        error(&towards_mysql);
        // It waits for us to speak first, as we do for it.
        assert!(matches!(error(&towards_postgres), ConnectError::Timeout { .. }));
    }
}

mod the_password_itself_is_not_sent_in_the_clear {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use glim_engine::driver::{Access, ConnectError, connect};
    use glim_engine::target::{Place, SslMode};
    use glim_schema::Dialect;
    use secrecy::SecretString;

    use crate::support::{server, target};

    fn send(stream: &mut TcpStream, sequence: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).expect("a short packet");
        stream.write_all(&[&[length, 0, 0, sequence], payload].concat()).expect("writing");
    }

    fn receive(stream: &mut TcpStream) -> Vec<u8> {
        let mut header = [0; 4];
        stream.read_exact(&mut header).expect("a header");
        let mut payload = vec![0; usize::from(header[0]) + usize::from(header[1]) * 256];
        stream.read_exact(&mut payload).expect("a packet");
        payload
    }

    /// A server as MySQL 8 is, without TLS, which has not cached the password.
    fn serve(listener: &TcpListener) -> Vec<u8> {
        greet(listener);
        // The first connection was to be encrypted, and ends as soon as the greeting says that it cannot be.
        let mut stream = greet(listener);
        let mut said = receive(&mut stream);
        send(&mut stream, 2, &[1, 4]);
        stream.read_to_end(&mut said).expect("the end");
        said
    }

    fn greet(listener: &TcpListener) -> TcpStream {
        let (mut stream, _) = listener.accept().expect("a connection");
        let capabilities: u32 = 0x00FF_F7FF;
        let [a, b, c, d] = capabilities.to_le_bytes();
        let greeting = [
            &b"\x0a8.4.0\x00\x01\x00\x00\x00abcdefgh\x00"[..],
            &[a, b, 45, 2, 0, c, d, 21],
            &[0; 10],
            b"ijklmnopqrst\x00caching_sha2_password\x00",
        ];
        send(&mut stream, 0, &greeting.concat());
        stream
    }

    #[test]
    fn mysql() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut server = server(Dialect::Mysql).0;
        server.socket = None;
        server.port = listener.local_addr().expect("an address").port();
        server.password = Some(SecretString::from("wrong-secret"));
        server.tls.mode = SslMode::Prefer;
        std::thread::scope(|scope| {
            let said = scope.spawn(|| serve(&listener));
            let error = connect(&target(Place::Mysql(server)), Access::ReadOnly).err().expect("a refusal");
            assert!(
                matches!(&error, ConnectError::Authentication { message, .. } if message.contains("sslmode")),
                "{error:?}"
            );
            let said = said.join().expect("the server");
            assert!(said.windows(4).any(|bytes| bytes == b"glim"), "the user's name is sent");
            assert!(!said.windows(12).any(|bytes| bytes == b"wrong-secret"));
        });
    }
}

mod files {
    use super::{Access, ConnectError, Connection, Path, Place, Scratch, Target, Value, connect, target, value};

    fn file(folder: &Path, name: &str) -> Target {
        target(Place::Sqlite { path: folder.join(name) })
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
        names.sort();
        names
    }

    fn refusal(target: &Target, access: Access) -> ConnectError {
        match connect(target, access) {
            Ok(_) => panic!("this should not open: {target:?}"),
            Err(error) => {
                assert!(error.help().is_some(), "{error:?}");
                error
            }
        }
    }

    #[test]
    fn looking_creates_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = file(folder.path(), "a.db");
        assert!(
            matches!(refusal(&target, Access::ReadOnly), ConnectError::NotFound { path } if path.ends_with("a.db"))
        );
        assert!(names(folder.path()).is_empty());
        drop(connect(&target, Access::ReadWrite).expect("a new file").batch("CREATE TABLE t (id int)"));
        drop(connect(&target, Access::ReadOnly).expect("the file"));
        assert_eq!(names(folder.path()), ["a.db"]);
    }

    #[test]
    fn a_missing_folder_is_named_and_not_created() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = file(folder.path(), "sub/a.db");
        assert!(
            matches!(refusal(&target, Access::ReadWrite), ConnectError::NoDirectory { path } if path.ends_with("sub"))
        );
        assert!(matches!(refusal(&target, Access::ReadOnly), ConnectError::NotFound { .. }));
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_is_no_database_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "this is a text, and long enough to be looked at ".repeat(100);
        std::fs::write(folder.path().join("a.txt"), &text).expect("writing");
        for access in [Access::ReadOnly, Access::ReadWrite] {
            let error = refusal(&file(folder.path(), "a.txt"), access);
            assert!(matches!(error, ConnectError::NotADatabase { .. }), "{error:?}");
            let error = refusal(&target(Place::Sqlite { path: folder.path().to_owned() }), access);
            assert!(matches!(error, ConnectError::Directory { .. }), "{error:?}");
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("a.txt")).expect("the file"), text);
    }

    fn wal_mode(scratch: &Scratch) -> Box<dyn Connection> {
        let mut db = scratch.open();
        db.execute("PRAGMA journal_mode = WAL", &[]).expect("WAL mode");
        db.batch("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").expect("a table");
        db
    }

    #[test]
    fn looking_at_a_database_in_wal_mode_creates_no_file() {
        let scratch = Scratch::new(glim_schema::Dialect::Sqlite, "wal");
        drop(wal_mode(&scratch));
        let folder = scratch.folder.as_ref().expect("a folder").path();
        assert_eq!(names(folder), ["test.db"]);
        let mut reader = scratch.open_to_read().expect("the file");
        assert_eq!(value(&mut *reader, "SELECT count(*) FROM t"), Value::Int(1));
        assert_eq!(names(folder), ["test.db"]);
        drop(reader);
        assert_eq!(names(folder), ["test.db"]);
    }

    #[test]
    fn what_is_still_in_the_log_is_seen() {
        let scratch = Scratch::new(glim_schema::Dialect::Sqlite, "wal-open");
        let mut writer = wal_mode(&scratch);
        writer.batch("INSERT INTO t VALUES (2)").expect("a row");
        let mut reader = scratch.open_to_read().expect("the file");
        assert_eq!(value(&mut *reader, "SELECT count(*) FROM t"), Value::Int(2));
        writer.batch("INSERT INTO t VALUES (3)").expect("a row");
        assert_eq!(value(&mut *reader, "SELECT count(*) FROM t"), Value::Int(3));
    }

    #[test]
    fn a_name_with_reserved_characters_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "a b?c#d%20&e=ä.db";
        let target = file(folder.path(), name);
        let mut db = connect(&target, Access::ReadWrite).expect("a new file");
        db.execute("PRAGMA journal_mode = WAL", &[]).expect("WAL mode");
        db.batch("CREATE TABLE t (id int)").expect("a table");
        drop(db);
        let mut reader = connect(&target, Access::ReadOnly).expect("the file");
        assert_eq!(value(&mut *reader, "SELECT count(*) FROM t"), Value::Int(0));
        assert_eq!(names(folder.path()), [name]);
    }

    #[test]
    fn foreign_keys_are_enforced() {
        let scratch = Scratch::new(glim_schema::Dialect::Sqlite, "foreign-keys");
        assert_eq!(value(&mut *scratch.open(), "PRAGMA foreign_keys"), Value::Int(1));
        scratch.open().batch("CREATE TABLE t (id int)").expect("a table");
        assert_eq!(value(&mut *scratch.open_to_read().expect("the file"), "PRAGMA foreign_keys"), Value::Int(1));
    }
}
