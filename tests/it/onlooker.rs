//! Who looks at slow statements is never waited for.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::projects::gated;
use crate::sql::project;
use crate::support::{Database, Kind, for_each_database};

for_each_database!(
    a_server_that_takes_no_second_connection_delays_nothing,
    one_of_several_that_are_sent_together_is_seen,
);

/// Passes one connection on to a server, and leaves all that come later without an answer. Gives its port, and tells of
/// each of those.
fn relay(host: &str, port: u16) -> (u16, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let own = listener.local_addr().expect("it has an address").port();
    let server = TcpStream::connect((host, port)).expect("the server listens");
    let (sender, others) = channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        let first = listener.accept().expect("the command connects").0;
        pass(&first, &server);
        pass(&server, &first);
        // Until the test has ended.
        while let Ok((other, _)) = listener.accept() {
            kept.push(other);
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    (own, others)
}

/// Passes on what comes in one direction, to its end.
fn pass(from: &TcpStream, to: &TcpStream) {
    let copies = from.try_clone().and_then(|from| Ok((from, to.try_clone()?)));
    let (mut from, mut to) = copies.expect("a socket can be shared");
    thread::spawn(move || {
        // However it ends, it has ended.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}

fn a_server_that_takes_no_second_connection_delays_nothing(database: &Database) {
    let Some(server) = database.server() else { return };
    gated().glim(database, "run --name Prepare").succeeds();
    let (port, others) = relay(server.host(), server.port());
    let place = format!("@{}:{}/", server.host(), server.port());
    let url = database.url().replace(&place, &format!("@127.0.0.1:{port}/"));
    database.lock("notes");
    let running = gated().glim(database, "run -v").env("TEST_DATABASE_URL", url).spawn();
    others.recv().expect("somebody wants to look");
    database.unlock();
    let output = running.wait().exits(0);
    // To connect may take ten seconds.
    assert!(output.took < Duration::from_secs(8), "{output}");
    // Cargo may wait for a lock of its own.
    output.lacks("Gated: ").lacks("error");
    assert_eq!(database.ledger(), ["Afterwards", "Gated", "Prepare"]);
}

fn one_of_several_that_are_sent_together_is_seen(database: &Database) {
    if database.kind() == Kind::Sqlite {
        return;
    }
    database.query("CREATE TABLE notes (id INT)");
    let names = ["1_a", "2_b", "3_c", "4_d", "5_e"].map(|name| format!("migrations/{name}.sql"));
    let texts = ["SELECT 1;", "SELECT 1;", "SELECT 1;", "SELECT 1;", "INSERT INTO notes VALUES (1);"];
    let files: Vec<_> = names.iter().map(String::as_str).zip(texts).collect();
    let project = project("onlooker-together", &files);
    database.lock("notes");
    let mut running = project.glim(database, "run -v").spawn();
    running.until_said(": waiting for a ");
    database.unlock();
    running.wait().exits(0).stdout_has("Migrating 5_e..\nDone.\n");
    assert_eq!(database.column("SELECT id FROM notes"), ["1"]);
}
