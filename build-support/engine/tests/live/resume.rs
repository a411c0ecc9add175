//! Migrations whose statements commit as they run, cut off before each call to the database, and run again: the database
//! is then as if nothing had happened.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use glim::value::{FromValue as _, Value};
use glim_engine::catalog::{Catalog, Entry, Scope, Sql};
use glim_engine::driver::Access;
use glim_engine::ledger::Row;
use glim_engine::migrator::{Locked, MigrateError};
use glim_engine::plan::{RollbackRequest, RunRequest, rollback, run};
use glim_engine::progress::Silent;
use glim_engine::scratch::snapshot::Snapshot;
use glim_engine::session::Session;
use glim_engine::source::{Source, Stopped};
use glim_files::layout::{Layout, Migration, Script, Version};
use glim_schema::{Change, Column, ColumnType, Dialect, Index, Table};

use crate::cut::Cut;
use crate::support::{Database, for_each_database};

for_each_database! {
    sql_goes_on_wherever_it_was_cut_off,
    code_goes_on_wherever_it_was_cut_off,
    a_statement_that_failed_is_mended_and_goes_on,
    what_is_there_already_is_for_the_database_to_refuse,
    a_table_that_code_has_made_is_not_made_again,
    a_statement_that_was_run_and_changed_since_is_refused,
    code_that_sends_something_else_is_refused,
}

/// Statements of each kind; what is done twice shows.
fn statements(dialect: Dialect) -> Vec<&'static str> {
    match dialect {
        Dialect::Mysql => vec![
            "CREATE TABLE a (id int PRIMARY KEY, n int)",
            "INSERT INTO a VALUES (1, 1)",
            "INSERT INTO a VALUES (2, 2)",
            "ALTER TABLE a ADD COLUMN c varchar(20) DEFAULT 'x', ADD INDEX by_c (c)",
            "UPDATE a SET n = n + 1",
            "CREATE INDEX by_n ON a (n)",
            "SET foreign_key_checks = 0",
            "CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id))",
            "INSERT INTO b VALUES (1, 7)",
            "UPDATE a SET n = n + 1",
            "RENAME TABLE b TO bb",
            "CREATE VIEW v AS SELECT 1 AS one",
            "DROP INDEX by_n ON a",
            "CREATE TRIGGER counts BEFORE INSERT ON bb FOR EACH ROW UPDATE a SET n = n + 1",
            "INSERT INTO bb VALUES (2, 2)",
            "ALTER TABLE a CHANGE c d varchar(30)",
            "CREATE TABLE IF NOT EXISTS e (id int)",
            "DROP VIEW v",
            "CREATE VIEW v AS SELECT 2 AS two",
            "DROP VIEW v",
            "CREATE TABLE v (id int)",
            "UPDATE a SET n = n + 1",
        ],
        Dialect::Postgres => vec![
            "CREATE TABLE a (id int PRIMARY KEY, n int)",
            "INSERT INTO a VALUES (1, 1), (2, 2)",
            "CREATE INDEX CONCURRENTLY by_n ON a (n)",
            "UPDATE a SET n = n + 1",
            "VACUUM a",
            "BEGIN",
            "UPDATE a SET n = n + 1",
            "CREATE TABLE b (id int PRIMARY KEY)",
            "COMMIT",
            "UPDATE a SET n = n + 1",
            "SET search_path = public",
            "BEGIN",
            "DELETE FROM a",
            "ROLLBACK",
            "DROP INDEX CONCURRENTLY by_n",
            "UPDATE a SET n = n + 1",
        ],
        Dialect::Sqlite => vec![
            "CREATE TABLE a (id int PRIMARY KEY, n int)",
            "INSERT INTO a VALUES (1, 1), (2, 2)",
            "PRAGMA foreign_keys = OFF",
            "UPDATE a SET n = n + 1",
            "VACUUM",
            "BEGIN",
            "UPDATE a SET n = n + 1",
            "CREATE TABLE b (id int PRIMARY KEY)",
            "COMMIT",
            "BEGIN",
            "DELETE FROM a",
            "ROLLBACK",
            "UPDATE a SET n = n + 1",
        ],
    }
}

