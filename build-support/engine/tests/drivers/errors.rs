//! What an error says, and what it means, alike on all databases.

use std::time::{Duration, Instant};

use glim::error::ErrorClass;
use glim::value::Value;
use glim_schema::Dialect;

use crate::support::{Scratch, endless, for_each_database, refusal, rows, text, value};

for_each_database!(
    each_kind_of_error_has_its_class,
    an_error_names_its_code_and_statement,
    a_position_counts_characters,
    a_read_only_connection_changes_nothing,
    a_lock_is_waited_for_as_long_as_configured,
    a_statement_runs_no_longer_than_configured,
    a_second_statement_is_not_smuggled_in,
    a_statement_with_a_nul_is_not_cut,
);

fn each_kind_of_error_has_its_class(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE parent (id int PRIMARY KEY)").expect("a table");
    db.batch(
        "CREATE TABLE t (id int PRIMARY KEY, name varchar(20) UNIQUE, age int NOT NULL CHECK (age > 0), \
         parent_id int, FOREIGN KEY (parent_id) REFERENCES parent (id))",
    )
    .expect("a table");
    db.batch("INSERT INTO t VALUES (1, 'a', 5, NULL)").expect("a row");
    for (sql, class) in [
        ("INSERT INTO t VALUES (1, 'b', 5, NULL)", ErrorClass::UniqueViolation),
        ("INSERT INTO t VALUES (2, 'a', 5, NULL)", ErrorClass::UniqueViolation),
        ("INSERT INTO t VALUES (2, 'b', NULL, NULL)", ErrorClass::NotNullViolation),
        ("INSERT INTO t VALUES (2, 'b', 0, NULL)", ErrorClass::CheckViolation),
        ("INSERT INTO t VALUES (2, 'b', 5, 9)", ErrorClass::ForeignKeyViolation),
        ("INSERT INTO missing VALUES (1)", ErrorClass::UndefinedObject),
        ("UPDATE t SET missing = 1", ErrorClass::UndefinedObject),
        ("CREATE TABLE t (a int)", ErrorClass::DuplicateObject),
        ("ALTER TABLE t ADD COLUMN age int", ErrorClass::DuplicateObject),
        ("INSERT INTO t VALUES (", ErrorClass::Syntax),
        ("INSART INTO t VALUES (1)", ErrorClass::Syntax),
    ] {
        assert_eq!(refusal(&mut *db, sql, &[]).class, class, "{sql}");
    }
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(1));
}

fn an_error_names_its_code_and_statement(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY)").expect("a table");
    let insert = "INSERT INTO t VALUES ($1)";
    db.execute(insert, &[Value::Int(1)]).expect("a row");
    let error = refusal(&mut *db, insert, &[Value::Int(1)]);
    let code = match scratch.dialect {
        Dialect::Sqlite => "SQLITE_CONSTRAINT_PRIMARYKEY",
        Dialect::Postgres => "23505",
        Dialect::Mysql => "1062 (23000)",
    };
    assert_eq!(error.code.as_deref(), Some(code));
    assert_eq!(error.statement.as_deref(), Some(insert));
    assert!(!error.message.is_empty());
    assert_eq!(error.detail.is_some(), scratch.dialect == Dialect::Postgres);
}

fn a_position_counts_characters(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let error = rows(&mut *db, "SELECT 'ääää', missing", &[]).expect_err("no such column");
    match scratch.dialect {
        Dialect::Sqlite | Dialect::Postgres => assert_eq!(error.position, Some(16)),
        Dialect::Mysql => assert_eq!(error.position, None),
    }
    if scratch.dialect == Dialect::Sqlite {
        let error = db.batch("CREATE TABLE ä (id int);\nSELECT missing").expect_err("no such column");
        assert_eq!(error.position, Some(33), "{error:?}");
    }
}

fn a_read_only_connection_changes_nothing(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int)").expect("a table");
    db.batch("INSERT INTO t VALUES (1)").expect("a row");
    let mut reader = scratch.open_to_read().expect("a connection");
    assert_eq!(value(&mut *reader, "SELECT count(*) FROM t"), Value::Int(1));
    for sql in ["INSERT INTO t VALUES (2)", "DELETE FROM t", "CREATE TABLE u (id int)", "DROP TABLE t"] {
        assert_eq!(refusal(&mut *reader, sql, &[]).class, ErrorClass::PermissionDenied, "{sql}");
    }
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(1));
}

