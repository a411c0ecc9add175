//! Scratch databases: made, used, dropped, and found when they were left behind.

use glim_engine::driver::{self, Access};
use glim_engine::scratch::snapshot::Snapshot;
use glim_engine::scratch::{PREFIX, Request, Scratch};
use glim_engine::target::{Place, Target};
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    one_is_empty_and_apart_and_goes_with_its_value,
    one_that_was_left_behind_is_removed_by_the_next,
    one_in_use_is_left_alone,
    it_is_like_the_alias,
    the_same_schema_is_the_same_whatever_the_order,
    each_kind_of_difference_is_seen,
}

fn create(database: &Database) -> Scratch {
    Scratch::create(&Request {
        alias: database.connector().target(),
        protected: false,
        configured: None,
        folder: &database.folder().join("scratch"),
    })
    .expect("a scratch database can be made here")
}

fn exists(target: &Target) -> bool {
    driver::connect(target, Access::ReadOnly).is_ok()
}

fn name(target: &Target) -> String {
    match &target.place {
        Place::Sqlite { path } => path.parent().expect("a folder").display().to_string(),
        Place::Postgres(server) | Place::Mysql(server) => server.database.clone(),
    }
}

fn one_is_empty_and_apart_and_goes_with_its_value(database: &Database) {
    database.batch("CREATE TABLE ours (a int)");
    let scratch = create(database);
    let target = scratch.target().clone();
    assert!(name(&target).contains(PREFIX), "{}", name(&target));
    let mut connection = scratch.connect().expect("it is there");
    assert!(
        Snapshot::take(&mut *connection)
            .expect("a catalogue")
            .differences(&Snapshot::default())
            .iter()
            .all(|line| line.starts_with("schema ") || line.starts_with("extension "),)
    );
    connection.batch("CREATE TABLE theirs (a int)").expect("it can be changed");
    // The connection stays open: it is no obstacle.
    drop(scratch);
    assert!(!exists(&target));
    drop(connection);
    let scratch = create(database);
    let target = scratch.target().clone();
    scratch.remove().expect("nothing stands in the way");
    assert!(!exists(&target));
}

fn one_that_was_left_behind_is_removed_by_the_next(database: &Database) {
    let left = match database.dialect {
        Dialect::Sqlite => {
            let folder = database.folder().join("scratch");
            let left = folder.join(format!("{PREFIX}0"));
            std::fs::create_dir_all(&left).expect("a folder");
            std::fs::write(left.join("scratch.db"), "").expect("a file");
            std::fs::write(left.with_extension("lock"), "").expect("a file");
            left.display().to_string()
        }
        // No process has that number.
        Dialect::Postgres => format!("{PREFIX}99999999_1700000000_{:x}", std::process::id()),
        Dialect::Mysql => format!("{PREFIX}{:x}", std::process::id()),
    };
    if database.dialect != Dialect::Sqlite {
        database.batch(&format!("CREATE DATABASE {left}"));
    }
    // A test beside this one may have been the first to find it.
    let scratch = create(database);
    let is_there = match database.dialect {
        Dialect::Sqlite => std::path::Path::new(&left).exists(),
        Dialect::Postgres | Dialect::Mysql => {
            let names = ["SELECT datname::text FROM pg_database", "SHOW DATABASES"];
            database.query(names[usize::from(database.dialect == Dialect::Mysql)]).contains(&left)
        }
    };
    assert!(!is_there, "{left}, and not {:?}", scratch.leftovers());
}

fn one_in_use_is_left_alone(database: &Database) {
    let (one, two) = (create(database), create(database));
    assert_ne!(name(one.target()), name(two.target()));
    assert!(!two.leftovers().contains(&name(one.target())));
    assert!(one.connect().is_ok() && two.connect().is_ok());
}

fn it_is_like_the_alias(database: &Database) {
    let question = match database.dialect {
        Dialect::Sqlite => return,
        Dialect::Postgres => {
            "SELECT concat_ws(' ', encoding, datcollate, datctype) FROM pg_database WHERE datname = current_database()"
        }
        Dialect::Mysql => {
            database.batch("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_german2_ci");
            "SELECT concat(@@character_set_database, ' ', @@collation_database)"
        }
    };
    let scratch = create(database);
    let mut connection = scratch.connect().expect("it is there");
    let mut rows = Vec::new();
    connection
        .query(question, &[], &mut |_, row| {
            rows.push(row);
            std::ops::ControlFlow::Continue(())
        })
        .expect("a catalogue");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(format!("{:?}", row[0]), format!("Text({:?})", database.query(question)[0]));
}

/// What a scratch database holds after these statements.
fn snapshot(database: &Database, statements: &[&str]) -> Snapshot {
    let scratch = create(database);
    let mut connection = scratch.connect().expect("it is there");
    for sql in statements {
        connection.batch(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    Snapshot::take(&mut *connection).expect("a catalogue")
}

fn the_same_schema_is_the_same_whatever_the_order(database: &Database) {
    let one = snapshot(database, &["CREATE TABLE t (a int, b varchar(20), c int)", "CREATE INDEX i ON t (a)"]);
    let other = snapshot(
        database,
        &[
            "CREATE TABLE glim_migrations (id int)",
            "CREATE TABLE t (a int, c int, x int)",
            "CREATE INDEX i ON t (a)",
            "ALTER TABLE t ADD COLUMN b varchar(20)",
            "INSERT INTO t (a) VALUES (1)",
            "ALTER TABLE t DROP COLUMN x",
        ],
    );
    assert_eq!(one.differences(&other), Vec::<String>::new());
}

fn each_kind_of_difference_is_seen(database: &Database) {
    let base = "CREATE TABLE t (id int PRIMARY KEY, a int)";
    let before = snapshot(database, &[base]);
    let mut changes = vec![
        "CREATE TABLE u (a int)",
        "ALTER TABLE t ADD COLUMN b int",
        "CREATE INDEX i ON t (a)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE VIEW v AS SELECT a FROM t",
    ];
    changes.extend(match database.dialect {
        Dialect::Sqlite => vec!["CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END"],
        Dialect::Postgres => vec![
            "ALTER TABLE t ALTER a SET NOT NULL",
            "ALTER TABLE t ALTER a SET DEFAULT 5",
            "ALTER TABLE t ALTER a TYPE bigint",
            "ALTER TABLE t ADD CHECK (a > 1)",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            "CREATE SEQUENCE s",
            "CREATE TYPE e AS ENUM ('a')",
            "CREATE DOMAIN d AS int CHECK (VALUE > 1)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "COMMENT ON COLUMN t.a IS 'x'",
            "CREATE SCHEMA other",
            "CREATE TYPE c AS (a int)",
        ],
        Dialect::Mysql => vec![
            "ALTER TABLE t MODIFY a int NOT NULL",
            "ALTER TABLE t MODIFY a bigint",
            "ALTER TABLE t ALTER a SET DEFAULT 5",
            "ALTER TABLE t ADD CHECK (a > 1)",
            "ALTER TABLE t ENGINE = MyISAM",
            "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1",
        ],
    });
    for change in changes {
        let after = snapshot(database, &[base, change]);
        assert_ne!(before.differences(&after), Vec::<String>::new(), "{change}");
        assert_ne!(after.differences(&before), Vec::<String>::new(), "{change}");
    }
}
