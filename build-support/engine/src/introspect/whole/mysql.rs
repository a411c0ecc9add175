//! The catalogue of MySQL and MariaDB, whole.

use std::collections::HashMap;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::{
    Action, Check, Column, ColumnType, Default, Dialect, EnumType, ForeignKey, Generated, Index, IndexPart, Indexed,
    Table, Unique,
};

use super::default::default;
use super::gather::Gather;
use crate::driver::Connection;
use crate::introspect::query::{all, flag, optional, text};

const TABLES: &str = "SELECT table_name, table_type, table_comment, engine FROM information_schema.tables \
    WHERE table_schema = $1 ORDER BY BINARY table_name";

/// The collation that a text has which is said to be `utf8mb4` and nothing more.
const COLLATION: &str = "SELECT default_collate_name FROM information_schema.character_sets \
    WHERE character_set_name = 'utf8mb4' AND $1 IS NOT NULL";

const COLUMNS: &str = "SELECT table_name, column_name, column_type, is_nullable = 'YES', column_default, extra, \
    collation_name, generation_expression, column_comment FROM information_schema.columns WHERE table_schema = $1 \
    ORDER BY table_name, ordinal_position";

/// How many tables MariaDB is asked about at once: it opens each table for each of the questions below, and keeps as many
/// open as `table_open_cache` says, which is 2000 where nobody has set it.
const AT_ONCE: usize = 1000;

const PARTITIONED: &str = "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 \
    AND BINARY table_name BETWEEN $2 AND $3 AND create_options LIKE '%partitioned%' ORDER BY BINARY table_name";

/// MariaDB has no indexes over expressions, nor a column for them.
fn indexes(is_mariadb: bool) -> String {
    let expression = if is_mariadb { "NULL" } else { "expression" };
    format!(
        "SELECT table_name, index_name, non_unique = 0, column_name, {expression}, collation = 'D', index_type, \
         CAST(sub_part AS CHAR) FROM information_schema.statistics WHERE table_schema = $1 \
         AND BINARY table_name BETWEEN $2 AND $3 ORDER BY BINARY table_name, index_name, seq_in_index"
    )
}

const KEYS: &str = "SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name, \
    referenced_table_schema = table_schema FROM information_schema.key_column_usage \
    WHERE table_schema = $1 AND BINARY table_name BETWEEN $2 AND $3 AND referenced_table_name IS NOT NULL \
    ORDER BY BINARY table_name, constraint_name, ordinal_position";

const RULES: &str = "SELECT table_name, constraint_name, delete_rule, update_rule \
    FROM information_schema.referential_constraints \
    WHERE constraint_schema = $1 AND BINARY table_name BETWEEN $2 AND $3";

/// MariaDB knows whether a check is a column's own, which has the column's name and no other.
fn checks(is_mariadb: bool) -> &'static str {
    if is_mariadb {
        "SELECT table_name, constraint_name, check_clause, level = 'Column' \
         FROM information_schema.check_constraints WHERE constraint_schema = $1 \
         AND BINARY table_name BETWEEN $2 AND $3 ORDER BY BINARY table_name, constraint_name"
    } else {
        "SELECT t.table_name, c.constraint_name, c.check_clause, 0 FROM information_schema.check_constraints c \
         JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema \
         AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK' \
         WHERE c.constraint_schema = $1 AND BINARY t.table_name BETWEEN $2 AND $3 \
         ORDER BY BINARY t.table_name, c.constraint_name"
    }
}

const OTHERS: &str = "SELECT 'view', table_name, view_definition FROM information_schema.views WHERE table_schema = $1 \
    UNION ALL SELECT 'trigger', concat(event_object_table, '.', trigger_name), \
    concat_ws(' ', action_timing, event_manipulation, action_statement) \
    FROM information_schema.triggers WHERE trigger_schema = $1 \
    UNION ALL SELECT lower(routine_type), routine_name, routine_definition \
    FROM information_schema.routines WHERE routine_schema = $1 \
    UNION ALL SELECT 'event', event_name, event_definition FROM information_schema.events WHERE event_schema = $1";

pub(super) fn describe(
    conn: &mut dyn Connection,
    schema: &str,
    is_mariadb: bool,
    gather: &mut Gather,
) -> Result<(), DatabaseError> {
    let tables = all(conn, TABLES, &[schema])?;
    for row in &tables {
        relation(row, gather);
    }
    let unasked = all(conn, COLLATION, &[schema])?.first().map(|row| text(row, 0)).unwrap_or_default();
    for row in all(conn, COLUMNS, &[schema])? {
        column(&row, &unasked, is_mariadb, gather);
    }
    let names: Vec<String> = tables.iter().map(|row| text(row, 0)).collect();
    for some in names.chunks(if is_mariadb { AT_ONCE } else { usize::MAX }) {
        if let (Some(first), Some(last)) = (some.first(), some.last()) {
            of_tables(conn, &[schema, first, last], is_mariadb, gather)?;
        }
    }
    for row in all(conn, OTHERS, &[schema])? {
        gather.other(&text(&row, 0), text(&row, 1), text(&row, 2));
    }
    Ok(())
}

