//! `adopt`: projects that another tool has migrated so far. The histories are those that the tools themselves have
//! written; see `fixtures/adopt`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Database, Kind, Project, for_each_database, repository};

for_each_database!(
    a_project_of_each_tool_goes_on_from_where_it_was,
    a_dry_run_and_a_verification_change_nothing,
    what_disagrees_is_refused_row_by_row,
    a_failed_migration_of_sqlx_is_explained,
    several_histories_need_a_choice,
    a_baseline_is_recorded_on_ones_word,
    migrations_of_sea_orm_are_taken_over_by_name,
    programs_read_one_object_a_line,
);

const TOOLS: [&str; 4] = ["refinery", "diesel", "sqlx", "dbmate"];

fn fixture(tool: &str) -> PathBuf {
    repository().join("fixtures/adopt").join(tool)
}

/// All files below a folder, their paths relative to `root`.
fn files(root: &Path, folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(files(root, &path));
        } else {
            let name = path.strip_prefix(root).expect("it is below").to_str().expect("UTF-8").to_owned();
            found.push((name, fs::read_to_string(&path).expect("the file can be read")));
        }
    }
    found.sort();
    found
}

/// A package that does not know glim, with the tool's folder of migrations.
fn project(tool: &str) -> Project {
    let name = format!("adopt-{tool}");
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n");
    let root = fixture(tool);
    let migrations = if root.join("migrations").is_dir() { files(&root, &root.join("migrations")) } else { Vec::new() };
    let given = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")];
    let all: Vec<_> = given.into_iter().chain(migrations.iter().map(|(path, text)| (&**path, &**text))).collect();
    Project::own(&name, &all)
}

/// What the tool has left in the database: its history, and what the first three migrations have made.
fn migrate(database: &Database, tool: &str) {
    dump(database, tool, "history");
    database.query("CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL)");
}

fn dump(database: &Database, tool: &str, name: &str) {
    let kind = match database.kind() {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
        Kind::Mysql => "mysql",
    };
    let path = fixture(tool).join(format!("{name}.{kind}.sql"));
    database.query(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
}

fn table(tool: &str) -> &'static str {
    match tool {
        "refinery" => "refinery_schema_history",
        "diesel" => "__diesel_schema_migrations",
        "sqlx" => "_sqlx_migrations",
        "sea-orm" => "seaql_migrations",
        "dbmate" => "schema_migrations",
        other => panic!("no such tool: {other}"),
    }
}

/// The names of a tool's four migrations.
fn names(tool: &str) -> [&'static str; 4] {
    match tool {
        "refinery" => ["V1__create_users", "V2__create_posts", "V10__add_root", "V11__add_email"],
        "diesel" => [
            "2024-01-31-120000_create_users",
            "2024-01-31-120100_create_posts",
            "2024-02-15-080000-0000_add_root",
            "2024-03-01-090000-0000_add_email",
        ],
        _ => [
            "20240131120000_create_users",
            "20240131120100_create_posts",
            "20240215080000_add_root",
            "20240301090000_add_email",
        ],
    }
}

/// The lines of a list of names, each with words before it.
fn lines(words: &str, names: &[&str]) -> String {
    names.iter().flat_map(|name| [words, " ", name, "\n"]).collect()
}

fn a_project_of_each_tool_goes_on_from_where_it_was(database: &Database) {
    for tool in TOOLS {
        let database = database.another();
        let project = project(tool);
        migrate(&database, tool);
        let history = database.query(&format!("SELECT * FROM {} ORDER BY version", table(tool)));
        let [first, second, third, new] = names(tool);
        let old = [first, second, third];

        let adopted = project.glim(&database, "adopt").succeeds().stdout_is(&lines("Recorded", &old));
        adopted.stderr_has("recorded 3 migrations; 1 migration left for `cargo glim run`");
        project
            .glim(&database, "adopt")
            .succeeds()
            .stdout_is("")
            .stderr_has("nothing to record; 3 migrations recorded already");
        let status = project.glim(&database, "status").succeeds().stderr_has("4 migrations: 3 applied, 1 pending\n");
        assert!(status.stdout.lines().last().is_some_and(|line| line.starts_with("pending")), "{status}");
        project.glim(&database, "run").succeeds().stdout_is(&format!("Migrating {new}..\nDone.\n")).lacks("warning");
        assert!(database.query("SELECT email FROM users").is_empty(), "{tool}: the new column is there");
        let after = database.query(&format!("SELECT * FROM {} ORDER BY version", table(tool)));
        assert_eq!(history, after, "{tool}: its own table is left alone");
        project.glim(&database, "status").succeeds().stderr_has("4 migrations: 4 applied, 0 pending\n");
    }
}

fn a_dry_run_and_a_verification_change_nothing(database: &Database) {
    let project = project("sqlx");
    migrate(database, "sqlx");
    let before = database.contents();
    let old = &names("sqlx")[..3];
    project.glim(database, "adopt --dry-run").succeeds().stdout_is(&lines("Would record", old));
    project.glim(database, "adopt --verify").succeeds().stdout_is(&lines("Verified", old));
    assert_eq!(database.contents(), before);
    project.glim(database, "adopt").succeeds();
    project.glim(database, "adopt --verify").succeeds().stdout_is(&lines("Verified", old));
    project.write("migrations/20240131120100_create_posts.up.sql", "CREATE TABLE posts (id integer);\n");
    let changed = "is not the file that sqlx applied: the checksum differs";
    project.glim(database, "adopt --verify").run().exits(1).stdout_is("").stderr_has(changed);
    project.glim(database, "adopt").succeeds().stdout_is("");
}

