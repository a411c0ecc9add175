//! What running statements does, and what is known after them.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use glim::error::ErrorClass;
use glim::value::Value;
use glim_engine::driver::Transaction;
use glim_schema::Dialect;

use crate::support::{Scratch, endless, for_each_database, refusal, rows, text, value};

for_each_database!(
    changed_rows_are_counted,
    parameters_are_numbered,
    a_wrong_number_of_parameters_is_refused,
    sql_without_parameters_is_sent_untouched,
    many_rows_are_written_and_read,
    a_failing_row_ends_execute_many,
    a_query_can_be_left_early,
    the_transaction_is_known_after_each_statement,
    a_batch_runs_every_statement,
    a_batch_stops_at_the_first_error,
    a_sequence_tells_which_statement_failed,
    a_changed_table_is_read_as_it_is_now,
    another_thread_can_cancel,
);

fn a_sequence_tells_which_statement_failed(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY)").expect("a table");
    let insert = |id: usize| format!("INSERT INTO t VALUES ({id}) -- ; '\n");
    for failing in 0..4 {
        db.begin("BEGIN").expect("a transaction");
        let statements: Vec<String> = (0..4).map(|at| if at == failing { insert(0) } else { insert(at + 1) }).collect();
        let mut texts: Vec<&str> = statements.iter().map(String::as_str).collect();
        texts.insert(0, "INSERT INTO t VALUES (0)");
        let (at, error) = db.sequence(&texts).expect_err("a key twice");
        assert_eq!((at, error.class), (failing + 1, ErrorClass::UniqueViolation), "{error:?}");
        assert!(error.statement.is_some_and(|sql| sql.contains("VALUES (0)")), "the statement is told");
        db.batch("ROLLBACK").expect("back");
        assert_eq!(db.transaction(), Transaction::None);
        assert_eq!(db.execute("DELETE FROM t", &[]), Ok(0));
    }
    // One that may answer several times is no reason to lose count.
    db.begin("BEGIN").expect("a transaction");
    let (at, _) = db.sequence(&["SELECT 1", "SELECT 1", "SELECT missing FROM t", "SELECT 1"]).expect_err("no column");
    assert_eq!(at, 2);
    db.batch("ROLLBACK").expect("back");
}

fn changed_rows_are_counted(scratch: &mut Scratch) {
    let mut db = scratch.open();
    assert_eq!(db.execute("CREATE TABLE t (id int PRIMARY KEY, name varchar(20))", &[]), Ok(0));
    assert_eq!(db.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')", &[]), Ok(3));
    assert_eq!(db.execute("CREATE INDEX t_name ON t (name)", &[]), Ok(0));
    assert_eq!(db.execute("UPDATE t SET name = $1 WHERE id > $2", &[text("x"), Value::Int(1)]), Ok(2));
    assert_eq!(db.execute("SELECT * FROM t", &[]), Ok(0));
    assert_eq!(db.execute("DELETE FROM t WHERE id = $1", &[Value::Int(9)]), Ok(0));
    assert_eq!(db.execute("DELETE FROM t", &[]), Ok(3));
}

fn parameters_are_numbered(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (a int, b int, c varchar(20))").expect("a table");
    let values = [Value::Int(1), Value::Int(2), text("$1 'quoted'")];
    db.execute("INSERT INTO t (c, b, a) VALUES ($3, $2, $1) -- $4", &values).expect("an insert");
    let found = rows(&mut *db, "SELECT c, a, '$1' FROM t WHERE a = $1 AND b > $1", &[Value::Int(1)]);
    assert_eq!(found, Ok(vec![vec![text("$1 'quoted'"), Value::Int(1), text("$1")]]));
}

fn a_wrong_number_of_parameters_is_refused(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (a int, b int)").expect("a table");
    let error = refusal(&mut *db, "INSERT INTO t VALUES ($1, $2)", &[Value::Int(1)]);
    assert_eq!(error.message, "the statement takes 2 parameters, but 1 was given");
    let error = refusal(&mut *db, "DELETE FROM t WHERE a = $1", &[Value::Int(1), Value::Int(1)]);
    assert_eq!(error.message, "the statement takes 1 parameter, but 2 were given");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
}

fn sql_without_parameters_is_sent_untouched(scratch: &mut Scratch) {
    let mut db = scratch.open();
    assert_eq!(value(&mut *db, "SELECT '$1 ? :a %s'"), text("$1 ? :a %s"));
    db.execute("CREATE TABLE t (a varchar(20))", &[]).expect("a table");
    db.execute("INSERT INTO t VALUES ('$1 ? %s')", &[]).expect("an insert");
    assert_eq!(value(&mut *db, "SELECT a FROM t"), text("$1 ? %s"));
}

fn many_rows_are_written_and_read(scratch: &mut Scratch) {
    const COUNT: i64 = 20_000;
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id bigint PRIMARY KEY, name varchar(200))").expect("a table");
    db.batch("BEGIN").expect("begin");
    let mut numbers =
        (0..COUNT).map(|id| vec![Value::Int(id), text(&"ä".repeat(usize::try_from(id % 100).expect("small")))]);
    assert_eq!(db.execute_many("INSERT INTO t VALUES ($1, $2)", &mut numbers), Ok(20_000));
    db.batch("COMMIT").expect("commit");
    let mut next = 0;
    db.query("SELECT id, name FROM t ORDER BY id", &[], &mut |names, values| {
        assert_eq!((&names[0][..], &names[1][..]), ("id", "name"));
        assert_eq!(values[0], Value::Int(next));
        next += 1;
        ControlFlow::Continue(())
    })
    .expect("a query");
    assert_eq!(next, COUNT);
    assert_eq!(db.execute_many("INSERT INTO t VALUES ($1, $2)", &mut std::iter::empty()), Ok(0));
}

