//! Rows for every table of a database, as far as its constraints allow: always the same ones.

use std::collections::BTreeMap;

use glim::error::DatabaseError;
use glim_engine::driver::Connection;
use glim_engine::introspect::{self, Live, LiveColumn};
use glim_schema::Dialect;
use glim_schema::sql::quote;

use crate::commands::database;

/// How many rows a table gets.
const ROWS: usize = 2;

/// What came of it.
pub(super) struct Filled {
    /// How many rows each table has, by name.
    pub(super) rows: BTreeMap<String, u64>,
    /// The tables for which no row could be made, and why.
    pub(super) empty: Vec<(String, String)>,
}

/// Puts rows into all tables but glim's own.
pub(super) fn fill(conn: &mut dyn Connection) -> Result<Filled, DatabaseError> {
    let mut tables = Vec::new();
    for name in introspect::tables(conn)? {
        if !name.starts_with("glim_") {
            tables.extend(introspect::table(conn, &name)?);
        }
    }
    let mut filled = Filled { rows: BTreeMap::new(), empty: Vec::new() };
    for table in in_order(tables) {
        let mut why = None;
        for number in 1..=ROWS {
            why = insert(conn, &table, number).err().or(why);
        }
        let rows = count(conn, &table.name)?;
        match why {
            Some(error) if rows == 0 => filled.empty.push((table.name.clone(), error.message)),
            _ => {}
        }
        filled.rows.insert(table.name, rows);
    }
    Ok(filled)
}

/// How many rows a table has.
pub(super) fn count(conn: &mut dyn Connection, table: &str) -> Result<u64, DatabaseError> {
    let sql = format!("SELECT count(*) FROM {}", quote(conn.dialect(), table));
    Ok(database::number(conn, &sql)?.unwrap_or(0))
}

/// Each table after those that it refers to; of a circle, in any order.
fn in_order(mut left: Vec<Live>) -> Vec<Live> {
    let mut order: Vec<Live> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_ready = |table: &Live| {
            let mut others = table.foreign_keys.iter().filter(|key| key.references != table.name);
            others.all(|key| !left.iter().any(|other| other.name == key.references))
        };
        let next = left.iter().position(is_ready).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Inserts one row: with a value for each column, else with as few as the table demands, else without a key that the
/// database makes itself.
fn insert(conn: &mut dyn Connection, table: &Live, number: usize) -> Result<(), DatabaseError> {
    let dialect = conn.dialect();
    let is_demanded = |column: &LiveColumn| !column.nullable && column.default.is_none();
    let is_key = |column: &LiveColumn| table.primary_key.contains(&column.name);
    let attempts: [&dyn Fn(&LiveColumn) -> bool; 3] =
        [&|_| true, &|column| is_demanded(column) || is_key(column), &|column| is_demanded(column) && !is_key(column)];
    let mut first = None;
    for wanted in attempts {
        let columns = table.columns.iter().filter(|column| wanted(column));
        let values =
            columns.filter_map(|column| Some((quote(dialect, &column.name), value(table, column, number, dialect)?)));
        let (names, values): (Vec<_>, Vec<_>) = values.unzip();
        let name = quote(dialect, &table.name);
        let sql = match (names.is_empty(), dialect) {
            (true, Dialect::Mysql) => format!("INSERT INTO {name} () VALUES ()"),
            (true, _) => format!("INSERT INTO {name} DEFAULT VALUES"),
            (false, _) => format!("INSERT INTO {name} ({}) VALUES ({})", names.join(", "), values.join(", ")),
        };
        match conn.execute(&sql, &[]) {
            Ok(_) => return Ok(()),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_default())
}

/// A value for a column, in SQL; none for a type that is not known.
fn value(table: &Live, column: &LiveColumn, number: usize, dialect: Dialect) -> Option<String> {
    for key in &table.foreign_keys {
        let Some(at) = key.columns.iter().position(|name| *name == column.name) else { continue };
        if key.references == table.name {
            return column.nullable.then(|| "NULL".to_owned());
        }
        let referenced = key.referenced_columns.get(at)?;
        let (other, referenced) = (quote(dialect, &key.references), quote(dialect, referenced));
        return Some(format!("(SELECT {referenced} FROM {other} ORDER BY 1 LIMIT 1 OFFSET {})", number - 1));
    }
    let ty = column.ty.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    let text = match () {
        () if ty.ends_with("[]") => "'{}'".to_owned(),
        () if ty.starts_with("enum(") || ty.starts_with("set(") => ty_first(&column.ty)?,
        () if is(&["interval"]) => "'1 day'".to_owned(),
        () if ty == "tinyint(1)" => (number % 2).to_string(),
        () if is(&["bool"]) && dialect == Dialect::Postgres => {
            if number % 2 == 1 { "TRUE" } else { "FALSE" }.to_owned()
        }
        () if is(&["bool"]) => (number % 2).to_string(),
        () if is(&["datetime", "timestamp"]) => format!("'2024-01-0{number} 12:00:00'"),
        () if is(&["date"]) => format!("'2024-01-0{number}'"),
        () if is(&["time"]) => format!("'12:00:0{number}'"),
        () if ty == "year" => format!("202{number}"),
        () if is(&["decimal_text"]) => format!("'{number}'"),
        () if is(&["int", "serial", "numeric", "decimal", "real", "double", "float", "money"]) => number.to_string(),
        () if is(&["uuid"]) => format!("'00000000-0000-4000-8000-00000000000{number}'"),
        () if is(&["json"]) => format!("'{{\"row\": {number}}}'"),
        () if is(&["bytea"]) => format!("'\\x0{number}'"),
        () if is(&["blob", "binary"]) => format!("X'0{number}'"),
        () if is(&["char", "text", "clob", "name"]) => format!("'{number}'"),
        () if is(&["inet", "cidr"]) => format!("'10.0.0.{number}'"),
        // SQLite takes anything for a type, or none.
        () if dialect == Dialect::Sqlite => format!("'{number}'"),
        () => return None,
    };
    Some(text)
}

/// The first value of an enumeration of MySQL, with its quotes.
fn ty_first(ty: &str) -> Option<String> {
    let values = ty.split_once('(')?.1;
    let end = values.get(1..)?.find('\'')? + 2;
    values.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use glim_engine::introspect::LiveForeignKey;

    use super::*;

    fn table(name: &str, references: &[&str]) -> Live {
        let key = |references: &&str| LiveForeignKey {
            columns: vec!["other".to_owned()],
            references: (*references).to_owned(),
            referenced_columns: vec!["id".to_owned()],
        };
        Live { name: name.to_owned(), foreign_keys: references.iter().map(key).collect(), ..Live::default() }
    }

    #[test]
    fn a_table_is_filled_after_those_that_it_refers_to() {
        let tables = vec![table("orders", &["users"]), table("users", &["teams", "users"]), table("teams", &[])];
        let names: Vec<_> = in_order(tables).into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["teams", "users", "orders"]);
        assert_eq!(in_order(vec![table("a", &["b"]), table("b", &["a"])]).len(), 2);
    }

    #[test]
    fn the_first_value_of_an_enumeration_is_one_of_it() {
        assert_eq!(ty_first("enum('new','old')").as_deref(), Some("'new'"));
        assert_eq!(ty_first("enum").as_deref(), None);
    }
}