fn what_disagrees_is_refused_row_by_row(database: &Database) {
    let project = project("refinery");
    migrate(database, "refinery");
    let before = database.contents();
    project.write("migrations/V1__create_users.sql", "CREATE TABLE users (id integer);\n");
    project.remove("migrations/V2__create_posts.sql");
    let refused = project.glim(database, "adopt").run().exits(1).stdout_is("");
    let refused = refused.stderr_has("and the project disagree in 2 migrations");
    let refused = refused
        .stderr_has(
            "`1`: `migrations/V1__create_users.sql` is not the file that refinery applied: the checksum differs",
        )
        .stderr_has("`2` (\"create_posts\"): refinery applied it, and no file here has that version");
    refused.stderr_has("WHERE version = 2`");
    assert_eq!(database.contents(), before);
}

fn a_failed_migration_of_sqlx_is_explained(database: &Database) {
    let project = project("sqlx");
    if database.kind() == Kind::Mysql {
        dump(database, "sqlx", "failed");
    } else {
        migrate(database, "sqlx");
        database.query("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 20240215080000");
    }
    let refused = project.glim(database, "adopt").run().exits(1);
    refused.stderr_has("sqlx began it at 2026-11-22").stderr_has("SET success = TRUE WHERE version = 2024");
}

fn several_histories_need_a_choice(database: &Database) {
    let project = project("dbmate");
    dump(database, "dbmate", "history");
    dump(database, "sea-orm", "history");
    project.glim(database, "adopt").run().exits(2).stderr_has("say which is true: `--from sea-orm` or `--from dbmate`");
    project.glim(database, "adopt --from refinery").run().exits(1).stderr_has("there is no table");
    let old = &names("dbmate")[..3];
    project.glim(database, "adopt --from dbmate").succeeds().stdout_is(&lines("Recorded", old));
}

fn a_baseline_is_recorded_on_ones_word(database: &Database) {
    let project = project("diesel");
    let [first, second, third, _] = names("diesel");
    database.query("CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL)");
    project.glim(database, "adopt").run().exits(1).stderr_has("the database has no history of another tool");
    let near = format!("did you mean `{third}`");
    project.glim(database, &format!("adopt --baseline {third}s")).run().exits(2).stderr_has(&near);
    assert!(database.ledger().is_empty());
    let baseline = project.glim(database, "adopt --baseline 20240131120100").succeeds();
    baseline.stdout_is(&lines("Recorded", &[first, second])).stderr_has("2 migrations left for `cargo glim run`");

    dump(database, "diesel", "history");
    let refused = project.glim(database, &format!("adopt --baseline {third}")).run().exits(1);
    refused.stderr_has("the database has a history: diesel's").stderr_has("--ignore-history");
    let recorded = project.glim(database, &format!("adopt --baseline {third} --ignore-history")).succeeds();
    recorded.stdout_is(&lines("Recorded", &[third]));
    project.glim(database, "run").succeeds();
}

fn migrations_of_sea_orm_are_taken_over_by_name(database: &Database) {
    let project = project("sea-orm");
    project.write(
        "migrations/20260101_080000_add_email.sql",
        "-- glim:run\nALTER TABLE users ADD COLUMN email varchar(255);\n-- glim:rollback\nALTER TABLE users DROP COLUMN email;\n",
    );
    migrate(database, "sea-orm");
    let old = ["m20240131_120000_create_users", "m20240131_120100_create_posts", "m20240215_080000_add_root"];
    project.glim(database, "adopt").succeeds().stdout_is(&lines("Recorded", &old)).stderr_has("recorded by name");
    project.glim(database, "status").succeeds().stderr_has("4 migrations: 3 applied, 1 pending\n");
    let run = project.glim(database, "run").succeeds().lacks("warning").lacks("note:");
    run.stdout_is("Migrating 20260101_080000_add_email..\nDone.\n");
    project.glim(database, "rollback").succeeds().stdout_is("Rolling back 20260101_080000_add_email\nDone.\n");
}

fn programs_read_one_object_a_line(database: &Database) {
    let project = project("sqlx");
    migrate(database, "sqlx");
    let output = project.glim(database, "adopt --format json").succeeds();
    let first: serde_json::Value =
        serde_json::from_str(output.stdout.lines().next().expect("a line")).expect("a JSON object");
    assert_eq!(first["type"], "recorded", "{output}");
    assert_eq!(first["migration"], "20240131120000_create_users");
    assert_eq!((&first["from"], &first["code"]), (&"sqlx".into(), &"verified".into()));
    assert!(first["applied_at"].as_str().is_some_and(|at| at.starts_with("2026-11-22T21:01:4")), "{output}");
    assert_eq!(output.stdout.lines().count(), 3);
}
