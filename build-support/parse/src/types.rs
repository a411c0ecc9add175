//! Which column type holds a Rust type.
//!
//! A type is known by the last segments of its path, as a macro sees it: what a name was imported from is not visible
//! there. So `Date` is a date whichever crate it is from, and `Timestamp`, which is an instant in jiff and has no zone in
//! glim, must be written with its crate.

use glim_schema::{ColumnType, EnumType};
use syn::{Expr, GenericArgument, Lit, PathArguments, PathSegment, Type};

use crate::names;

/// What a field's type says of its column.
pub struct FieldType<'t> {
    /// Whether the type is an `Option`.
    pub nullable: bool,
    /// The column's type.
    pub column: Known,
    /// The type that must be an enum, if any: the column's type is one without name and values then.
    pub declared: Option<&'t Type>,
}

/// How far a type is known.
#[derive(Debug, PartialEq, Eq)]
pub enum Known {
    /// A column type.
    Type(ColumnType),
    /// A decimal number, or an array of them: how many digits must be said.
    Decimal {
        /// Whether it is an array.
        array: bool,
    },
    /// Only the database's own name for the type can help; the help says so, and what else could be written.
    Unknown(String),
}

/// What the type of a field says of its column.
pub fn field_type(ty: &Type) -> FieldType<'_> {
    let mut declared = None;
    let (nullable, column) = match argument_of(ty, "Option") {
        Some(inner) if argument_of(inner, "Option").is_some() => {
            (true, unknown("a column is either NULL or not: write a single `Option`"))
        }
        Some(inner) => (true, known(inner, &mut declared)),
        None => (false, known(ty, &mut declared)),
    };
    FieldType { nullable, column, declared }
}

fn known<'t>(ty: &'t Type, declared: &mut Option<&'t Type>) -> Known {
    match ty {
        Type::Group(group) => known(&group.elem, declared),
        Type::Paren(paren) => known(&paren.elem, declared),
        Type::Path(path) if path.qself.is_none() => {
            let mut last = path.path.segments.iter().rev();
            let Some(segment) = last.next() else { return unknown(SAY_SQL_TYPE) };
            let before = last.next();
            if !matches!(segment.arguments, PathArguments::None) {
                return generic(segment, declared);
            }
            let before = before.map(|segment| names::plain(&segment.ident));
            plain(before.as_deref(), &names::plain(&segment.ident)).unwrap_or_else(|| {
                *declared = Some(ty);
                Known::Type(ColumnType::Enum(EnumType { name: String::new(), values: Vec::new() }))
            })
        }
        Type::Array(array) if is_u8(&array.elem) => Known::Type(ColumnType::Bytes { length: length_of(&array.len) }),
        Type::Slice(slice) if is_u8(&slice.elem) => Known::Type(ColumnType::Bytes { length: None }),
        Type::Reference(_) => unknown("a model owns its values: write `String` for text, `Vec<u8>` for bytes"),
        _ => unknown(SAY_SQL_TYPE),
    }
}

const SAY_SQL_TYPE: &str = "say which type the column has, such as `#[glim(sql_type = \"varchar(20)\")]`, and implement \
                            `glim::ToValue` and `glim::FromValue`; or leave the field out with `#[glim(skip)]`";

/// What is said where a path leads to no enum.
#[cfg(feature = "scan")]
pub(crate) const SAY_ENUM: &str = "derive `glim::Enum` for it if it is an enum; for any other type say which one the \
                                   column has, such as `#[glim(sql_type = \"varchar(20)\")]`, and implement \
                                   `glim::ToValue` and `glim::FromValue`; or leave the field out with `#[glim(skip)]`";

/// A type with arguments.
fn generic<'t>(segment: &'t PathSegment, declared: &mut Option<&'t Type>) -> Known {
    let name = names::plain(&segment.ident);
    match (name.as_str(), single_argument(segment)) {
        ("Box" | "Cow", Some(inner)) => known(inner, declared),
        ("Vec", Some(inner)) if is_u8(inner) => Known::Type(ColumnType::Bytes { length: None }),
        ("Vec", Some(inner)) => array(argument_of(inner, "Option").unwrap_or(inner), declared),
        ("DateTime", Some(_)) => Known::Type(ColumnType::TimestampTz), // chrono
        _ => unknown(SAY_SQL_TYPE),
    }
}

