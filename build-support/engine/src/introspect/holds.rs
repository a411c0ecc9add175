//! Whether a database's type can be the one that a model speaks of, where the model says what a column holds but not how
//! the database spells it. Pure.

use glim_schema::sql::type_name;
use glim_schema::{ColumnType, Dialect};

use super::native::{normal, parts};

/// What values are of, as far as libraries tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Float32,
    Float64,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Uuid,
    Json,
}

/// Whether a column that a database declares as `native` can hold what the model's type does, with the length or the
/// digits that the model gives, if it gives any.
pub(super) fn holds(dialect: Dialect, model: &ColumnType, native: &str) -> bool {
    let live = normal(dialect, native);
    let of = |held: Held| kinds(dialect, &live).contains(&held);
    match model {
        // Nothing is said.
        ColumnType::Native(name) if name.is_empty() => true,
        ColumnType::Native(name) => is_named(dialect, name, &live),
        ColumnType::Array(of) => match live.strip_suffix("[]") {
            Some(element) => holds(dialect, of, element),
            // Only PostgreSQL has arrays: elsewhere they are documents.
            None => dialect != Dialect::Postgres && kinds(dialect, &live).contains(&Held::Json),
        },
        ColumnType::Enum(_) => match dialect {
            Dialect::Postgres => normal(dialect, &type_name(dialect, model)) == live || of(Held::Text),
            Dialect::Mysql => live == normal(dialect, &type_name(dialect, model)) || of(Held::Text),
            Dialect::Sqlite => of(Held::Text),
        },
        ColumnType::Decimal { precision, scale } => of(Held::Decimal) && has(&live, &[*precision, *scale]),
        ColumnType::Text { length } => of(Held::Text) && length.is_none_or(|length| has(&live, &[length])),
        ColumnType::Bytes { length } => {
            // PostgreSQL's `bytea` has no length.
            of(Held::Bytes) && (live == "bytea" || length.is_none_or(|length| has(&live, &[length])))
        }
        other => plain(other).is_some_and(of),
    }
}

/// Whether those are the type's arguments. What SQLite declares without any sets no limit that could be another.
fn has<N: ToString>(live: &str, numbers: &[N]) -> bool {
    let (_, arguments, _) = parts(live);
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    arguments == format!("({})", numbers.join(","))
}

/// What a type without parameters holds.
fn plain(ty: &ColumnType) -> Option<Held> {
    Some(match ty {
        ColumnType::Bool => Held::Bool,
        ColumnType::Int8 => Held::Int8,
        ColumnType::Int16 => Held::Int16,
        ColumnType::Int32 => Held::Int32,
        ColumnType::Int64 => Held::Int64,
        ColumnType::Uint8 => Held::Uint8,
        ColumnType::Uint16 => Held::Uint16,
        ColumnType::Uint32 => Held::Uint32,
        ColumnType::Uint64 => Held::Uint64,
        ColumnType::Float32 => Held::Float32,
        ColumnType::Float64 => Held::Float64,
        ColumnType::Date => Held::Date,
        ColumnType::Time => Held::Time,
        ColumnType::Timestamp => Held::Timestamp,
        ColumnType::TimestampTz => Held::TimestampTz,
        ColumnType::Uuid => Held::Uuid,
        ColumnType::Json => Held::Json,
        ColumnType::Decimal { .. }
        | ColumnType::Text { .. }
        | ColumnType::Bytes { .. }
        | ColumnType::Enum(_)
        | ColumnType::Array(_)
        | ColumnType::Native(_) => return None,
    })
}

/// Whether a type in the model's own words is the database's.
fn is_named(dialect: Dialect, name: &str, live: &str) -> bool {
    let wanted = normal(dialect, name);
    let (base, arguments, _) = parts(&wanted);
    let (live_base, live_arguments, _) = parts(live);
    // A type of PostgreSQL may be named with its schema.
    let unqualified = |name: &str| name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_owned();
    let same = unqualified(base) == unqualified(live_base);
    if same && (arguments.is_empty() || arguments == live_arguments) {
        return true;
    }
    match base {
        "numeric" | "decimal" => kinds(dialect, live).contains(&Held::Decimal),
        "character" if arguments == "(1)" => same,
        // Others keep what PostgreSQL has types for as something else.
        "money" => dialect != Dialect::Postgres && kinds(dialect, live).contains(&Held::Decimal),
        "citext" | "inet" | "cidr" | "macaddr" | "ltree" | "interval" => {
            dialect != Dialect::Postgres && kinds(dialect, live).contains(&Held::Text)
        }
        _ => false,
    }
}

/// What a native type, in our spelling, can hold.
fn kinds(dialect: Dialect, live: &str) -> &'static [Held] {
    let (name, arguments, rest) = parts(live);
    match dialect {
        Dialect::Sqlite => sqlite(name),
        Dialect::Postgres => postgres(name, rest),
        Dialect::Mysql => mysql(name, arguments, name.ends_with("unsigned") || rest.ends_with("unsigned")),
    }
}

