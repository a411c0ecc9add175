//! Servers that cannot be reached, are not to be trusted, or let nobody in.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use super::{Mistake, check, mistake, uncompiled};
use crate::support::{Database, Kind};

/// A place where a server answers each connection with these bytes, once it has heard so many, and says no more.
fn server_that_says(answer: Vec<u8>, hears: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client connects");
            stream.read_exact(&mut vec![0; hears]).expect("the client begins");
            stream.write_all(&answer).expect("the client listens");
            open.push(stream);
        }
    });
    address
}

/// A greeting of the protocol's version 10, as a server sends it that cannot encrypt.
fn greeting_without_tls() -> Vec<u8> {
    let mut packet = vec![10];
    packet.extend_from_slice(b"8.0.0\0");
    packet.extend_from_slice(&[1, 0, 0, 0]);
    packet.extend_from_slice(b"12345678\0");
    // Everything but TLS, which is bit 11 of the capabilities.
    packet.extend_from_slice(&[0xff, 0xf7, 45, 2, 0, 0xff, 0x00, 21]);
    packet.extend_from_slice(&[0; 10]);
    packet.extend_from_slice(b"123456789012\0mysql_native_password\0");
    let mut message = vec![u8::try_from(packet.len()).expect("it is short"), 0, 0, 0];
    message.extend(packet);
    message
}

/// `sync` on the database, with these lines in place of those of its alias that begin alike.
fn alias(name: &'static str, database: &Database, lines: &[String]) -> Mistake {
    let server = database.server().expect("only servers are asked for");
    let key = |line: &str| line.split(" =").next().unwrap_or_default().to_owned();
    let tcp = database.settings("default").replace(
        &format!("socket = {:?}", server.socket()),
        "host = \"127.0.0.1\"\nsslmode = \"disable\"\nconnect_timeout = \"20s\"",
    );
    let replaced: Vec<String> = lines.iter().map(|line| key(line)).collect();
    let kept = tcp.lines().filter(|line| !replaced.contains(&key(line)) && !line.is_empty());
    let text: Vec<&str> = kept.chain(lines.iter().map(String::as_str).filter(|line| !line.ends_with('='))).collect();
    mistake(name, "sync").file("glim.toml", text.join("\n")).says(2, "error: cannot connect to `default`")
}

fn mistakes(database: &Database) -> Vec<Mistake> {
    let server = database.server().expect("only servers are asked for");
    let alias = |name, lines: &[String]| alias(name, database, lines);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let silent_port = silent.local_addr().expect("it is bound").port();
    // Never accepts: the system completes the connection by itself, and it stays open as long as this process.
    std::mem::forget(silent);
    let plain = match database.kind() {
        Kind::Mysql => server_that_says(greeting_without_tls(), 0),
        Kind::Postgres | Kind::Sqlite => server_that_says(b"N".to_vec(), 8),
    };
    // What it says first is the beginning of a long message to PostgreSQL's client, which waits for the rest.
    let stranger_says = match database.kind() {
        Kind::Postgres => "did not answer within 1 s",
        Kind::Mysql | Kind::Sqlite => "caused by: cannot connect to 127.0.0.1:",
    };
    let stranger = server_that_says(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), 0);
    let verified = |mode: &str, root: &str| vec![format!("sslmode = {mode:?}"), format!("sslrootcert = {root:?}")];
    vec![
        alias("a port where nobody listens", &["port = 1".into()]).and("check that the server runs"),
        alias("a port of something else", &[format!("port = {}", stranger.port()), "connect_timeout = \"1s\"".into()])
            .and(stranger_says),
        alias("a server that never answers", &[format!("port = {silent_port}"), "connect_timeout = \"300ms\"".into()])
            .and("did not answer within 0.3 s"),
        alias("a socket that is not there", &["host = \"/nowhere/socket\"".into()])
            .and("cannot reach the database server at /nowhere/socket"),
        alias("a wrong password", &["password = \"wrong\"".into()]).and("refuses user `glim`"),
        alias("no password", &["password = \"\"".into()]).and("refuses user `glim`"),
        alias("no password at all", &["password =".into()]).and("refuses user `glim`"),
        alias("an unknown user", &["user = \"nobody_knows\"".into()]).and("refuses user `nobody_knows`"),
        alias("an unknown database", &["schema = \"nowhere\"".into()]).and("there is no database `nowhere`"),
        alias("a server without TLS", &[format!("port = {}", plain.port()), "sslmode = \"require\"".into()])
            .and("the server does not offer TLS"),
        alias("a certificate for another host", &verified("verify-full", server.ca()))
            .and("certificate not valid for name"),
        alias("a certificate of another authority", &verified("verify-ca", server.client_certificate()))
            .and("UnknownIssuer"),
        alias("an authority that is none", &verified("verify-ca", "Cargo.toml")).and("Cargo.toml"),
    ]
}

fn servers(database: &Database) {
    let project = uncompiled(&format!("bad-servers-{:?}", database.kind()).to_lowercase());
    check(&mistakes(database), &project, Some(database));
    check(&[reader(database)], &project, Some(database));
}

/// Somebody who may look and not touch.
fn reader(database: &Database) -> Mistake {
    let url = database.read_only_url().expect("servers have users");
    let refused = match database.kind() {
        Kind::Mysql => {
            let (user, name) = (format!("reader_of_{}", database.name()), database.name());
            format!("CREATE command denied to user '{user}'@'127.0.0.1' for table `{name}`.`glim_ledger_history`")
        }
        Kind::Postgres | Kind::Sqlite => "permission denied for schema public".to_owned(),
    };
    mistake("a user who may not create tables", "sync")
        .variable("TEST_DATABASE_URL", url)
        .says(1, format!("error: cannot create or upgrade the ledger: {refused}"))
        .and("give this user the right to create tables")
}

#[test]
fn postgres() {
    Database::test(Kind::Postgres, "bad_servers", servers);
}

#[test]
fn mysql() {
    Database::test(Kind::Mysql, "bad_servers", servers);
}
