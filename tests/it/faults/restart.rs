//! A server of the test's own, killed or stopped without a word at moments that nobody has chosen, and started again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::projects::fifty;
use crate::support::{Database, Kind, Project, Row, Server, repository};

/// Starts a server, says where it is, and ends it and starts it again whenever a line is read. What it commits it writes,
/// so that it is there when the server is ended.
const SCRIPT: &str = r#"
source tests/servers.bash
kind=$1 signal=$2
servers_more=(-c synchronous_commit=on)
if [ "$kind" = mysql ]; then servers_more=(--innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=1); fi
servers_dir=$(mktemp -d /tmp/glim-test.XXXXXX)
trap servers_stop EXIT
mkdir "$servers_dir"/{tls,postgres,mysql}
chmod 755 "$servers_dir" "$servers_dir"/*
servers_certificates || exit
if [ "$(id -u)" -eq 0 ]; then chown -R nobody "$servers_dir"; fi
servers_password=restarted
up() {
    until grep -Eq 'ready (to accept|for) connections' "$servers_dir/$kind/log"; do
        kill -0 "${servers_pids[$kind]}" || exit
        sleep 0.05
    done
    socket=$servers_dir/$kind
    if [ "$kind" = mysql ]; then socket+=/socket; fi
    echo "socket=$socket port=$(cat "$servers_dir/$kind/port") host=127.0.0.1 user=glim password=$servers_password"
}
servers_start_one "$kind"
up
while read -r _; do
    kill -"$signal" "${servers_pids[$kind]}"
    wait "${servers_pids[$kind]}" 2>/dev/null
    : >"$servers_dir/$kind/log"
    ("servers_$kind" "$(cat "$servers_dir/$kind/port")") >>"$servers_dir/$kind/log" 2>&1 </dev/null &
    servers_pids[$kind]=$!
    up
done
"#;

struct Restarted {
    kind: Kind,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    server: Server,
}

impl Restarted {
    /// A server that this signal ends; none where tests have no servers.
    fn start(kind: Kind, signal: &str) -> Option<Self> {
        let (name, variable) = match kind {
            Kind::Postgres => ("postgres", "GLIM_TEST_POSTGRES"),
            Kind::Mysql | Kind::Sqlite => ("mysql", "GLIM_TEST_MYSQL"),
        };
        if std::env::var_os(variable).is_none() {
            eprintln!("skipped: {variable} is not set, so that tests have no servers");
            return None;
        }
        let mut command = Command::new("bash");
        command.args(["-c", SCRIPT, "restart", name, signal]).current_dir(repository());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("there is bash");
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let server = Server::read(&up(&mut stdout));
        Some(Self { kind, child, stdin, stdout, server })
    }

    fn restart(&mut self) {
        self.stdin.as_mut().expect("it is open").write_all(b"restart\n").expect("the script reads");
        up(&mut self.stdout);
    }

    fn database(&self, name: &str) -> Database {
        Database::on(&self.server, self.kind, name)
    }
}

impl Drop for Restarted {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// Waits until the server takes connections, and gives where.
fn up(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("stdout can be read");
    assert!(line.starts_with("socket="), "the server has not started: {line:?}");
    line.trim().to_owned()
}

/// What a database is to hold, whenever its server was ended: its schema, its rows, and what is applied, in order.
fn held(database: &Database) -> Vec<Vec<Row>> {
    let schema = match database.kind() {
        Kind::Mysql => {
            "SELECT table_name, column_name, index_name FROM information_schema.columns \
             LEFT JOIN information_schema.statistics USING (table_schema, table_name, column_name) \
             WHERE table_schema = database() ORDER BY 1, 2, 3"
        }
        Kind::Postgres | Kind::Sqlite => {
            "SELECT table_name::text, column_name::text, indexdef FROM information_schema.columns \
             LEFT JOIN pg_indexes ON tablename = table_name AND schemaname = table_schema \
             WHERE table_schema = 'public' ORDER BY 1, 2, 3"
        }
    };
    [
        schema,
        "SELECT * FROM counted ORDER BY number",
        "SELECT applied_order, name, state, checksum FROM glim_migrations ORDER BY applied_order",
        "SELECT * FROM glim_journal",
    ]
    .map(|sql| database.query(sql))
    .into()
}

/// Numbers that look like chance, from a seed that is said and can be given: `GLIM_TEST_SEED`.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let given = std::env::var("GLIM_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0) >> 1);
        eprintln!("GLIM_TEST_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Ends the server in that many runs, each when a table is there that one of the steps makes, or a little later.
fn ended_and_run_again(mut server: Restarted, project: &Project, steps: u64, times: usize) {
    let undisturbed = server.database("undisturbed");
    project.glim(&undisturbed, "run").succeeds();
    let expected = held(&undisturbed);
    let (mut chance, mut early) = (Chance::new(), 0);
    for time in 0..times {
        let database = server.database(&format!("ended_{time}"));
        let schema = if server.kind == Kind::Mysql { database.name() } else { "public" };
        let step = 1 + chance.below(steps);
        let until = format!(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = '{schema}' AND table_name = 'step_{step}'"
        );
        let running = project.glim(&database, "run").spawn();
        let began = Instant::now();
        while database.query(&until).is_empty() {
            assert!(began.elapsed() < Duration::from_mins(1), "there is no step {step}");
        }
        for _ in 0..chance.below(1 << 16) {
            std::hint::spin_loop();
        }
        database.leave();
        server.restart();
        let first = running.wait();
        let applied = database.query("SELECT 1 FROM glim_migrations WHERE state = 'applied'").len();
        // Of what is being done when its server ends, nobody can tell.
        let told = first.stdout.matches("Done.\n").count();
        assert!(applied >= told, "{applied} are applied: {first}");
        early += usize::from(first.code != Some(0));
        let second = project.glim(&database, "run").succeeds();
        assert_eq!(held(&database), expected, "{first}\n{second}");
    }
    eprintln!("the server was ended in {times} runs, in {early} of them before the last migration was done");
}

/// Thirty SQL migrations, of which many travel in one message.
fn chain() -> Project {
    let mut files =
        vec![("migrations/100_count.sql".to_owned(), "CREATE TABLE counted (number INTEGER);\n".to_owned())];
    for number in 1..=30 {
        let sql = match number % 5 {
            // What changes rows goes by itself on MariaDB.
            0 => format!("CREATE TABLE step_{number} (id INTEGER);\nINSERT INTO counted VALUES ({number});\n"),
            1 => format!(
                "CREATE TABLE step_{number} (id INTEGER);\nALTER TABLE step_{number} ADD COLUMN more INTEGER;\n"
            ),
            _ => format!("CREATE TABLE step_{number} (id INTEGER);\nCREATE INDEX by_{number} ON step_{number} (id);\n"),
        };
        files.push((format!("migrations/{}_step.sql", 100 + number), sql));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    crate::sql::project("ended-server", &files)
}

#[test]
fn a_server_that_is_stopped_at_once_leaves_whole_migrations() {
    // The shutdown that waits for nobody.
    let Some(server) = Restarted::start(Kind::Postgres, "QUIT") else { return };
    ended_and_run_again(server, &fifty(), 50, 3);
}

#[test]
fn a_server_that_is_stopped_within_a_chain_leaves_whole_migrations() {
    let Some(server) = Restarted::start(Kind::Postgres, "QUIT") else { return };
    ended_and_run_again(server, &chain(), 30, 4);
}

#[test]
fn a_server_that_is_killed_within_a_chain_is_found_as_it_was_left() {
    let Some(server) = Restarted::start(Kind::Mysql, "KILL") else { return };
    ended_and_run_again(server, &chain(), 30, 5);
}

#[test]
fn a_server_that_is_killed_is_found_as_it_was_left() {
    let Some(server) = Restarted::start(Kind::Mysql, "KILL") else { return };
    ended_and_run_again(server, &fifty(), 50, 2);
}
