//! `diff`: models, databases, revisions and the recorded schema against each other.

mod detection;

use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(
    what_sync_has_made_is_the_same,
    each_kind_of_difference_is_seen,
    what_has_no_place_in_the_description_is_not_compared_and_said,
    names_that_nobody_chose_are_no_difference,
    a_script_does_what_the_list_says,
    a_database_that_is_protected_is_compared_without_another,
    what_only_the_database_has_does_not_stand_in_the_way,
    two_databases_are_compared,
    a_revision_is_compared_with_the_models,
    the_record_is_compared_without_a_connection,
    json_is_one_document,
);

const MODELS: &str = include_str!("diff/models.rs");

fn project() -> Project {
    Project::own("diff", &[("src/lib.rs", MODELS)])
}

/// A project whose models have their tables.
fn synced(database: &Database) -> Project {
    let project = project();
    project.glim(database, "sync").succeeds();
    project
}

/// The lines of the differences from the database to the models.
#[track_caller]
fn lines(project: &Project, database: &Database) -> Vec<String> {
    let output = project.glim(database, "diff").run();
    let lines: Vec<_> = output.stdout.lines().map(str::to_owned).collect();
    output.exits(i32::from(!lines.is_empty()));
    lines
}

/// What is said of the table `teams` where it is missing.
fn teams(database: &Database) -> &'static str {
    match database.kind() {
        Kind::Sqlite => "+ table teams",
        Kind::Postgres | Kind::Mysql => "+ table teams comment \"who plays together\"",
    }
}

fn what_sync_has_made_is_the_same(database: &Database) {
    let project = synced(database);
    let before = database.contents();
    project.glim(database, "diff").succeeds().silent().stderr_has("Same `db` and `models` describe one schema");
    project.glim(database, "diff --from models --to db").succeeds().silent();
    assert_eq!(database.contents(), before);
}

fn each_kind_of_difference_is_seen(database: &Database) {
    let project = synced(database);
    for row in detection::ROWS {
        let Some([make, undo]) = row.statements(database) else { continue };
        database.query(&make);
        let found = lines(&project, database);
        let expected = row.lines(database);
        assert_eq!(found, expected, "{} on {database:?}", row.what);
        database.query(&undo);
        assert_eq!(lines(&project, database), Vec::<String>::new(), "{} undone on {database:?}", row.what);
    }
}

fn what_has_no_place_in_the_description_is_not_compared_and_said(database: &Database) {
    let project = synced(database);
    let (statements, names): (&[&str], &[&str]) = match database.kind() {
        Kind::Sqlite => (
            &[
                "CREATE VIEW grown AS SELECT id FROM users WHERE age > 17",
                "CREATE TRIGGER tr AFTER DELETE ON teams BEGIN SELECT 1; END",
                "CREATE INDEX nocase ON teams (name COLLATE NOCASE)",
                "CREATE VIRTUAL TABLE words USING fts5(word)",
                "CREATE TABLE strict_one (id int) STRICT",
            ],
            &[
                "view grown",
                "trigger teams.tr",
                "index teams.nocase",
                "virtual table words",
                "STRICT of table strict_one",
            ],
        ),
        Kind::Postgres => (
            &[
                "CREATE VIEW grown AS SELECT id FROM users WHERE age > 17",
                "CREATE MATERIALIZED VIEW old AS SELECT id FROM users",
                "CREATE SEQUENCE free",
                "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                "CREATE INDEX pattern ON teams (name varchar_pattern_ops)",
                "ALTER TABLE teams ADD CONSTRAINT ex EXCLUDE USING hash (name WITH =)",
                "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
                "CREATE EXTENSION citext",
                "CREATE TRIGGER tr AFTER DELETE ON teams EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
            ],
            &[
                "view grown",
                "materialized view old",
                "sequence free",
                "function one()",
                "domain positive",
                "index teams.pattern",
                "constraint teams.ex",
                "row security of table users",
                "extension citext",
                "trigger teams.tr",
                "partitioning of table parts",
            ],
        ),
        Kind::Mysql => (
            &[
                "CREATE VIEW grown AS SELECT id FROM users WHERE age > 17",
                "CREATE TRIGGER tr AFTER DELETE ON teams FOR EACH ROW SET @a = 1",
                "CREATE PROCEDURE one() SELECT 1",
                "CREATE INDEX prefix ON teams (name(3))",
                "CREATE EVENT soon ON SCHEDULE EVERY 1 YEAR DO SELECT 1",
                "CREATE SEQUENCE free",
            ],
            &["view grown", "trigger teams.tr", "procedure one", "index teams.prefix", "event soon", "sequence free"],
        ),
    };
    for statement in statements {
        database.query(statement);
    }
    let mut output = project.glim(database, "diff").run();
    for name in names {
        output = output.stderr_has(&format!("not compared: {name}\n"));
    }
    let only = match database.kind() {
        Kind::Sqlite => "- table strict_one\n",
        Kind::Postgres => "- table parts\n",
        Kind::Mysql => "",
    };
    output.stdout_is(only);
}

