//! What machines do to a run: full disks, networks that fall silent, servers that are stopped, and several at once.

mod restart;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use glim_engine::scratch::{Cut, Proxy};
use glim_engine::target::{Place, Server, Target, Tls};

use crate::projects::{fifty, gated};
use crate::support::{Database, Glim, Kind, for_each_database};

for_each_database!(
    two_race_and_one_is_killed,
    a_network_that_falls_silent_ends_at_the_time_limit,
    what_is_said_of_a_lost_connection_is_true,
);

/// That all of the fifty migrations are applied, once.
fn is_whole(database: &Database) -> bool {
    let numbers: Vec<String> = (1..=50).map(|number: u8| number.to_string()).collect();
    database.ledger().len() == 51 && database.column("SELECT number FROM counted ORDER BY number") == numbers
}

/// A tmpfs, until this goes.
struct Small(PathBuf);

impl Small {
    fn mount(folder: &Path, options: &str) -> Result<(), String> {
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_whole_migrations() {
    let Some(database) = Database::new(Kind::Sqlite, "full_disk") else { return };
    fifty().glim(&database, "run --dry-run").succeeds();
    let folder = database.file().and_then(Path::parent).expect("a file in a folder").to_owned();
    if let Err(reason) = Small::mount(&folder, "size=96k") {
        eprintln!("skipped: no tmpfs can be mounted here: {reason}");
        return;
    }
    let small = Small(folder.clone());
    fifty().glim(&database, "run").run().exits(1).stderr_has("full");
    let (ledger, tables) = (database.ledger(), database.tables());
    assert!(!ledger.is_empty() && ledger.len() < 51, "{ledger:?}");
    assert_eq!(ledger.len(), tables.len(), "{ledger:?} {tables:?}");
    Small::mount(&folder, "remount,size=16m").expect("what was mounted can be enlarged");
    fifty().glim(&database, "run").succeeds();
    assert!(is_whole(&database));
    drop(small);
}

#[test]
fn a_file_that_may_not_grow_leaves_whole_migrations() {
    let Some(database) = Database::new(Kind::Sqlite, "short_file") else { return };
    fifty().glim(&database, "run --dry-run").succeeds();
    // In blocks of 512 bytes. Without the trap, the system would end the process.
    let line = "trap '' XFSZ; ulimit -f 160; exec cargo-glim glim run --no-build";
    let limited = Glim::shell(&fifty().path(""), line).env("TEST_DATABASE_URL", database.url());
    limited.run().exits(1);
    assert_eq!(database.ledger().len(), database.tables().len(), "{:?}", database.ledger());
    fifty().glim(&database, "run").succeeds();
    assert!(is_whole(&database));
}

fn two_race_and_one_is_killed(database: &Database) {
    fifty().glim(database, "run --dry-run").succeeds();
    let mut first = fifty().glim(database, "run").spawn();
    first.until("Migrating Count..\n");
    let second = fifty().glim(database, "run --lock-timeout 50s").spawn();
    first.until("Migrating Step20..\n");
    first.child().kill().expect("it can be killed");
    first.wait();
    let output = second.wait().exits(0);
    assert!(is_whole(database), "{output}");
}

/// A proxy before the database's server, and the address of the database behind it.
fn proxied(database: &Database, cut: Option<(Cut, u64)>) -> Option<(Proxy, String)> {
    let server = database.server()?;
    let place = Server {
        host: server.host().to_owned(),
        port: server.port(),
        socket: None,
        database: String::new(),
        user: String::new(),
        password: None,
        tls: Tls::default(),
        search_path: None,
    };
    let place = if database.kind() == Kind::Mysql { Place::Mysql(place) } else { Place::Postgres(place) };
    let connect_timeout = Target::CONNECT_TIMEOUT;
    let target = Target { place, connect_timeout, lock_timeout: None, statement_timeout: None };
    let proxy = Proxy::start(&target, cut).expect("a port");
    let through = database.url().replace(&format!(":{}/", server.port()), &format!(":{}/", proxy.port()));
    Some((proxy, through))
}

fn a_network_that_falls_silent_ends_at_the_time_limit(database: &Database) {
    let Some((proxy, through)) = proxied(database, None) else { return };
    let gate = crate::locks::gate(database);
    gated().glim(database, "run --name Prepare").succeeds();
    // On MySQL it is the time of a statement that ends the wait, and on PostgreSQL that of the migration.
    let run = gated().glim(database, "run --db timed --timeout 3s").env("TEST_DATABASE_URL", &through);
    let mut running = run.env("GATE", &gate).spawn();
    running.until_said("the gate is reached\n");
    proxy.stall();
    std::fs::write(&gate, "").expect("a file");
    let output = running.wait().exits(1);
    assert!(output.took < Duration::from_secs(40), "{output}");
    drop(proxy);
    let _ = std::fs::remove_file(&gate);
    let next = gated().glim(database, "run --lock-timeout 30s").run().exits(0);
    assert_eq!(database.column("SELECT note FROM notes ORDER BY note"), ["afterwards", "gated"], "{output}\n{next}");
}

/// The connection is cut at each exchange, before and after the server has done what it was told.
fn what_is_said_of_a_lost_connection_is_true(database: &Database) {
    let names = ["1_a", "2_b", "3_c", "4_d", "5_e", "6_f", "7_g"];
    let files = names.map(|name| {
        // What changes rows goes by itself on MariaDB.
        let more = if name == "6_f" {
            "INSERT INTO n6_f VALUES (1)".to_owned()
        } else {
            format!("CREATE INDEX i{name} ON n{name} (id)")
        };
        let text = format!("CREATE TABLE n{name} (id int);\n{more};\n");
        [
            (format!("migrations/{name}.up.sql"), text),
            (format!("migrations/{name}.down.sql"), format!("DROP TABLE n{name}")),
        ]
    });
    let files: Vec<_> = files.as_flattened().iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = crate::sql::project("lost", &files);
    project.glim(database, "run").succeeds();
    project.glim(database, "rollback --all --yes").succeeds();
    let mut said_unknown = false;
    for (cut, at) in (1..).flat_map(|at| [(Cut::Request, at), (Cut::Answer, at)]) {
        let Some((proxy, through)) = proxied(database, Some((cut, at))) else { return };
        let output = project.glim(database, "run").env("TEST_DATABASE_URL", &through).run();
        let tables = database.tables();
        let failed = output.stderr.split_once("the migration `").and_then(|(_, rest)| rest.split_once("` failed"));
        match failed {
            Some((name, rest)) if rest.contains("nothing of it is in the database") => {
                assert!(!tables.contains(&format!("n{name}")), "{cut:?} {at}: {tables:?} {output}");
            }
            Some((_, rest)) => said_unknown |= rest.contains("the end of the last statement is not known"),
            None => {}
        }
        for done in output.stdout.split("Migrating ").filter_map(|rest| rest.strip_suffix("..\nDone.\n")) {
            assert!(tables.contains(&format!("n{done}")), "{cut:?} {at}: {tables:?} {output}");
        }
        if output.code == Some(0) && !proxy.has_cut() {
            break;
        }
        project.glim(database, "run").succeeds();
        for name in names {
            let rows = database.column(&format!("SELECT id FROM n{name}"));
            assert_eq!(rows.len(), usize::from(name == "6_f"), "{cut:?} {at}: {output}");
        }
        let orders = database.column("SELECT applied_order FROM glim_migrations ORDER BY applied_order");
        assert_eq!(orders, ["1", "2", "3", "4", "5", "6", "7"], "{cut:?} {at}: {output}");
        project.glim(database, "rollback --all --yes").succeeds();
    }
    assert!(said_unknown);
}
