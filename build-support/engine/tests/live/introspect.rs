//! Tables read back from databases.

use glim_engine::introspect;
use glim_schema::{Action, Change, Column, ColumnType, Default, ForeignKey, Index, Schema, Table, sql};

use crate::support::{Database, for_each_database};

for_each_database! {
    a_created_table_is_up_to_date,
    what_exists_is_found,
}

fn create(database: &Database, table: Table) -> Table {
    let change = Change::CreateTable(table.clone());
    for statement in sql::render(&change, database.dialect).expect("a valid table") {
        database.batch(&statement);
    }
    table
}

/// What is left between what was created and what the database says, without another database to make it in.
fn assert_as_created(database: &Database, tables: Vec<Table>) {
    let source = Schema::new(tables).expect("tables that agree");
    let mut live = database.with(introspect::describe).expect("a catalogue").schema;
    let mut wanted = source.clone();
    let left_out = introspect::loosen(&mut live, &mut wanted, database.dialect);
    introspect::align(&mut live, &wanted, Some(&source), database.dialect);
    assert_eq!(live.normal(), wanted.normal(), "without {left_out:?}");
}

fn teams() -> Table {
    Table::new("teams")
        .column(Column::new("id", ColumnType::Int32).auto_increment())
        .column(Column::new("name", ColumnType::Text { length: Some(40) }))
        .primary_key(["id"])
        .unique(["name"])
}

/// A column of each type, each kind of key and index, and names that need their quotes.
fn everything() -> Table {
    let types = [
        ColumnType::Bool,
        ColumnType::Int8,
        ColumnType::Int16,
        ColumnType::Int32,
        ColumnType::Int64,
        ColumnType::Uint8,
        ColumnType::Uint16,
        ColumnType::Uint32,
        ColumnType::Uint64,
        ColumnType::Float32,
        ColumnType::Float64,
        ColumnType::Decimal { precision: 10, scale: 2 },
        ColumnType::Text { length: Some(80) },
        ColumnType::Text { length: None },
        ColumnType::Bytes { length: Some(16) },
        ColumnType::Bytes { length: None },
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::Uuid,
        ColumnType::Json,
    ];
    let mut table = Table::new("select \"it's\"")
        .column(Column::new("team", ColumnType::Int32))
        .column(Column::new("order by", ColumnType::Text { length: Some(20) }).default(Default::Text("a'b".to_owned())))
        .primary_key(["order by", "team"])
        .index(Index::new(["c0", "c1"]))
        .index(Index::new(["c2"]).unique())
        .unique(["c3", "c4"])
        .foreign_key(ForeignKey::new(["team"], "teams", ["id"]).on_delete(Action::Cascade));
    for (at, ty) in types.into_iter().enumerate() {
        let column = Column::new(format!("c{at}"), ty);
        table = table.column(if at % 2 == 0 { column.nullable() } else { column });
    }
    table
}

fn a_created_table_is_up_to_date(database: &Database) {
    let tables = [teams(), everything()].map(|table| create(database, table)).to_vec();
    assert_as_created(database, tables);
}

fn what_exists_is_found(database: &Database) {
    create(database, teams());
    create(database, Table::new("Zebra's").column(Column::new("id", ColumnType::Int32)));
    database.batch("CREATE VIEW shown AS SELECT id FROM teams");
    assert_eq!(database.with(introspect::tables).expect("a list"), ["Zebra's", "teams"]);
    for (name, there) in [("teams", true), ("Zebra's", true), ("shown", true), ("none", false), ("", false)] {
        assert_eq!(database.with(|conn| introspect::exists(conn, name)), Ok(there), "{name}");
        let table = database.with(|conn| introspect::table(conn, name)).expect("a catalogue");
        assert_eq!(table.is_some(), there, "{name}");
    }
}