/// A migration without a transaction, or on MySQL also with one, as far as there can be.
pub(crate) fn sql(statements: &[&str], transaction: bool) -> Entry {
    let text = |statements: &[&str]| statements.join(";\n") + ";\n";
    let script = |text: String| Script::new(PathBuf::from("1_m.sql"), 1, transaction, text);
    let migration = Migration {
        name: "1_m".to_owned(),
        version: Version::read(Layout::Glim, "1"),
        title: "m".to_owned(),
        after: Vec::new(),
        run: script(text(statements)),
        rollback: Some(script(text(&["UPDATE a SET n = n - 1", "DROP TABLE b", "UPDATE a SET n = n - 1"]))),
    };
    Entry::of_sql(Sql { migration, layout: Layout::Glim, position: 0 }, "1_m.sql".to_owned())
}

/// The same as code, which also asks, and goes by the answer.
pub(crate) fn code() -> Entry {
    Entry { name: "Code".to_owned(), checksum: Some("c".to_owned()), ..Entry::default() }
}

pub(crate) struct Code(pub(crate) Vec<String>);

impl Source for Code {
    fn apply(&mut self, _: &Entry, _: glim::Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let all = |session: &mut Session<'_>| -> glim::Result<()> {
            for (at, statement) in self.0.iter().enumerate() {
                session.execute(statement, &[])?;
                if at == 4 || at == 8 {
                    let mut sum = 0;
                    session.query("SELECT CAST(sum(n) AS decimal) FROM a", &[], &mut |_, row| {
                        sum = String::from_value(&row[0]).ok().and_then(|it| it.parse().ok()).unwrap_or(0);
                        ControlFlow::Continue(())
                    })?;
                    let place = i64::try_from(at).unwrap_or(0);
                    let mut rows = (0..3).map(|at| Ok(vec![Value::Int(1000 * place + 100 * at + sum)]));
                    session.execute_many("INSERT INTO a (id, n) VALUES ($1, 0)", &mut rows)?;
                }
            }
            Ok(())
        };
        all(session).map_err(Stopped::Error)
    }
}

/// Which way, and how.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Way {
    Run,
    Rollback,
}

/// Runs or undoes what there is, on a connection that is lost before so many calls.
pub(crate) fn migrate(
    database: &Database,
    entry: &Entry,
    source: &mut dyn Source,
    way: Way,
    calls: u32,
) -> Result<(), MigrateError> {
    let catalog = Catalog::new(vec![entry.clone()], &Scope::all("default")).expect("a valid catalogue");
    let (connection, left) = Cut::of(database);
    let (mut locked, rows) =
        Locked::lock(Box::new(connection), Duration::from_secs(30), &mut Silent, &|| false).expect("the lock");
    let plan = match way {
        Way::Run => run(&catalog, &rows, &RunRequest::default()),
        Way::Rollback => rollback(&catalog, &rows, &RollbackRequest { all: true, ..RollbackRequest::default() }),
    };
    let plan = plan.expect("a plan");
    left.set(calls);
    let done = locked.apply(&plan, source, &mut Silent, &|| false);
    left.set(u32::MAX);
    done
}

/// All that there is to compare: the schema, the rows, the ledger, and that the journal is empty.
pub(crate) fn state(database: &Database) -> (Snapshot, Vec<Vec<String>>) {
    let snapshot = database.with(Snapshot::take).expect("a snapshot");
    let tables = database.with(glim_engine::introspect::tables).expect("the tables");
    let users = tables.into_iter().filter(|table| !table.starts_with("glim_"));
    let mut rows: Vec<_> = users.map(|table| database.query(&format!("SELECT * FROM {table} ORDER BY 1"))).collect();
    rows.push(database.query("SELECT name, state, checksum FROM glim_migrations"));
    rows.push(database.query("SELECT migration, position, state FROM glim_journal"));
    (snapshot, rows)
}

pub(crate) fn assert_alike(database: &Database, undisturbed: &(Snapshot, Vec<Vec<String>>), context: &str) {
    let found = state(database);
    assert_eq!(found.1, undisturbed.1, "{context}");
    let differences = [found.0.lost_in(&undisturbed.0), undisturbed.0.lost_in(&found.0)].concat();
    assert_eq!(differences, Vec::<String>::new(), "{context}");
}

