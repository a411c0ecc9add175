//! SQLite's catalogue, whole: its pragmas for what they tell, the texts of its statements for the rest.

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::{
    Action, Check, Column, ColumnType, EnumType, ForeignKey, Generated, Index, IndexPart, Indexed, Table, Unique,
};

use super::default::default;
use super::gather::Gather;
use super::stored::{Statement, StoredIndex};
use crate::driver::Connection;
use crate::introspect::query::{all, flag, optional, text};

/// A shadow table is a part of a virtual one.
const OBJECTS: &str = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema \
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql IS NOT NULL \
    AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = $1 AND type = 'shadow') ORDER BY rowid";

/// A hidden column (1) is one of a virtual table; 2 and 3 are computed.
const COLUMNS: &str = "SELECT m.name, x.name, x.type, x.\"notnull\" = 0, x.dflt_value, CAST(x.pk AS TEXT), \
    CAST(x.hidden AS TEXT) FROM main.sqlite_schema m, pragma_table_xinfo(m.name, $1) x \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND x.hidden <> 1 ORDER BY m.rowid, x.cid";

const INDEXES: &str = "SELECT m.name, l.name, l.\"unique\", i.name, i.\"desc\", i.coll \
    FROM main.sqlite_schema m, pragma_index_list(m.name, $1) l, pragma_index_xinfo(l.name, $1) i \
    WHERE m.type = 'table' AND l.origin = 'c' AND i.key = 1 ORDER BY m.rowid, l.seq DESC, i.seqno";

/// The numbers of keys run against the order in which they stand.
const KEYS: &str = "SELECT m.name, CAST(f.id AS TEXT), f.\"from\", f.\"table\", f.\"to\", f.on_delete, f.on_update \
    FROM main.sqlite_schema m, pragma_foreign_key_list(m.name, $1) f WHERE m.type = 'table' \
    ORDER BY m.rowid, f.id DESC, f.seq";

pub(super) fn describe(conn: &mut dyn Connection, gather: &mut Gather) -> Result<(), DatabaseError> {
    let mut statements = Statements::default();
    for row in all(conn, OBJECTS, &["main"])? {
        object(&row, &mut statements, gather);
    }
    let columns = all(conn, COLUMNS, &["main"])?;
    for rows in columns.chunk_by(|a, b| text(a, 0) == text(b, 0)) {
        table(rows, &statements, gather);
    }
    let keys = all(conn, KEYS, &["main"])?;
    for rows in keys.chunk_by(|a, b| text(a, 0) == text(b, 0)) {
        foreign_keys(rows, &statements, gather);
    }
    let indexes = all(conn, INDEXES, &["main"])?;
    for rows in indexes.chunk_by(|a, b| text(a, 0) == text(b, 0) && text(a, 1) == text(b, 1)) {
        index(rows, &statements, gather);
    }
    Ok(())
}

/// What statements say, by the names of what they make.
#[derive(Default)]
struct Statements {
    tables: std::collections::HashMap<String, Statement>,
    indexes: std::collections::HashMap<String, StoredIndex>,
}

fn object(row: &[Value], statements: &mut Statements, gather: &mut Gather) {
    let (kind, name, of, sql) = (text(row, 0), text(row, 1), text(row, 2), text(row, 3));
    match kind.as_str() {
        "table" => match Statement::read(&sql) {
            Some(statement) => {
                for option in &statement.options {
                    gather.other(&format!("{option} of table"), name.clone(), sql.clone());
                }
                gather.add(Table::new(name.clone()));
                statements.tables.insert(name, statement);
            }
            None => gather.other("virtual table", name, sql),
        },
        "index" => {
            if let Some(index) = StoredIndex::read(&sql) {
                statements.indexes.insert(name, index);
            } else {
                gather.other("index", format!("{of}.{name}"), sql);
            }
        }
        "trigger" => gather.other("trigger", format!("{of}.{name}"), sql),
        _ => gather.other(&kind, name, sql),
    }
}

