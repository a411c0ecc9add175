//! What only the driver of MySQL and MariaDB does: what opens a step waits for the first statement.

use std::ops::ControlFlow;

use glim::value::Value;
use glim_engine::driver::{Connection, Transaction};
use glim_schema::Dialect;

use crate::support::{Scratch, rows, text, value};

const OPENING: &str = "INSERT INTO t VALUES (1, 'it''s;\nso');\nSTART TRANSACTION";

type Request = fn(&mut dyn Connection);

fn scratch(test: &str) -> (Scratch, Box<dyn Connection>) {
    let scratch = Scratch::new(Dialect::Mysql, test);
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY, name varchar(20))").expect("a table");
    (scratch, db)
}

#[test]
fn an_opening_comes_before_the_next_statement_of_any_kind() {
    let (_scratch, mut db) = scratch("an_opening_comes_first");
    let requests: [Request; 6] = [
        |db| db.batch("INSERT INTO t VALUES (2, 'b')").expect("a batch"),
        |db| assert_eq!(db.execute("INSERT INTO t VALUES (2, 'b')", &[]), Ok(1), "the opening's rows do not count"),
        |db| assert_eq!(db.execute("INSERT INTO t VALUES ($1, 'b')", &[Value::Int(2)]), Ok(1)),
        |db| db.sequence(&["INSERT INTO t VALUES (2, 'b')", "UPDATE t SET name = 'c'"]).expect("a sequence"),
        |db| {
            let mut found = Vec::new();
            db.query("SELECT name FROM t", &[], &mut |_, row| {
                found.push(row);
                ControlFlow::Continue(())
            })
            .expect("a query");
            assert_eq!(found, [[text("it's;\nso")]]);
        },
        |db| db.opened().expect("nothing else is sent"),
    ];
    for request in requests {
        db.begin(OPENING).expect("it waits");
        assert_eq!(db.transaction(), Transaction::Open);
        request(&mut *db);
        assert_eq!(db.transaction(), Transaction::Open);
        assert_eq!(db.opened(), Ok(()));
        db.batch("ROLLBACK").expect("back");
        assert_eq!(rows(&mut *db, "SELECT id FROM t", &[]).expect("rows"), [[Value::Int(1)]]);
        db.batch("DELETE FROM t").expect("the opening's row is gone");
    }
}

#[test]
fn nothing_runs_after_an_opening_that_fails() {
    let (_scratch, mut db) = scratch("a_failed_opening");
    db.batch("INSERT INTO t VALUES (1, 'a')").expect("a row in its way");
    db.begin(OPENING).expect("it waits");
    let refused = db.batch("INSERT INTO t VALUES (2, 'b')").expect_err("the opening fails");
    assert!(refused.message.contains("Duplicate"), "{refused:?}");
    // Whoever swallows the error gets no further.
    assert_eq!(db.execute("INSERT INTO t VALUES (3, 'c')", &[]), Err(refused.clone()));
    assert_eq!(db.execute("INSERT INTO t VALUES ($1, 'd')", &[Value::Int(4)]), Err(refused.clone()));
    assert_eq!(db.sequence(&["DROP TABLE t"]), Err((0, refused.clone())));
    assert_eq!(db.opened(), Err(refused));
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(1));
    assert_eq!(db.opened(), Ok(()));
}

#[test]
fn a_statement_that_fails_after_an_opening_is_told_apart_from_it() {
    let (_scratch, mut db) = scratch("an_opening_is_run");
    db.begin(OPENING).expect("it waits");
    let failed = db.sequence(&["UPDATE t SET name = 'b'", "UPDATE missing SET id = 1"]).expect_err("no such table");
    assert_eq!((failed.0, failed.1.statement.as_deref()), (1, Some("UPDATE missing SET id = 1")));
    assert_eq!(db.transaction(), Transaction::Open);
    assert_eq!(db.opened(), Ok(()));
    db.batch("ROLLBACK").expect("back");
    assert_eq!(value(&mut *db, "SELECT name FROM t"), text("it's;\nso"));
}

#[test]
fn statements_of_a_sequence_may_commit_and_fail_by_themselves() {
    let (_scratch, mut db) = scratch("sequences_commit");
    for (statements, failing, open) in [
        (["CREATE TABLE a (id int)", "INSERT INTO a VALUES (1)", "CREATE TABLE a (id int)", "DROP TABLE t"], 2, false),
        // What the server cannot read, or takes in no block, keeps nothing before it from being run.
        (["CREATE TABLE b (id int)", "START TRANSACTION", "INSERT INTO b VALUES", "DROP TABLE t"], 2, true),
        (
            ["CREATE TABLE c (id int)", "CREATE PROCEDURE p() DELETE FROM c", "DROP TABLE missing", "DROP TABLE t"],
            2,
            false,
        ),
    ] {
        let (at, error) = db.sequence(&statements).expect_err("one fails");
        assert_eq!((at, error.statement.as_deref()), (failing, Some(statements[failing])), "{error:?}");
        assert_eq!(db.transaction(), if open { Transaction::Open } else { Transaction::None });
        db.batch("ROLLBACK").expect("back");
    }
    assert_eq!(value(&mut *db, "SELECT count(*) FROM a"), Value::Int(1));
    for table in ["b", "c", "t"] {
        assert_eq!(value(&mut *db, &format!("SELECT count(*) FROM {table}")), Value::Int(0));
    }
    db.sequence(&["CALL p()", "DROP PROCEDURE p"]).expect("the procedure is there");
}

#[test]
fn a_statement_of_a_sequence_may_ask_about_the_one_before() {
    let (_scratch, mut db) = scratch("sequences_ask");
    let fill = "INSERT INTO t VALUES (1, 'a'), (2, 'b')";
    db.sequence(&[fill, "INSERT INTO t VALUES (100 + row_count(), 'rows')", "START TRANSACTION"]).expect("all of it");
    assert_eq!(value(&mut *db, "SELECT id FROM t WHERE name = 'rows'"), Value::Int(102));
    assert_eq!(db.transaction(), Transaction::Open);
}

/// On MariaDB, a prepared `SHOW CREATE TABLE` shows a view that is gone, and ends the server once a table has its name.
#[test]
fn a_definition_is_shown_as_it_is_now() {
    let (_scratch, mut db) = scratch("a_definition_is_shown");
    for ask in ["SHOW CREATE TABLE v", "/* again */ show create table v;"] {
        let shown = |db: &mut dyn Connection| rows(db, ask, &[]).map(|rows| format!("{:?}", rows[0][1]));
        db.batch("CREATE VIEW v AS SELECT 1 AS one").expect("a view");
        assert!(shown(&mut *db).expect("a definition").contains("`one`"));
        db.batch("DROP VIEW v").expect("it goes");
        let gone = shown(&mut *db).expect_err("it is gone");
        assert_eq!(gone.code.as_deref(), Some("1146 (42S02)"));
        db.batch("CREATE TABLE v (two int)").expect("a table");
        assert!(shown(&mut *db).expect("a definition").contains("`two` int"));
        db.batch("DROP TABLE v").expect("it goes");
    }
}
