//! Each case run on a real database.

use std::collections::BTreeMap;

use glim_schema::sql::{self, dml};
use glim_schema::{Change, Dialect};
use mysql::prelude::Queryable as _;

use crate::cases;

/// The statements of a case, without the changes that this database does not know: those have a test of their own.
fn statements(changes: &[Change], dialect: Dialect) -> Vec<String> {
    changes.iter().filter_map(|change| sql::render(change, dialect).ok()).flatten().collect()
}

/// Inserts a row of defaults, and reads back two texts, which should be those of [`cases::SHORT`] and [`cases::LONG`].
fn probe(dialect: Dialect) -> (String, String) {
    let insert = dml::insert(dialect, "defaults", &["id"]).replace("$1", "1");
    let [short, long, table] = ["short", "long", "defaults"].map(|name| sql::quote(dialect, name));
    (insert, format!("SELECT {short}, {long} FROM {table}"))
}

fn expected() -> (String, String) {
    (cases::SHORT.to_owned(), cases::LONG.to_owned())
}

/// Runs every case, each on an empty database that `open` makes.
fn run<E: std::fmt::Display>(dialect: Dialect, mut each: impl FnMut(&str, &[String]) -> Result<(), E>) {
    for (name, changes) in cases::ALL {
        let statements = statements(&changes(), dialect);
        each(name, &statements).unwrap_or_else(|error| panic!("{name} on {dialect}: {error}"));
    }
}

/// The words of a server's description (see `tests/servers.bash`); `None`, with a printed reason, without a server.
#[expect(clippy::print_stderr, reason = "a test that does nothing says so")]
fn server(variable: &str) -> Option<BTreeMap<String, String>> {
    let Ok(words) = std::env::var(variable) else {
        eprintln!("skipped: {variable} is not set; tests/run starts the servers and sets it");
        return None;
    };
    let pairs = words.split_whitespace().filter_map(|word| word.split_once('='));
    Some(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

#[test]
fn sqlite() {
    run(Dialect::Sqlite, |name, statements| {
        let connection = rusqlite::Connection::open_in_memory()?;
        statements.iter().try_for_each(|statement| connection.execute_batch(statement))?;
        if name == "defaults" {
            let (insert, select) = probe(Dialect::Sqlite);
            connection.execute(&insert, ())?;
            assert_eq!(connection.query_row(&select, (), |row| Ok((row.get(0)?, row.get(1)?)))?, expected());
        }
        Ok::<_, rusqlite::Error>(())
    });
}

#[test]
fn postgres() {
    let Some(server) = server("GLIM_TEST_POSTGRES") else { return };
    let mut config = postgres::Config::new();
    config.host(&server["host"]).port(server["port"].parse().expect("a number"));
    config.user(&server["user"]).password(&server["password"]);
    let mut admin = config.clone().dbname("postgres").connect(postgres::NoTls).expect("the server answers");
    run(Dialect::Postgres, |name, statements| {
        let database = format!("rendering_{name}_{}", std::process::id());
        admin.batch_execute(&format!("CREATE DATABASE {database}"))?;
        let mut client = config.clone().dbname(&database).connect(postgres::NoTls)?;
        client.batch_execute("SET standard_conforming_strings = off; SET escape_string_warning = off")?;
        let result = statements.iter().try_for_each(|statement| client.batch_execute(statement));
        if name == "defaults" {
            let (insert, select) = probe(Dialect::Postgres);
            client.batch_execute(&insert)?;
            let row = client.query_one(&select, &[])?;
            assert_eq!((row.get(0), row.get(1)), expected());
        }
        drop(client);
        admin.batch_execute(&format!("DROP DATABASE {database}"))?;
        result
    });
}

#[test]
fn mysql() {
    let Some(server) = server("GLIM_TEST_MYSQL") else { return };
    let options = mysql::OptsBuilder::new()
        .socket(Some(&server["socket"]))
        .user(Some(&server["user"]))
        .pass(Some(&server["password"]));
    let mut connection = mysql::Conn::new(options).expect("the server answers");
    for mode in ["STRICT_ALL_TABLES", "STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES", "ANSI"] {
        connection.query_drop(format!("SET SESSION sql_mode = '{mode}'")).expect("a valid mode");
        run(Dialect::Mysql, |name, statements| {
            let database = format!("rendering_{name}_{}", std::process::id());
            connection.query_drop(format!("CREATE DATABASE {database} CHARACTER SET latin1"))?;
            connection.query_drop(format!("USE {database}"))?;
            let result: mysql::Result<()> = statements.iter().try_for_each(|statement| {
                connection.query_drop(statement)?;
                let warnings: Vec<mysql::Row> = connection.query("SHOW WARNINGS")?;
                assert!(warnings.is_empty(), "{name}: {warnings:?}: {statement}");
                Ok(())
            });
            if name == "defaults" {
                let (insert, select) = probe(Dialect::Mysql);
                connection.query_drop(insert)?;
                assert_eq!(connection.query_first(select)?, Some(expected()));
            }
            connection.query_drop(format!("DROP DATABASE {database}"))?;
            result
        });
    }
}
