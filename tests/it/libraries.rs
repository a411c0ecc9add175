//! Projects whose models are diesel's or SeaORM's, and whose migrations are SQL files.

use crate::support::{Database, Kind, Project, for_each_database};

for_each_database!(
    what_the_migrations_make_is_what_the_models_mean,
    each_drift_is_seen_in_either_s_words,
    what_the_models_do_not_say_is_not_compared_and_said,
    check_compares_the_models_with_what_the_migrations_make,
    no_table_and_no_migration_is_made_of_half_a_description,
    the_library_is_guessed_or_named,
);

const SCHEMA: &str = include_str!("libraries/schema.rs");
const AUTHOR: &str = include_str!("libraries/author.rs");
const POST: &str = include_str!("libraries/post.rs");
const LIKE: &str = include_str!("libraries/like.rs");

/// A package that depends on packages of those names, which are empty: nothing is compiled.
fn manifest(name: &str, dependencies: &[&str]) -> String {
    let lines = dependencies.iter().map(|it| format!("{it} = {{ path = \"stubs/{it}\" }}\n"));
    let lines = lines.collect::<String>();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\nexclude = [\"stubs\"]\n\n\
         [dependencies]\n{lines}"
    )
}

/// The project, with the migration that makes its tables on that database.
fn project(name: &str, dependencies: &[&str], sources: &[(&str, &str)], database: &Database) -> Project {
    let manifest = manifest(name, dependencies);
    let stubs = ["diesel", "sea-orm"].map(|stub| {
        let manifest = format!("[package]\nname = \"{stub}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        (format!("stubs/{stub}/Cargo.toml"), manifest, format!("stubs/{stub}/src/lib.rs"))
    });
    let mut files = vec![("Cargo.toml", manifest.as_str())];
    for (path, manifest, root) in &stubs {
        files.extend([(path.as_str(), manifest.as_str()), (root.as_str(), "")]);
    }
    let (up, down) = (tables(database.kind()), "DROP TABLE likes; DROP TABLE posts; DROP TABLE authors;");
    files.extend([("migrations/1_tables/up.sql", up.as_str()), ("migrations/1_tables/down.sql", down)]);
    files.extend(sources);
    Project::own(name, &files)
}

fn diesel(database: &Database) -> Project {
    project("in_diesel", &["diesel"], &[("src/lib.rs", "mod schema;"), ("src/schema.rs", SCHEMA)], database)
}

fn sea_orm(database: &Database) -> Project {
    let sources = [
        ("src/lib.rs", "mod author;\nmod like;\nmod post;"),
        ("src/author.rs", AUTHOR),
        ("src/post.rs", POST),
        ("src/like.rs", LIKE),
    ];
    project("in_sea_orm", &["sea-orm"], &sources, database)
}

fn both(database: &Database) -> [Project; 2] {
    [diesel(database), sea_orm(database)]
}

/// The tables, as somebody may write them who uses these libraries: with much that their models do not say.
fn tables(kind: Kind) -> String {
    let (serial, double, instant, bytes) = match kind {
        Kind::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "DOUBLE", "TIMESTAMP", "BLOB"),
        Kind::Postgres => ("SERIAL PRIMARY KEY", "DOUBLE PRECISION", "TIMESTAMP", "BYTEA"),
        Kind::Mysql => ("INT AUTO_INCREMENT PRIMARY KEY", "DOUBLE", "DATETIME", "BLOB"),
    };
    format!(
        "CREATE TABLE authors (
            id {serial},
            name VARCHAR(80) NOT NULL,
            type VARCHAR(10) DEFAULT 'p',
            born DATE,
            active BOOLEAN NOT NULL DEFAULT true,
            CONSTRAINT one_name UNIQUE (name)
        );
        CREATE TABLE posts (
            id BIGINT PRIMARY KEY NOT NULL,
            author_id INT NOT NULL,
            title TEXT NOT NULL,
            score {double} NOT NULL DEFAULT 0,
            price NUMERIC(10, 2) NOT NULL,
            created_at {instant} NOT NULL DEFAULT CURRENT_TIMESTAMP,
            body {bytes},
            CONSTRAINT written_by FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE,
            CONSTRAINT good CHECK (score < 100)
        );
        CREATE INDEX of_author ON posts (author_id);
        CREATE INDEX best ON posts (score);
        CREATE TABLE likes (
            author_id INT NOT NULL,
            post_id BIGINT NOT NULL,
            PRIMARY KEY (author_id, post_id),
            FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE,
            FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
        );"
    )
}

fn what_the_migrations_make_is_what_the_models_mean(database: &Database) {
    for (at, project) in both(database).into_iter().enumerate() {
        let database = if at == 0 { database } else { &database.another() };
        project.glim(database, "run").succeeds();
        let before = database.contents();
        let output = project.glim(database, "diff").succeeds().silent();
        output.stderr_has("Same `db` and `models` describe one schema");
        project.glim(database, "diff --from models --to db").succeeds().silent();
        assert_eq!(database.contents(), before);
    }
}