fn table(rows: &[Vec<Value>], statements: &Statements, gather: &mut Gather) {
    let Some(name) = rows.first().map(|row| text(row, 0)).filter(|name| gather.has(name)) else { return };
    let statement = statements.tables.get(&name);
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    for row in rows {
        let place: u32 = text(row, 5).parse().unwrap_or(0);
        if place > 0 {
            key.push((place, text(row, 1)));
        }
        columns.push(column(row, place > 0, &name, statement, gather));
    }
    key.sort();
    if let Some(table) = gather.table(&name) {
        table.columns = columns;
        table.primary_key = key.into_iter().map(|(_, column)| column).collect();
        // A catalogue has no index of its own for one over the columns of the key.
        for (name, columns) in statement.into_iter().flat_map(|statement| &statement.uniques) {
            let as_made = |name: &String| table.columns.iter().find(|it| it.name.eq_ignore_ascii_case(name));
            let columns = columns.iter().filter_map(as_made).map(|column| column.name.clone());
            let unique = Unique { name: name.clone(), columns: columns.collect() };
            if !table.uniques.contains(&unique) {
                table.uniques.push(unique);
            }
        }
        for check in statement.into_iter().flat_map(|statement| &statement.checks) {
            if !check.is_of_enum {
                table.checks.push(Check { name: check.name.clone(), expression: check.sql.clone() });
            }
        }
    }
}

fn column(row: &[Value], in_key: bool, table: &str, statement: Option<&Statement>, gather: &mut Gather) -> Column {
    let (name, native, hidden) = (text(row, 1), text(row, 2), text(row, 6));
    let stored = statement.and_then(|statement| statement.column(&name));
    let ty = match stored.and_then(|stored| stored.values.clone()) {
        Some(values) => ColumnType::Enum(EnumType { name: format!("{table}_{name}"), values }),
        None => gather.ty(&native),
    };
    let mut column = Column { nullable: !in_key && flag(row, 3), ..Column::new(name, ty) };
    column.default = optional(row, 4).and_then(|sql| default(gather.dialect, &sql, &column.ty));
    if let Some(stored) = stored {
        column.auto_increment = stored.autoincrement;
        column.collation = stored.collation.clone().filter(|name| !name.eq_ignore_ascii_case("binary"));
        let expression = stored.generated.clone().filter(|_| hidden == "2" || hidden == "3");
        column.generated = expression.map(|expression| Generated { expression, stored: hidden == "3" });
    }
    if column.generated.is_some() {
        column.default = None;
    }
    column
}

fn foreign_keys(rows: &[Vec<Value>], statements: &Statements, gather: &mut Gather) {
    let Some(name) = rows.first().map(|row| text(row, 0)).filter(|name| gather.has(name)) else { return };
    let stored = statements.tables.get(&name).map(|statement| statement.keys.as_slice()).unwrap_or_default();
    for (at, rows) in rows.chunk_by(|a, b| text(a, 1) == text(b, 1)).enumerate() {
        let Some(row) = rows.first() else { continue };
        let columns: Vec<String> = rows.iter().map(|row| text(row, 2)).collect();
        let mut theirs: Vec<String> = rows.iter().filter_map(|row| optional(row, 4)).collect();
        let references = text(row, 3);
        if theirs.is_empty() {
            // It only says "the primary key".
            theirs = gather.table(&references).map(|table| table.primary_key.clone()).unwrap_or_default();
        }
        let mut key = ForeignKey::new(columns, references, theirs);
        key = key.on_delete(action(&text(row, 5))).on_update(action(&text(row, 6)));
        if let Some(stored) = stored.get(at) {
            key.name.clone_from(&stored.name);
            key.deferral = stored.deferral;
        }
        if let Some(table) = gather.table(&name) {
            table.foreign_keys.push(key);
        }
    }
}

fn action(words: &str) -> Action {
    match words {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn index(rows: &[Vec<Value>], statements: &Statements, gather: &mut Gather) {
    let Some(row) = rows.first() else { return };
    let (name, index) = (text(row, 0), text(row, 1));
    if !gather.has(&name) {
        return;
    }
    let Some(stored) = statements.indexes.get(&index) else { return };
    let collated = rows.iter().any(|row| {
        let own = optional(row, 3).and_then(|column| gather.column(&name, &column)?.collation.clone());
        !text(row, 5).eq_ignore_ascii_case(own.as_deref().unwrap_or("binary"))
    });
    if collated || stored.parts.len() != rows.len() {
        gather.other("index", format!("{name}.{index}"), stored.sql.clone());
        return;
    }
    let parts = rows.iter().zip(&stored.parts).map(|(row, sql)| IndexPart {
        of: optional(row, 3).map_or_else(|| Indexed::Expression(sql.clone()), Indexed::Column),
        descending: flag(row, 4),
    });
    let unique = flag(row, 2);
    let made = Index { name: Some(index), unique, predicate: stored.predicate.clone(), ..Index::over(parts) };
    if let Some(table) = gather.table(&name) {
        table.indexes.push(made);
    }
}
