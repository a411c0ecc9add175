//! Tables of SQLite that are altered by making them anew, through what a migration's changes go through.

use glim_engine::session::Session;
use glim_schema::{AlterEnum, AlterTable, Change, Column, ColumnType, Dialect, EnumType, Table, Unique, sql};

use crate::support::Database;

fn app() -> Database {
    let database = Database::new(Dialect::Sqlite).expect("it is built in");
    database.batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
         CREATE TABLE posts (author INT REFERENCES users ON DELETE CASCADE);
         CREATE TRIGGER kept AFTER DELETE ON users BEGIN INSERT INTO posts VALUES (NULL); END;
         INSERT INTO users VALUES (1, 'a'), (2, 'b');
         INSERT INTO posts VALUES (1), (2), (2);",
    );
    database
}

#[test]
fn a_change_rebuilds_the_table_inside_a_transaction_and_outside() {
    for framed in [true, false] {
        let database = app();
        let change = Change::AlterTable(AlterTable::new("users").add_unique(Unique::new(["email"])));
        database.with(|conn| {
            if framed {
                conn.batch("BEGIN IMMEDIATE").expect("a transaction");
            }
            let mut session = Session::unguarded(&mut *conn);
            session.change(&change).expect("a change");
            assert_eq!(session.state().completed, 1);
            session.change(&change).expect_err("the constraint is there");
            if framed {
                conn.batch("DELETE FROM users WHERE id = 2; COMMIT").expect("the transaction is still open");
            }
        });
        let expected = if framed { vec!["1", "NULL"] } else { vec!["1", "2", "2"] };
        assert_eq!(database.query("SELECT author FROM posts"), expected, "framed: {framed}");
        // Others see it too, and it is enforced for this connection again.
        let mut other = database.connect();
        other.batch("INSERT INTO users VALUES (3, 'a')").expect_err("the constraint holds");
        assert!(database.with(|conn| conn.batch("INSERT INTO posts VALUES (9)")).is_err());
    }
}

#[test]
fn what_a_transaction_has_done_is_there_after_a_refusal() {
    let database = app();
    let change = Change::AlterTable(AlterTable::new("users").add_unique(Unique::new(["email"])));
    database.with(|conn| {
        conn.batch("BEGIN IMMEDIATE; INSERT INTO users VALUES (3, 'a')").expect("a transaction");
        let mut session = Session::unguarded(&mut *conn);
        let error = session.change(&change).expect_err("two rows are alike").to_string();
        assert_eq!(error, "UNIQUE constraint failed: users.email");
        conn.batch("COMMIT").expect("the transaction is still open");
    });
    assert_eq!(database.query("SELECT count(*) FROM users"), ["3"]);
}

#[test]
fn an_enum_gets_other_values() {
    let database = Database::new(Dialect::Sqlite).expect("it is built in");
    let state =
        |values: &[&str]| Column::new("state", ColumnType::Enum(EnumType::new("state", values.iter().copied())));
    let table = Table::new("jobs").column(state(&["new", "done"]));
    for statement in sql::render(&Change::CreateTable(table), Dialect::Sqlite).expect("a table") {
        database.batch(&statement);
    }
    database.batch("INSERT INTO jobs VALUES ('new')");
    let alter =
        AlterEnum::new("state", ["new", "done"], ["new", "failed", "done"]).column("jobs", state(&["new", "done"]));
    database.with(|conn| Session::unguarded(conn).change(&Change::AlterEnum(alter))).expect("a change");
    database.batch("INSERT INTO jobs VALUES ('failed')");
    assert!(database.with(|conn| conn.batch("INSERT INTO jobs VALUES ('other')")).is_err());
    let fewer =
        AlterEnum::new("state", ["new", "failed", "done"], ["new"]).column("jobs", state(&["new", "failed", "done"]));
    let refused = database.with(|conn| Session::unguarded(conn).change(&Change::AlterEnum(fewer)));
    assert!(refused.expect_err("a row has failed").to_string().contains("CHECK constraint failed"));
    assert_eq!(database.query("SELECT state FROM jobs"), ["new", "failed"]);
}
