//! The changes between random schemas, made by a real server: what results is what is made at once.

mod catalogue;
mod sound;

use std::collections::BTreeMap;

use glim_schema::diff::{Renames, diff};
use glim_schema::{Dialect, Schema, sql};
use mysql::prelude::Queryable as _;

use self::sound::Sound;

/// How many pairs of schemas; another number is in the variable `GLIM_TEST_DIFFS`.
const CASES: u64 = 12;

fn cases() -> u64 {
    std::env::var("GLIM_TEST_DIFFS").ok().and_then(|count| count.parse().ok()).unwrap_or(CASES)
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

/// The statements from one schema to another, and those back.
fn statements(from: &Schema, to: &Schema, renames: &Renames, dialect: Dialect) -> [Vec<String>; 2] {
    let difference = diff(from, to, renames).expect("both are valid");
    [&difference.run, &difference.rollback].map(|steps| {
        let each = steps.iter().flat_map(|step| match sql::render(&step.change, dialect) {
            Ok(statements) => statements,
            Err(problem) => panic!("{problem}: {:?}", step.change),
        });
        each.collect()
    })
}

#[track_caller]
fn same(left: &[String], right: &[String], seed: u64, statements: &[String]) {
    let missing = |of: &[String], than: &[String]| -> Vec<String> {
        of.iter().filter(|line| !than.contains(line)).cloned().collect()
    };
    let (more, less) = (missing(left, right), missing(right, left));
    assert!(left == right, "seed {seed}:\n{}\nleave {more:#?}\ninstead of {less:#?}", statements.join(";\n"));
}

/// Makes both schemas at once and one out of the other, with `run`, which runs statements and shows what is there, in an
/// empty database.
fn compare(dialect: Dialect, mut run: impl FnMut(&[&Vec<String>]) -> Result<Vec<String>, String>) {
    for seed in 0..cases() {
        let mut sound = Sound::new(seed, dialect);
        let (from, to, renames) = sound.pair();
        let empty = Schema::default();
        let [make_from, _] = statements(&empty, &from, &Renames::default(), dialect);
        let [make_to, drop_to] = statements(&empty, &to, &Renames::default(), dialect);
        let [there, back] = statements(&from, &to, &renames, dialect);
        let mut made = |parts: &[&Vec<String>]| {
            run(parts).unwrap_or_else(|error| {
                let all: Vec<&str> = parts.iter().flat_map(|part| part.iter().map(String::as_str)).collect();
                panic!("seed {seed}: {error}\n{}", all.join(";\n"))
            })
        };
        let (at_first, at_last) = (made(&[&make_from]), made(&[&make_to]));
        same(&made(&[&make_from, &there]), &at_last, seed, &there);
        same(&made(&[&make_from, &there, &back]), &at_first, seed, &back);
        assert!(made(&[&make_to, &drop_to]).is_empty(), "seed {seed}");
    }
}

#[test]
fn postgres_reaches_what_it_makes_at_once() {
    let Some(server) = server("GLIM_TEST_POSTGRES") else { return };
    let mut config = postgres::Config::new();
    config.host(&server["host"]).port(server["port"].parse().expect("a number"));
    config.user(&server["user"]).password(&server["password"]).dbname("postgres");
    let mut client = config.connect(postgres::NoTls).expect("the server answers");
    let schema = format!("diff_{}", std::process::id());
    compare(Dialect::Postgres, |parts| {
        let shown = |error: postgres::Error| {
            error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
        };
        client.batch_execute(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}")).map_err(shown)?;
        // Each part is one transaction, as a migration is.
        let made = parts.iter().try_for_each(|part| {
            let mut transaction = client.transaction().map_err(shown)?;
            part.iter().try_for_each(|statement| {
                transaction.batch_execute(statement).map_err(|error| format!("{}: {statement}", shown(error)))
            })?;
            transaction.commit().map_err(shown)
        });
        let rows = client.query(catalogue::POSTGRES, &[&schema]).map_err(shown)?;
        client
            .batch_execute(&format!("SET client_min_messages = warning; DROP SCHEMA {schema} CASCADE"))
            .map_err(shown)?;
        made?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    });
}

#[test]
fn mysql_reaches_what_it_makes_at_once() {
    let Some(server) = server("GLIM_TEST_MYSQL") else { return };
    let options = mysql::OptsBuilder::new()
        .socket(Some(&server["socket"]))
        .user(Some(&server["user"]))
        .pass(Some(&server["password"]));
    let mut connection = mysql::Conn::new(options).expect("the server answers");
    let database = format!("diff_{}", std::process::id());
    compare(Dialect::Mysql, |parts| {
        let shown = |error: mysql::Error| error.to_string();
        connection.query_drop(format!("CREATE DATABASE {database}")).map_err(shown)?;
        connection.query_drop(format!("USE {database}")).map_err(shown)?;
        let made = parts.iter().copied().flatten().try_for_each(|statement| {
            connection.query_drop(statement).map_err(|error| format!("{error}: {statement}"))
        });
        let found = catalogue::mysql(&mut connection).map_err(shown)?;
        connection.query_drop(format!("DROP DATABASE {database}")).map_err(shown)?;
        made?;
        Ok(found)
    });
}