/// An array of what `of` is.
fn array<'t>(of: &'t Type, declared: &mut Option<&'t Type>) -> Known {
    let is_boxed = ["Box", "Cow", "Option"].iter().any(|name| argument_of(of, name).is_some());
    match known(of, declared) {
        _ if is_boxed || is_u8(of) => {
            unknown("an array holds plain values, such as `Vec<i32>` or `Vec<Option<String>>`")
        }
        Known::Type(ColumnType::Array(_)) | Known::Decimal { array: true } => {
            unknown("an array holds no arrays: write one `Vec`, or keep it as a `serde_json::Value`")
        }
        Known::Type(ty) => Known::Type(ColumnType::array(ty)),
        Known::Decimal { array: false } => Known::Decimal { array: true },
        Known::Unknown(help) => Known::Unknown(help),
    }
}

/// A type without arguments, and the module or crate that its path names, if any. `None` for what only another item can
/// tell of.
fn plain(before: Option<&str>, name: &str) -> Option<Known> {
    let ty = match name {
        "bool" => ColumnType::Bool,
        "i8" => ColumnType::Int8,
        "i16" => ColumnType::Int16,
        "i32" => ColumnType::Int32,
        "i64" => ColumnType::Int64,
        "u8" => ColumnType::Uint8,
        "u16" => ColumnType::Uint16,
        "u32" => ColumnType::Uint32,
        "u64" => ColumnType::Uint64,
        "f32" => ColumnType::Float32,
        "f64" => ColumnType::Float64,
        "String" | "str" => ColumnType::Text { length: None },
        "char" => ColumnType::Text { length: Some(1) },
        "Date" | "NaiveDate" => ColumnType::Date,
        "Time" | "NaiveTime" => ColumnType::Time,
        "NaiveDateTime" | "PrimitiveDateTime" | "DateTime" => ColumnType::Timestamp, // the last is jiff's
        "OffsetDateTime" | "UtcDateTime" => ColumnType::TimestampTz,
        "Timestamp" => match before {
            Some("jiff") => ColumnType::TimestampTz,
            Some("glim" | "value") => ColumnType::Timestamp,
            _ => {
                return Some(unknown(
                    "a bare `Timestamp` can be two things: write `jiff::Timestamp` for an instant (kept in UTC), or \
                     `glim::Timestamp` for a date and time without a zone",
                ));
            }
        },
        "Uuid" => ColumnType::Uuid,
        "Decimal" => return Some(Known::Decimal { array: false }),
        "Value" if matches!(before, Some("glim" | "value")) => return Some(unknown(SAY_SQL_TYPE)),
        "Value" => ColumnType::Json, // serde_json
        "usize" => return Some(unknown("its size differs between machines: write `u32` or `u64`")),
        "isize" => return Some(unknown("its size differs between machines: write `i32` or `i64`")),
        "i128" | "u128" => {
            return Some(unknown("no database has integers of 128 bits: write `i64`, `u64`, or a `Decimal`"));
        }
        _ => return None,
    };
    Some(Known::Type(ty))
}

fn unknown(help: &str) -> Known {
    Known::Unknown(help.to_owned())
}

/// `T` when the type is `Name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Group(group) => argument_of(&group.elem, name),
        Type::Paren(paren) => argument_of(&paren.elem, name),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            if last.ident == name { single_argument(last) } else { None }
        }
        _ => None,
    }
}

/// The one type argument of `Name<T>` or `Name<'a, T>`.
fn single_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let first = types.next()?;
    types.next().is_none().then_some(first)
}

fn is_u8(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_u8(&group.elem),
        Type::Path(path) => path.path.is_ident("u8"),
        _ => false,
    }
}

