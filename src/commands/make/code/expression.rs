//! Values of the schema as Rust expressions that make them.

use glim_schema::{
    Action, AlterEnum, Alteration, Check, Column, ColumnType, Default, Deferral, EnumType, ForeignKey, Index,
    IndexPart, Indexed, Table, Unique,
};

use super::chain::Chain;

/// A text as a literal. Rust's escapes for control characters are those of `Debug`; all else stands as it is.
pub(super) fn literal(text: &str) -> String {
    let escape = |character: char| match character {
        '"' => "\\\"".to_owned(),
        '\'' => "'".to_owned(),
        _ if character.is_control() || character == '\\' => character.escape_default().to_string(),
        _ => character.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", "))
}

/// What makes a table.
pub(super) fn table(table: &Table) -> Chain {
    let Table { name, columns, primary_key, uniques, indexes, foreign_keys, checks, comment } = table;
    let mut chain = Chain::new("Table::new", [literal(name)]);
    for each in columns {
        chain.push("column", column(each));
    }
    if !primary_key.is_empty() {
        chain.call("primary_key", list(primary_key));
    }
    for each in uniques {
        match each {
            Unique { name: None, columns } => chain.call("unique", list(columns)),
            named => chain.push("add_unique", unique(named)),
        }
    }
    for each in indexes {
        chain.push("index", index(each));
    }
    for each in foreign_keys {
        chain.push("foreign_key", foreign_key(each));
    }
    for each in checks {
        match each {
            Check { name: None, expression } => chain.call("check", literal(expression)),
            named => chain.push("add_check", check(named)),
        }
    }
    if let Some(comment) = comment {
        chain.call("comment", literal(comment));
    }
    chain
}

/// What makes a column.
pub(super) fn column(column: &Column) -> Chain {
    let Column { name, ty, nullable, default, auto_increment, collation, generated, comment } = column;
    let mut chain = Chain::new("Column::new", [literal(name), column_type(ty)]);
    if *nullable {
        chain.call("nullable", String::new());
    }
    if let Some(value) = default {
        chain.call("default", default_value(value));
    }
    if *auto_increment {
        chain.call("auto_increment", String::new());
    }
    if let Some(name) = collation {
        chain.call("collation", literal(name));
    }
    if let Some(generated) = generated {
        chain.call(if generated.stored { "stored" } else { "computed" }, literal(&generated.expression));
    }
    if let Some(comment) = comment {
        chain.call("comment", literal(comment));
    }
    chain
}

fn default_value(default: &Default) -> String {
    match default {
        Default::Keyword(word) => format!("schema::Default::Keyword({})", literal(word)),
        Default::Number(digits) => format!("schema::Default::number({})", literal(digits)),
        Default::Text(text) => format!("schema::Default::text({})", literal(text)),
        Default::Expression(sql) => format!("schema::Default::expression({})", literal(sql)),
    }
}

fn column_type(ty: &ColumnType) -> String {
    let name = match ty {
        ColumnType::Bool => "Bool",
        ColumnType::Int8 => "Int8",
        ColumnType::Int16 => "Int16",
        ColumnType::Int32 => "Int32",
        ColumnType::Int64 => "Int64",
        ColumnType::Uint8 => "Uint8",
        ColumnType::Uint16 => "Uint16",
        ColumnType::Uint32 => "Uint32",
        ColumnType::Uint64 => "Uint64",
        ColumnType::Float32 => "Float32",
        ColumnType::Float64 => "Float64",
        ColumnType::Date => "Date",
        ColumnType::Time => "Time",
        ColumnType::Timestamp => "Timestamp",
        ColumnType::TimestampTz => "TimestampTz",
        ColumnType::Uuid => "Uuid",
        ColumnType::Json => "Json",
        ColumnType::Text { length: None } => "Text { length: None }",
        ColumnType::Bytes { length: None } => "Bytes { length: None }",
        ColumnType::Text { length: Some(length) } => return format!("ColumnType::text({length})"),
        ColumnType::Bytes { length: Some(length) } => return format!("ColumnType::bytes({length})"),
        ColumnType::Decimal { precision, scale } => return format!("ColumnType::decimal({precision}, {scale})"),
        ColumnType::Enum(EnumType { name, values }) => {
            return format!("ColumnType::one_of({}, {})", literal(name), list(values));
        }
        ColumnType::Array(of) => return format!("ColumnType::array({})", column_type(of)),
        ColumnType::Native(name) => return format!("ColumnType::native({})", literal(name)),
    };
    format!("ColumnType::{name}")
}