/// By parts of the name, as SQLite itself and libraries for it go by them. What SQLite has no type of its own for is kept
/// as a text.
fn sqlite(name: &str) -> &'static [Held] {
    use Held::{
        Bool, Bytes, Date, Decimal, Float32, Float64, Int8, Int16, Int32, Int64, Json, Text, Time, Timestamp,
        TimestampTz, Uint8, Uint16, Uint32, Uint64, Uuid,
    };
    let has = |part: &str| name.contains(part);
    match name {
        "boolean" => &[Bool],
        "date" | "date_text" => &[Date],
        "time" | "time_text" => &[Time],
        "datetime"
        | "timestamp"
        | "datetime_text"
        | "timestamp_text"
        | "timestamp_with_timezone_text"
        | "timestamptz" => &[Timestamp, TimestampTz],
        "json" | "jsonb" | "json_text" | "jsonb_text" => &[Json],
        "uuid" | "uuid_text" => &[Uuid],
        _ if has("int") && has("tiny") => &[Int8, Uint8, Bool],
        _ if name == "int2" || has("int") && has("small") => &[Int16, Uint16, Uint8, Int8],
        _ if name == "int8" || has("int") && has("big") => &[Int64, Uint64, Uint32],
        // The key that numbers rows is an `integer`, however wide it is meant.
        _ if has("int") => &[Int32, Int64, Int16, Int8, Uint8, Uint16, Uint32, Uint64, Bool],
        _ if has("decimal_text") => &[Decimal],
        _ if has("char") || has("clob") || has("text") => {
            &[Text, Uuid, Json, Date, Time, Timestamp, TimestampTz, Decimal]
        }
        _ if name.is_empty() || has("blob") || has("binary") => &[Bytes, Uuid],
        _ if has("float") || has("real") => &[Float32, Float64, Decimal],
        _ if has("double") => &[Float64, Decimal],
        _ if has("num") || has("dec") => &[Decimal, Float64],
        _ => &[],
    }
}

fn postgres(name: &str, rest: &str) -> &'static [Held] {
    use Held::{
        Bool, Bytes, Date, Decimal, Float32, Float64, Int8, Int16, Int32, Int64, Json, Text, Time, Timestamp,
        TimestampTz, Uint8, Uint16, Uint32, Uint64, Uuid,
    };
    match name {
        "boolean" => &[Bool],
        // There are no unsigned types: a library takes the type of the same width, or the next wider one.
        "smallint" => &[Int16, Int8, Uint8, Uint16],
        "integer" => &[Int32, Uint16, Uint32],
        "bigint" => &[Int64, Uint32, Uint64],
        "real" => &[Float32],
        "double precision" => &[Float64],
        "numeric" => &[Decimal, Uint64],
        "text" | "character varying" | "character" | "citext" | "name" => &[Text],
        "bytea" | "bit" | "bit varying" => &[Bytes],
        "date" => &[Date],
        "time" | "time without time zone" | "time with time zone" => &[Time],
        "timestamp" if rest.contains("with time zone") => &[TimestampTz],
        "timestamp" | "timestamp without time zone" => &[Timestamp],
        "timestamp with time zone" => &[TimestampTz],
        "uuid" => &[Uuid],
        "json" | "jsonb" => &[Json],
        _ => &[],
    }
}