fn a_failing_row_ends_execute_many(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY)").expect("a table");
    let mut ids = [1, 2, 2, 3].into_iter().map(|id| vec![Value::Int(id)]);
    let error = db.execute_many("INSERT INTO t VALUES ($1)", &mut ids).expect_err("a duplicate");
    assert_eq!(error.class, ErrorClass::UniqueViolation, "{error:?}");
    let mut ids = [vec![Value::Int(5)], vec![text("x"), text("y")]].into_iter();
    let error = db.execute_many("INSERT INTO t VALUES ($1)", &mut ids).expect_err("a row with two values");
    assert_eq!(error.message, "the statement takes 1 parameter, but 2 were given");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t WHERE id = 3"), Value::Int(0));
    db.execute("INSERT INTO t VALUES (7)", &[]).expect("the connection is as good as before");
}

fn a_query_can_be_left_early(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let mut seen = 0;
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n";
    db.query(numbers, &[], &mut |_, _| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .expect("a query");
    assert_eq!(seen, 3);
    assert_eq!(value(&mut *db, "SELECT 7"), Value::Int(7));
}

fn the_transaction_is_known_after_each_statement(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY)").expect("a table");
    assert_eq!(db.transaction(), Transaction::None);
    for end in ["COMMIT", "ROLLBACK"] {
        db.batch("BEGIN").expect("begin");
        assert_eq!(db.transaction(), Transaction::Open);
        db.execute("INSERT INTO t VALUES ($1)", &[Value::Int(1)]).expect("an insert");
        assert_eq!(db.transaction(), Transaction::Open);
        assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(1));
        assert_eq!(db.transaction(), Transaction::Open);
        db.execute("DELETE FROM t", &[]).expect("a delete");
        db.batch(end).expect(end);
        assert_eq!(db.transaction(), Transaction::None);
    }
    db.batch("BEGIN").expect("begin");
    db.execute("CREATE TABLE u (id int)", &[]).expect("a table");
    let after_ddl = match scratch.dialect {
        Dialect::Sqlite | Dialect::Postgres => Transaction::Open,
        // Committed without being asked: the engine has to notice.
        Dialect::Mysql => Transaction::None,
    };
    assert_eq!(db.transaction(), after_ddl);
    db.batch("ROLLBACK").expect("roll back");
    db.batch("BEGIN").expect("begin");
    refusal(&mut *db, "INSERT INTO missing VALUES (1)", &[]);
    let after_error = db.transaction();
    assert_ne!(after_error, Transaction::None, "an error does not end it");
    assert_eq!(after_error == Transaction::Failed, scratch.dialect == Dialect::Postgres);
    db.batch("ROLLBACK").expect("roll back");
    assert_eq!(db.transaction(), Transaction::None);
}

fn a_batch_runs_every_statement(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let script = "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2);\n-- a comment; with a semicolon\n\
                  SELECT * FROM t; INSERT INTO t VALUES (3);;\n";
    // MySQL takes no empty statement in a batch.
    let script = if scratch.dialect == Dialect::Mysql { script.replace(";;", ";") } else { script.to_owned() };
    db.batch(&script).expect("a batch");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(3));
}

fn a_batch_stops_at_the_first_error(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int)").expect("a table");
    let error = db.batch("INSERT INTO missing VALUES (1); INSERT INTO t VALUES (2)").expect_err("no such table");
    assert_eq!(error.class, ErrorClass::UndefinedObject, "{error:?}");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
}