fn a_lock_is_waited_for_as_long_as_configured(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int PRIMARY KEY)").expect("a table");
    db.batch("INSERT INTO t VALUES (1)").expect("a row");
    db.batch("BEGIN").expect("begin");
    db.batch("UPDATE t SET id = 2").expect("an update");
    // MySQL counts in seconds.
    scratch.target.lock_timeout = Some(Duration::from_millis(900));
    let mut other = scratch.open();
    let started = Instant::now();
    let error = refusal(&mut *other, "UPDATE t SET id = 3", &[]);
    assert_eq!(error.class, ErrorClass::LockTimeout, "{error:?}");
    let waited = started.elapsed();
    assert!((Duration::from_millis(700)..Duration::from_secs(4)).contains(&waited), "{waited:?}");
}

fn a_second_statement_is_not_smuggled_in(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (id int)").expect("a table");
    // PostgreSQL's simple protocol runs both; what is asked for there is one statement after another.
    if scratch.dialect != Dialect::Postgres {
        refusal(&mut *db, "DELETE FROM t; INSERT INTO t VALUES (1)", &[]);
    }
    refusal(&mut *db, "DELETE FROM t WHERE id = $1; INSERT INTO t VALUES (1)", &[Value::Int(1)]);
    assert!(rows(&mut *db, "SELECT 1; INSERT INTO t VALUES (1)", &[]).is_err());
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
    db.batch("DELETE FROM t; INSERT INTO t VALUES (1)").expect("a batch may");
    assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(1));
}

fn a_statement_with_a_nul_is_not_cut(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (a varchar(20))").expect("a table");
    let outcome = db.execute("INSERT INTO t VALUES ('a\0b')", &[]);
    match scratch.dialect {
        Dialect::Sqlite | Dialect::Postgres => {
            outcome.expect_err("neither can read it");
            assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
        }
        Dialect::Mysql => assert_eq!(value(&mut *db, "SELECT a FROM t"), text("a\0b")),
    }
    db.execute("INSERT INTO t VALUES ('c')", &[]).expect("the connection is as good as before");
}

fn a_statement_runs_no_longer_than_configured(scratch: &mut Scratch) {
    scratch.target.statement_timeout = Some(Duration::from_millis(200));
    let mut db = scratch.open();
    let started = Instant::now();
    let error = rows(&mut *db, endless(scratch.dialect), &[]).expect_err("too slow");
    assert_eq!(error.class, ErrorClass::Cancelled, "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(value(&mut *db, "SELECT 1"), Value::Int(1));
}

mod a_connection_that_was_ended_is_lost {
    use super::{Dialect, ErrorClass, Scratch, Value, refusal, rows};

    fn end(dialect: Dialect) {
        let scratch = Scratch::new(dialect, module_path!());
        let (mut db, mut other) = (scratch.open(), scratch.open());
        let (own, end) = match dialect {
            Dialect::Postgres => ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend("),
            _ => ("SELECT connection_id()", "KILL ("),
        };
        let id = match &rows(&mut *db, own, &[]).expect("a number")[0][0] {
            Value::Int(id) => id.to_string(),
            Value::Uint(id) => id.to_string(),
            other => panic!("{other:?}"),
        };
        match dialect {
            Dialect::Postgres => drop(rows(&mut *other, &format!("{end}{id})"), &[]).expect("ended")),
            _ => drop(other.execute(&format!("KILL {id}"), &[]).expect("ended")),
        }
        for _ in 0..2 {
            let error = refusal(&mut *db, "CREATE TABLE t (id int)", &[]);
            assert_eq!(error.class, ErrorClass::ConnectionLost, "{error:?}");
        }
    }

    #[test]
    fn postgres() {
        end(Dialect::Postgres);
    }

    #[test]
    fn mysql() {
        end(Dialect::Mysql);
    }
}

mod copying_from_the_client_is_refused {
    use super::{Dialect, Scratch, Value, refusal, rows, value};

    #[test]
    fn postgres() {
        let scratch = Scratch::new(Dialect::Postgres, module_path!());
        let mut db = scratch.open();
        db.batch("CREATE TABLE t (id int)").expect("a table");
        let error = refusal(&mut *db, "COPY t FROM STDIN", &[]);
        assert!(error.message.contains("COPY"), "{error:?}");
        assert!(rows(&mut *db, "COPY t FROM STDIN", &[]).is_err());
        assert!(db.batch("INSERT INTO t VALUES (1); COPY t FROM STDIN; INSERT INTO t VALUES (2)").is_err());
        assert!(rows(&mut *db, "COPY t TO STDOUT", &[]).is_err());
        assert!(db.execute_many("COPY t FROM STDIN", &mut [vec![], vec![]].into_iter()).is_err());
        assert_eq!(value(&mut *db, "SELECT count(*) FROM t"), Value::Int(0));
    }
}
