//! What only the driver of PostgreSQL does: several requests in one go, and an application's own client.

use std::ops::ControlFlow;

use glim::error::ErrorClass;
use glim::value::Value;
use glim_engine::driver::{Connection, EmbeddedPostgres, Transaction};
use glim_schema::Dialect;
use secrecy::ExposeSecret as _;

use crate::support::{Scratch, refusal, rows, text, value};

fn scratch(test: &str) -> Scratch {
    Scratch::new(Dialect::Postgres, test)
}

/// A client as an application has it.
fn client(scratch: &mut Scratch) -> postgres::Client {
    let server = scratch.server();
    let password = server.password.as_ref().expect("the tests' server has one");
    postgres::Config::new()
        .host_path(server.socket.as_ref().expect("the tests' server has one"))
        .port(server.port)
        .user(&server.user)
        .password(password.expose_secret())
        .dbname(&server.database)
        .connect(postgres::NoTls)
        .expect("the tests' server")
}

type Request = Box<dyn FnMut(&mut dyn Connection)>;

#[test]
fn an_opening_comes_before_the_next_request_of_any_kind() {
    let scratch = scratch("an_opening_comes_first");
    let (mut db, mut other) = (scratch.open(), scratch.open());
    db.batch("CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE mood AS ENUM ('happy')").expect("a table");
    let mut count = 0;
    let mut requests: Vec<Request> = vec![
        Box::new(|db| db.batch("INSERT INTO t VALUES (1)").expect("a batch")),
        Box::new(|db| assert_eq!(db.execute("INSERT INTO t VALUES ($1)", &[Value::Int(1)]), Ok(1))),
        Box::new(|db| assert_eq!(rows(db, "SELECT 'happy'::mood", &[]), Ok(vec![vec![text("happy")]]))),
        Box::new(|db| {
            let mut ids = [2, 3].map(|id| vec![Value::Int(id)]).into_iter();
            assert_eq!(db.execute_many("INSERT INTO t VALUES ($1)", &mut ids), Ok(2));
        }),
        Box::new(|db| db.sequence(&["INSERT INTO t VALUES (4)", "SELECT 1"]).expect("a sequence")),
        Box::new(|db| db.begin("SAVEPOINT a").expect("another opening")),
    ];
    for request in &mut requests {
        db.begin("BEGIN; SET LOCAL glim.transaction = 'open'").expect("begin");
        request(&mut *db);
        assert_eq!(db.transaction(), Transaction::Open);
        assert_eq!(value(&mut *db, "SELECT current_setting('glim.transaction')"), text("open"));
        assert_eq!(value(&mut *other, "SELECT count(*) FROM t"), Value::Int(0));
        db.batch("ROLLBACK").expect("roll back");
        assert_eq!(db.transaction(), Transaction::None);
        count += 1;
    }
    assert_eq!(count, requests.len());
}

#[test]
fn an_opening_that_fails_is_the_error_of_the_next_request() {
    let scratch = scratch("an_opening_that_fails");
    let mut db = scratch.open();
    let opening = "BEGIN; SET LOCAL missing_setting = 1";
    db.begin(opening).expect("it is kept back");
    let error = refusal(&mut *db, "CREATE TABLE t (id int)", &[]);
    assert_eq!(error.statement.as_deref(), Some(opening));
    assert_eq!(error.class, ErrorClass::UndefinedObject, "{error:?}");
    assert_ne!(db.transaction(), Transaction::None);
    db.batch("ROLLBACK").expect("roll back");
    db.batch("CREATE TABLE t (id int)").expect("nothing is left");
}

#[test]
fn the_first_failing_statement_of_a_sequence_is_told() {
    let scratch = scratch("a_sequence");
    let mut db = scratch.open();
    db.begin("BEGIN").expect("begin");
    let texts: Vec<String> = (0..200).map(|number| format!("CREATE TABLE t{number} (id int)")).collect();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    db.sequence(&texts).expect("all of them");
    texts[150] = "INSERT INTO missing VALUES (1)";
    db.batch("ROLLBACK").expect("roll back");
    db.batch("BEGIN").expect("begin");
    let (at, error) = db.sequence(&texts).expect_err("no such table");
    assert_eq!((at, error.class), (150, ErrorClass::UndefinedObject), "{error:?}");
    assert_eq!(error.statement.as_deref(), Some(texts[150]));
    assert_eq!(db.transaction(), Transaction::Failed);
    db.batch("ROLLBACK").expect("roll back");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 't%0'"), Value::Int(0));
}

#[test]
fn what_is_sent_with_others_is_told_as_if_it_were_alone() {
    let scratch = scratch("sent_with_others");
    let mut db = scratch.open();
    let first = "CREATE TABLE \"\u{e4}\" (id int) -- \u{1f600}; no end";
    for (failing, class, position) in [
        ("SELECT missing", ErrorClass::UndefinedObject, Some(8)),
        ("SELEC 1", ErrorClass::Syntax, Some(1)),
        ("SELECT 1; SELECT 2 +", ErrorClass::Syntax, Some(21)),
        ("COPY (SELECT 1) TO STDOUT", ErrorClass::Other, None),
    ] {
        db.begin("BEGIN; RESET ALL").expect("begin");
        let (at, error) = db.sequence(&[first, failing, "COMMIT"]).expect_err("one fails");
        assert_eq!((at, error.class, error.position), (1, class, position), "{error:?}");
        assert_eq!(error.statement.as_deref(), Some(failing));
        db.batch("ROLLBACK").expect("roll back");
        assert_eq!(value(&mut *db, "SELECT to_regclass('\u{e4}')::text"), Value::Null, "{failing}");
    }
    db.begin("BEGIN").expect("begin");
    db.sequence(&[first, "SELECT 1", "COMMIT"]).expect("none fails");
    assert_eq!(db.transaction(), Transaction::None);
}

