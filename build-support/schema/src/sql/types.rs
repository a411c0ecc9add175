//! Column types in each database's words.

use crate::sql::enums::values;
use crate::sql::quote;
use crate::{ColumnType, Dialect};

/// The database's name for the type, as it stands in a column definition.
///
/// SQLite keeps the declared name and derives from it only an affinity, which may rewrite a value ("Datatypes In
/// SQLite", section 3.1). The names are chosen so that no value that we write is rewritten, and so that each can be
/// recognised again:
/// - `decimal_text(p,s)` and `json_text` have text affinity: with `decimal` or `json`, which mean NUMERIC, `'1.10'`
///   would become the binary number 1.1. The price is that decimals sort as texts; `CAST(... AS REAL)` sorts them.
/// - `char(36)` for a UUID, since `uuid` means NUMERIC, and one written as 32 decimal digits would be rounded.
/// - `date`, `time`, `datetime` and `timestamp` mean NUMERIC, which leaves ISO 8601 alone: no such text is a number.
///   They are the names that other libraries for SQLite know. `timestamp` is an instant in UTC.
/// - `tinyint unsigned` and its like contain `int`, which is what gives them integer affinity.
///
/// PostgreSQL has no unsigned types and none of 8 bits: those get the next wider type, without a check on the range.
///
/// MySQL's own `timestamp` ends in 2038 and follows the session's time zone, so instants are `datetime(6)` in UTC.
pub fn type_name(dialect: Dialect, ty: &ColumnType) -> String {
    match dialect {
        Dialect::Sqlite => sqlite(ty),
        Dialect::Postgres => postgres(ty),
        Dialect::Mysql => mysql(ty),
    }
}

fn sqlite(ty: &ColumnType) -> String {
    let name = match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Int8 => "tinyint",
        ColumnType::Int16 => "smallint",
        ColumnType::Int32 => "integer",
        ColumnType::Int64 => "bigint",
        ColumnType::Uint8 => "tinyint unsigned",
        ColumnType::Uint16 => "smallint unsigned",
        ColumnType::Uint32 => "integer unsigned",
        ColumnType::Uint64 => "bigint unsigned",
        ColumnType::Float32 => "real",
        ColumnType::Float64 => "double precision",
        ColumnType::Decimal { precision, scale } => return format!("decimal_text({precision},{scale})"),
        ColumnType::Text { length: Some(length) } => return format!("varchar({length})"),
        // The check that goes with an enum is part of the column's definition.
        ColumnType::Text { length: None } | ColumnType::Enum(_) => "text",
        ColumnType::Bytes { length: Some(length) } => return format!("blob({length})"),
        ColumnType::Bytes { length: None } => "blob",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::Timestamp => "datetime",
        ColumnType::TimestampTz => "timestamp",
        ColumnType::Uuid => "char(36)",
        ColumnType::Json => "json_text",
        ColumnType::Array(of) => return format!("{}[]", sqlite(of)),
        ColumnType::Native(name) => name,
    };
    name.to_owned()
}

fn postgres(ty: &ColumnType) -> String {
    let name = match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Int8 | ColumnType::Int16 | ColumnType::Uint8 => "smallint",
        ColumnType::Int32 | ColumnType::Uint16 => "integer",
        ColumnType::Int64 | ColumnType::Uint32 => "bigint",
        ColumnType::Uint64 => "numeric(20,0)",
        ColumnType::Float32 => "real",
        ColumnType::Float64 => "double precision",
        ColumnType::Decimal { precision, scale } => return format!("numeric({precision},{scale})"),
        ColumnType::Text { length: Some(length) } => return format!("varchar({length})"),
        ColumnType::Text { length: None } => "text",
        // `bytea` takes no length.
        ColumnType::Bytes { length: _ } => "bytea",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::Timestamp => "timestamp",
        ColumnType::TimestampTz => "timestamptz",
        ColumnType::Uuid => "uuid",
        ColumnType::Json => "jsonb",
        ColumnType::Enum(ty) => return quote(Dialect::Postgres, &ty.name),
        ColumnType::Array(of) => return format!("{}[]", postgres(of)),
        ColumnType::Native(name) => name,
    };
    name.to_owned()
}

fn mysql(ty: &ColumnType) -> String {
    let name = match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Int8 => "tinyint",
        ColumnType::Int16 => "smallint",
        ColumnType::Int32 => "int",
        ColumnType::Int64 => "bigint",
        ColumnType::Uint8 => "tinyint unsigned",
        ColumnType::Uint16 => "smallint unsigned",
        ColumnType::Uint32 => "int unsigned",
        ColumnType::Uint64 => "bigint unsigned",
        ColumnType::Float32 => "float",
        ColumnType::Float64 => "double",
        ColumnType::Decimal { precision, scale } => return format!("decimal({precision},{scale})"),
        ColumnType::Text { length: Some(length) } => return format!("varchar({length})"),
        ColumnType::Text { length: None } => "longtext",
        ColumnType::Bytes { length: Some(length) } => return format!("varbinary({length})"),
        ColumnType::Bytes { length: None } => "longblob",
        ColumnType::Date => "date",
        ColumnType::Time => "time(6)",
        ColumnType::Timestamp | ColumnType::TimestampTz => "datetime(6)",
        ColumnType::Uuid => "char(36)",
        ColumnType::Json => "json",
        ColumnType::Enum(ty) => return format!("enum({})", values(Dialect::Mysql, ty)),
        ColumnType::Array(of) => return format!("{}[]", mysql(of)),
        ColumnType::Native(name) => name,
    };
    name.to_owned()
}
