//! A server of the test's own, stopped without a word at moments that nobody has chosen, and started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use crate::projects::fifty;
use crate::support::repository;

/// Starts a server of PostgreSQL, says where it is, and starts it again whenever a line is read; `stop` stops it at once.
const SCRIPT: &str = r#"
source tests/servers.bash
servers_dir=$(mktemp -d /tmp/glim-test.XXXXXX)
trap servers_stop EXIT
mkdir "$servers_dir"/{tls,postgres,mysql}
chmod 755 "$servers_dir" "$servers_dir"/*
servers_certificates || exit
if [ "$(id -u)" -eq 0 ]; then chown -R nobody "$servers_dir"; fi
servers_password=restarted
up() {
    until grep -q 'ready to accept connections' "$servers_dir/postgres/log"; do
        kill -0 "${servers_pids[postgres]}" || exit
        sleep 0.05
    done
    echo "up $(cat "$servers_dir/postgres/port")"
}
servers_start_one postgres
up
while read -r _; do
    # The shutdown that waits for nobody.
    kill -QUIT "${servers_pids[postgres]}"
    wait "${servers_pids[postgres]}"
    : >"$servers_dir/postgres/log"
    (servers_postgres "$(cat "$servers_dir/postgres/port")") >>"$servers_dir/postgres/log" 2>&1 </dev/null &
    servers_pids[postgres]=$!
    up
done
"#;

struct Restarted {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    port: u16,
}

impl Restarted {
    /// None where tests have no servers.
    fn start() -> Option<Self> {
        std::env::var_os("GLIM_TEST_POSTGRES")?;
        let mut command = Command::new("bash");
        command.args(["-c", SCRIPT]).current_dir(repository()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("there is bash");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut server = Self { child, stdin, stdout, port: 0 };
        server.port = server.up();
        Some(server)
    }

    /// Waits until it takes connections, and gives its port.
    fn up(&mut self) -> u16 {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("stdout can be read");
        line.trim().strip_prefix("up ").and_then(|port| port.parse().ok()).expect("the server has started")
    }

    fn restart(&mut self) {
        self.stdin.as_mut().expect("it is open").write_all(b"restart\n").expect("the script reads");
        self.up();
    }

    fn client(&self, database: &str) -> postgres::Client {
        let url = format!("postgres://glim:restarted@127.0.0.1:{}/{database}?sslmode=disable", self.port);
        postgres::Client::connect(&url, postgres::NoTls).expect("it takes connections")
    }
}

impl Drop for Restarted {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_that_is_stopped_at_once_leaves_whole_migrations() {
    let Some(mut server) = Restarted::start() else {
        eprintln!("skipped: GLIM_TEST_POSTGRES is not set, so that tests have no servers");
        return;
    };
    let run = |server: &Restarted, database: &str| {
        let url = format!("postgres://glim:restarted@127.0.0.1:{}/{database}?sslmode=disable", server.port);
        fifty().command().env("TEST_DATABASE_URL", url).arg("run")
    };
    server.client("postgres").batch_execute("CREATE DATABASE undisturbed").expect("a superuser may");
    run(&server, "undisturbed").arg("--dry-run").succeeds();
    let began = Instant::now();
    run(&server, "undisturbed").succeeds();
    let whole = began.elapsed();
    for time in 1..=5 {
        let name = format!("stopped_{time}");
        server.client("postgres").batch_execute(&format!("CREATE DATABASE {name}")).expect("a superuser may");
        let running = run(&server, &name).spawn();
        // Not the same moments each time.
        std::thread::sleep(whole * time / 6 + whole * (whole.subsec_nanos() % 100) / 600);
        server.restart();
        let first = running.wait();
        let second = run(&server, &name).succeeds();
        let mut client = server.client(&name);
        let count =
            |client: &mut postgres::Client, sql: &str| -> i64 { client.query_one(sql, &[]).expect("a number").get(0) };
        let context = format!("{first}\n{second}");
        assert_eq!(count(&mut client, "SELECT count(*) FROM glim_migrations WHERE state = 'applied'"), 51, "{context}");
        assert_eq!(count(&mut client, "SELECT count(*) FROM counted"), 50, "{context}");
        assert_eq!(count(&mut client, "SELECT count(DISTINCT number) FROM counted"), 50, "{context}");
    }
    eprintln!("a run of {whole:?} was stopped 5 times");
}
