//! Histories that the tools themselves have written, taken over on real databases.

use std::path::PathBuf;
use std::time::Duration;

use glim_engine::adopt::{self, AdoptError, Adoption, Request, Tool, Verified};
use glim_engine::catalog::{Catalog, Entry, Scope, Sql};
use glim_engine::driver::Access;
use glim_engine::ledger::{Ledger, Row};
use glim_engine::lock::Wait;
use glim_engine::plan::{self, RunRequest, Standing};
use glim_files::layout::{self, Layout};
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    each_tools_history_is_taken_over,
    refinerys_wide_versions_are_verified,
    taking_over_twice_records_nothing_twice,
    what_is_refused_changes_nothing,
    a_failed_row_of_sqlx_is_explained,
    two_histories_need_a_choice,
    a_table_of_another_form_is_named_with_its_columns,
    values_that_no_tool_writes_are_named,
    a_history_under_another_name_is_found_when_named,
    a_history_in_another_schema_is_pointed_at,
    a_baseline_needs_a_database_without_a_history,
    migrations_of_sea_orm_are_known_by_name,
    a_database_without_a_history_says_so,
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/adopt")
}

/// The dump of a tool's table, in the database's own words.
fn dump(database: &Database, name: &str) {
    let kind = match database.dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
        Dialect::Mysql => "mysql",
    };
    let path = fixtures().join(format!("{name}.{kind}.sql"));
    database.batch(&std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
}

/// The migrations of a tool's folder.
fn catalog(layout: Option<Layout>) -> Catalog {
    let mut entries = Vec::new();
    if let Some(layout) = layout {
        let folder = fixtures().join(layout.name()).join("migrations");
        let folder = layout::read(&folder, Some(layout)).expect("a valid folder");
        for (position, migration) in folder.migrations.into_iter().enumerate() {
            let file = migration.run.path.display().to_string();
            entries.push(Entry::of_sql(Sql { migration, layout, position }, file));
        }
    }
    Catalog::new(entries, &Scope::all("default")).expect("a valid catalog")
}

fn adopt<'a>(database: &Database, request: &Request, catalog: &'a Catalog) -> Result<Adoption<'a>, AdoptError> {
    let mut on_wait = |_: &_| ();
    let mut wait = Wait { timeout: Duration::ZERO, on_wait: &mut on_wait, stopped: &|| false };
    database.with(|conn| adopt::adopt(conn, &mut wait, request, catalog))
}

fn rows(database: &Database) -> Vec<Row> {
    let (_, mut rows) = database.with(|conn| Ledger::open(conn, Access::ReadOnly)).expect("a ledger");
    rows.sort_by_key(|row| row.applied_order);
    rows
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

fn tables(database: &Database) -> Vec<String> {
    database.with(glim_engine::introspect::tables).expect("a list")
}

fn from(tool: Tool, table: Option<&str>) -> Request {
    Request::Of { tool, table: table.map(str::to_owned) }
}

fn to_baseline(overlook: bool, to: &str) -> Request {
    Request::Baseline { to: to.to_owned(), overlook }
}

const WITH_FILES: [(Tool, Layout); 4] = [
    (Tool::Refinery, Layout::Refinery),
    (Tool::Diesel, Layout::Diesel),
    (Tool::Sqlx, Layout::Sqlx),
    (Tool::Dbmate, Layout::Dbmate),
];

fn each_tools_history_is_taken_over(database: &Database) {
    for (tool, layout) in WITH_FILES {
        dump(database, &format!("{tool}/history"));
        let before = database.query(&format!("SELECT * FROM {} ORDER BY version", tool.table()));
        let catalog = catalog(Some(layout));
        let adoption = adopt(database, &Request::Found, &catalog).unwrap_or_else(|error| panic!("{tool}: {error}"));
        let verified = if tool.keeps_checksums() { Verified::Exactly } else { Verified::Not };
        assert!(adoption.records.iter().all(|record| record.verified == verified), "{tool}: {adoption:?}");
        assert_eq!(adoption.pending.len(), 1, "{tool}");

        let rows = rows(database);
        let files: Vec<_> = catalog.entries().iter().take(3).collect();
        assert_eq!(names(&rows), files.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), "{tool}");
        for (row, entry) in rows.iter().zip(files) {
            assert_eq!((&row.version, &row.checksum), (&entry.version, &entry.checksum), "{tool}");
            assert_eq!(row.glim_version.as_deref(), Some(tool.name()));
            let year = row.created_at.map(|at| at.to_string()[..4].to_owned());
            assert_eq!(year.as_deref(), if tool == Tool::Dbmate { None } else { Some("2026") }, "{tool}");
            assert_eq!(row.duration_ms.is_some(), tool == Tool::Sqlx, "{tool}");
        }
        let standings: Vec<_> = plan::status(&catalog, &rows).iter().map(|line| line.standing).collect();
        assert_eq!(standings, [Standing::Applied, Standing::Applied, Standing::Applied, Standing::Pending], "{tool}");
        let plan = plan::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
        assert_eq!(plan.steps.len(), 1, "{tool}: only what is new");
        assert_eq!(plan.notes, [], "{tool}");

        let after = database.query(&format!("SELECT * FROM {} ORDER BY version", tool.table()));
        assert_eq!(before, after, "{tool}: its table is left alone");
        database.batch(&format!("DROP TABLE {}", tool.table()));
        database.batch("DELETE FROM glim_migrations");
    }
}

