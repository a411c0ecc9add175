//! What diesel's SQL types hold: those of `diesel::sql_types`, for all databases, under all their names.

use glim_schema::ColumnType;
use syn::{GenericArgument, PathArguments, Type};

use crate::described::array;
use crate::names;

/// What a column holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The type; a nameless one where another item has to tell.
    pub(super) ty: ColumnType,
    /// Whether it may be NULL.
    pub(super) nullable: bool,
    /// The path of a type that is not diesel's.
    pub(super) declared: Option<String>,
}

/// What a column of that type holds, at most `length` long.
pub(super) fn held(ty: &Type, length: Option<u32>) -> Held {
    let Some((path, name, argument)) = parts(ty) else { return declared(names::in_one_line(ty)) };
    let known = |ty| Held { ty, nullable: false, declared: None };
    match (name.as_str(), argument) {
        ("Nullable", Some(inner)) => Held { nullable: true, ..held(inner, length) },
        ("Array", Some(inner)) => {
            let Held { ty, declared, .. } = held(inner, length);
            Held { ty: array(ty), nullable: false, declared }
        }
        ("Unsigned", Some(inner)) => known(unsigned(held(inner, None).ty)),
        ("Range" | "Multirange", Some(inner)) => known(range(&held(inner, None).ty, name == "Multirange")),
        ("Record", _) => known(ColumnType::native("record")),
        _ => plain(&name, length).map_or_else(|| declared(path), known),
    }
}

/// What is only known once the item has been found that declares the type.
fn declared(path: String) -> Held {
    Held { ty: ColumnType::native(""), nullable: false, declared: Some(path) }
}

fn unsigned(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Int8 => ColumnType::Uint8,
        ColumnType::Int16 => ColumnType::Uint16,
        ColumnType::Int32 => ColumnType::Uint32,
        ColumnType::Int64 => ColumnType::Uint64,
        other => other,
    }
}

fn range(of: &ColumnType, multi: bool) -> ColumnType {
    let of = match of {
        ColumnType::Int32 => "int4",
        ColumnType::Int64 => "int8",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "ts",
        ColumnType::TimestampTz => "tstz",
        ColumnType::Native(name) if name == "numeric" => "num",
        _ => return ColumnType::native(""),
    };
    ColumnType::Native(format!("{of}{}", if multi { "multirange" } else { "range" }))
}

fn plain(name: &str, length: Option<u32>) -> Option<ColumnType> {
    let native = |name: &str| ColumnType::native(name);
    Some(match name {
        "Bool" | "Boolean" => ColumnType::Bool,
        "TinyInt" | "Tinyint" => ColumnType::Int8,
        "SmallInt" | "Smallint" | "Int2" | "SmallSerial" => ColumnType::Int16,
        "Integer" | "Int4" | "Serial" => ColumnType::Int32,
        "BigInt" | "Bigint" | "Int8" | "BigSerial" => ColumnType::Int64,
        "Float" | "Float4" => ColumnType::Float32,
        "Double" | "Float8" => ColumnType::Float64,
        // How many digits there are is not said.
        "Numeric" | "Decimal" => native("numeric"),
        "Text" | "VarChar" | "Varchar" | "Char" | "Tinytext" | "Mediumtext" | "Longtext" => ColumnType::Text { length },
        "Bpchar" => match length {
            Some(length) => ColumnType::Native(format!("char({length})")),
            None => native("char"),
        },
        "Citext" => native("citext"),
        "CChar" => native("\"char\""),
        "Binary" | "Bytea" | "Blob" | "Tinyblob" | "Mediumblob" | "Longblob" | "Varbinary" | "Bit" => {
            ColumnType::Bytes { length }
        }
        "Date" => ColumnType::Date,
        "Time" => ColumnType::Time,
        "Timestamp" | "Datetime" => ColumnType::Timestamp,
        "Timestamptz" | "TimestamptzSqlite" => ColumnType::TimestampTz,
        "Interval" => native("interval"),
        "Json" | "Jsonb" => ColumnType::Json,
        "Uuid" => ColumnType::Uuid,
        "Oid" => native("oid"),
        "Money" => native("money"),
        "MacAddr" | "Macaddr" => native("macaddr"),
        "MacAddr8" | "Macaddr8" => native("macaddr8"),
        "Inet" => native("inet"),
        "Cidr" => native("cidr"),
        "PgLsn" => native("pg_lsn"),
        "Int4range" | "Int8range" | "Daterange" | "Numrange" | "Tsrange" | "Tstzrange" | "Int4multirange"
        | "Int8multirange" | "Datemultirange" | "Nummultirange" | "Tsmultirange" | "Tstzmultirange" => {
            ColumnType::Native(name.to_lowercase())
        }
        _ => return None,
    })
}

/// A type's path, its last name, and what stands between the angles after that.
fn parts(ty: &Type) -> Option<(String, String, Option<&Type>)> {
    match ty {
        Type::Group(group) => parts(&group.elem),
        Type::Paren(paren) => parts(&paren.elem),
        Type::Path(path) => {
            let all: Vec<String> = path.path.segments.iter().map(|segment| names::plain(&segment.ident)).collect();
            let last = path.path.segments.last()?;
            let argument = match &last.arguments {
                PathArguments::AngleBracketed(angles) => angles.args.iter().find_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                }),
                _ => None,
            };
            Some((all.join("::"), names::plain(&last.ident), argument))
        }
        _ => None,
    }
}
