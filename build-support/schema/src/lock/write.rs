//! A schema's lines.

use std::fmt::{self, Write as _};

use crate::lock::VERSION;
use crate::lock::token::{name, quoted};
use crate::{Action, Check, Column, ColumnType, Default, Deferral, ForeignKey, Index, Indexed, Schema, Table, Unique};

const HEAD: &str = "\
# The schema after all migrations, one line for each object. `cargo glim make` keeps it.
# After a merge, lines of both sides stay where they are about different objects.
";

/// The schema as a text.
pub fn write(schema: &Schema) -> String {
    let mut text = format!("{HEAD}version {VERSION}\n");
    for (at, ty) in schema.enums.values().enumerate() {
        let values: Vec<String> = ty.values.iter().map(|value| quoted(value)).collect();
        let gap = if at == 0 { "\n" } else { "" };
        put(&mut text, format_args!("{gap}enum {} ({})\n", name(&ty.name), values.join(", ")));
    }
    for table in schema.tables.values() {
        text.push('\n');
        for line in lines(&table.clone().normal()) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

fn lines(table: &Table) -> Vec<String> {
    let own = name(&table.name);
    let mut lines = vec![format!("table {own}{}", comment(table.comment.as_ref()))];
    lines.extend(table.columns.iter().map(|each| format!("column {own}.{}", column(each))));
    if !table.primary_key.is_empty() {
        lines.push(format!("primary_key {own} {}", names(&table.primary_key)));
    }
    lines.extend(table.uniques.iter().map(|each| format!("unique {own} {}", unique(each))));
    lines.extend(table.indexes.iter().map(|each| format!("index {own} {}", index(each))));
    lines.extend(table.foreign_keys.iter().map(|each| format!("foreign_key {own} {}", foreign_key(each))));
    lines.extend(table.checks.iter().map(|each| format!("check {own} {}", check(each))));
    lines
}

fn column(column: &Column) -> String {
    let mut line = format!("{} {}", name(&column.name), column_type(&column.ty));
    if column.nullable {
        line.push_str(" null");
    }
    match &column.default {
        Some(Default::Keyword(word)) => put(&mut line, format_args!(" default {}", word.to_lowercase())),
        Some(Default::Number(digits)) => put(&mut line, format_args!(" default number {}", quoted(digits))),
        Some(Default::Text(text)) => put(&mut line, format_args!(" default text {}", quoted(text))),
        Some(Default::Expression(sql)) => put(&mut line, format_args!(" default sql {}", quoted(sql))),
        None => {}
    }
    if column.auto_increment {
        line.push_str(" auto_increment");
    }
    if let Some(collation) = &column.collation {
        put(&mut line, format_args!(" collation {}", name(collation)));
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.stored { "stored" } else { "computed" };
        put(&mut line, format_args!(" {kept} {}", quoted(&generated.expression)));
    }
    line + &comment(column.comment.as_ref())
}

fn column_type(ty: &ColumnType) -> String {
    match ty {
        ColumnType::Decimal { precision, scale } => format!("decimal({precision}, {scale})"),
        ColumnType::Text { length: Some(length) } => format!("text({length})"),
        ColumnType::Bytes { length: Some(length) } => format!("bytes({length})"),
        ColumnType::Enum(ty) => format!("enum({})", name(&ty.name)),
        ColumnType::Array(of) => format!("array({})", column_type(of)),
        ColumnType::Native(words) => format!("native({})", quoted(words)),
        ColumnType::Text { length: None } => "text".to_owned(),
        ColumnType::Bytes { length: None } => "bytes".to_owned(),
        plain => super::parse::PLAIN_TYPES
            .iter()
            .find(|(_, ty)| ty == plain)
            .map_or_else(String::new, |(word, _)| (*word).to_owned()),
    }
}

fn unique(unique: &Unique) -> String {
    format!("{}{}", names(&unique.columns), named(unique.name.as_ref()))
}

fn index(index: &Index) -> String {
    let parts = index.parts.iter().map(|part| {
        let of = match &part.of {
            Indexed::Column(column) => name(column),
            Indexed::Expression(sql) => format!("sql {}", quoted(sql)),
        };
        if part.descending { format!("{of} desc") } else { of }
    });
    let mut line = format!("({})", parts.collect::<Vec<_>>().join(", "));
    if index.unique {
        line.push_str(" unique");
    }
    if let Some(method) = &index.method {
        put(&mut line, format_args!(" using {}", name(method)));
    }
    if !index.include.is_empty() {
        put(&mut line, format_args!(" include {}", names(&index.include)));
    }
    if let Some(condition) = &index.predicate {
        put(&mut line, format_args!(" where {}", quoted(condition)));
    }
    line + &named(index.name.as_ref())
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut line =
        format!("{} references {} {}", names(&key.columns), name(&key.references), names(&key.referenced_columns));
    for (event, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
        if action != Action::NoAction {
            put(&mut line, format_args!(" {event} {}", action_word(action)));
        }
    }
    line.push_str(match key.deferral {
        Deferral::Never => "",
        Deferral::Possible => " deferrable",
        Deferral::Initial => " deferred",
    });
    line + &named(key.name.as_ref())
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::NoAction => "no_action",
        Action::Restrict => "restrict",
        Action::Cascade => "cascade",
        Action::SetNull => "set_null",
        Action::SetDefault => "set_default",
    }
}

fn check(check: &Check) -> String {
    format!("{}{}", quoted(&check.expression), named(check.name.as_ref()))
}

fn names(list: &[String]) -> String {
    format!("({})", list.iter().map(|each| name(each)).collect::<Vec<_>>().join(", "))
}

/// Writing to a String cannot fail.
fn put(text: &mut String, parts: fmt::Arguments<'_>) {
    let _ = text.write_fmt(parts);
}

fn named(given: Option<&String>) -> String {
    given.map(|given| format!(" name {}", name(given))).unwrap_or_default()
}

fn comment(text: Option<&String>) -> String {
    text.map(|text| format!(" comment {}", quoted(text))).unwrap_or_default()
}