/// Cuts a migration off before each call, or every so many, and the run after that before another, and lets the third end.
pub(crate) fn goes_on(database: &Database, entry: &Entry, source: &mut dyn Source, every: usize) {
    const ALWAYS: u32 = u32::MAX;
    let another = || Database::new(database.dialect).expect("there was one");
    let undisturbed = another();
    migrate(&undisturbed, entry, source, Way::Run, ALWAYS).expect("nothing disturbs it");
    let undisturbed = state(&undisturbed);
    for calls in (0..).step_by(every) {
        let database = another();
        let first = migrate(&database, entry, source, Way::Run, calls);
        let is_whole = first.is_ok();
        let journal = || database.query("SELECT position, state, statement FROM glim_journal ORDER BY 1");
        let mut said = vec![format!("cut off before call {calls}: {first:?}")];
        if !is_whole {
            said.push(format!("{:?}", journal()));
            let second = migrate(&database, entry, source, Way::Run, calls * 7 % 11);
            said.push(format!("then: {second:?}\n{:?}", journal()));
            let third = migrate(&database, entry, source, Way::Run, ALWAYS);
            third.unwrap_or_else(|error| panic!("{}\n{error:?}", said.join("\n")));
        }
        assert_alike(&database, &undisturbed, &said.join("\n"));
        if is_whole {
            assert!(calls > 20, "there were only {calls} calls");
            return;
        }
    }
}

/// Whether migrations run in a transaction, as far as there can be one.
fn frames(dialect: Dialect) -> &'static [bool] {
    if dialect == Dialect::Mysql { &[true, false] } else { &[false] }
}

fn sql_goes_on_wherever_it_was_cut_off(database: &Database) {
    for (&transaction, every) in frames(database.dialect).iter().zip([2, 5]) {
        goes_on(database, &sql(&statements(database.dialect), transaction), &mut Code(Vec::new()), every);
    }
}

fn code_goes_on_wherever_it_was_cut_off(database: &Database) {
    let all: Vec<String> = statements(database.dialect).into_iter().map(str::to_owned).collect();
    for (&transaction, every) in frames(database.dialect).iter().zip([7, 11]) {
        goes_on(database, &Entry { transaction, ..code() }, &mut Code(all.clone()), every);
    }
}

fn rows(database: &Database) -> Vec<Row> {
    let opened = database.with(|conn| glim_engine::ledger::Ledger::open(conn, Access::ReadOnly));
    opened.expect("a ledger").1
}

fn a_statement_that_failed_is_mended_and_goes_on(database: &Database) {
    let good = ["CREATE TABLE a (id int, n int)", "INSERT INTO a VALUES (1, 1)", "CREATE TABLE b (id int)"];
    let bad = [good[0], good[1], good[2], "UPDATE a SET n = n + 1", "INSERT INTO nowhere VALUES (1)"];
    let entry = sql(&bad, false);
    migrate(database, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX).expect_err("there is no such table");
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ["failed"]);
    assert_eq!(database.query("SELECT n FROM a"), ["2"]);
    // What was run stays as it is; what was not may be changed.
    let mended = sql(&[bad[0], bad[1], bad[2], bad[3], "INSERT INTO a VALUES (2, 1)"], false);
    migrate(database, &mended, &mut Code(Vec::new()), Way::Run, u32::MAX).expect("it is mended");
    assert_eq!(database.query("SELECT n FROM a ORDER BY id"), ["2", "1"]);
    let row = rows(database).remove(0);
    assert_eq!((row.state.name(), row.checksum), ("applied", mended.checksum.clone()));
    assert_eq!(database.query("SELECT action FROM glim_log ORDER BY id"), ["failed", "applied"]);
    // The way back, too.
    database.batch("DROP TABLE b");
    migrate(database, &mended, &mut Code(Vec::new()), Way::Rollback, u32::MAX).expect_err("a table is missing");
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ["rollback_failed"]);
    database.batch("CREATE TABLE b (id int)");
    migrate(database, &mended, &mut Code(Vec::new()), Way::Rollback, u32::MAX).expect("it is mended");
    assert_eq!(database.query("SELECT n FROM a ORDER BY id"), ["0", "-1"]);
    assert_eq!(rows(database), []);
    assert_eq!(database.query("SELECT * FROM glim_journal"), Vec::<String>::new());
}

#[track_caller]
fn is_stuck(result: Result<(), MigrateError>, why: &str) {
    match result {
        Err(MigrateError::Stuck { why: found, .. }) => assert_eq!(found.to_string(), why),
        other => panic!("it was to be stuck: {other:?}"),
    }
}