fn a_changed_table_is_read_as_it_is_now(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int)").expect("a table");
    db.batch("INSERT INTO t VALUES (1)").expect("a row");
    let all = |db: &mut dyn glim_engine::driver::Connection| {
        rows(db, "SELECT * FROM t WHERE id = $1", &[Value::Int(1)]).map(|rows| rows[0].len())
    };
    assert_eq!(all(&mut *db), Ok(1));
    db.batch("ALTER TABLE t ADD COLUMN more int").expect("a column");
    assert_eq!(all(&mut *db), Ok(2));
    db.batch("DROP TABLE t").expect("dropping");
    db.batch("CREATE TABLE t (id varchar(10), a int, b int)").expect("a table");
    db.batch("INSERT INTO t VALUES ('1', 2, 3)").expect("a row");
    let found = rows(&mut *db, "SELECT * FROM t WHERE id = $1", &[text("1")]);
    assert_eq!(found, Ok(vec![vec![text("1"), Value::Int(2), Value::Int(3)]]));
}

fn another_thread_can_cancel(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let cancel = db.canceller();
    let endless = endless(scratch.dialect);
    let (done, is_done) = mpsc::channel::<()>();
    let started = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Cancelling before the statement has begun does nothing, so it is tried until it is over.
            while is_done.recv_timeout(Duration::from_millis(50)) == Err(mpsc::RecvTimeoutError::Timeout) {
                cancel();
            }
        });
        let error = db.query(endless, &[], &mut |_, _| ControlFlow::Continue(())).expect_err("it runs for ever");
        assert_eq!(error.class, ErrorClass::Cancelled, "{error:?}");
        drop(done);
    });
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(value(&mut *db, "SELECT 1"), Value::Int(1));
}

mod what_a_statement_sets_ends_with_a_reset {
    use super::{Dialect, Duration, Scratch, Transaction, Value, rows, value};

    const SETTINGS: &str = "SELECT @@sql_mode, @@foreign_key_checks, @@unique_checks, @@autocommit, @@time_zone, \
                            @@character_set_client, @@collation_connection, @@lock_wait_timeout, @@sort_buffer_size, \
                            @@tx_isolation, @@max_recursive_iterations, DATABASE()";

    /// What is set back also where the server could not tell that it was set: in the middle of a batch.
    const USUAL: [&str; 6] = [
        "SET sql_mode = '', foreign_key_checks = 0",
        "SET SESSION unique_checks = OFF, autocommit = 0, time_zone = '+05:00'",
        "SET NAMES latin1",
        "SET lock_wait_timeout = 3",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "USE mysql",
    ];

    const UNUSUAL: [&str; 2] =
        ["SET SESSION sort_buffer_size = 1048576", "SET max_recursive_iterations = 7, insert_id = 5"];

    #[test]
    fn mysql() {
        let mut scratch = Scratch::new(Dialect::Mysql, module_path!());
        scratch.target.lock_timeout = Some(Duration::from_secs(77));
        let mut db = scratch.open();
        let wanted = rows(&mut *db, SETTINGS, &[]).expect("the settings");
        assert_eq!(value(&mut *db, "SELECT GET_LOCK('drv_reset', 0)"), Value::Int(1));
        let id = value(&mut *db, "SELECT connection_id()");
        let batch = USUAL.join(";\n");
        let each = USUAL.iter().chain(&UNUSUAL).map(|sql| vec![*sql]);
        for statements in each.chain([[USUAL.as_slice(), UNUSUAL.as_slice()].concat(), vec![&batch]]) {
            for sql in &statements {
                db.batch(sql).expect(sql);
            }
            assert_ne!(rows(&mut *db, SETTINGS, &[]).expect("the settings"), wanted, "{statements:?}");
            db.reset().expect("a reset");
            assert_eq!(rows(&mut *db, SETTINGS, &[]).expect("the settings"), wanted, "{statements:?}");
            assert_eq!(db.transaction(), Transaction::None);
        }
        assert_eq!(value(&mut *db, "SELECT connection_id()"), id);
        assert_eq!(rows(&mut *db, "SELECT IS_USED_LOCK('drv_reset')", &[]), Ok(vec![vec![id]]));
    }

    #[test]
    fn nothing_is_sent_where_nothing_was_set() {
        let scratch = Scratch::new(Dialect::Mysql, "nothing_was_set");
        let mut db = scratch.open();
        let questions = "SHOW SESSION STATUS LIKE 'Questions'";
        let count =
            |db: &mut dyn glim_engine::driver::Connection| match &rows(db, questions, &[]).expect("a count")[0][1] {
                Value::Text(count) => count.parse::<u64>().expect("a number"),
                other => panic!("{other:?}"),
            };
        db.batch("CREATE TABLE t (id int)").expect("a table");
        db.batch("INSERT INTO t VALUES (1); UPDATE t SET id = 2").expect("rows");
        count(&mut *db);
        let before = count(&mut *db);
        let between = count(&mut *db) - before;
        let before = count(&mut *db);
        db.reset().expect("a reset");
        assert_eq!(count(&mut *db) - before, between);
    }
}