fn refinerys_wide_versions_are_verified(database: &Database) {
    if database.dialect != Dialect::Sqlite {
        return;
    }
    dump(database, "refinery/history-int8");
    let catalog = catalog(Some(Layout::Refinery));
    let adoption = adopt(database, &Request::Found, &catalog).expect("taken over");
    assert!(adoption.records.iter().all(|record| record.verified == Verified::Exactly), "{adoption:?}");
    assert_eq!(adoption.records.len(), 3);
}

fn taking_over_twice_records_nothing_twice(database: &Database) {
    dump(database, "sqlx/history");
    let catalog = catalog(Some(Layout::Sqlx));
    adopt(database, &Request::Found, &catalog).expect("taken over");
    let first = rows(database);
    let again = adopt(database, &Request::Found, &catalog).expect("taken over");
    assert_eq!((again.records.len(), again.recorded), (0, 3));
    assert_eq!(rows(database), first);
    let verified = database.with(|conn| adopt::verify(conn, &Request::Found, &catalog)).expect("verified");
    assert_eq!(verified.records.len(), 3, "a verification looks at all");
    database.batch("DELETE FROM glim_migrations WHERE name LIKE '%root'");
    let refused = adopt(database, &Request::Found, &catalog).expect_err("rolled back here");
    let [message] = &refused.details()[..] else { panic!("{refused:?}") };
    assert!(message.contains("it is not in the ledger, although the history was taken over"), "{message}");
}

fn what_is_refused_changes_nothing(database: &Database) {
    dump(database, "sqlx/history");
    database.batch(
        "UPDATE _sqlx_migrations SET checksum = (SELECT other FROM \
         (SELECT checksum AS other FROM _sqlx_migrations WHERE version = 20240131120000) AS first) \
         WHERE version = 20240215080000",
    );
    database.batch("UPDATE _sqlx_migrations SET version = 7 WHERE version = 20240131120100");
    let catalog = catalog(Some(Layout::Sqlx));
    let refused = adopt(database, &Request::Found, &catalog).expect_err("they disagree");
    assert!(refused.to_string().ends_with("and the project disagree in 2 migrations"), "{refused}");
    let [first, second] = &refused.details()[..] else { panic!("{refused:?}") };
    assert!(first.starts_with("`7` (\"create posts\"): sqlx applied it"), "{first}");
    assert!(second.ends_with("is not the file that sqlx applied: the checksum differs"), "{second}");
    assert!(refused.helps().iter().any(|help| help.contains("WHERE version = 7`")), "{:?}", refused.helps());
    assert_eq!(tables(database), ["_sqlx_migrations"], "not so much as a ledger");
}

fn a_failed_row_of_sqlx_is_explained(database: &Database) {
    if database.dialect == Dialect::Mysql {
        dump(database, "sqlx/failed");
    } else {
        dump(database, "sqlx/history");
        database.batch("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 20240215080000");
    }
    let catalog = catalog(Some(Layout::Sqlx));
    let refused = adopt(database, &Request::Found, &catalog).expect_err("one failed");
    let ([message], [help]) = (&refused.details()[..], &refused.helps()[..]) else { panic!("{refused:?}") };
    assert!(message.contains("sqlx began it at 2026-") && message.ends_with("did not finish it"), "{message}");
    assert!(help.contains("SET success = TRUE WHERE version = 2024"), "{help}");
}

fn two_histories_need_a_choice(database: &Database) {
    dump(database, "sqlx/history");
    dump(database, "diesel/history");
    let catalog = catalog(Some(Layout::Sqlx));
    let refused = adopt(database, &Request::Found, &catalog).expect_err("two histories");
    assert!(refused.to_string().starts_with("the database has the histories of 2 tools: diesel's `"), "{refused}");
    assert_eq!(refused.helps(), ["say which is true: `--from diesel` or `--from sqlx`"]);
    adopt(database, &from(Tool::Sqlx, None), &catalog).expect("taken over");
    assert_eq!(rows(database).len(), 3);
}

fn a_table_of_another_form_is_named_with_its_columns(database: &Database) {
    let catalog = catalog(Some(Layout::Sqlx));
    database.batch("CREATE TABLE _sqlx_migrations (version bigint, success int)");
    let refused = adopt(database, &Request::Found, &catalog).expect_err("columns are missing").to_string();
    let end = "is not as sqlx makes it: it lacks the columns `description`, `installed_on`, `checksum`, \
               `execution_time`; it has `version`, `success`";
    assert!(refused.ends_with(end), "{refused}");
    database.batch("DROP TABLE _sqlx_migrations; CREATE TABLE schema_migrations (version bigint, dirty int)");
    let refused = adopt(database, &Request::Found, &catalog).expect_err("not dbmate's").to_string();
    assert!(refused.ends_with("is golang-migrate's: it has the columns `version`, `dirty`"), "{refused}");
    dump(database, "sqlx/history");
    adopt(database, &Request::Found, &catalog).expect("what is not dbmate's is no history beside another");
}