fn names_that_nobody_chose_are_no_difference(database: &Database) {
    let project = synced(database);
    let statements: &[&str] = match database.kind() {
        Kind::Sqlite => &["DROP INDEX users_team_id_idx", "CREATE INDEX other ON users (team_id)"],
        Kind::Postgres => &[
            "ALTER INDEX users_team_id_idx RENAME TO other",
            "ALTER TABLE users RENAME CONSTRAINT users_email_key TO email_once",
            "ALTER TABLE users RENAME CONSTRAINT users_team_id_fkey TO to_team",
        ],
        Kind::Mysql => &[
            "ALTER TABLE users RENAME INDEX users_team_id_idx TO other",
            "ALTER TABLE users RENAME INDEX users_email_key TO email_once",
        ],
    };
    for statement in statements {
        database.query(statement);
    }
    assert_eq!(lines(&project, database), Vec::<String>::new());
}

fn a_script_does_what_the_list_says(database: &Database) {
    let project = project();
    assert_eq!(lines(&project, database), [teams(database), "+ table users"]);
    let script = project.glim(database, "diff --format sql").run().exits(1).stdout.clone();
    for statement in script.split(";\n").filter(|statement| !statement.trim().is_empty()) {
        database.query(statement);
    }
    assert_eq!(lines(&project, database), Vec::<String>::new(), "{script}");
    project.glim(database, "diff --format sql").succeeds().silent();
    // What SQLite can do only by building a table anew is said, and the rest is there.
    let more = "pub extra: Option<i32>,\n    #[glim(length = 60)]\n    pub name: String,";
    project.write("src/lib.rs", &MODELS.replace("#[glim(length = 40)]\n    pub name: String,", more));
    let output = project.glim(database, "diff --format sql").run().exits(1).stdout_has("extra");
    if database.kind() == Kind::Sqlite {
        output.stdout_has("-- SQLite does not support").stderr_has("the script leaves a change out");
    }
}

fn a_database_that_is_protected_is_compared_without_another(database: &Database) {
    let project = synced(database);
    let output = project.glim(database, "diff --db protected").succeeds().silent();
    if database.kind() == Kind::Sqlite {
        return;
    }
    output.stderr_has("no scratch database can be made for `protected`");
    database.query("ALTER TABLE users DROP COLUMN state");
    let output = project.glim(database, "diff --db protected").run().exits(1);
    output.stdout_has("+ column users.state text(20) default text \"new\"");
}

