//! An application's clients of servers.

use std::time::Duration;

use glim_engine::driver::IntoConnection;
use glim_engine::{Error, Migrator};
use glim_schema::Dialect;
use mysql::prelude::Queryable as _;
use secrecy::ExposeSecret as _;

use crate::support::Scratch;

fn postgres(scratch: &mut Scratch) -> postgres::Client {
    let server = scratch.server();
    postgres::Config::new()
        .host_path(server.socket.as_ref().expect("the tests' server has one"))
        .port(server.port)
        .user(&server.user)
        .password(server.password.as_ref().expect("it has one").expose_secret())
        .dbname(&server.database)
        .connect(postgres::NoTls)
        .expect("the tests' server")
}

fn mysql(scratch: &mut Scratch) -> mysql::Conn {
    let server = scratch.server();
    let options = mysql::OptsBuilder::new()
        .ip_or_hostname(Some(server.host.clone()))
        .tcp_port(server.port)
        .prefer_socket(false)
        .user(Some(server.user.clone()))
        .pass(server.password.as_ref().map(|it| it.expose_secret().to_owned()))
        .db_name(Some(server.database.clone()));
    mysql::Conn::new(options).expect("the tests' server")
}

/// All pending ones, then none; a failure in between gives the lock back.
fn migrate<'c, C: IntoConnection<'c>>(mut open: impl FnMut() -> C) {
    assert_eq!(Migrator::new(open()).db("app").run().expect("all go well").len(), 3);
    let mut migrator = Migrator::new(open()).db("app");
    assert_eq!(migrator.run().expect("nothing is left"), []);
    migrator.assert_current().expect("it is");
    let mut failing = Migrator::new(open()).db("bad").accept_unknown();
    let error = failing.run().expect_err("a table is missing").to_string();
    assert!(error.starts_with("the migration `12_bad` failed at migrations/12_bad.sql:5: statement 2 of 2"), "{error}");
    // The one that failed still has its connection.
    let mut other = Migrator::new(open()).db("app").accept_unknown().lock_timeout(Duration::ZERO);
    match other.run() {
        Ok(applied) => assert_eq!(applied, []),
        Err(error) => assert!(matches!(error, Error::Plan(_)), "{error}"),
    }
    drop(failing);
}

#[test]
fn a_client_of_postgres_migrates() {
    let mut scratch = Scratch::new(Dialect::Postgres, module_path!());
    migrate(|| postgres(&mut scratch));
    let mut client = postgres(&mut scratch);
    assert_eq!(Migrator::new(&mut client).db("app").accept_unknown().run().expect("nothing is left"), []);
    let text: String = client.query_one("SELECT text FROM notes WHERE id = 1", &[]).expect("a row").get(0);
    assert_eq!(text, "two 2000 2001");
}

#[test]
fn a_client_of_postgres_keeps_its_settings() {
    let mut scratch = Scratch::new(Dialect::Postgres, "a_client_of_postgres_keeps_its_settings");
    let mut client = postgres(&mut scratch);
    client.batch_execute("CREATE SCHEMA tenant; SET search_path = tenant; SET lock_timeout = '3s'").expect("settings");
    assert_eq!(Migrator::new(&mut client).db("sets").run().expect("all go well").len(), 1);
    let mut show = |sql: &str| -> String { client.query_one(sql, &[]).expect("a row").get(0) };
    assert_eq!(show("SHOW search_path"), "tenant");
    assert_eq!(show("SHOW lock_timeout"), "3s");
    let tables = "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY tablename) FROM pg_tables \
                  WHERE tablename IN ('here', 'glim_migrations')";
    assert_eq!(show(tables), "tenant.glim_migrations tenant.here");
}

#[test]
fn an_open_transaction_of_postgres_is_refused_and_left_alone() {
    let mut scratch = Scratch::new(Dialect::Postgres, "an_open_transaction_of_postgres_is_refused");
    let mut client = postgres(&mut scratch);
    client.batch_execute("BEGIN; CREATE TABLE mine (id int)").expect("a transaction");
    let error = Migrator::new(&mut client).db("app").run().expect_err("a transaction is open");
    assert!(matches!(error, Error::TransactionOpen), "{error}");
    client.batch_execute("COMMIT").expect("it is still there");
    assert_eq!(client.query_one("SELECT count(*) FROM mine", &[]).expect("the table").get::<_, i64>(0), 0);
}

#[test]
fn a_connection_to_mysql_migrates() {
    let mut scratch = Scratch::new(Dialect::Mysql, module_path!());
    migrate_mysql(&mut scratch);
    let mut conn = mysql(&mut scratch);
    let text: Option<String> = conn.query_first("SELECT text FROM notes WHERE id = 1").expect("a row");
    assert_eq!(text.as_deref(), Some("two 2000 2001"));
}

fn migrate_mysql(scratch: &mut Scratch) {
    assert_eq!(Migrator::new(mysql(scratch)).db("app").run().expect("all go well").len(), 3);
    let mut migrator = Migrator::new(mysql(scratch)).db("app");
    assert_eq!(migrator.run().expect("nothing is left"), []);
    migrator.assert_current().expect("it is");
    let mut failing = Migrator::new(mysql(scratch)).db("bad").accept_unknown();
    let error = failing.run().expect_err("a table is missing").to_string();
    assert!(error.contains("a part of it stays"), "{error}");
    let mut other = Migrator::new(mysql(scratch)).db("app").accept_unknown().lock_timeout(Duration::ZERO);
    let error = other.run().expect_err("a migration failed in the middle");
    assert!(matches!(error, Error::Plan(_)), "{error}");
}

#[test]
fn a_connection_to_mysql_keeps_its_settings() {
    let mut scratch = Scratch::new(Dialect::Mysql, "a_connection_to_mysql_keeps_its_settings");
    let mut conn = mysql(&mut scratch);
    conn.query_drop("SET SESSION time_zone = '+02:00', SESSION sql_mode = ''").expect("settings");
    assert_eq!(Migrator::new(&mut conn).db("app").run().expect("all go well").len(), 3);
    let settings: Option<(String, String)> = conn.query_first("SELECT @@time_zone, @@sql_mode").expect("settings");
    assert_eq!(settings, Some(("+02:00".to_owned(), String::new())));
}

#[test]
fn an_open_transaction_of_mysql_is_refused_and_left_alone() {
    let mut scratch = Scratch::new(Dialect::Mysql, "an_open_transaction_of_mysql_is_refused");
    let mut conn = mysql(&mut scratch);
    conn.query_drop("CREATE TABLE mine (id int)").expect("a table");
    conn.query_drop("START TRANSACTION").expect("a transaction");
    conn.query_drop("INSERT INTO mine VALUES (1)").expect("a row");
    let error = Migrator::new(&mut conn).db("app").run().expect_err("a transaction is open");
    assert!(matches!(error, Error::TransactionOpen), "{error}");
    conn.query_drop("ROLLBACK").expect("it is still there");
    assert_eq!(conn.query_first::<i64, _>("SELECT count(*) FROM mine").expect("the table"), Some(0));
}
