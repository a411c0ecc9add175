//! The ledger's life: created, taken over, read, written.

use glim::value::Value;
use glim_engine::catalog::Entry;
use glim_engine::driver::{self, Access, Canceller, Connection, EachRow, Server, Transaction};
use glim_engine::ledger::{HISTORY, Ledger, LedgerError, Row, State, Took};
use glim_schema::Dialect;

use crate::support::{Database, for_each_database};

for_each_database! {
    a_new_ledger_begins_with_the_columns_of_the_original,
    reading_creates_nothing,
    an_open_ledger_costs_two_queries,
    what_is_written_is_read_back,
    the_text_form_writes_the_same_row,
    states_and_rows_change,
    a_ledger_of_the_original_tool_is_taken_over,
    a_ledger_of_the_original_tool_is_read_without_a_change,
    an_upgrade_that_was_cut_short_is_completed,
    a_history_that_was_dropped_is_written_anew,
    a_newer_ledger_is_left_alone,
}

/// The original's table as SQLAlchemy makes it, and three of its rows, two of them from one second.
pub(crate) fn original(database: &Database) {
    let time = if database.dialect == Dialect::Postgres { "timestamp" } else { "datetime" };
    database.batch(&format!(
        "CREATE TABLE glim_migrations (
            id VARCHAR(255) NOT NULL, name VARCHAR(255), created_at {time}, description TEXT, PRIMARY KEY (id)
        );
        INSERT INTO glim_migrations VALUES
            ('c', 'Second', '2015-03-01 12:00:00.250000', ''),
            ('a', 'Third', '2015-03-02 00:00:00', NULL),
            ('b', 'First', '2015-02-28 23:59:59', 'it''s the first');"
    ));
}

pub(crate) fn entry(name: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        description: "adds a table".to_owned(),
        version: Some("20261122150203".to_owned()),
        package: "app".to_owned(),
        checksum: Some("c0ffee".to_owned()),
        ..Entry::default()
    }
}

pub(crate) fn open(database: &Database, access: Access) -> Result<(Ledger, Vec<Row>), LedgerError> {
    database.with(|conn| Ledger::open(conn, access))
}

fn write(database: &Database) -> (Ledger, Vec<Row>) {
    open(database, Access::ReadWrite).expect("a ledger")
}

/// The tables that are there.
fn tables(database: &Database) -> Vec<String> {
    database.with(glim_engine::introspect::tables).expect("a list")
}

fn a_new_ledger_begins_with_the_columns_of_the_original(database: &Database) {
    let (_, rows) = write(database);
    assert_eq!(rows, []);
    assert_eq!(tables(database), ["glim_journal", HISTORY, "glim_log", "glim_migrations", "glim_settings"]);
    database
        .batch("INSERT INTO glim_migrations VALUES ('1', 'A', NULL, 'd', 7, '1', 'p', 'c', 'applied', 5, 'g', 'w')");
    let (mut ledger, rows) = write(database);
    assert_eq!((rows.len(), rows[0].name.as_str(), rows[0].applied_order), (1, "A", Some(7)));
    assert_eq!(ledger.next_row(&entry("B")).applied_order, Some(8));
    assert_eq!(ledger.next_row(&entry("C")).applied_order, Some(9));
    assert_eq!(
        database.query(&format!("SELECT version, name FROM {HISTORY} ORDER BY version")),
        ["1|original", "2|columns_of_cargo_glim", "3|journal_and_log", "4|settings"]
    );
}

fn reading_creates_nothing(database: &Database) {
    let (_, rows) = open(database, Access::ReadOnly).expect("no ledger is an empty one");
    assert_eq!(rows, []);
    assert!(tables(database).is_empty());
}

fn an_open_ledger_costs_two_queries(database: &Database) {
    let (mut ledger, _) = write(database);
    database.with(|conn| ledger.insert(conn, &ledger.clone().next_row(&entry("A")))).expect("a new row");
    for access in [Access::ReadOnly, Access::ReadWrite] {
        let mut connection = Counting { inner: database.connect(), calls: 0 };
        let (opened, rows) = Ledger::open(&mut connection, access).expect("a ledger");
        assert_eq!((rows.len(), connection.calls), (1, 2));
        ledger = opened;
    }
    assert_eq!(ledger.next_row(&entry("B")).applied_order, Some(2));
}