fn what_only_the_database_has_does_not_stand_in_the_way(database: &Database) {
    let model = "#[derive(glim::Model)]\n#[glim(table = \"members\")]\npub struct Member {\n    #[glim(primary_key)]\n    pub id: i32,\n    \
                 #[glim(references = \"clubs.id\")]\n    pub club: i32,\n    EXTRA\n}\n";
    let project = Project::own("diff-alone", &[("src/lib.rs", &model.replace("EXTRA", ""))]);
    database.query("CREATE TABLE clubs (id int NOT NULL PRIMARY KEY, name varchar(20))");
    project.glim(database, "sync").succeeds();
    assert_eq!(lines(&project, database), ["- table clubs"]);
    if database.kind() == Kind::Postgres {
        database.query("CREATE DOMAIN positive AS int CHECK (VALUE > 0)");
        database.query("ALTER TABLE members ADD COLUMN age positive NOT NULL");
        project.write("src/lib.rs", &model.replace("EXTRA", "#[glim(sql_type = \"positive\")]\n    pub age: i32,"));
        let output = project.glim(database, "diff").run().exits(1).stdout_is("- table clubs\n");
        output.stderr_has("cannot be made on a scratch database").stderr_has("not compared: domain positive");
    }
}

fn two_databases_are_compared(database: &Database) {
    let project = synced(database);
    let other = database.another();
    let settings = "[db.default]\nurl = \"${TEST_DATABASE_URL}\"\n[db.other]\nurl = \"${TEST_OTHER_URL}\"\n";
    project.write("glim.toml", settings);
    let diff = |arguments: &str| project.glim(database, arguments).env("TEST_OTHER_URL", other.url()).run();
    diff("diff --from db:other --to db").exits(1).stdout_is(&format!("{}\n+ table users\n", teams(database)));
    project.glim(&other, "sync").env("TEST_OTHER_URL", other.url()).succeeds();
    diff("diff --from db:other --to db:default").exits(0).silent();
    diff("diff --from db:nobody").exits(2).silent().stderr_has("nobody");
}

fn a_revision_is_compared_with_the_models(database: &Database) {
    let project = project();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let mut command = std::process::Command::new("git");
        let status = command.arg("-C").arg(project.path("")).args(identity).args(arguments).status();
        assert!(status.is_ok_and(|status| status.success()), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    git(&["tag", "v1"]);
    project.glim(database, "diff --from git:v1").succeeds().silent();
    project.write("src/lib.rs", &MODELS.replace("pub age: i32", "pub age: i64"));
    let output = project.glim(database, "diff --from git:v1").run().exits(1);
    output.stdout_is(
        "~ column users.age: int32 default number \"18\" comment \"in years\" -> \
         int64 default number \"18\" comment \"in years\"\n",
    );
    project.glim(database, "diff --from git:v2").run().exits(2).silent().stderr_has("revision `v2`");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

fn the_record_is_compared_without_a_connection(database: &Database) {
    let project = project();
    let command = |line: &str| project.glim(database, line).without("TEST_DATABASE_URL").run();
    command("make first").exits(0);
    command("diff --from lock").exits(0).silent().stderr_has("Same `lock` and `models`");
    project.write("src/lib.rs", &MODELS.replace("length = 20", "length = 30"));
    let output = command("diff --from lock --to models").exits(1);
    output.stdout_is("~ column users.state: text(20) default text \"new\" -> text(30) default text \"new\"\n");
    command("diff --to lock").exits(2).silent().stderr_has("TEST_DATABASE_URL");
}

fn json_is_one_document(database: &Database) {
    let project = synced(database);
    database.query("CREATE TABLE legacy (id int)");
    database.query("CREATE VIEW v AS SELECT id FROM legacy");
    let output = project.glim(database, "diff --format json").run().exits(1);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).expect("one document");
    assert_eq!(document["version"], 1);
    assert_eq!((&document["from"], &document["to"]), (&"db".into(), &"models".into()));
    assert_eq!(document["same"], false);
    let [only] = document["differences"].as_array().expect("a list").as_slice() else { panic!("{document}") };
    assert_eq!(
        (&only["change"], &only["object"], &only["name"]),
        (&"remove".into(), &"table".into(), &"legacy".into())
    );
    let [only] = document["not_compared"].as_array().expect("a list").as_slice() else { panic!("{document}") };
    assert_eq!((&only["object"], &only["name"]), (&"view".into(), &"v".into()));
}