/// The length of `[u8; N]`, when it is written as a number.
fn length_of(length: &Expr) -> Option<u32> {
    let Expr::Lit(literal) = length else { return None };
    let Lit::Int(digits) = &literal.lit else { return None };
    digits.base10_parse().ok().filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    use glim_schema::ColumnType as C;

    use super::{Known, field_type};

    fn column(ty: &str) -> (bool, Known) {
        let parsed = syn::parse_str(ty).expect("a type");
        let found = field_type(&parsed);
        (found.nullable, found.column)
    }

    #[test]
    fn each_supported_type_has_its_column() {
        for (ty, expected) in [
            ("bool", C::Bool),
            ("i8", C::Int8),
            ("i16", C::Int16),
            ("i32", C::Int32),
            ("i64", C::Int64),
            ("u8", C::Uint8),
            ("u16", C::Uint16),
            ("u32", C::Uint32),
            ("u64", C::Uint64),
            ("f32", C::Float32),
            ("f64", C::Float64),
            ("String", C::Text { length: None }),
            ("std::string::String", C::Text { length: None }),
            ("Box<str>", C::Text { length: None }),
            ("Cow<'static, str>", C::Text { length: None }),
            ("char", C::Text { length: Some(1) }),
            ("Vec<u8>", C::Bytes { length: None }),
            ("Box<[u8]>", C::Bytes { length: None }),
            ("[u8; 16]", C::Bytes { length: Some(16) }),
            ("[u8; LENGTH]", C::Bytes { length: None }),
            ("chrono::NaiveDate", C::Date),
            ("NaiveTime", C::Time),
            ("NaiveDateTime", C::Timestamp),
            ("chrono::DateTime<chrono::Utc>", C::TimestampTz),
            ("DateTime<FixedOffset>", C::TimestampTz),
            ("time::Date", C::Date),
            ("time::Time", C::Time),
            ("time::PrimitiveDateTime", C::Timestamp),
            ("OffsetDateTime", C::TimestampTz),
            ("jiff::civil::Date", C::Date),
            ("jiff::civil::Time", C::Time),
            ("jiff::civil::DateTime", C::Timestamp),
            ("jiff::Timestamp", C::TimestampTz),
            ("glim::Timestamp", C::Timestamp),
            ("::glim::value::Timestamp", C::Timestamp),
            ("glim::Date", C::Date),
            ("uuid::Uuid", C::Uuid),
            ("serde_json::Value", C::Json),
            ("Box<i32>", C::Int32),
        ] {
            assert_eq!(column(ty), (false, Known::Type(expected.clone())), "{ty}");
            assert_eq!(column(&format!("Option<{ty}>")), (true, Known::Type(expected)), "Option<{ty}>");
        }
        assert_eq!(column("std::option::Option<rust_decimal::Decimal>"), (true, Known::Decimal { array: false }));
    }

    #[test]
    fn a_vec_is_an_array_of_what_it_holds() {
        for (ty, of) in [
            ("Vec<i32>", C::Int32),
            ("Vec<Option<i32>>", C::Int32),
            ("std::vec::Vec<String>", C::Text { length: None }),
            ("Vec<Vec<u8>>", C::Bytes { length: None }),
            ("Vec<chrono::DateTime<Utc>>", C::TimestampTz),
            ("Vec<serde_json::Value>", C::Json),
            ("Vec<Mood>", C::one_of("", [""; 0])),
        ] {
            assert_eq!(column(ty), (false, Known::Type(C::array(of.clone()))), "{ty}");
            assert_eq!(column(&format!("Option<{ty}>")), (true, Known::Type(C::array(of))), "Option<{ty}>");
        }
        assert_eq!(column("Vec<glim::Decimal>"), (false, Known::Decimal { array: true }));
    }

    #[test]
    fn the_path_of_anything_else_must_lead_to_an_enum() {
        for ty in ["Color", "Option<Color>", "Box<Color>"] {
            let parsed = syn::parse_str(ty).expect("a type");
            let found = field_type(&parsed);
            assert_eq!(found.column, Known::Type(C::one_of("", [""; 0])), "{ty}");
            assert_eq!(found.declared.map(crate::names::in_one_line).as_deref(), Some("Color"), "{ty}");
        }
        let parsed = syn::parse_str("Option<String>").expect("a type");
        assert!(field_type(&parsed).declared.is_none());
    }

    #[test]
    fn what_is_not_known_says_what_to_write() {
        for (ty, advice) in [
            ("usize", "`u64`"),
            ("isize", "`i64`"),
            ("u128", "`Decimal`"),
            ("&'static str", "`String`"),
            ("Timestamp", "`jiff::Timestamp`"),
            ("Option<Option<i32>>", "single `Option`"),
            ("Vec<Vec<i32>>", "one `Vec`"),
            ("Vec<Option<u8>>", "plain values"),
            ("Vec<Box<i32>>", "plain values"),
            ("Vec<usize>", "`u64`"),
            ("(i32, i32)", "sql_type"),
            ("glim::Value", "sql_type"),
            ("[i32; 2]", "sql_type"),
            ("<A as B>::C", "sql_type"),
            ("HashMap<String, String>", "sql_type"),
        ] {
            let Known::Unknown(help) = column(ty).1 else { panic!("{ty} is known") };
            assert!(help.contains(advice), "{ty}: {help}");
        }
    }
}