fn what_is_there_already_is_for_the_database_to_refuse(database: &Database) {
    database.batch("CREATE TABLE t (id int)");
    database.batch("CREATE INDEX there ON t (id)");
    let all = [
        "CREATE TABLE a (id int)",
        "INSERT INTO a VALUES (1)",
        "CREATE INDEX there ON t (id)",
        "CREATE TABLE b (id int)",
    ];
    let entry = sql(&all, database.dialect == Dialect::Mysql);
    let refused = migrate(database, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX).expect_err("it is there");
    let MigrateError::Step(failure) = refused else { panic!("{refused:?}") };
    assert!(failure.stopped.to_string().starts_with("statement 3 of 4: "), "{failure:?}");
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ["failed"]);
    let on = if database.dialect == Dialect::Mysql { " ON t" } else { "" };
    database.batch(&format!("DROP INDEX there{on}"));
    migrate(database, &entry, &mut Code(Vec::new()), Way::Run, u32::MAX).expect("it is not there any more");
    assert_eq!(database.query("SELECT count(*) FROM a"), ["1"]);
    assert_eq!(database.query("SELECT count(*) FROM b"), ["0"]);
    assert_eq!(database.query("SELECT migration FROM glim_journal"), Vec::<String>::new());
}

/// Makes a table by an operation, and then runs a statement.
struct Making(&'static str);

impl Source for Making {
    fn apply(&mut self, _: &Entry, _: glim::Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let table = Table::new("a").column(Column::new("id", ColumnType::Int32)).index(Index::new(["id"]));
        let made = session.change(&Change::CreateTable(table));
        made.and_then(|()| session.execute(self.0, &[]).map(drop)).map_err(Stopped::Error)
    }
}

fn a_table_that_code_has_made_is_not_made_again(database: &Database) {
    let entry = Entry { transaction: database.dialect == Dialect::Mysql, ..code() };
    let run = |sql| migrate(database, &entry, &mut Making(sql), Way::Run, u32::MAX);
    run("INSERT INTO nowhere VALUES (1)").expect_err("there is no such table");
    assert_eq!(database.query("SELECT count(*) FROM a"), ["0"]);
    run("INSERT INTO a VALUES (1)").expect("what was made is there");
    assert_eq!(database.query("SELECT count(*) FROM a"), ["1"]);
    assert_eq!(database.query("SELECT migration FROM glim_journal"), Vec::<String>::new());
}

fn a_statement_that_was_run_and_changed_since_is_refused(database: &Database) {
    let bad = ["CREATE TABLE a (id int, n int)", "INSERT INTO a VALUES (1, 1)", "CREATE TABLE b (id int)", "nonsense"];
    migrate(database, &sql(&bad, false), &mut Code(Vec::new()), Way::Run, u32::MAX).expect_err("it is no statement");
    let before = state(database);
    let changed = [bad[0], "INSERT INTO a VALUES (1, 2)", bad[2]];
    let result = migrate(database, &sql(&changed, false), &mut Code(Vec::new()), Way::Run, u32::MAX);
    is_stuck(result, "statement 2 is not the one that was run in its place");
    assert_alike(database, &before, "nothing was changed");
    let result = migrate(database, &sql(&bad[..1], false), &mut Code(Vec::new()), Way::Run, u32::MAX);
    is_stuck(result, "statement 2, which was run, is not there any more");
    assert_alike(database, &before, "nothing was changed");
    database.batch("DELETE FROM glim_journal");
    let result = migrate(database, &sql(&bad, false), &mut Code(Vec::new()), Way::Run, u32::MAX);
    is_stuck(result, "there is no journal of what it has done");
}

fn code_that_sends_something_else_is_refused(database: &Database) {
    let entry = Entry { transaction: false, ..code() };
    let all = |statements: &[&str]| Code(statements.iter().map(|it| (*it).to_owned()).collect());
    let bad = ["CREATE TABLE a (id int, n int)", "INSERT INTO a VALUES (1, 1)", "CREATE TABLE b (id int)", "nonsense"];
    migrate(database, &entry, &mut all(&bad), Way::Run, u32::MAX).expect_err("it is no statement");
    let before = state(database);
    let result = migrate(database, &entry, &mut all(&[bad[0], "DELETE FROM a"]), Way::Run, u32::MAX);
    is_stuck(result, "statement 2 is not the one that was run in its place");
    assert_alike(database, &before, "nothing was changed");
    migrate(database, &entry, &mut all(&[bad[0], bad[1], bad[2]]), Way::Run, u32::MAX).expect("it is mended");
    assert_eq!(database.query("SELECT n FROM a"), ["1"]);
}