/// What the server opens tables for, of those between the two names.
fn of_tables(
    conn: &mut dyn Connection,
    those: &[&str],
    is_mariadb: bool,
    gather: &mut Gather,
) -> Result<(), DatabaseError> {
    for row in all(conn, PARTITIONED, those)? {
        gather.other("partitioning of table", text(&row, 0), "partitioned");
    }
    for row in all(conn, checks(is_mariadb), those)? {
        check(&row, is_mariadb, gather);
    }
    let keys = all(conn, KEYS, those)?;
    let mut rules: HashMap<(String, String), [Action; 2]> = HashMap::new();
    let rows = if keys.is_empty() { Vec::new() } else { all(conn, RULES, those)? };
    for row in rows {
        rules.insert((text(&row, 0), text(&row, 1)), [action(&text(&row, 2)), action(&text(&row, 3))]);
    }
    for rows in keys.chunk_by(|a, b| text(a, 0) == text(b, 0) && text(a, 1) == text(b, 1)) {
        foreign_key(rows, &rules, gather);
    }
    let rows = all(conn, &indexes(is_mariadb), those)?;
    for rows in rows.chunk_by(|a, b| text(a, 0) == text(b, 0) && text(a, 1) == text(b, 1)) {
        index(rows, gather);
    }
    Ok(())
}

fn relation(row: &[Value], gather: &mut Gather) {
    let (name, kind) = (text(row, 0), text(row, 1));
    match kind.as_str() {
        "BASE TABLE" | "SYSTEM VERSIONED" => {
            let engine = text(row, 3);
            if engine != "InnoDB" {
                gather.other("engine of table", name.clone(), engine);
            }
            if kind != "BASE TABLE" {
                gather.other("versioning of table", name.clone(), kind);
            }
            gather.add(Table { comment: said(row, 2), ..Table::new(name) });
        }
        "VIEW" => {}
        other => gather.other(&other.to_lowercase(), name, String::new()),
    }
}

/// A text that may be empty, which then says nothing.
fn said(row: &[Value], at: usize) -> Option<String> {
    optional(row, at).filter(|text| !text.is_empty())
}

fn column(row: &[Value], unasked: &str, is_mariadb: bool, gather: &mut Gather) {
    let (table, name, native) = (text(row, 0), text(row, 1), text(row, 2));
    if !gather.has(&table) {
        return;
    }
    let ty = match values(&native) {
        // The values are the column's own there, and so is the name that we give them.
        Some(values) => ColumnType::Enum(EnumType { name: format!("{table}_{name}"), values }),
        None => gather.ty(&native),
    };
    let mut column = Column { nullable: flag(row, 3), ..Column::new(name, ty) };
    let extra = text(row, 5).to_lowercase();
    let is_kept = extra.contains("stored generated") || extra.contains("persistent generated");
    if let Some(expression) = said(row, 7).filter(|_| is_kept || extra.contains("virtual generated")) {
        column.generated = Some(Generated { expression: unescaped(expression, is_mariadb), stored: is_kept });
    } else if let Some(value) = optional(row, 4) {
        column.default = value_of(value, &extra, is_mariadb, &column.ty);
    }
    column.auto_increment = extra.contains("auto_increment");
    column.collation = optional(row, 6).filter(|name| name != unasked);
    column.comment = said(row, 8);
    if let Some((_, update)) = extra.split_once("on update ") {
        gather.other("ON UPDATE of column", format!("{table}.{}", column.name), update);
    }
    if let Some(table) = gather.table(&table) {
        table.columns.push(column);
    }
}

/// The default from what the catalogue gives: SQL on MariaDB; on MySQL the bare value, unless `extra` says otherwise.
fn value_of(value: String, extra: &str, is_mariadb: bool, ty: &ColumnType) -> Option<Default> {
    if is_mariadb {
        return default(Dialect::Mysql, &value, ty);
    }
    if extra.contains("default_generated") {
        return Some(Default::Expression(unescaped(value, false)));
    }
    let is_text =
        matches!(ty, ColumnType::Text { .. } | ColumnType::Enum(_) | ColumnType::Uuid | ColumnType::Native(_))
            || matches!(ty, ColumnType::Date | ColumnType::Time | ColumnType::Timestamp | ColumnType::Bytes { .. });
    if is_text { Some(Default::Text(value)) } else { default(Dialect::Mysql, &value, ty) }
}

