//! What SQLite makes of our declared types, names and literals.

use std::collections::BTreeSet;

use glim_schema::sql::dml::{self, Condition};
use glim_schema::{Change, Column, ColumnType, Dialect, Index, Table, sql};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::cases::{INT, every_type};

const SQLITE: Dialect = Dialect::Sqlite;

fn open() -> Connection {
    Connection::open_in_memory().expect("memory is there")
}

fn create(connection: &Connection, table: &Table) {
    for statement in sql::render(&Change::CreateTable(table.clone()), SQLITE).expect("a valid table") {
        connection.execute_batch(&statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
}

/// What a column of that type gives back for what it was given.
fn stored(ty: ColumnType, value: Value) -> Value {
    let connection = open();
    create(&connection, &Table::new("t").column(Column::new("c", ty)));
    connection.execute(&dml::insert(SQLITE, "t", &["c"]), [value]).expect("SQLite stores anything");
    connection.query_row("SELECT c FROM t", (), |row| row.get(0)).expect("a row")
}

#[test]
fn no_affinity_rewrites_a_value() {
    let text = |text: &str| Value::Text(text.to_owned());
    let decimal = ColumnType::Decimal { precision: 40, scale: 20 };
    for (ty, value) in [
        (decimal.clone(), text("1.10")),
        (decimal.clone(), text("12345678901234567890.12345678901234567890")),
        (ColumnType::Json, text("1.10")),
        (ColumnType::Json, text("12345678901234567890123")),
        (ColumnType::Uuid, text("12345678901234567890123456789012")),
        (ColumnType::Uuid, text("00000000-0000-0000-0000-000000000000")),
        (ColumnType::Text { length: None }, text("007")),
        (ColumnType::Text { length: Some(9) }, text("1e3")),
        (ColumnType::Bytes { length: Some(9) }, Value::Blob(b"12".to_vec())),
        (ColumnType::Bytes { length: None }, text("12")),
        (ColumnType::Date, text("2026-11-22")),
        (ColumnType::Date, text("-0044-03-15")),
        (ColumnType::Time, text("15:02:03")),
        (ColumnType::Timestamp, text("2026-11-22 15:02:03")),
        (ColumnType::TimestampTz, text("2026-11-22 15:02:03.5+00:00")),
        (ColumnType::Bool, Value::Integer(1)),
        (ColumnType::Uint64, Value::Integer(i64::MAX)),
        (ColumnType::Int64, Value::Integer(i64::MIN)),
        (ColumnType::Float32, Value::Real(1.0)),
        (ColumnType::Float64, Value::Real(-0.1)),
    ] {
        assert_eq!(stored(ty.clone(), value.clone()), value, "{ty:?}");
    }
}

#[test]
fn each_type_has_a_declared_name_of_its_own() {
    let types = every_type();
    let names: BTreeSet<String> = types.iter().map(|ty| sql::type_name(SQLITE, ty)).collect();
    assert_eq!(names.len(), types.len(), "{names:?}");
}

#[test]
fn a_numbered_key_counts_on_after_its_last_row_is_gone() {
    for ty in [ColumnType::Int32, ColumnType::Int64, ColumnType::Uint64] {
        let connection = open();
        let table = Table::new("t").column(Column::new("id", ty).auto_increment()).primary_key(["id"]);
        create(&connection, &table);
        let insert = dml::insert_returning(SQLITE, "t", &[], &["id"]).expect("SQLite has RETURNING");
        let next = || connection.query_row(&insert, (), |row| row.get::<_, i64>(0)).expect("a row");
        assert_eq!((next(), next()), (1, 2));
        connection.execute(&dml::delete(SQLITE, "t", &["id"]), [2]).expect("a row to delete");
        assert_eq!(next(), 3);
    }
}

#[test]
fn a_column_that_is_not_there_is_an_error_and_no_string() {
    let connection = open();
    create(&connection, &Table::new("t").column(Column::new("a", INT)));
    connection.execute_batch("INSERT INTO t VALUES (1)").expect("a valid row");
    let wider = Table::new("t").column(Column::new("a", INT)).column(Column::new("b", INT));
    assert!(connection.prepare(&dml::select(SQLITE, &wider, &[])).is_err());
    assert!(connection.prepare(&dml::delete(SQLITE, "t", &["b"])).is_err());
    let index = Change::CreateIndex { table: "t".to_owned(), index: Index::new(["b"]) };
    let statements = sql::render(&index, SQLITE).expect("the table is not known");
    assert!(connection.execute_batch(&statements[0]).is_err());
}

#[test]
fn a_row_can_be_written_found_changed_and_removed() {
    let connection = open();
    let table =
        Table::new("t").column(Column::new("a", INT)).column(Column::new("b", INT).nullable()).primary_key(["a"]);
    create(&connection, &table);
    let count = |conditions: &[Condition<'_>], values: &[i64]| {
        let mut statement = connection.prepare(&dml::select(SQLITE, &table, conditions)).expect("valid SQL");
        let rows = statement.query_map(rusqlite::params_from_iter(values), |_| Ok(())).expect("valid parameters");
        rows.count()
    };
    connection.execute(&dml::insert(SQLITE, "t", &["a"]), [7]).expect("a valid row");
    assert_eq!((count(&["a".into()], &[7]), count(&[Condition::IsNull("b")], &[])), (1, 1));
    connection.execute(&dml::update(SQLITE, "t", &["b"], &["a"]), [8, 7]).expect("a row to change");
    assert_eq!((count(&["b".into(), "a".into()], &[8, 7]), count(&[Condition::IsNull("b")], &[])), (1, 0));
    connection.execute(&dml::delete(SQLITE, "t", &["a"]), [7]).expect("a row to delete");
    assert_eq!(count(&[], &[]), 0);
}

/// The name inside quotes, and nothing after them.
fn unquoted(quoted: &str) -> Option<String> {
    let mark = quoted.chars().next()?;
    let inner = quoted.strip_prefix(mark)?.strip_suffix(mark)?;
    let doubled: String = [mark, mark].iter().collect();
    let ends_early = inner.replace(&doubled, "").contains(mark);
    (!ends_early).then(|| inner.replace(&doubled, &mark.to_string()))
}

/// Tables of one to six columns, with keys over some of them.
fn tables() -> impl Strategy<Value = Table> {
    let types = every_type();
    let name = || "[a-z]{1,3}|\\PC{1,8}|['`\"\\\\;,()\\[\\]. -]{1,5}";
    let column = (name(), 0..types.len(), any::<bool>());
    (name(), prop::collection::vec(column, 1..=6), any::<u64>()).prop_map(move |(table, columns, bits)| {
        let mut table = Table::new(table);
        for (name, ty, nullable) in columns {
            table = table.column(Column { nullable, ..Column::new(name, types[ty].clone()) });
        }
        let some = |bits: u64| -> Vec<String> {
            let chosen = table.columns.iter().enumerate().filter(|(number, _)| bits >> number & 1 == 1);
            chosen.map(|(_, column)| column.name.clone()).collect()
        };
        let key = table.columns.iter().filter(|column| !column.nullable).map(|column| column.name.clone());
        let key: Vec<String> = key.take(usize::try_from(bits >> 32 & 3).expect("at most three")).collect();
        let (unique, indexed) = (some(bits), some(bits >> 8));
        if !unique.is_empty() {
            table = table.unique(unique);
        }
        if !indexed.is_empty() {
            table = table.index(Index::new(indexed));
        }
        table.primary_key(key)
    })
}

/// The columns as SQLite knows them: name, type (it writes some in capitals), whether NOT NULL, place in the primary key.
fn columns(connection: &Connection, table: &str) -> Vec<(String, String, bool, isize)> {
    let query = "SELECT name, lower(type), \"notnull\", pk FROM pragma_table_info(?1)";
    let mut statement = connection.prepare(query).expect("valid SQL");
    let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.and_then(Iterator::collect).expect("a table that is there")
}

proptest! {
    #[test]
    fn a_table_that_is_rendered_is_made_as_described(table in tables()) {
        // The others are refused, for names that are alike.
        prop_assume!(sql::render(&Change::CreateTable(table.clone()), SQLITE).is_ok());
        let connection = open();
        create(&connection, &table);
        let key = |name: &str| table.primary_key.iter().position(|key| key == name).map_or(0, |place| place.cast_signed() + 1);
        let described: Vec<_> = table
            .columns
            .iter()
            .map(|column| {
                (column.name.clone(), sql::type_name(SQLITE, &column.ty), !column.nullable, key(&column.name))
            })
            .collect();
        prop_assert_eq!(columns(&connection, &table.name), described);
    }

    #[test]
    fn quoting_can_be_undone(name in "\\PC{0,12}|[`\"'\\\\;\\-\n]{0,12}") {
        for dialect in Dialect::ALL {
            prop_assert_eq!(unquoted(&sql::quote(dialect, &name)), Some(name.clone()));
        }
    }

    #[test]
    fn any_name_names_a_table_and_a_column(table in "\\PC{1,12}|[`\"'\\\\;\\]\\-\n]{1,12}", column in "\\PC{1,12}") {
        prop_assume!(sql::check_identifier(SQLITE, &table).is_ok());
        let connection = open();
        create(&connection, &Table::new(table.as_str()).column(Column::new(column.as_str(), INT)));
        let query = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c";
        let names = connection.query_row(query, (), |row| Ok((row.get(0)?, row.get(1)?))).expect("one column");
        prop_assert_eq!(names, (table, column));
    }

    #[test]
    fn any_literal_means_its_text(text in "\\PC{0,12}|['\\\\\"`;\n]{0,12}") {
        let query = format!("SELECT {}", sql::literal(SQLITE, &text).expect("no U+0000"));
        let back: String = open().query_row(&query, (), |row| row.get(0)).expect("one row");
        prop_assert_eq!(back, text);
    }
}