#[test]
fn rows_outside_a_transaction_are_all_written_or_none() {
    let scratch = scratch("all_rows_or_none");
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY, name text)").expect("a table");
    let insert = "INSERT INTO t VALUES ($1, $2)";
    let row = |id: i64| vec![Value::Int(id), text(&"x".repeat(300))];
    let mut bad = (0..3_000).map(|number| row(if number == 2_500 { 7 } else { number }));
    let error = db.execute_many(insert, &mut bad).expect_err("a duplicate");
    assert_eq!(error.class, ErrorClass::UniqueViolation, "{error:?}");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
    assert_eq!(db.transaction(), Transaction::None);
    assert_eq!(db.execute_many(insert, &mut (0..3_000).map(row)), Ok(3_000));
}

#[test]
fn what_takes_rows_may_use_another_connection() {
    let scratch = scratch("another_connection");
    let (mut db, mut other) = (scratch.open(), scratch.open());
    other.batch("CREATE TABLE t (id int)").expect("a table");
    db.query("SELECT generate_series(1, 3)", &[], &mut |_, values| {
        other.execute("INSERT INTO t VALUES ($1)", &values).expect("a row");
        ControlFlow::Continue(())
    })
    .expect("a query");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(3));
}

/// The session reads backslashes in another way than we do, who then cannot see the `COPY`.
#[test]
fn a_hidden_copy_costs_the_connection_and_no_more() {
    let scratch = scratch("a_hidden_copy");
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int); SET standard_conforming_strings = off").expect("a table");
    let hidden = "INSERT INTO t VALUES (1); SELECT '\\''; COPY t FROM STDIN; INSERT INTO t VALUES (2)";
    let error = db.batch(hidden).expect_err("there is no data");
    assert!(error.message.contains("COPY"), "{error:?}");
    for _ in 0..2 {
        let error = refusal(&mut *db, "SELECT 1", &[]);
        assert_eq!(error.class, ErrorClass::ConnectionLost, "{error:?}");
    }
    assert_eq!(value(&mut *scratch.open(), "SELECT count(*) FROM t"), Value::Int(0));
}

#[test]
fn a_dropped_type_or_statement_is_not_remembered() {
    let scratch = scratch("a_dropped_statement");
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int); CREATE TYPE mood AS ENUM ('happy')").expect("a table");
    for number in 0..3 {
        db.execute("INSERT INTO t VALUES ($1)", &[Value::Int(number)]).expect("a row");
        assert_eq!(rows(&mut *db, "SELECT 'happy'::mood", &[]), Ok(vec![vec![text("happy")]]));
        db.batch("DEALLOCATE ALL").expect("a statement");
    }
    db.batch("ALTER TABLE t ALTER id TYPE text").expect("another type");
    db.execute("INSERT INTO t VALUES ($1)", &[text("x")]).expect("a row");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(4));
}

#[test]
fn an_applications_client_is_a_connection() {
    let mut scratch = scratch("an_applications_client");
    let mut client = client(&mut scratch);
    let mut db = EmbeddedPostgres::over(&mut client).expect("a description");
    let server = db.server().expect("a server");
    assert_eq!(server.product, "PostgreSQL");
    assert!(server.address.contains(&server.database), "{server:?}");
    db.batch("CREATE TABLE t (id int PRIMARY KEY, at timestamptz, mood numeric)").expect("a table");
    db.begin("BEGIN").expect("begin");
    let moment = Value::TimestampTz("2026-11-22 15:02:03.123456".parse().expect("a timestamp"));
    let values = [Value::Int(1), moment.clone(), Value::Decimal("1.50".parse().expect("a number"))];
    assert_eq!(db.execute("INSERT INTO t VALUES ($1, $2, $3)", &values), Ok(1));
    assert_eq!(rows(&mut db, "SELECT * FROM t WHERE id = $1", &[Value::Int(1)]), Ok(vec![values.to_vec()]));
    assert_eq!(db.transaction(), Transaction::Open);
    db.batch("COMMIT").expect("commit");
    let mut ids = [2, 3, 2].into_iter().map(|id| vec![Value::Int(id)]);
    let error = db.execute_many("INSERT INTO t (id) VALUES ($1)", &mut ids).expect_err("a duplicate");
    assert_eq!(error.class, ErrorClass::UniqueViolation, "{error:?}");
    db.batch("BEGIN").expect("begin");
    let (at, error) = db.sequence(&["SELECT 1", "SELECT missing"]).expect_err("no such column");
    assert_eq!((at, error.class, db.transaction()), (1, ErrorClass::UndefinedObject, Transaction::Failed));
    db.batch("ROLLBACK").expect("roll back");
    assert!(refusal(&mut db, "COPY t FROM STDIN", &[]).message.contains("COPY"));
    assert!(refusal(&mut db, "INSERT INTO t VALUES ($1)", &[text("x")]).message.contains("invalid input syntax"));
    drop(db);
    let count: i64 = client.query_one("SELECT count(*) FROM t", &[]).expect("the client is as good as before").get(0);
    assert_eq!(count, 1);
}
