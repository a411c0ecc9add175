//! The stage `upgrade`, and what is compared with the last release.

use super::{check, of_files};
use crate::support::{Database, Glim, Kind, Project, for_each_database, manifest};

for_each_database!(
    an_upgrade_that_keeps_all_rows_passes,
    rows_are_made_that_few_constraints_allow,
    rows_of_the_release_can_make_a_migration_fail,
    rows_that_get_lost_are_counted,
    a_migration_of_the_release_must_stay_as_it_is,
    a_revision_can_be_named_and_must_be_known,
    a_shallow_clone_does_not_know_the_last_release,
    models_and_migrations_in_rust_are_upgraded_too,
    models_of_the_release_that_no_longer_fit_are_told,
);

const OWNERS: &str = "CREATE TABLE owners (id int NOT NULL PRIMARY KEY, name varchar(20) NOT NULL);\n";
/// With constraints that not every row meets.
const THINGS: &str = "CREATE TABLE things (id int NOT NULL PRIMARY KEY, owner int NOT NULL REFERENCES owners (id), \
                      made timestamp NOT NULL, note varchar(20), state varchar(9) NOT NULL CHECK (state IN ('new', 'old')), \
                      height int NOT NULL CHECK (height > 17), code varchar(3) NOT NULL CHECK (length(code) = 3), \
                      inside int NOT NULL, CONSTRAINT things_inside FOREIGN KEY (inside) REFERENCES things (id) ON DELETE CASCADE);\n";

fn git(project: &Project, line: &str) {
    let identity = "-c user.name=test -c user.email=test@example.org -c commit.gpgsign=false -c tag.gpgsign=false";
    Glim::shell(&project.path(""), &format!("git {identity} {line}")).succeeds();
}

/// A release with two tables, tagged, and a migration after it.
fn released(name: &str, new: &str) -> Project {
    let project = of_files(name, &[("migrations/1_owners.up.sql", OWNERS), ("migrations/2_things.up.sql", THINGS)]);
    git(&project, "init -q");
    git(&project, "add -A");
    git(&project, "commit -q -m release");
    git(&project, "tag v1.0");
    project.write("migrations/3_new.up.sql", new);
    project
}

fn an_upgrade_that_keeps_all_rows_passes(database: &Database) {
    let project = released("upgrade-keeps", "ALTER TABLE things ADD COLUMN weight int;\n");
    let output = check(&project, database, "--only upgrade").succeeds().lacks("no row could be made");
    output.stdout_has("upgrade        passed    2 migrations of v1.0, rows, then 1 new one");
    // Neither the index nor the working tree of the repository was touched.
    let status = Glim::shell(&project.path(""), "git status --porcelain -uall migrations").succeeds();
    status.stdout_is("?? migrations/3_new.up.sql\n");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

/// A table that takes few values, of the types of that database.
fn demanding(database: &Database) -> &'static str {
    match database.kind() {
        Kind::Sqlite => {
            "CREATE TABLE demanding (id INTEGER PRIMARY KEY, mood text NOT NULL CHECK (mood IN ('sad', 'ok')), \
             starts date NOT NULL, ends date NOT NULL, mail text NOT NULL CHECK (mail LIKE '%@%'), \
             twice int AS (1 + 1) STORED, CHECK (starts < ends));\n"
        }
        Kind::Postgres => {
            "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN positive AS int CHECK (VALUE > 0);\n\
             CREATE TABLE demanding (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood NOT NULL, \
             size positive NOT NULL, place point NOT NULL, span int4range NOT NULL, moods mood[] NOT NULL, \
             twice int GENERATED ALWAYS AS (1 + 1) STORED, mail text NOT NULL CHECK (mail LIKE '%@%'), \
             flags bit(3) NOT NULL, said xml NOT NULL, words tsvector NOT NULL, starts date NOT NULL, \
             ends date NOT NULL, CHECK (starts < ends));\n"
        }
        Kind::Mysql => {
            "CREATE TABLE demanding (id int AUTO_INCREMENT PRIMARY KEY, mood enum('sad', 'ok') NOT NULL, \
             tags set('x', 'y') NOT NULL, place point NOT NULL, twice int AS (1 + 1) STORED, \
             mail varchar(50) NOT NULL CHECK (mail LIKE '%@%'), flags bit(3) NOT NULL, said json NOT NULL, \
             made year NOT NULL, starts date NOT NULL, ends date NOT NULL, CHECK (starts < ends));\n"
        }
    }
}

fn rows_are_made_that_few_constraints_allow(database: &Database) {
    // `b` needs a row of `c`, which comes after it.
    let circle = match database.kind() {
        Kind::Sqlite => {
            "CREATE TABLE b (id int PRIMARY KEY, c int NOT NULL REFERENCES c (id));\n\
             CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b (id));\n"
        }
        Kind::Postgres | Kind::Mysql => {
            "CREATE TABLE b (id int PRIMARY KEY, c int NOT NULL);\n\
             CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b (id));\n\
             ALTER TABLE b ADD FOREIGN KEY (c) REFERENCES c (id);\n"
        }
    };
    let all = format!("{circle}{}", demanding(database));
    let project = of_files("upgrade-demanding", &[("migrations/1_all.up.sql", &all)]);
    git(&project, "init -q");
    git(&project, "add -A");
    git(&project, "commit -q -m release");
    git(&project, "tag v1.0");
    project.write("migrations/2_new.up.sql", "DELETE FROM demanding;\nDELETE FROM b;\n");
    let output = check(&project, database, "--only upgrade").run().exits(1).lacks("no row could be made");
    let output = output.stderr_has("the upgrade loses rows of the table `demanding`");
    output.stderr_has("the upgrade loses rows of the table `b`").stderr_has("there were 2 before it, and 0 after it");
}

