//! Every message comes back as it was sent, and nothing that is not a message is taken for one.

use glim_schema::{
    AlterEnum, AlterTable, Change, Check, Column, ColumnType, Deferral, Dialect, EnumType, ForeignKey, Index,
    IndexPart, Table, Unique,
};
use std::time::Duration;

use super::codec::{Decode, Encode, Malformed, decode_all};
use super::{Answer, Call, Order, RegisteredMigration, RegisteredModel, RegisteredSql, RegisteredText, Registry};
use crate::db::Backfill;
use crate::error::{DatabaseError, Error, ErrorClass, Kind, ValueError};
use crate::migration::Direction;
use crate::value::{Date, Time, Timestamp, Uuid, Value, ValueKind};

mod fuzz;

fn encoded(message: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

/// Sends a message through its encoding and compares by what `Debug` shows, since errors have no equality.
fn survives<M: Encode + Decode + std::fmt::Debug>(message: &M) {
    let back = decode_all::<M>(&encoded(message));
    assert_eq!(back.map(|back| format!("{back:?}")), Ok(format!("{message:?}")));
}

fn every_value() -> Vec<Value> {
    let date = Date::new(-44, 3, 15).expect("a valid date");
    let time = Time::new(23, 59, 59, 999_999_999).expect("a valid time");
    vec![
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Uint(u64::MAX),
        Value::Float(-0.0),
        Value::Decimal("-12.3400".parse().expect("a valid number")),
        Value::Text("a'\"\\\u{1f980}\0".to_owned()),
        Value::Bytes(vec![0, 255]),
        Value::Date(date),
        Value::Time(time),
        Value::Timestamp(Timestamp { date, time }),
        Value::TimestampTz(Timestamp { date, time }),
        Value::Uuid(Uuid([9; 16])),
        Value::Json("{}".to_owned()),
        Value::Array(vec![Value::Int(1), Value::Null, Value::Text("a".to_owned())]),
    ]
}

#[test]
fn values_of_every_kind_survive() {
    let values = every_value();
    assert_eq!(values.last().map(Value::kind), Some(ValueKind::Array));
    for (number, value) in values.iter().enumerate() {
        assert_eq!(encoded(value)[0] as usize, number, "the kinds' numbers are part of the protocol");
        survives(value);
    }
}

fn every_call() -> Vec<Call> {
    let database = DatabaseError {
        code: Some("23505".to_owned()),
        message: "duplicate key".to_owned(),
        position: Some(7),
        class: ErrorClass::UniqueViolation,
        ..DatabaseError::default()
    };
    let value = ValueError { table: Some("t".to_owned()), column: "c".to_owned(), reason: "too long".to_owned() };
    vec![
        Call::Execute { sql: "insert".to_owned(), params: every_value() },
        Call::Query { sql: "select".to_owned(), params: vec![] },
        Call::Batch { sql: String::new() },
        Call::Many { sql: "insert".to_owned() },
        Call::Rows(vec![every_value(), vec![]]),
        Call::RowsEnd,
        Call::Backfill(Backfill {
            table: "t".to_owned(),
            assignments: vec!["a = 1".to_owned()],
            conditions: Vec::new(),
            batch: 7,
            pause: Duration::new(1, 999_999_999),
            share: 50,
        }),
        Call::Finished(Ok(())),
        Call::Finished(Err(database.into())),
        Call::Finished(Err(value.into())),
        Call::Finished(Err(Kind::Irreversible.into())),
        Call::Finished(Err(Kind::Unsupported { dialect: Dialect::Mysql, operation: "that".to_owned() }.into())),
        Call::Panicked { message: "oh".to_owned(), location: None },
    ]
}

fn every_answer() -> Vec<Answer> {
    vec![Answer::Affected(3), Answer::Columns(vec!["a".to_owned()]), Answer::Rows(vec![]), Answer::Done]
}

fn order() -> Order {
    Order::Migrate { index: 7, direction: Direction::Rollback, dialect: Dialect::Postgres }
}

#[test]
fn calls_and_answers_survive() {
    every_call().iter().for_each(survives);
    every_answer().iter().for_each(survives);
    survives(&order());
}

#[test]
fn an_error_of_any_type_keeps_what_it_says() {
    let other = Error::from("x".parse::<i32>().expect_err("no number"));
    let back: Error = decode_all(&encoded(&other)).expect("an error");
    assert_eq!(back.to_string(), other.to_string());
}

#[test]
fn an_error_with_too_many_causes_is_refused() {
    let chain = |length: usize| [vec![6], encoded(&vec!["x".to_owned(); length])].concat();
    assert!(decode_all::<Error>(&chain(128)).is_ok());
    assert_eq!(decode_all::<Error>(&chain(1_000_000)).err(), Some(Malformed("an error with too many causes")));
    assert_eq!(decode_all::<Error>(&chain(0)).err(), Some(Malformed("an error without a message")));
}

/// An error that is its own cause.
#[derive(Debug)]
struct Endless;

impl std::fmt::Display for Endless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("again")
    }
}