const NASTY: &str = "it's \"quoted\" `ticked` \\ back\\'slash; -- $1 ? %LEDGER% \u{1f600} é\nnext";

fn what_is_written_is_read_back(database: &Database) {
    let (mut ledger, _) = write(database);
    let mut row = ledger.next_row(&Entry { description: NASTY.to_owned(), ..entry("Nasty's \\ \u{1f600}") });
    row.duration_ms = Some(42);
    row.applied_by = Some("anna@laptop".to_owned());
    database.with(|conn| ledger.insert(conn, &row)).expect("a new row");
    let bare = Row {
        description: None,
        created_at: None,
        version: None,
        package: None,
        checksum: None,
        applied_by: None,
        ..ledger.next_row(&entry("Bare"))
    };
    database.with(|conn| ledger.insert(conn, &bare)).expect("a new row");
    let mut rows = database.with(|conn| ledger.rows(conn)).expect("the rows");
    rows.sort_by_key(|row| row.applied_order);
    assert_eq!(rows, [row, bare]);
}

fn the_text_form_writes_the_same_row(database: &Database) {
    let (mut ledger, _) = write(database);
    let row = ledger.next_row(&Entry { description: NASTY.to_owned(), ..entry("Nasty's \\ \u{1f600}") });
    database.batch(&format!(
        "{}; {}",
        ledger.insert_text(&Row { id: "x".to_owned(), ..row.clone() }, row.state, Took::Unknown),
        "SELECT 1"
    ));
    let rows = database.with(|conn| ledger.rows(conn)).expect("the rows");
    assert_eq!(rows, [Row { id: "x".to_owned(), ..row.clone() }]);
    database.batch(&ledger.delete_text(&rows[0]));
    assert_eq!(database.with(|conn| ledger.rows(conn)), Ok(vec![]));
    let description = "ends in \0 here".to_owned();
    let odd = ledger.next_row(&Entry { description, ..entry("Odd") });
    database.batch(&ledger.insert_text(&odd, odd.state, Took::Milliseconds(1)));
    let rows = database.with(|conn| ledger.rows(conn)).expect("the rows");
    assert_eq!(rows[0].description.as_deref(), Some("ends in \u{fffd} here"));
}

fn states_and_rows_change(database: &Database) {
    let (mut ledger, _) = write(database);
    let mut connection = database.connect();
    let row = Row { state: State::Running, ..ledger.next_row(&entry("A")) };
    ledger.insert(&mut *connection, &row).expect("a new row");
    for state in [State::Failed, State::RollingBack, State::RollbackFailed, State::Applied] {
        ledger.mark(&mut *connection, &row, state, Some(7)).expect("a row to mark");
        let rows = ledger.rows(&mut *connection).expect("the rows");
        assert_eq!((rows[0].state, rows[0].duration_ms), (state, Some(7)));
    }
    ledger.delete(&mut *connection, &row).expect("a row to delete");
    for error in [ledger.delete(&mut *connection, &row), ledger.mark(&mut *connection, &row, State::Applied, None)] {
        assert_eq!(error, Err(LedgerError::RowVanished { name: "A".to_owned(), changed: 0 }));
    }
}

fn a_ledger_of_the_original_tool_is_taken_over(database: &Database) {
    original(database);
    let (mut ledger, mut rows) = write(database);
    rows.sort_by_key(|row| row.applied_order);
    let taken: Vec<_> = rows.iter().map(|row| (row.applied_order, row.name.as_str(), row.is_original())).collect();
    assert_eq!(taken, [(Some(1), "First", true), (Some(2), "Second", true), (Some(3), "Third", true)]);
    assert_eq!(rows[0].description.as_deref(), Some("it's the first"));
    assert!(rows[0].created_at.is_some_and(|at| at.to_string() == "2015-02-28 23:59:59"));
    database.with(|conn| ledger.insert(conn, &ledger.clone().next_row(&entry("Fourth")))).expect("a new row");
    assert_eq!(ledger.next_row(&entry("Fourth")).applied_order, Some(4));

    // The original tool may go on to write to it.
    database.batch("INSERT INTO glim_migrations (id, name, created_at) VALUES ('z', 'Fifth', '2027-01-01 00:00:00')");
    let rows = write(database).1;
    let fifth = rows.iter().find(|row| row.name == "Fifth").expect("the row");
    assert_eq!((fifth.state, fifth.applied_order), (State::Applied, None));
}