fn mysql(name: &str, arguments: &str, unsigned: bool) -> &'static [Held] {
    use Held::{
        Bool, Bytes, Date, Decimal, Float32, Float64, Int8, Int16, Int32, Int64, Json, Text, Time, Timestamp,
        TimestampTz, Uint8, Uint16, Uint32, Uint64, Uuid,
    };
    match (name.split(' ').next().unwrap_or(name), unsigned) {
        ("tinyint", false) if arguments == "(1)" => &[Bool, Int8],
        ("tinyint", false) => &[Int8, Bool],
        ("tinyint", true) => &[Uint8, Bool],
        ("smallint", false) => &[Int16],
        ("smallint", true) => &[Uint16],
        ("mediumint" | "int", false) => &[Int32],
        ("mediumint" | "int", true) => &[Uint32],
        ("bigint", false) => &[Int64],
        ("bigint", true) => &[Uint64],
        ("year", _) => &[Int16, Uint16, Int32],
        ("float", _) => &[Float32],
        ("double", _) => &[Float64],
        ("decimal", _) => &[Decimal],
        // MariaDB has no type for JSON.
        ("longtext", _) => &[Text, Json],
        ("char" | "varchar", _) if arguments == "(36)" => &[Text, Uuid],
        ("char" | "varchar" | "text" | "tinytext" | "mediumtext" | "set" | "enum", _) => &[Text],
        ("binary", _) if arguments == "(16)" => &[Bytes, Uuid],
        ("binary" | "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob" | "bit", _) => &[Bytes],
        ("date", _) => &[Date],
        ("time", _) => &[Time],
        ("datetime" | "timestamp", _) => &[Timestamp, TimestampTz],
        ("json", _) => &[Json],
        ("uuid", _) => &[Uuid],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{ColumnType, Dialect};

    use super::holds;

    const NUMERIC: fn() -> ColumnType = || ColumnType::native("numeric");
    const TEXT: ColumnType = ColumnType::Text { length: None };

    #[test]
    fn spellings_of_what_is_meant_are_taken_for_it() {
        for (dialect, ty, native) in [
            (Dialect::Sqlite, ColumnType::Int64, "INTEGER"),
            (Dialect::Sqlite, ColumnType::Bool, "BOOLEAN"),
            (Dialect::Sqlite, ColumnType::Timestamp, "TIMESTAMP"),
            (Dialect::Sqlite, ColumnType::TimestampTz, "timestamp_with_timezone_text"),
            (Dialect::Sqlite, TEXT, "VARCHAR(20)"),
            (Dialect::Sqlite, ColumnType::Text { length: Some(20) }, "varchar( 20 )"),
            (Dialect::Sqlite, NUMERIC(), "NUMERIC(10, 2)"),
            (Dialect::Sqlite, ColumnType::decimal(16, 4), "real(16, 4)"),
            (Dialect::Sqlite, ColumnType::Bytes { length: None }, "varbinary_blob"),
            (Dialect::Sqlite, ColumnType::Uuid, "uuid_text"),
            (Dialect::Postgres, TEXT, "character varying(20)"),
            (Dialect::Postgres, ColumnType::Int16, "smallint"),
            (Dialect::Postgres, ColumnType::Uint32, "integer"),
            (Dialect::Postgres, NUMERIC(), "numeric(10,2)"),
            (Dialect::Postgres, ColumnType::Timestamp, "timestamp(3) without time zone"),
            (Dialect::Postgres, ColumnType::TimestampTz, "timestamp with time zone"),
            (Dialect::Postgres, ColumnType::Time, "time without time zone"),
            (Dialect::Postgres, ColumnType::Json, "json"),
            (Dialect::Postgres, ColumnType::native("char(3)"), "character(3)"),
            (Dialect::Postgres, ColumnType::native("char"), "character(3)"),
            (Dialect::Postgres, ColumnType::native("tsvector"), "tsvector"),
            (Dialect::Postgres, ColumnType::array(ColumnType::Int32), "integer[]"),
            (Dialect::Postgres, ColumnType::native(""), "geometry(Point,4326)"),
            (Dialect::Postgres, ColumnType::one_of("tea", ["a"]), "\"tea\""),
            (Dialect::Mysql, ColumnType::Bool, "tinyint(1)"),
            (Dialect::Mysql, ColumnType::Timestamp, "timestamp"),
            (Dialect::Mysql, ColumnType::Uint64, "bigint(20) unsigned"),
            (Dialect::Mysql, ColumnType::Json, "longtext"),
            (Dialect::Mysql, ColumnType::Uuid, "binary(16)"),
            (Dialect::Mysql, ColumnType::one_of("tea", ["a", "b"]), "enum('a','b')"),
        ] {
            assert!(holds(dialect, &ty, native), "{ty:?} is {native} on {dialect}");
        }
    }

    #[test]
    fn another_type_is_not_taken_for_it() {
        for (dialect, ty, native) in [
            (Dialect::Sqlite, ColumnType::Int32, "bigint"),
            (Dialect::Sqlite, ColumnType::Int32, "text"),
            (Dialect::Sqlite, TEXT, "integer"),
            (Dialect::Sqlite, ColumnType::Text { length: Some(20) }, "varchar(30)"),
            (Dialect::Postgres, ColumnType::Int32, "bigint"),
            (Dialect::Postgres, TEXT, "integer"),
            (Dialect::Postgres, ColumnType::Timestamp, "timestamp with time zone"),
            (Dialect::Postgres, ColumnType::Text { length: Some(20) }, "text"),
            (Dialect::Postgres, ColumnType::decimal(10, 2), "numeric(10,3)"),
            (Dialect::Postgres, ColumnType::array(ColumnType::Int32), "bigint[]"),
            (Dialect::Postgres, ColumnType::native("inet"), "cidr"),
            (Dialect::Postgres, ColumnType::one_of("tea", ["a"]), "coffee"),
            (Dialect::Mysql, ColumnType::Int32, "int unsigned"),
            (Dialect::Mysql, ColumnType::Date, "datetime"),
        ] {
            assert!(!holds(dialect, &ty, native), "{ty:?} is not {native} on {dialect}");
        }
    }
}