/// MySQL gives expressions with the quotes in them escaped.
fn unescaped(sql: String, is_mariadb: bool) -> String {
    if is_mariadb { sql } else { sql.replace("\\'", "'") }
}

/// The values of `enum('a','b')`.
fn values(native: &str) -> Option<Vec<String>> {
    let inside = native.strip_prefix("enum(")?.strip_suffix(')')?;
    let mut values = Vec::new();
    let mut value: Option<String> = None;
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        match (&mut value, letter) {
            (None, '\'') => value = Some(String::new()),
            (None, _) => {}
            (Some(open), '\'') if letters.peek() == Some(&'\'') => {
                letters.next();
                open.push('\'');
            }
            (Some(_), '\'') => values.extend(value.take()),
            (Some(open), letter) => open.push(letter),
        }
    }
    Some(values)
}

fn check(row: &[Value], is_mariadb: bool, gather: &mut Gather) {
    let (table, name) = (text(row, 0), text(row, 1));
    let clause = unescaped(text(row, 2), is_mariadb);
    // MariaDB's JSON is a long text with this check.
    if flag(row, 3) && clause.eq_ignore_ascii_case(&format!("json_valid(`{name}`)")) {
        if let Some(column) = gather.column(&table, &name) {
            column.ty = ColumnType::Json;
            column.collation = None;
        }
        return;
    }
    if let Some(table) = gather.table(&table) {
        table.checks.push(if flag(row, 3) { Check::new(clause) } else { Check::new(clause).name(name) });
    }
}

/// InnoDB takes `RESTRICT` and `NO ACTION` for one and the same.
fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn foreign_key(rows: &[Vec<Value>], rules: &HashMap<(String, String), [Action; 2]>, gather: &mut Gather) {
    let Some(row) = rows.first() else { return };
    let (table, name) = (text(row, 0), text(row, 1));
    let columns: Vec<String> = rows.iter().map(|row| text(row, 2)).collect();
    let theirs: Vec<String> = rows.iter().map(|row| text(row, 4)).collect();
    if !flag(row, 5) {
        let definition = format!("({}) to {} ({})", columns.join(", "), text(row, 3), theirs.join(", "));
        gather.other("foreign key to another database", format!("{table}.{name}"), definition);
        return;
    }
    let [on_delete, on_update] = rules.get(&(table.clone(), name.clone())).copied().unwrap_or_default();
    let key = ForeignKey::new(columns, text(row, 3), theirs).name(name).on_delete(on_delete).on_update(on_update);
    if let Some(table) = gather.table(&table) {
        table.foreign_keys.push(key);
    }
}

fn index(rows: &[Vec<Value>], gather: &mut Gather) {
    let Some(row) = rows.first() else { return };
    let (table, name) = (text(row, 0), text(row, 1));
    let columns: Vec<String> = rows.iter().filter_map(|row| optional(row, 3)).collect();
    if name == "PRIMARY" {
        if let Some(table) = gather.table(&table) {
            table.primary_key = columns;
        }
        return;
    }
    let kind = text(row, 6).to_lowercase();
    let is_ordered = kind == "btree";
    // The part of a column that is indexed; a spatial index has one of its own.
    if is_ordered && rows.iter().any(|row| optional(row, 7).is_some()) {
        let parts = rows.iter().map(|row| match optional(row, 7) {
            Some(length) => format!("{}({length})", text(row, 3)),
            None => text(row, 3),
        });
        let parts = parts.collect::<Vec<_>>().join(", ");
        let unique = if flag(row, 2) { "unique " } else { "" };
        gather.other("index", format!("{table}.{name}"), format!("{unique}({parts})"));
        return;
    }
    let Some(table) = gather.table(&table) else { return };
    let unique = flag(row, 2);
    // Made with the key, and gone with it.
    if !unique && table.foreign_keys.iter().any(|key| key.name.as_ref() == Some(&name) && key.columns == columns) {
        return;
    }
    let is_plain = rows.iter().all(|row| optional(row, 3).is_some() && !flag(row, 5));
    if unique && is_plain && matches!(kind.as_str(), "btree" | "hash") {
        table.uniques.push(Unique::new(columns).name(name));
        return;
    }
    let parts = rows.iter().map(|row| {
        let of = match optional(row, 4) {
            Some(sql) => Indexed::Expression(unescaped(sql, false)),
            None => Indexed::Column(text(row, 3)),
        };
        IndexPart { of, descending: flag(row, 5) }
    });
    let method = (!is_ordered).then_some(kind);
    table.indexes.push(Index { name: Some(name), unique, method, ..Index::over(parts) });
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn the_values_of_an_enum_are_read() {
        let values = |native: &str| values(native);
        assert_eq!(values("enum('a','it''s',',','')"), Some(["a", "it's", ",", ""].map(str::to_owned).to_vec()));
        assert_eq!(values("varchar(3)"), None);
    }
}