fn values_that_no_tool_writes_are_named(database: &Database) {
    dump(database, "refinery/history");
    database.batch("UPDATE refinery_schema_history SET checksum = 'abc' WHERE version = 2");
    database.batch("UPDATE refinery_schema_history SET applied_on = 'noon' WHERE version = 10");
    let refused = adopt(database, &Request::Found, &catalog(Some(Layout::Refinery))).expect_err("wrong values");
    assert_eq!(
        refused.details(),
        [
            "row `2`, column `checksum`: expected a whole number, found the text \"abc\"",
            "row `10`, column `applied_on`: expected a timestamp, found the text \"noon\"",
        ]
    );
}

fn a_history_under_another_name_is_found_when_named(database: &Database) {
    dump(database, "diesel/history");
    let catalog = catalog(Some(Layout::Diesel));
    database.batch(
        "ALTER TABLE __diesel_schema_migrations RENAME TO \"own history\"".replace('"', quote(database)).as_str(),
    );
    let refused = adopt(database, &from(Tool::Diesel, None), &catalog).expect_err("not there").to_string();
    assert_eq!(refused, "the database has no history of diesel: there is no table `__diesel_schema_migrations`");
    adopt(database, &from(Tool::Diesel, Some("own history")), &catalog).expect("taken over");
    assert_eq!(rows(database).len(), 3);
}

fn a_history_in_another_schema_is_pointed_at(database: &Database) {
    if database.dialect != Dialect::Postgres {
        return;
    }
    dump(database, "sqlx/history");
    database.batch("CREATE SCHEMA \"Other\"; ALTER TABLE _sqlx_migrations SET SCHEMA \"Other\"");
    let catalog = catalog(Some(Layout::Sqlx));
    let refused = adopt(database, &Request::Found, &catalog).expect_err("not on the search path");
    let help =
        "there is `Other._sqlx_migrations`: name it with `--from TOOL --table SCHEMA.TABLE`, or set `search_path`";
    assert_eq!(refused.helps(), [help]);
    let look = |request| database.with(|conn| adopt::look(conn, &request, &catalog).map(|it| it.history));
    let found = Ok(Some((Tool::Sqlx, "Other._sqlx_migrations".to_owned())));
    assert_eq!(look(from(Tool::Sqlx, Some("Other._sqlx_migrations"))), found);
    database.batch("SET search_path = public, \"Other\"");
    assert_eq!(look(Request::Found), found);
}

fn quote(database: &Database) -> &'static str {
    if database.dialect == Dialect::Mysql { "`" } else { "\"" }
}

fn a_baseline_needs_a_database_without_a_history(database: &Database) {
    let catalog = catalog(Some(Layout::Sqlx));
    adopt(database, &to_baseline(false, "20240131120100"), &catalog).expect("recorded");
    let recorded = rows(database);
    assert_eq!(names(&recorded), ["20240131120000_create_users", "20240131120100_create_posts"]);
    assert!(recorded.iter().all(|row| row.glim_version.as_deref() == Some("baseline") && row.created_at.is_some()));
    dump(database, "sqlx/history");
    let to = "20240301090000_add_email";
    let refused = adopt(database, &to_baseline(false, to), &catalog).expect_err("a history").to_string();
    assert!(refused.starts_with("the database has a history: sqlx's `"), "{refused}");
    assert!(refused.ends_with("_sqlx_migrations` with 3 rows"), "{refused}");
    let adoption = adopt(database, &to_baseline(true, to), &catalog).expect("recorded");
    assert_eq!((adoption.records.len(), adoption.recorded), (2, 2));
}

fn migrations_of_sea_orm_are_known_by_name(database: &Database) {
    dump(database, "sea-orm/history");
    let catalog = catalog(None);
    adopt(database, &Request::Found, &catalog).expect("taken over");
    let rows = rows(database);
    assert_eq!(
        names(&rows),
        ["m20240131_120000_create_users", "m20240131_120100_create_posts", "m20240215_080000_add_root"]
    );
    assert_eq!(rows[0].version.as_deref(), Some("20240131120000"));
    assert_eq!(rows[0].created_at.map(|at| at.to_string()).as_deref(), Some("2026-11-22 21:01:45"));
    assert!(plan::status(&catalog, &rows).iter().all(|line| line.standing == Standing::Applied));
    let plan = plan::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
    assert_eq!((plan.steps.len(), plan.notes.len()), (0, 0));
}

fn a_database_without_a_history_says_so(database: &Database) {
    let refused = adopt(database, &Request::Found, &catalog(None)).expect_err("nothing there");
    assert!(refused.to_string().starts_with("the database has no history of another tool: "), "{refused}");
    assert!(refused.helps()[0].contains("--baseline"));
    assert_eq!(tables(database), [""; 0]);
}