fn each_drift_is_seen_in_either_s_words(database: &Database) {
    for (at, project) in both(database).into_iter().enumerate() {
        let database = if at == 0 { database } else { &database.another() };
        project.glim(database, "run").succeeds();
        database.query("ALTER TABLE posts ADD COLUMN extra INT");
        database.query("ALTER TABLE authors RENAME COLUMN born TO birth");
        database.query("CREATE TABLE stray (id INT PRIMARY KEY NOT NULL)");
        let output = project.glim(database, "diff").run().exits(1);
        let lines: Vec<_> = output.stdout.lines().collect();
        let expected = [
            "+ column authors.born date null",
            "- column authors.birth date null",
            "- column posts.extra int32 null",
            "- table stray",
        ];
        assert!(expected.iter().all(|line| lines.contains(line)) && lines.len() == expected.len(), "{output}");
        let output = project.glim(database, "status").succeeds();
        output.stderr_has("3 differences between `default` and the models").stderr_has("+ column authors.born");
    }
    // What only one of the libraries says.
    let project = sea_orm(database);
    let indexes = match database.kind() {
        Kind::Sqlite | Kind::Postgres => "DROP INDEX best",
        Kind::Mysql => "DROP INDEX best ON posts",
    };
    project.glim(database, "diff").run().exits(1).lacks("index posts");
    database.query(indexes);
    project.glim(database, "diff").run().exits(1).lacks("index posts");
    project.write("src/post.rs", &POST.replace("pub score: f64", "#[sea_orm(indexed)]\n    pub score: f64"));
    project.glim(database, "diff").run().exits(1).stdout_has("+ index posts (score)");
}

fn what_the_models_do_not_say_is_not_compared_and_said(database: &Database) {
    let project = diesel(database);
    project.glim(database, "run").succeeds();
    let mut output = project.glim(database, "diff").succeeds();
    for what in ["default authors.type", "index best", "index of_author", "check good"] {
        output = output.stderr_has(&format!("not compared: {what}"));
    }
    output.stderr_has("not compared: on_delete of foreign_key");
    let document = project.glim(database, "diff --format json").succeeds();
    let document: String = document.stdout.split_whitespace().collect();
    assert!(document.contains(r#"{"object":"index","name":"best","definition":"(score)"}"#), "{document}");
    // SeaORM's say some of this.
    let project = sea_orm(database);
    let output = project.glim(database, "diff").succeeds().stderr_has("not compared: index best");
    output.lacks("index of_author").lacks("default authors.active").lacks("of foreign_key written_by");
}

fn check_compares_the_models_with_what_the_migrations_make(database: &Database) {
    for project in both(database) {
        let output = project.glim(database, "check --skip upgrade").succeeds();
        let output = output.stdout_has("verdict: passed").stdout_has("3 models of ");
        output.stdout_has("1 migration from empty");
        let up = tables(database.kind()).replace("title TEXT NOT NULL", "title TEXT");
        project.write("migrations/1_tables/up.sql", &up);
        let output = project.glim(database, "check --skip upgrade").run().exits(1);
        let output = output.stdout_has("verdict: failed (scratch-apply)");
        output.stderr_has("~ column posts.title: ").stderr_has("--> src/");
        assert_eq!(database.all_tables(), Vec::<String>::new());
    }
}

fn no_table_and_no_migration_is_made_of_half_a_description(database: &Database) {
    let project = diesel(database);
    let before = project.files();
    for args in ["sync", "run --sync", "run --sync --dry-run"] {
        let output = project.glim(database, args).run().exits(2);
        output.stderr_has("`sync` makes no tables of diesel's models");
    }
    let output = project.glim(database, "make more").run().exits(2);
    output.stderr_has("no migration can be made from diesel's models").stderr_has("make NAME --empty");
    assert_eq!(project.files().len(), before.len());
    assert_eq!(database.all_tables(), Vec::<String>::new());
    // And nothing is compared with a schema that cannot be read.
    project.write("src/schema.rs", "diesel::table! {\n    users { id Integer }\n}\n");
    let output = project.glim(database, "diff").run().exits(1);
    output
        .stderr_has("expected `->`")
        .stderr_has("--> src/schema.rs:2:16")
        .stderr_has("not all of the sources can be read");
}

fn the_library_is_guessed_or_named(database: &Database) {
    let sources = [
        ("src/lib.rs", "mod author;\nmod like;\nmod post;\nmod schema;"),
        ("src/author.rs", AUTHOR),
        ("src/post.rs", POST),
        ("src/like.rs", LIKE),
        ("src/schema.rs", SCHEMA),
    ];
    let project = project("in_both", &["diesel", "sea-orm"], &sources, database);
    let output = project.glim(database, "models").run().exits(2);
    let output = output.stderr_has("there are models of diesel and SeaORM");
    output.stderr_has("`models = \"diesel\"` or `models = \"sea-orm\"`");
    let settings = project.read("glim.toml");
    let choose = |library: &str| {
        let key = format!("[extensions.migration]\nmodels = \"{library}\"\n");
        project.write("glim.toml", &settings.replacen("[extensions.migration]\n", &key, 1));
    };
    choose("sea-orm");
    project.glim(database, "models").succeeds().stderr_has("Found 3 models of SeaORM in 5 files");
    choose("diesel");
    let output = project.glim(database, "models").succeeds().stderr_has("Found 3 models of diesel in 5 files");
    output.stdout_has("authors -> authors  src/schema.rs:4").stdout_has("    name: Varchar");
    choose("glim");
    project.glim(database, "models").succeeds().silent().stderr_has("Found 0 models in");
    choose("deisel");
    let output = project.glim(database, "models").run().exits(2);
    output.stderr_has("`models` is `deisel`").stderr_has("did you mean `diesel`?");
}
