//! Rebuilds of tables, on a database in memory.

mod definitions;
mod losses;
mod properties;
mod refusals;
mod world;

use glim_schema::AlterTable;
use rusqlite::Connection as Rusqlite;

use super::Way;
use crate::driver::IntoConnection as _;

/// A database in memory, with foreign keys enforced.
struct Database(Rusqlite);

impl Database {
    #[track_caller]
    fn new(sql: &str) -> Self {
        let connection = Rusqlite::open_in_memory().expect("a database in memory");
        connection.execute_batch("PRAGMA foreign_keys = ON").expect("a pragma");
        let database = Self(connection);
        database.run(sql);
        database
    }

    #[track_caller]
    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}\n{error}"));
    }

    /// Alters a table inside a transaction, as a migration does.
    fn alter(&self, alter: &AlterTable) -> Result<(), String> {
        self.alter_by(alter, Way::Least)
    }

    /// The same, by a rebuild if it is asked for.
    fn alter_by(&self, alter: &AlterTable, way: Way) -> Result<(), String> {
        self.run("BEGIN IMMEDIATE");
        let mut connection = (&self.0).into_connection().expect("a connection");
        let altered = super::alter_by(&mut *connection, alter, way).map_err(|error| error.to_string());
        self.run("COMMIT");
        altered
    }

    /// Alters a table outside a transaction.
    fn alter_bare(&self, alter: &AlterTable) -> Result<(), String> {
        let mut connection = (&self.0).into_connection().expect("a connection");
        super::alter(&mut *connection, alter).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn altered(&self, alter: &AlterTable) {
        self.alter(alter).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Alters nothing, for this reason, and leaves everything as it was.
    #[track_caller]
    fn refuses(&self, alter: &AlterTable, reason: &str) {
        let before = self.everything();
        let error = self.alter(alter).expect_err("a refusal");
        assert!(error.contains(reason), "{error}");
        assert!(!error.contains("glim_new_"), "{error}");
        assert_eq!(self.everything(), before);
    }

    /// The rows of a query, between columns a `|`.
    #[track_caller]
    fn rows(&self, sql: &str) -> Vec<String> {
        let mut statement = self.0.prepare(sql).unwrap_or_else(|error| panic!("{sql}\n{error}"));
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|at| Ok(show(row.get_ref(at)?)));
            Ok(values.collect::<Result<Vec<_>, rusqlite::Error>>()?.join("|"))
        };
        let rows = statement.query_map([], row).and_then(Iterator::collect);
        rows.unwrap_or_else(|error| panic!("{sql}\n{error}"))
    }

    /// The text of one cell.
    #[track_caller]
    fn text(&self, sql: &str) -> String {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}\n{error}"))
    }

    /// The CREATE TABLE, as it is stored.
    #[track_caller]
    fn definition(&self, table: &str) -> String {
        self.text(&format!("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{table}'"))
    }

    /// The schema and the rows of all tables.
    fn everything(&self) -> Vec<String> {
        let mut all = self.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
        let tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
        let mut statement = self.0.prepare(tables).expect("a catalogue");
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("a catalogue");
        for name in names {
            all.push(name.clone());
            all.extend(self.rows(&format!("SELECT * FROM {}", super::quoted(&name))));
        }
        all.extend(self.rows("PRAGMA foreign_key_check"));
        all.extend(self.rows("PRAGMA foreign_keys"));
        all.extend(self.rows("PRAGMA legacy_alter_table"));
        all
    }
}

fn show(value: rusqlite::types::ValueRef<'_>) -> String {
    match value {
        rusqlite::types::ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => format!("Text({text:?})"),
            Err(_) => format!("Text({text:?})"),
        },
        other => format!("{other:?}"),
    }
}
