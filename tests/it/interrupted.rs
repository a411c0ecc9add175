//! Ctrl-C while the database makes us wait, outside of a migration.

use crate::support::{Database, Kind, Project, manifest};

/// A table that refers to another waits for as long as somebody else has that one locked.
fn a_sync_that_waits_ends(database: &Database) {
    let project = Project::shared(
        "waits",
        &[
            ("Cargo.toml", &manifest("waits")),
            (
                "src/lib.rs",
                "#[derive(glim::Model)]\n#[glim(table = \"things\")]\npub struct Thing {\n    #[glim(primary_key)]\n    \
                 pub id: i32,\n    #[glim(references = \"owners.id\")]\n    pub owner: i32,\n}\n",
            ),
        ],
    );
    database.query("CREATE TABLE owners (id int PRIMARY KEY)");
    database.query("BEGIN");
    database.query("LOCK TABLE owners IN ACCESS EXCLUSIVE MODE");
    let mut running = project.glim(database, "sync -v").spawn();
    let waits = "SELECT count(*)::text FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                 WHERE NOT granted AND d.datname = current_database()";
    while database.value(waits) == "0" {
        std::thread::yield_now();
    }
    running.signal("INT");
    let output = running.wait().exits(130);
    output.stderr_has("error: cannot create table `things` of model `Thing`").stderr_has("nothing was created");
    database.query("ROLLBACK");
    assert!(!database.all_tables().contains(&"things".to_owned()));
}

mod a_sync_that_waits_ends {
    use super::{Database, Kind};

    #[test]
    fn postgres() {
        Database::test(Kind::Postgres, module_path!(), super::a_sync_that_waits_ends);
    }
}
