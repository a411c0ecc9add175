//! Statements of which nothing tells whether they were run: a run that was cut off in one stops, says so and does
//! nothing, however often it is tried; and where it can be told, it goes on.

use glim_engine::journal::Stuck;
use glim_engine::migrator::MigrateError;
use glim_schema::Dialect;

use crate::resume::{Code, Way, assert_alike, migrate, sql, state};
use crate::support::{Database, for_each_database};

for_each_database! {
    a_table_without_transactions_may_have_been_changed,
    a_table_that_is_made_of_a_query_may_lack_rows,
    a_procedure_may_have_done_anything,
    what_somebody_else_has_changed_since_tells_nothing,
}

/// Cuts a migration off before each call, lets somebody else do something, and runs it again. Some of the runs must be
/// stuck at that statement, and those that are not must end as if nothing had happened, unless somebody did something.
#[track_caller]
fn stops(database: &Database, prepare: &[&str], statement: &str, meanwhile: Option<&str>) {
    let another = || {
        let database = Database::new(database.dialect).expect("there was one");
        for statement in prepare {
            database.batch(statement);
        }
        database
    };
    let statements = ["CREATE TABLE a (id int PRIMARY KEY, n int)", "INSERT INTO a (id, n) VALUES (1, 1)", statement];
    let entry = sql(&[&statements[..], &["UPDATE a SET n = n + 1"]].concat(), false);
    let undisturbed = another();
    migrate(&undisturbed, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX).expect("nothing disturbs it");
    let undisturbed = state(&undisturbed);
    let mut unclear = 0;
    // To be cut off before that statement is for other tests.
    for calls in 8.. {
        let database = another();
        if migrate(&database, &entry, &mut Code(Vec::new()), Way::Run, calls).is_ok() {
            break;
        }
        if let Some(meanwhile) = meanwhile {
            // There may be nothing yet to do it to.
            let _ = database.with(|conn| conn.batch(meanwhile));
        }
        let mut before = state(&database);
        // That it does not go on is all that is written.
        before.1.iter_mut().flatten().for_each(|row| *row = row.replace("|running|", "|failed|"));
        match migrate(&database, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX) {
            Ok(()) if meanwhile.is_some() => {}
            Ok(()) => assert_alike(&database, &undisturbed, &format!("{statement}: cut off before call {calls}")),
            Err(MigrateError::Stuck { why: Stuck::Unclear { position: 3, .. }, .. }) => {
                unclear += 1;
                assert_alike(&database, &before, &format!("{statement}: nothing was changed"));
                let again = migrate(&database, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX);
                assert!(matches!(again, Err(MigrateError::Stuck { .. })), "{statement}: {again:?}");
            }
            Err(error) => panic!("{statement}: cut off before call {calls}: {error:?}"),
        }
        // Once before the statement was sent, and once after it.
        if unclear == 2 {
            return;
        }
    }
    panic!("{statement}: of {unclear} points alone it was not clear");
}

fn a_table_without_transactions_may_have_been_changed(database: &Database) {
    if database.dialect == Dialect::Mysql {
        let plain = ["CREATE TABLE plain (id int, n int) ENGINE = MyISAM", "INSERT INTO plain VALUES (1, 1)"];
        stops(database, &plain, "UPDATE plain SET n = n + 1", None);
    }
}

fn a_table_that_is_made_of_a_query_may_lack_rows(database: &Database) {
    if database.dialect == Dialect::Mysql {
        stops(database, &[], "CREATE TABLE copied SELECT * FROM a", None);
    }
}

fn a_procedure_may_have_done_anything(database: &Database) {
    let procedure = match database.dialect {
        Dialect::Sqlite => return,
        Dialect::Postgres => {
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN UPDATE a SET n = n + 1; COMMIT; \
             UPDATE a SET n = n + 1; END $$"
        }
        Dialect::Mysql => "CREATE PROCEDURE p() BEGIN UPDATE a SET n = n + 1; COMMIT; UPDATE a SET n = n + 1; END",
    };
    stops(database, &[procedure], "CALL p()", None);
}

fn what_somebody_else_has_changed_since_tells_nothing(database: &Database) {
    if database.dialect == Dialect::Mysql {
        stops(database, &[], "TRUNCATE a", Some("INSERT INTO a VALUES (7, 7)"));
        stops(database, &[], "ALTER TABLE a ADD COLUMN c int", Some("ALTER TABLE a ADD COLUMN d int"));
    }
}
