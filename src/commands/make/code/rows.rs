//! Frozen row shapes: structs with the columns that a table has when a data migration is written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use glim_schema::{Column, ColumnType, Table};

use super::expression::literal;

/// A struct for the rows of a table.
pub(super) fn shape(table: &Table, glim: &str) -> String {
    let name = type_name(&table.name);
    let mut text =
        format!("\n/// A row of `{}`, as the table is when this migration runs.\n#[derive(Model)]\n", table.name);
    let renamed = if glim == "glim" { String::new() } else { format!(", crate = {}", literal(glim)) };
    let _ = writeln!(text, "#[glim(table = {}, frozen{renamed})]\npub struct {name} {{", literal(&table.name));
    let mut taken = BTreeSet::new();
    for column in &table.columns {
        // The database computes it.
        if column.generated.is_some() {
            continue;
        }
        let field = field_name(&column.name, &mut taken);
        let mut keys = Vec::new();
        if table.primary_key.contains(&column.name) {
            keys.push("primary_key".to_owned());
        }
        if column.auto_increment {
            keys.push("auto_increment".to_owned());
        }
        if field.trim_start_matches("r#") != column.name {
            keys.push(format!("column = {}", literal(&column.name)));
        }
        let ty = rust_type(column, glim, &mut keys);
        let ty = if column.nullable { format!("Option<{ty}>") } else { ty };
        let _ = writeln!(text, "    /// `{}`.", column.name.replace('`', "'"));
        if !keys.is_empty() {
            let _ = writeln!(text, "    #[glim({})]", keys.join(", "));
        }
        let _ = writeln!(text, "    pub {field}: {ty},");
    }
    text.push_str("}\n");
    text
}

/// How a row of the first table is used.
pub(super) fn example(tables: &[&Table]) -> String {
    let Some(table) = tables.first() else { return super::todo("do") };
    let name = type_name(&table.name);
    format!(
        "        // What is to be done with rows stands here: `db.insert(&{name} {{ .. }})`,\n        \
         // `db.find::<{name}>(key)`, `db.update(&row)`, `db.delete(&row)`, or `db.execute(sql, params)`.\n"
    )
}

/// `user_accounts` as `UserAccountsRow`.
pub(super) fn type_name(table: &str) -> String {
    format!("{}Row", camel(table))
}

/// Words with capitals, without what no identifier can hold.
pub(crate) fn camel(name: &str) -> String {
    let mut text = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        text.push_str(&first.to_ascii_uppercase());
        text.push_str(rest);
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        text.insert(0, 'M');
    }
    text
}

fn field_name(column: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let mut name: String = column.chars().map(plain).collect();
    if name.chars().all(|c| c == '_') {
        "column".clone_into(&mut name);
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'c');
    }
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    match name.as_str() {
        "self" | "super" | "crate" | "_" => format!("{name}_"),
        _ if is_keyword(&name) => format!("r#{name}"),
        _ => name,
    }
}

/// Whether it is a word of the language that a raw identifier can be.
pub(crate) fn is_keyword(name: &str) -> bool {
    const WORDS: [&str; 47] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
        "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    ];
    WORDS.contains(&name) || name == "yield"
}

/// The type of a field, with what its column needs to be told beside.
fn rust_type(column: &Column, glim: &str, keys: &mut Vec<String>) -> String {
    let plain = match &column.ty {
        ColumnType::Bool => "bool",
        ColumnType::Int8 => "i8",
        ColumnType::Int16 => "i16",
        ColumnType::Int32 => "i32",
        ColumnType::Int64 => "i64",
        ColumnType::Uint8 => "u8",
        ColumnType::Uint16 => "u16",
        ColumnType::Uint32 => "u32",
        ColumnType::Uint64 => "u64",
        ColumnType::Float32 => "f32",
        ColumnType::Float64 => "f64",
        ColumnType::Text { length } | ColumnType::Bytes { length } => {
            keys.extend(length.map(|length| format!("length = {length}")));
            if matches!(column.ty, ColumnType::Text { .. }) { "String" } else { "Vec<u8>" }
        }
        ColumnType::Decimal { precision, scale } => {
            keys.push(format!("precision = {precision}, scale = {scale}"));
            return format!("{glim}::Decimal");
        }
        ColumnType::Date => return format!("{glim}::Date"),
        ColumnType::Time => return format!("{glim}::Time"),
        ColumnType::Timestamp => return format!("{glim}::Timestamp"),
        ColumnType::Uuid => return format!("{glim}::Uuid"),
        // Enums are texts to a program that does not know their type, and so are the types that only databases know.
        ColumnType::Enum(ty) => {
            keys.push(format!("sql_type = {}", literal(&ty.name)));
            "String"
        }
        ColumnType::TimestampTz => {
            keys.push("sql_type = \"timestamptz\"".to_owned());
            return format!("{glim}::Timestamp");
        }
        ColumnType::Json => {
            keys.push("sql_type = \"json\"".to_owned());
            "String"
        }
        ColumnType::Array(_) => {
            keys.push("sql_type = \"array\"".to_owned());
            return format!("{glim}::Value");
        }
        ColumnType::Native(name) => {
            keys.push(format!("sql_type = {}", literal(name)));
            return format!("{glim}::Value");
        }
    };
    plain.to_owned()
}