/// What makes a unique constraint.
fn unique(unique: &Unique) -> Chain {
    named(Chain::new("Unique::new", [list(&unique.columns)]), unique.name.as_deref())
}

/// What makes a check.
fn check(check: &Check) -> Chain {
    named(Chain::new("Check::new", [literal(&check.expression)]), check.name.as_deref())
}

/// What makes an index.
pub(super) fn index(index: &Index) -> Chain {
    let Index { name, parts, unique, predicate, method, include } = index;
    let is_plain = index.is_of_columns() && parts.iter().all(|part| !part.descending);
    let root = if is_plain {
        Chain::new("Index::new", [list(&index.columns().map(str::to_owned).collect::<Vec<_>>())])
    } else {
        Chain::of_list("Index::over", parts.iter().map(part))
    };
    let mut chain = named(root, name.as_deref());
    if *unique {
        chain.call("unique", String::new());
    }
    if let Some(condition) = predicate {
        chain.call("predicate", literal(condition));
    }
    if let Some(method) = method {
        chain.call("method", literal(method));
    }
    if !include.is_empty() {
        chain.call("include", list(include));
    }
    chain
}

fn part(part: &IndexPart) -> String {
    let made = match &part.of {
        Indexed::Column(name) => format!("IndexPart::column({})", literal(name)),
        Indexed::Expression(sql) => format!("IndexPart::expression({})", literal(sql)),
    };
    if part.descending { format!("{made}.descending()") } else { made }
}

/// What makes a foreign key.
fn foreign_key(key: &ForeignKey) -> Chain {
    let ForeignKey { name, columns, references, referenced_columns, on_delete, on_update, deferral } = key;
    let root = Chain::new("ForeignKey::new", [list(columns), literal(references), list(referenced_columns)]);
    let mut chain = named(root, name.as_deref());
    for (method, action) in [("on_delete", on_delete), ("on_update", on_update)] {
        if *action != Action::NoAction {
            chain.call(method, format!("Action::{action:?}"));
        }
    }
    if *deferral != Deferral::Never {
        chain.call("deferral", format!("Deferral::{deferral:?}"));
    }
    chain
}

fn named(mut chain: Chain, name: Option<&str>) -> Chain {
    if let Some(name) = name {
        chain.call("name", literal(name));
    }
    chain
}

/// What makes an enum.
pub(super) fn enum_type(ty: &EnumType) -> Chain {
    Chain::new("EnumType::new", [literal(&ty.name), list(&ty.values)])
}

/// What gives an enum other values.
pub(super) fn alter_enum(alter: &AlterEnum) -> Chain {
    let AlterEnum { name, from, to, columns } = alter;
    let mut chain = Chain::new("AlterEnum::new", [literal(name), list(from), list(to)]);
    for each in columns {
        chain.both("column", Chain::plain(literal(&each.table)), column(&each.column));
    }
    chain
}

/// Adds what makes an alteration to a chain of them.
pub(super) fn alteration(alteration: &Alteration, chain: &mut Chain) {
    match alteration {
        Alteration::AddColumn(each) => chain.push("add_column", column(each)),
        Alteration::DropColumn(name) => chain.call("drop_column", literal(name)),
        Alteration::RenameColumn { from, to } => {
            chain.call("rename_column", format!("{}, {}", literal(from), literal(to)));
        }
        Alteration::ChangeColumn(each) => chain.push("change_column", column(each)),
        Alteration::RenameTo(name) => chain.call("rename_to", literal(name)),
        Alteration::AddUnique(each) => chain.push("add_unique", unique(each)),
        Alteration::AddForeignKey(each) => chain.push("add_foreign_key", foreign_key(each)),
        Alteration::AddCheck(each) => chain.push("add_check", check(each)),
        Alteration::DropConstraint(name) => chain.call("drop_constraint", literal(name)),
        Alteration::AlterColumn { from, to } => {
            chain.both("alter_column", column(from), column(to));
        }
        Alteration::AddPrimaryKey(columns) => chain.call("add_primary_key", list(columns)),
        Alteration::DropPrimaryKey => chain.call("drop_primary_key", String::new()),
        Alteration::DropForeignKey { name, index } => {
            chain.call("drop_foreign_key", format!("{}, {index}", literal(name)));
        }
        Alteration::RenameIndex { from, to } => {
            chain.call("rename_index", format!("{}, {}", literal(from), literal(to)));
        }
        Alteration::SetComment(comment) => {
            let comment =
                comment.as_deref().map_or("None".to_owned(), |text| format!("Some({}.to_owned())", literal(text)));
            chain.call("set_comment", comment);
        }
    }
}