impl std::error::Error for Endless {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self)
    }
}

#[test]
fn an_error_without_an_end_is_sent_in_part() {
    assert!(decode_all::<Error>(&encoded(&Error::from(Endless))).is_ok());
}

fn mood() -> EnumType {
    EnumType::new("mood", ["sad", "happy"])
}

#[test]
fn an_array_of_arrays_is_refused_before_it_is_read() {
    let nested = (0..4).fold(ColumnType::Bool, |of, _| ColumnType::Array(Box::new(of)));
    assert_eq!(decode_all::<ColumnType>(&encoded(&nested)), Err(Malformed("an array of arrays")));
}

fn every_change() -> Vec<Change> {
    let table = Table::new("t")
        .column(Column::new("id", ColumnType::Int64).auto_increment())
        .column(Column::new("d", ColumnType::Decimal { precision: 9, scale: 2 }).comment("money"))
        .column(Column::new("n", ColumnType::Native("inet".to_owned())).nullable())
        .column(Column::new("k", ColumnType::Bool).default(glim_schema::Default::Keyword("TRUE")))
        .column(Column::new("e", ColumnType::Enum(mood())).collation("C"))
        .column(Column::new("a", ColumnType::Array(Box::new(ColumnType::Int32))).stored("b"))
        .primary_key(["id"])
        .unique(["d", "n"])
        .index(Index::new(["n"]).name("i").unique())
        .index(
            Index::over([IndexPart::expression("lower(n)").descending()])
                .predicate("d > 0")
                .method("gin")
                .include(["d"]),
        )
        .foreign_key(ForeignKey::new(["n"], "o", ["id"]).on_delete(glim_schema::Action::SetNull))
        .foreign_key(ForeignKey::new(["e"], "o", ["id"]).deferral(Deferral::Initial))
        .check("d > 0")
        .comment("a table");
    let alter = AlterTable::new("t")
        .add_column(Column::new("x", ColumnType::Text { length: Some(9) }))
        .drop_column("y")
        .rename_column("a", "b")
        .change_column(Column::new("x", ColumnType::Uint64))
        .add_unique(Unique { name: None, columns: vec!["x".to_owned()] })
        .add_foreign_key(ForeignKey::new(["x"], "o", ["id"]))
        .add_check(Check { name: Some("c".to_owned()), expression: "x > 0".to_owned() })
        .drop_constraint("c")
        .alter_column(Column::new("x", ColumnType::Bool), Column::new("x", ColumnType::Int8))
        .add_primary_key(["x"])
        .drop_primary_key()
        .drop_foreign_key("f", true)
        .rename_index("i", "j")
        .set_comment(None)
        .rename_to("u");
    vec![
        Change::CreateTable(table),
        Change::AlterTable(alter),
        Change::DropTable { table: "t".to_owned() },
        Change::CreateIndex { table: "t".to_owned(), index: Index::new(["a"]) },
        Change::DropIndex { table: "t".to_owned(), name: "i".to_owned() },
        Change::CreateEnum(mood()),
        Change::AlterEnum(AlterEnum::new("mood", ["a"], ["b"]).column("t", Column::new("e", ColumnType::Enum(mood())))),
        Change::DropEnum { name: "mood".to_owned() },
    ]
}

#[test]
fn every_schema_change_survives() {
    every_change().iter().for_each(survives);
}

fn registry() -> Registry {
    let migration = RegisteredMigration {
        name: "n".to_owned(),
        type_name: "N".to_owned(),
        description: String::new(),
        version: Some("1".to_owned()),
        after: vec!["m".to_owned()],
        transaction: true,
        db: None,
        irreversible: false,
        sql: None,
        package: "p".to_owned(),
        module: "p::m".to_owned(),
        file: "src/m.rs".to_owned(),
        line: 3,
    };
    let text = |line, text: &str| RegisteredText {
        file: "m/1_a.sql".to_owned(),
        line,
        transaction: line == 2,
        text: text.to_owned(),
    };
    let sql = RegisteredSql { layout: "glim".to_owned(), run: text(2, "CREATE"), rollback: Some(text(9, "DROP")) };
    let of_sql = RegisteredMigration { name: "1_a".to_owned(), sql: Some(sql), ..migration.clone() };
    let model = RegisteredModel {
        name: "User".to_owned(),
        table: "users".to_owned(),
        db: None,
        frozen: true,
        package: "p".to_owned(),
        module: "p".to_owned(),
        file: "src/lib.rs".to_owned(),
        line: 1,
    };
    Registry { migrations: vec![migration, of_sql], models: vec![model] }
}

#[test]
fn a_registry_survives() {
    survives(&registry());
}

#[test]
fn a_message_cut_anywhere_or_with_a_byte_too_many_is_refused() {
    let bytes = encoded(&Call::Execute { sql: "insert".to_owned(), params: every_value() });
    for end in 0..bytes.len() {
        assert!(decode_all::<Call>(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(decode_all::<Call>(&[bytes, vec![0]].concat()).is_err());
}
