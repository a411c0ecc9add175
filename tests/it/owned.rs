//! Tables that belong to migrations: `sync` leaves them alone, whether a record, code or a file says whose they are.

use crate::support::{Database, Project, for_each_database};

for_each_database!(
    tables_that_migrations_make_are_left_to_them,
    sync_then_run_gives_what_run_alone_gives,
    run_with_sync_makes_at_the_end_what_refers_to_tables_of_migrations,
);

fn mixed() -> Project {
    let shelves =
        "-- glim:run\nCREATE TABLE shelf (id int NOT NULL PRIMARY KEY);\n-- glim:rollback\nDROP TABLE shelf;\n";
    let files = [("src/lib.rs", include_str!("projects/mixed.rs")), ("migrations/4_shelves.sql", shelves)];
    Project::shared("owned", &files)
}

fn tables_that_migrations_make_are_left_to_them(database: &Database) {
    let project = mixed();
    let output = project.glim(database, "sync").succeeds().stdout_is("Syncing Visitor..\nDone.\n");
    let output = output
        .stderr_has("Left Author (table `author` belongs to migrations: `MakeAuthors` makes it)")
        .stderr_has("Left Book (table `book` belongs to migrations: `MakeAuthors` makes it)")
        .stderr_has("Left Page (table `page` belongs to migrations: `Pages` makes it)")
        .stderr_has("Left Shelf (table `shelf` belongs to migrations: `4_shelves` makes it)");
    output
        .stderr_has("Waiting Loan (table `loan` refers to `book`, which migrations have not made yet)")
        .stderr_has("Finished created 1 table; the rest follows after `cargo glim run`");
    assert_eq!(database.tables(), ["visitor"]);
    project.glim(database, "sync --name Book").succeeds().silent().stderr_has("Left Book");
    project.glim(database, "sync --name Loan").succeeds().silent().stderr_has("Waiting Loan");
    project.glim(database, "run").succeeds();
    project.glim(database, "sync").succeeds().stdout_is("Syncing Loan..\nDone.\n");
    // What belongs to a migration of another alias is this one's to make, and the reverse.
    let other = database.another();
    project
        .glim(&other, "sync --db protected --name Visitor")
        .succeeds()
        .silent()
        .stderr_has("`MakeVisitors` makes it");
}

fn sync_then_run_gives_what_run_alone_gives(database: &Database) {
    let source = include_str!("projects/mixed.rs");
    let (start, end) =
        (source.find("/// Nobody's").expect("a model"), source.find("pub struct MakeAuthors").expect("code"));
    let source = format!("{}{}", &source[..start], &source[end..source.find("/// It is for another").expect("code")]);
    let project = mixed();
    let project = Project::own(
        "owned-equal",
        &[("src/lib.rs", &source), ("migrations/4_shelves.sql", &project.read("migrations/4_shelves.sql"))],
    );
    project
        .write("glim.toml", "[db.default]\nurl = \"${TEST_DATABASE_URL}\"\n[db.other]\nurl = \"${TEST_OTHER_URL}\"\n");
    let other = database.another();
    let glim = |database: &Database, args: &str| project.glim(database, args).env("TEST_OTHER_URL", other.url());
    glim(database, "sync").succeeds().silent();
    assert_eq!(database.tables(), Vec::<String>::new());
    glim(database, "run").succeeds();
    glim(database, "run --db other").succeeds();
    assert_eq!(database.tables(), ["author", "book", "page", "shelf"]);
    assert_eq!(other.tables(), database.tables());
    glim(database, "diff --from db --to db:other").succeeds().silent();
}

fn run_with_sync_makes_at_the_end_what_refers_to_tables_of_migrations(database: &Database) {
    let project = mixed();
    let output = project.glim(database, "run --sync --dry-run").succeeds();
    output.stdout_has("Would create table visitor\nWould create table loan\n").lacks("table author");
    let output = project.glim(database, "run --sync").succeeds();
    output.stdout_is(
        "Syncing Visitor..\nDone.\nMigrating MakeAuthors..\nDone.\nMigrating Pages..\nDone.\n\
         Migrating 4_shelves..\nDone.\nSyncing Loan..\nDone.\n",
    );
    assert_eq!(database.tables(), ["author", "book", "loan", "page", "shelf", "visitor"]);
    project.glim(database, "run --sync").succeeds().silent().stderr_has("nothing to migrate").lacks("Waiting");
    // `check` knows it, too.
    project.glim(database, "check --only scratch-apply").succeeds();
}
