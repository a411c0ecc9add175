//! `column_type = "..."`: a value of SeaORM's `ColumnType`, in Rust.

use glim_schema::{ColumnType, EnumType};
use syn::{Expr, Lit};

use super::keys::rust;
use crate::described::array;

/// The type that the text means; `None` for one that is not known.
pub(super) fn column_type(text: &str) -> Option<ColumnType> {
    of(&rust(text)?)
}

fn of(expr: &Expr) -> Option<ColumnType> {
    let (name, arguments): (String, Vec<&Expr>) = match expr {
        Expr::Path(_) => (last_name(expr)?, Vec::new()),
        Expr::Call(call) => (last_name(&call.func)?, call.args.iter().collect()),
        Expr::Struct(made) => return (made.path.segments.last()?.ident == "Enum").then(|| ColumnType::native("")),
        Expr::Paren(paren) => return of(&paren.expr),
        _ => return None,
    };
    let numbers: Vec<u32> = arguments.iter().flat_map(|argument| numbers(argument)).collect();
    let length = numbers.first().copied().filter(|length| *length > 0);
    let sized = |name: &str| match length {
        Some(length) => ColumnType::Native(format!("{name}({length})")),
        None => ColumnType::native(name),
    };
    let plain = name.replace('_', "").to_lowercase();
    Some(match plain.as_str() {
        "string" | "char" => ColumnType::Text { length },
        "text" => ColumnType::Text { length: None },
        "blob" => ColumnType::Bytes { length: None },
        "binary" | "varbinary" => ColumnType::Bytes { length },
        "tinyinteger" => ColumnType::Int8,
        "smallinteger" => ColumnType::Int16,
        "integer" => ColumnType::Int32,
        "biginteger" => ColumnType::Int64,
        "tinyunsigned" => ColumnType::Uint8,
        "smallunsigned" => ColumnType::Uint16,
        "unsigned" => ColumnType::Uint32,
        "bigunsigned" => ColumnType::Uint64,
        "float" => ColumnType::Float32,
        "double" => ColumnType::Float64,
        "decimal" | "money" => match (numbers.as_slice(), plain.as_str()) {
            ([precision, scale], "decimal") => {
                ColumnType::decimal(u16::try_from(*precision).ok()?, u16::try_from(*scale).ok()?)
            }
            (_, plain) => ColumnType::native(plain),
        },
        "date" => ColumnType::Date,
        "time" => ColumnType::Time,
        "datetime" | "timestamp" => ColumnType::Timestamp,
        "timestampwithtimezone" => ColumnType::TimestampTz,
        "interval" => ColumnType::native("interval"),
        "year" => ColumnType::native("year"),
        "bit" => sized("bit"),
        "varbit" => sized("varbit"),
        "boolean" => ColumnType::Bool,
        "json" | "jsonbinary" => ColumnType::Json,
        "uuid" => ColumnType::Uuid,
        "vector" => sized("vector"),
        "cidr" => ColumnType::native("cidr"),
        "inet" => ColumnType::native("inet"),
        "macaddr" => ColumnType::native("macaddr"),
        "ltree" => ColumnType::native("ltree"),
        "custom" => ColumnType::native(arguments.iter().find_map(|argument| text(argument)).unwrap_or_default()),
        "enum" => ColumnType::native(""),
        "array" => array(arguments.iter().find_map(|argument| inner(argument))?),
        _ => return None,
    })
}

/// The type of an array's elements, within what makes a pointer to it.
fn inner(expr: &Expr) -> Option<ColumnType> {
    match expr {
        Expr::Call(call) => of(expr).or_else(|| call.args.iter().find_map(inner)),
        Expr::MethodCall(call) => inner(&call.receiver),
        other => of(other),
    }
}

fn last_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The numbers in an argument, such as those of `Some((10, 2))` or `StringLen::N(255)`.
fn numbers(expr: &Expr) -> Vec<u32> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().into_iter().collect(),
            _ => Vec::new(),
        },
        Expr::Call(call) => call.args.iter().flat_map(numbers).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter().flat_map(numbers).collect(),
        Expr::Paren(paren) => numbers(&paren.expr),
        _ => Vec::new(),
    }
}

/// The text in an argument, such as that of `"citext".into()`.
fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::MethodCall(call) => text(&call.receiver),
        Expr::Call(call) => call.args.iter().find_map(text),
        Expr::Reference(reference) => text(&reference.expr),
        _ => None,
    }
}

/// An enum of the database.
pub(super) fn one_of(name: String, values: Vec<String>) -> ColumnType {
    ColumnType::Enum(EnumType { name, values })
}
