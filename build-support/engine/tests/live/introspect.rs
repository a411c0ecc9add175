//! Tables read back from databases.

use glim_engine::introspect::{self, Difference};
use glim_schema::{Action, Change, Column, ColumnType, Default, ForeignKey, Index, Table, sql};

use crate::support::{Database, for_each_database};

for_each_database! {
    a_created_table_is_up_to_date,
    each_difference_is_found,
    what_exists_is_found,
}

fn create(database: &Database, table: Table) -> Table {
    let change = Change::CreateTable(table.clone());
    for statement in sql::render(&change, database.dialect).expect("a valid table") {
        database.batch(&statement);
    }
    table
}

fn differences(database: &Database, model: &Table) -> Vec<Difference> {
    let live = database.with(|conn| introspect::table(conn, &model.name)).expect("a catalogue");
    introspect::compare(model, &live.expect("the table is there"), database.dialect)
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
    for table in [teams(), everything()] {
        let table = create(database, table);
        assert_eq!(differences(database, &table), []);
    }
}

fn each_difference_is_found(database: &Database) {
    create(database, teams());
    let mut model = create(database, everything());
    let column = |model: &mut Table, name: &str, edit: fn(&mut Column)| {
        edit(model.columns.iter_mut().find(|column| column.name == name).expect("a column"));
    };
    column(&mut model, "c0", |column| column.ty = ColumnType::Date);
    column(&mut model, "c1", |column| column.nullable = true);
    column(&mut model, "c12", |column| column.ty = ColumnType::Text { length: Some(81) });
    column(&mut model, "c20", |column| "new".clone_into(&mut column.name));
    model.primary_key.reverse();
    model.indexes[0].parts.reverse();
    model.indexes.push(Index::new(["c4"]).unique());
    model.foreign_keys[0].referenced_columns = vec!["name".to_owned()];
    let found: Vec<_> = differences(database, &model).iter().map(ToString::to_string).collect();
    let starts = [
        "column `c0` is `",
        "column `c1` is NOT NULL, and may be NULL in the model",
        "column `c12` is `",
        "column `new` is missing",
        "column `c20` is not in the model",
        "the primary key is (order by, team), and (team, order by) in the model",
        "(c4) is not unique",
        "there is no index on (c1, c0)",
        "there is no foreign key from (team) to teams(name)",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (found, start) in found.iter().zip(starts) {
        assert!(found.starts_with(start), "{found}");
    }
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
