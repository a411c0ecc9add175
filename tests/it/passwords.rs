//! Passwords: wherever one is configured, and whatever goes wrong, it is in no output, in no file and no table of ours,
//! in no argument list, and in no environment but that which the caller gave it himself.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{Database, Glim, Kind, Output, Project, target};

/// Somebody who may do all, with a password that needs escaping everywhere.
struct User {
    name: String,
    password: String,
    /// A part of the password that looks the same however the rest is escaped.
    needle: String,
}

impl User {
    fn create(database: &Database) -> Self {
        let name = format!("spied_on_{}", std::process::id());
        let needle = format!("hunter2x{}", std::process::id());
        let password = format!("p@:/%25?#&=\"\\ ${{{needle}");
        match database.kind() {
            Kind::Mysql => {
                let quoted = password.replace('\\', "\\\\");
                database.query(&format!("CREATE OR REPLACE USER {name} IDENTIFIED BY '{quoted}'"));
                database.query(&format!("GRANT ALL ON *.* TO {name}"));
            }
            Kind::Postgres | Kind::Sqlite => {
                database.query(&format!("DROP ROLE IF EXISTS {name}"));
                database.query(&format!("CREATE ROLE {name} SUPERUSER LOGIN PASSWORD '{password}'"));
            }
        }
        Self { name, password, needle }
    }
}

/// What is said to the server, rightly or not.
struct Login<'a> {
    kind: Kind,
    user: &'a str,
    password: &'a str,
    port: u32,
    database: &'a str,
}

impl Login<'_> {
    fn driver(&self) -> &'static str {
        if self.kind == Kind::Mysql { "mysql" } else { "postgres" }
    }

    fn url(&self) -> String {
        let encoded = self.password.bytes().map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        self.url_with(&encoded.collect::<String>())
    }

    fn url_with(&self, password: &str) -> String {
        let Self { user, port, database, .. } = self;
        format!("{}://{user}:{password}@127.0.0.1:{port}/{database}?sslmode=disable", self.driver())
    }

    /// The keys of an alias, with the password as it is written there.
    fn keys(&self, password: &str) -> String {
        let (driver, Self { user, port, database, .. }) = (self.driver(), self);
        format!(
            "[db.default]\ndriver = {driver:?}\nhost = \"127.0.0.1\"\nport = {port}\nuser = {user:?}\n\
             password = {password:?}\nschema = {database:?}\nsslmode = \"disable\"\n"
        )
    }

    /// Every way to configure it.
    fn ways(&self) -> Vec<Way> {
        let variable = || ("SPY_PASSWORD", self.password.to_owned());
        let in_file = |(name, value): (&str, String)| format!("{name}='{value}'\n");
        let of_url = "[db.default]\nurl = \"${DATABASE_URL}\"\n".to_owned();
        let replaced = "[db.default]\ndriver = \"sqlite\"\npath = \"app.db\"\n".to_owned();
        let way = |name, settings| Way { name, settings, env_file: String::new(), variable: None };
        vec![
            way("in glim.toml", self.keys(&self.password.replace("${", "$${"))),
            way("in a URL in glim.toml", format!("[db.default]\nurl = {:?}\n", self.url())),
            Way { variable: Some(variable()), ..way("in a variable", self.keys("${SPY_PASSWORD}")) },
            Way { env_file: in_file(variable()), ..way("in .env", self.keys("${SPY_PASSWORD}")) },
            Way {
                env_file: in_file(variable()),
                ..way("in .env, for a URL", format!("[db.default]\nurl = {:?}\n", self.url_with("${SPY_PASSWORD}")))
            },
            Way { variable: Some(("DATABASE_URL", self.url())), ..way("in DATABASE_URL", replaced.clone()) },
            Way { variable: Some(("DATABASE_URL", self.url())), ..way("in the variable DATABASE_URL", of_url) },
            Way { env_file: in_file(("DATABASE_URL", self.url())), ..way("in DATABASE_URL in .env", replaced) },
        ]
    }
}

/// Where a password is written.
struct Way {
    name: &'static str,
    settings: String,
    env_file: String,
    variable: Option<(&'static str, String)>,
}

impl Way {
    fn write(&self, project: &Project) {
        project.write("glim.toml", &self.settings);
        project.write(".env", &self.env_file);
    }

    fn glim(&self, project: &Project, arguments: &str) -> Glim {
        let glim = project.command().args(arguments.split_whitespace()).env("SPY_REPORT", project.path("report"));
        match &self.variable {
            Some((name, value)) => glim.env(name, value),
            None => glim,
        }
    }