fn a_ledger_of_the_original_tool_is_read_without_a_change(database: &Database) {
    original(database);
    let rows = open(database, Access::ReadOnly).expect("the rows").1;
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.is_original() && row.state == State::Applied && row.applied_order.is_none()));
    assert_eq!(tables(database), ["glim_migrations"]);
}

fn an_upgrade_that_was_cut_short_is_completed(database: &Database) {
    let (ledger, _) = write(database);
    database.batch("INSERT INTO glim_migrations (id, name, created_at) VALUES ('a', 'A', '2015-03-02 00:00:00')");
    for cut in [
        // The table is there and its version not recorded.
        format!("DELETE FROM {HISTORY}"),
        // The columns are there and their version is not recorded, nor has the row its place.
        format!("DELETE FROM {HISTORY} WHERE version > 1; UPDATE glim_migrations SET applied_order = NULL"),
    ] {
        database.batch(&cut);
        assert_eq!(open(database, Access::ReadOnly).expect("the rows").1.len(), 1);
        let rows = write(database).1;
        assert_eq!((rows.len(), rows[0].applied_order), (1, Some(1)));
        assert_eq!(database.query(&format!("SELECT version FROM {HISTORY} ORDER BY version")), ["1", "2", "3", "4"]);
    }
    // Nothing but the history was made.
    database.batch(&format!("DELETE FROM {HISTORY}; DROP TABLE {}", ledger.table()));
    assert_eq!(open(database, Access::ReadOnly).expect("no rows").1, []);
    assert_eq!(write(database).1, []);
    assert_eq!(write(database).1, []);
}

fn a_history_that_was_dropped_is_written_anew(database: &Database) {
    let (mut ledger, _) = write(database);
    let row = ledger.next_row(&entry("A"));
    database.with(|conn| ledger.insert(conn, &row)).expect("a new row");
    database.batch(&format!("DROP TABLE {HISTORY}"));
    assert_eq!(open(database, Access::ReadOnly).expect("the rows").1, std::slice::from_ref(&row));
    assert_eq!(write(database).1, std::slice::from_ref(&row));
    assert_eq!(database.query(&format!("SELECT version FROM {HISTORY} ORDER BY version")), ["1", "2", "3", "4"]);
}

fn a_newer_ledger_is_left_alone(database: &Database) {
    write(database);
    database.batch(&format!("INSERT INTO {HISTORY} VALUES (5, 'x', '2030-01-01T00:00:00Z', '5')"));
    for access in [Access::ReadOnly, Access::ReadWrite] {
        assert_eq!(open(database, access).map(|_| ()), Err(LedgerError::Newer { version: 5, known: 4 }));
    }
}

/// Counts what goes to the database.
struct Counting {
    inner: Box<dyn Connection>,
    calls: u32,
}

impl Connection for Counting {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn server(&mut self) -> driver::Result<Server> {
        self.inner.server()
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> driver::Result<u64> {
        self.calls += 1;
        self.inner.execute(sql, params)
    }

    fn execute_many(&mut self, sql: &str, rows: &mut dyn Iterator<Item = Vec<Value>>) -> driver::Result<u64> {
        self.calls += 1;
        self.inner.execute_many(sql, rows)
    }

    fn batch(&mut self, sql: &str) -> driver::Result<()> {
        self.calls += 1;
        self.inner.batch(sql)
    }

    fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> driver::Result<()> {
        self.calls += 1;
        self.inner.query(sql, params, each)
    }

    fn transaction(&self) -> Transaction {
        self.inner.transaction()
    }

    fn canceller(&self) -> Canceller {
        self.inner.canceller()
    }
}
