//! Scratch databases as a user meets them: they go, however the command ends, and are made where the user says.

use crate::projects::misbehave;
use crate::support::{Database, Glim, Kind, Project, for_each_database, target};

for_each_database!(
    none_is_left_by_a_command_that_was_interrupted_or_killed,
    one_is_made_where_the_configuration_says,
    who_may_not_make_databases_is_told_what_to_do,
);

const PREFIX: &str = "glim_scratch_";

/// The scratch databases that there are, of other tests among them.
fn names(database: &Database) -> Vec<String> {
    let all = match database.kind() {
        Kind::Sqlite => {
            let entries = std::fs::read_dir(target().join("glim").join("scratch")).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        }
        Kind::Postgres => database.column("SELECT datname::text FROM pg_database"),
        Kind::Mysql => database.column("SELECT schema_name FROM information_schema.schemata"),
    };
    all.into_iter().filter(|name| name.starts_with(PREFIX)).collect()
}

/// The one in which a migration waits for ever.
fn waiting(database: &Database) -> String {
    loop {
        let found = match database.kind() {
            Kind::Sqlite => names(database).into_iter().find(|name| {
                let file = target().join("glim").join("scratch").join(name).join("scratch.db");
                let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
                // No other test has that table in a scratch database.
                let is_there = "SELECT 1 FROM sqlite_schema WHERE name = 'notes'";
                rusqlite::Connection::open_with_flags(file, flags)
                    .is_ok_and(|connection| connection.query_row(is_there, [], |_| Ok(())).is_ok())
            }),
            Kind::Postgres => database
                .column(
                    "SELECT datname::text FROM pg_stat_activity \
                     WHERE query = 'SELECT 1 FROM pg_sleep(1000)' AND state = 'active' AND datname ~ '^glim_scratch_'",
                )
                .pop(),
            Kind::Mysql => database
                .column(
                    "SELECT db FROM information_schema.processlist \
                     WHERE info LIKE '%SELECT sleep(1000)' AND db LIKE 'glim!_scratch!_%' ESCAPE '!'",
                )
                .pop(),
        };
        match found {
            Some(name) => return name,
            // A server that is asked for its processes without a pause may stumble over it (MariaDB 10.11).
            None => std::thread::sleep(std::time::Duration::from_millis(50)),
        }
    }
}

fn forever(database: &Database) -> Glim {
    misbehave().glim(database, "sql Misbehave").env("MISBEHAVIOUR", "query for ever")
}

fn none_is_left_by_a_command_that_was_interrupted_or_killed(database: &Database) {
    let mut running = forever(database).spawn();
    let name = waiting(database);
    running.signal("INT");
    running.wait().exits(130).silent().stderr_has("`Misbehave` was interrupted");
    assert!(!names(database).contains(&name), "{name}");

    let mut running = forever(database).spawn();
    let name = waiting(database);
    running.child().kill().expect("it can be killed");
    running.wait();
    // The server notices that the connection is gone, but not at once.
    while names(database).contains(&name) {
        misbehave().glim(database, "sql Prepare").succeeds();
    }
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn one_is_made_where_the_configuration_says(database: &Database) {
    let settings =
        "[db.default]\nurl = \"${TEST_DATABASE_URL}\"\nprotected = true\nscratch = \"${TEST_SCRATCH_URL}\"\n";
    let source = "pub struct First;\nimpl glim::Migration for First {\n    fn run(&self, db: &mut glim::Db) -> \
                  glim::Result<()> {\n        db.execute_batch(\"CREATE TABLE firsts (id int); SELECT 1\")\n    }\n}\n\
                  glim::submit!(First, irreversible);\n";
    let project = Project::shared("scratch-elsewhere", &[("src/lib.rs", source), ("glim.toml", settings)]);
    let other = database.another();
    let command = || project.glim(database, "sql First");
    let output = command().env("TEST_SCRATCH_URL", other.url()).succeeds();
    output.stdout_is("CREATE TABLE firsts (id int);\nSELECT 1;\n");
    assert_eq!(database.all_tables(), Vec::<String>::new());
    assert_eq!(other.all_tables(), Vec::<String>::new());
    if database.kind() == Kind::Sqlite {
        return;
    }
    // What only a scratch database needs does not keep others from their work.
    command().run().exits(2).silent().stderr_has("the variable `TEST_SCRATCH_URL` is not set");
    project.glim(database, "status").succeeds();
    let wrong = command().env("TEST_SCRATCH_URL", "sqlite:other.db").run().exits(1).silent();
    wrong.stderr_has("cannot be made on SQLite");
}

fn who_may_not_make_databases_is_told_what_to_do(database: &Database) {
    if database.kind() == Kind::Sqlite {
        return;
    }
    let Some(url) = database.read_only_url() else { return };
    let output = misbehave().glim(database, "sql Prepare").env("TEST_DATABASE_URL", url).run().exits(1).silent();
    output
        .stderr_has("error: no scratch database can be made for `default`")
        .stderr_has("let this user create databases");
}
