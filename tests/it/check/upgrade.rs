//! The stage `upgrade`, and what is compared with the last release.

use super::{check, of_files};
use crate::support::{Database, Glim, Project, for_each_database, manifest};

for_each_database!(
    an_upgrade_that_keeps_all_rows_passes,
    rows_of_the_release_can_make_a_migration_fail,
    rows_that_get_lost_are_counted,
    a_migration_of_the_release_must_stay_as_it_is,
    a_revision_can_be_named_and_must_be_known,
    a_shallow_clone_does_not_know_the_last_release,
    models_and_migrations_in_rust_are_upgraded_too,
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