fn rows_of_the_release_can_make_a_migration_fail(database: &Database) {
    let project = released("upgrade-fails", "INSERT INTO owners VALUES (1, 'one');\n");
    check(&project, database, "--only scratch-apply").succeeds();
    let output = check(&project, database, "--only upgrade").run().exits(1);
    output
        .stderr_has("the migration `3_new` failed")
        .stdout_has("upgrade        failed    a database of v1.0 with rows");
}

fn rows_that_get_lost_are_counted(database: &Database) {
    let project = released("upgrade-loses", "DELETE FROM things WHERE id = 2;\n");
    let output = check(&project, database, "--only upgrade").run().exits(1);
    let output = output.stderr_has("the upgrade loses rows of the table `things`");
    output.stderr_has("there were 2 before it, and 1 after it").lacks("the table `owners`");
}

fn a_migration_of_the_release_must_stay_as_it_is(database: &Database) {
    let project = released("upgrade-changed", "SELECT 1;\n");
    project.write("migrations/1_owners.up.sql", &OWNERS.replace("20", "30"));
    let output = check(&project, database, "--only registry --since v1.0").run().exits(1);
    output.stderr_has("the migration `1_owners` has changed since v1.0").stdout_has("against v1.0");
    project.remove("migrations/1_owners.up.sql");
    let output = check(&project, database, "--only registry --since v1.0").run().exits(1);
    output.stderr_has("the migration `1_owners` of v1.0 is gone");
}

fn a_revision_can_be_named_and_must_be_known(database: &Database) {
    let project = released("upgrade-since", "SELECT 1;\n");
    git(&project, "add -A");
    git(&project, "commit -q -m more");
    check(&project, database, "--only upgrade --since HEAD")
        .succeeds()
        .stdout_has("3 migrations of HEAD, rows, then 0");
    git(&project, "tag v1.1");
    check(&project, database, "--only upgrade").succeeds().stdout_has("3 migrations of v1.1, rows, then 0");
    let output = check(&project, database, "--since no-such-tag").run().exits(2);
    output.silent().stderr_has("error: git knows no revision `no-such-tag`");
}

fn a_shallow_clone_does_not_know_the_last_release(database: &Database) {
    let project = released("upgrade-shallow", "SELECT 1;\n");
    git(&project, "add -A");
    git(&project, "commit -q -m more");
    Glim::shell(&project.path(""), "git clone -q --depth 1 --no-tags file://$PWD clone").succeeds();
    let clone = check(&project, database, "--only upgrade").within(&project.path("clone"));
    let output = clone.run().exits(1).stdout_has("upgrade        not run");
    output.stderr_has("shallow clone").stderr_has("--since");
}

fn models_and_migrations_in_rust_are_upgraded_too(database: &Database) {
    let released = include_str!("../projects/shop.rs");
    let files = [("Cargo.toml", manifest("upgrade-rust")), ("src/lib.rs", released.to_owned())];
    let project = Project::own("upgrade-rust", &files.each_ref().map(|(path, text)| (*path, text.as_str())));
    git(&project, "init -q");
    git(&project, "add -A");
    git(&project, "commit -q -m release");
    git(&project, "tag v1.0");
    let new = "\npub struct Forget;\n\nimpl Migration for Forget {\n    fn run(&self, db: &mut Db) -> Result<()> {\n        \
               db.execute(\"DELETE FROM orders WHERE id = 2\", ())?;\n        Ok(())\n    }\n}\n\n\
               glim::submit!(Forget, irreversible, after = [\"CloseOrders\"]);\n";
    project.write("src/lib.rs", &format!("{}{new}", released.replace("\"Aras\"", "\"Sara\"")));
    let output = check(&project, database, "--only registry --only upgrade --since v1.0").run().exits(1);
    let output = output.stderr_has("the migration `AddUserMigration` has changed since v1.0");
    let output = output.stderr_has("the upgrade loses rows of the table `orders`").lacks("the table `users`");
    output.stdout_has("3 migrations of v1.0, rows, then 1 new one").stdout_has("verdict: failed (registry, upgrade)");
}

fn models_of_the_release_that_no_longer_fit_are_told(database: &Database) {
    let released = include_str!("../projects/shop.rs");
    let files = [("Cargo.toml", manifest("upgrade-outlived")), ("src/lib.rs", released.to_owned())];
    let project = Project::own("upgrade-outlived", &files.each_ref().map(|(path, text)| (*path, text.as_str())));
    git(&project, "init -q");
    git(&project, "add -A");
    git(&project, "commit -q -m release");
    git(&project, "tag v1.0");
    check(&project, database, "--only upgrade").succeeds().lacks("does not fit");
    let new = "\npub struct Rename;\n\nimpl Migration for Rename {\n    fn run(&self, db: &mut Db) -> Result<()> {\n        \
               db.execute(\"ALTER TABLE users RENAME COLUMN fullname TO whole\", ())?;\n        Ok(())\n    }\n}\n\n\
               glim::submit!(Rename, irreversible, after = [\"CloseOrders\"]);\n";
    project.write("src/lib.rs", &format!("{released}{new}"));
    check(&project, database, "--only upgrade")
        .succeeds()
        .stderr_has("warning: the model `User` as it is in v1.0 does not fit the upgraded table `users`")
        .stderr_has("its column `fullname` is gone, or has another name");
}