mod a_commit_in_the_middle_of_a_batch_is_noticed {
    use super::{Dialect, Scratch, Transaction};

    #[test]
    fn mysql() {
        let scratch = Scratch::new(Dialect::Mysql, module_path!());
        let mut db = scratch.open();
        for (batch, wanted) in [
            ("CREATE TABLE a (id int); INSERT INTO a VALUES (1)", Transaction::None),
            ("INSERT INTO a VALUES (2); INSERT INTO a VALUES (3)", Transaction::Open),
            ("SELECT 1; SELECT 2", Transaction::Open),
            ("COMMIT; BEGIN; SELECT 1", Transaction::Open),
            ("CREATE TABLE b (id int); SELECT missing", Transaction::None),
        ] {
            db.batch("BEGIN").expect("begin");
            assert_eq!(db.transaction(), Transaction::Open);
            assert_eq!(db.batch(batch).is_ok(), !batch.contains("missing"));
            assert_eq!(db.transaction(), wanted, "{batch}");
            db.batch("ROLLBACK").expect("roll back");
            assert_eq!(db.transaction(), Transaction::None);
        }
        db.batch("BEGIN; INSERT INTO a VALUES (4)").expect("a batch");
        assert_eq!(db.transaction(), Transaction::Open);
        // DDL that fails commits first.
        assert!(db.batch("CREATE TABLE a (id int)").is_err());
        assert_ne!(db.transaction(), Transaction::Open);
        db.batch("INSERT INTO a VALUES (5)").expect("a row");
        assert_eq!(db.transaction(), Transaction::None);
    }
}

mod a_file_of_ours_is_not_sent {
    use super::{Dialect, Scratch, Value, refusal, value};

    #[test]
    fn mysql() {
        let scratch = Scratch::new(Dialect::Mysql, module_path!());
        let mut db = scratch.open();
        db.batch("CREATE TABLE t (a text)").expect("a table");
        let error = refusal(&mut *db, "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t", &[]);
        assert!(error.message.contains("file of this machine"), "{error:?}");
        assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
    }
}

mod a_value_is_compared_as_what_it_is {
    use super::{Dialect, Scratch, Value, rows};

    #[test]
    fn mysql() {
        let scratch = Scratch::new(Dialect::Mysql, module_path!());
        let mut db = scratch.open();
        db.batch("CREATE TABLE t (d decimal(30, 10), b varbinary(10))").expect("a table");
        db.batch("INSERT INTO t VALUES (12345678901234567890.0000000012, x'ff00')").expect("a row");
        let digits = |text: &str| Value::Decimal(text.parse().expect("a number"));
        let count = |db: &mut dyn glim_engine::driver::Connection, sql: &str, value: Value| {
            rows(db, sql, &[value]).expect(sql)[0][0].clone()
        };
        let by_number = "SELECT count(*) FROM t WHERE d = $1";
        assert_eq!(count(&mut *db, by_number, digits("12345678901234567890.0000000012")), Value::Int(1));
        assert_eq!(count(&mut *db, by_number, digits("12345678901234567890.0000000013")), Value::Int(0));
        assert_eq!(count(&mut *db, "SELECT count(*) FROM t WHERE b = $1", Value::Bytes(vec![255, 0])), Value::Int(1));
        assert_eq!(count(&mut *db, "SELECT $1", Value::Bytes(vec![255, 0])), Value::Bytes(vec![255, 0]));
        let day = glim::value::Date::new(2026, 11, 22).expect("a day");
        assert_eq!(count(&mut *db, "SELECT $1", Value::Date(day)), Value::Date(day));
    }
}

mod a_prepared_statement_is_about_the_database_in_use {
    use super::{Dialect, Scratch, Value, rows};

    #[test]
    fn mysql() {
        let (scratch, other) = (Scratch::new(Dialect::Mysql, module_path!()), Scratch::new(Dialect::Mysql, "another"));
        let mut db = scratch.open();
        let elsewhere = other.open().server().expect("a server").database;
        db.batch("CREATE TABLE t (id int)").expect("a table");
        db.batch(&format!("CREATE TABLE {elsewhere}.t (id int); INSERT INTO {elsewhere}.t VALUES (7)"))
            .expect("a table");
        let sql = "SELECT * FROM t WHERE id > $1";
        assert_eq!(rows(&mut *db, sql, &[Value::Int(0)]), Ok(vec![]));
        for change in [format!("USE {elsewhere}"), format!("SELECT 1; USE {elsewhere}; SELECT 2")] {
            db.batch(&change).expect("the other database");
            assert_eq!(rows(&mut *db, sql, &[Value::Int(0)]), Ok(vec![vec![Value::Int(7)]]));
            db.reset().expect("a reset");
            assert_eq!(rows(&mut *db, sql, &[Value::Int(0)]), Ok(vec![]));
        }
    }
}