    #[track_caller]
    fn run(&self, project: &Project, arguments: &str, exit: i32, needle: &str) -> Output {
        let output = self.glim(project, arguments).run().lacks(needle);
        assert!(output.code == Some(exit), "{}: expected {exit}: {output}", self.name);
        output
    }

    /// What the migration saw has no password but in the variable that the caller set.
    #[track_caller]
    fn look_at_the_report(&self, project: &Project, needle: &str) {
        let report = project.read("report");
        assert!(report.contains("variable \"SPY_REPORT\"") && report.contains("arguments "), "{report}");
        let own = self.variable.as_ref().map(|(name, _)| format!("variable {name:?}="));
        let seen: Vec<_> = report.lines().filter(|line| line.contains(needle)).collect();
        match own {
            Some(own) => assert!(seen.len() == 1 && seen[0].starts_with(&own), "{}: {seen:#?}", self.name),
            None => assert!(seen.is_empty(), "{}: {seen:#?}", self.name),
        }
    }
}

/// Looks at the argument lists of all processes until it is told to stop.
fn watch_arguments(needle: String, stop: Arc<AtomicBool>) -> thread::JoinHandle<Vec<String>> {
    thread::spawn(move || {
        let mut found = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            for process in fs::read_dir("/proc").expect("this is Linux").flatten() {
                // Most entries are no processes, and a process may be gone.
                let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                if line.contains(&needle) {
                    found.push(line);
                }
            }
            thread::sleep(Duration::from_millis(5));
        }
        found
    })
}

fn files_with(needle: &str, folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        // Other tests add and remove files meanwhile.
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).contains(needle) {
                found.push(path);
            }
        }
    }
    found
}

fn no_password_is_shown(database: &Database) {
    let kind = database.kind();
    let user = User::create(database);
    let needle = user.needle.as_str();
    let server = database.server().expect("only servers have passwords");
    let port = u32::from(server.port());
    let name = format!("spy-{kind:?}").to_lowercase();
    let project = Project::own(&name, &[("src/lib.rs", include_str!("projects/spy.rs"))]);

    let stop = Arc::new(AtomicBool::new(false));
    let watching = watch_arguments(needle.to_owned(), stop.clone());
    let right = Login { kind, user: &user.name, password: &user.password, port, database: "" };
    for number in 0..right.ways().len() {
        let database = database.another();
        let login = Login { database: database.name(), ..right };
        let way = &login.ways()[number];
        way.write(&project);
        for arguments in ["init", "sync -v", "models -v", "run -v"] {
            way.run(&project, arguments, 0, needle);
        }
        way.look_at_the_report(&project, needle);
        for arguments in ["status -v", "status --format json", "rollback -v --dry-run", "rollback -v"] {
            way.run(&project, arguments, 0, needle);
        }
        way.look_at_the_report(&project, needle);
        let output = way.glim(&project, "run -v").env("SPY_FAILS", "1").run().exits(1).lacks(needle);
        output.stderr_has("nowhere");
        assert!(!format!("{:?}", database.contents()).contains(needle), "{}: {:?}", way.name, database.contents());

        let wrong_password = format!("{}-wrong", user.password);
        let mistakes = [
            ("a wrong user", Login { user: "nobody_knows", ..login }),
            ("a wrong password", Login { password: &wrong_password, ..login }),
            ("a wrong port", Login { port: 1, ..login }),
            ("no port", Login { port: 70_000, ..login }),
            ("a wrong database", Login { database: "nowhere", ..login }),
        ];
        for (mistake, login) in mistakes {
            let way = &login.ways()[number];
            way.write(&project);
            for arguments in ["sync -v", "status -v"] {
                let output = way.run(&project, arguments, 2, needle);
                assert!(output.first_line().starts_with("error: "), "{mistake} {}: {output}", way.name);
            }
        }
        // What is not understood is shown with its line, but not with what may be a password.
        for line in ["drivr = 1", "user = \"x", "port = \"1\""] {
            project.write("glim.toml", &format!("{}{line}\n", way.settings));
            way.run(&project, "sync -v", 2, needle);
        }
    }
    stop.store(true, Ordering::Relaxed);
    let arguments = watching.join().expect("it only looks");
    assert!(arguments.is_empty(), "seen in the process list: {arguments:#?}");

    assert_eq!(files_with(needle, &target().join("glim")), Vec::<PathBuf>::new());
    for file in ["glim.toml", ".env", "report"] {
        project.remove(file);
    }
    assert_eq!(files_with(needle, &project.path("")), Vec::<PathBuf>::new());
}

#[test]
fn postgres() {
    Database::test(Kind::Postgres, "passwords", no_password_is_shown);
}

#[test]
fn mysql() {
    Database::test(Kind::Mysql, "passwords", no_password_is_shown);
}
