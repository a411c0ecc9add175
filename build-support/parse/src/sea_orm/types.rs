//! What Rust types of fields hold, when no `column_type` says it.

use glim_schema::ColumnType;
use syn::{GenericArgument, PathArguments, Type};

use crate::described::array;
use crate::names;
use crate::types::{self, FieldType, Known};

/// What a type holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The type; a nameless one where another item has to tell.
    pub(super) ty: ColumnType,
    /// Whether the type is an `Option`.
    pub(super) nullable: bool,
    /// The path of a type that is neither Rust's nor SeaORM's.
    pub(super) declared: Option<String>,
}

/// What a field of that type holds.
pub(super) fn held(ty: &Type) -> Held {
    match argument(ty, "Option") {
        Some(inner) => Held { nullable: true, ..held(inner) },
        None => not_null(ty),
    }
}

/// The type between the angles, if the type is called so.
pub(super) fn argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(angles) = &last.arguments else { return None };
    angles.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The path of a type, without generic arguments.
pub(super) fn path(ty: &Type) -> String {
    match ty {
        Type::Path(path) => {
            let names = path.path.segments.iter().map(|segment| names::plain(&segment.ident));
            names.collect::<Vec<_>>().join("::")
        }
        other => names::in_one_line(other),
    }
}

fn not_null(ty: &Type) -> Held {
    let known = |ty| Held { ty, nullable: false, declared: None };
    let path = path(ty);
    let last = path.rsplit("::").next().unwrap_or_default();
    if let Some(ty) = named(last) {
        return known(ty);
    }
    let FieldType { column, declared, .. } = types::field_type(ty);
    match column {
        Known::Type(ty) if declared.is_none() => return known(ty),
        Known::Decimal { array: is_array } if declared.is_none() => {
            let decimal = ColumnType::native("decimal");
            return known(if is_array { array(decimal) } else { decimal });
        }
        _ => {}
    }
    if let Some(inner) = argument(ty, "Vec") {
        let Held { ty, declared, .. } = held(inner);
        return Held { ty: array(ty), nullable: false, declared };
    }
    Held { ty: ColumnType::native(""), nullable: false, declared: Some(path) }
}

/// The names of SeaORM's prelude.
fn named(name: &str) -> Option<ColumnType> {
    Some(match name {
        "Json" | "JsonValue" => ColumnType::Json,
        "ChronoDate" | "TimeDate" => ColumnType::Date,
        "ChronoTime" | "TimeTime" => ColumnType::Time,
        "ChronoDateTime" | "TimeDateTime" => ColumnType::Timestamp,
        "DateTimeUtc"
        | "DateTimeLocal"
        | "DateTimeWithTimeZone"
        | "ChronoDateTimeUtc"
        | "ChronoDateTimeLocal"
        | "ChronoDateTimeWithTimeZone"
        | "TimeDateTimeWithTimeZone" => ColumnType::TimestampTz,
        "ChronoUnixTimestamp" | "ChronoUnixTimestampMillis" | "TimeUnixTimestamp" | "TimeUnixTimestampMillis" => {
            ColumnType::Int64
        }
        "BigDecimal" => ColumnType::native("decimal"),
        "TextUuid" => ColumnType::Text { length: None },
        "IpNetwork" => ColumnType::native("inet"),
        "MacAddress" => ColumnType::native("macaddr"),
        "PgVector" => ColumnType::native("vector"),
        _ => return None,
    })
}
