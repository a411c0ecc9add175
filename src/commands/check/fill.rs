//! Rows for every table of a database, as far as its constraints allow: always the same ones.

use std::collections::BTreeMap;

use glim::error::DatabaseError;
use glim_engine::driver::Connection;
use glim_engine::introspect::{self, Live, LiveColumn};
use glim_schema::sql::quote;
use glim_schema::{Dialect, Table};

use super::values::Values;
use crate::commands::database;

/// How many rows a table gets.
const ROWS: usize = 2;

/// How many combinations of values are tried for a row.
const COMBINATIONS: usize = 256;

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
    let described = introspect::describe(conn)?.schema;
    let mut filled = Filled { rows: BTreeMap::new(), empty: Vec::new() };
    let mut left = in_order(tables);
    // Of tables that refer to each other, one may have to be filled before another that has been tried before it.
    loop {
        let (tried, mut empty) = (left.len(), Vec::new());
        filled.empty.clear();
        for table in left {
            let why = insert_all(conn, &table, described.table(&table.name));
            let rows = count(conn, &table.name)?;
            filled.rows.insert(table.name.clone(), rows);
            if let (0, Some(error)) = (rows, why) {
                filled.empty.push((table.name.clone(), error.message));
                empty.push(table);
            }
        }
        left = empty;
        if left.is_empty() || left.len() == tried {
            return Ok(filled);
        }
    }
}

/// Inserts the rows of a table; gives why the last was refused that was.
fn insert_all(conn: &mut dyn Connection, table: &Live, described: Option<&Table>) -> Option<DatabaseError> {
    let values = Values { table, described, dialect: conn.dialect() };
    (1..=ROWS).filter_map(|number| insert(conn, &values, number).err()).last()
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
/// database makes itself; and so on with other values, until the table's checks allow them.
fn insert(conn: &mut dyn Connection, values: &Values<'_>, number: usize) -> Result<(), DatabaseError> {
    let (dialect, table) = (conn.dialect(), values.table);
    let is_demanded = |column: &LiveColumn| !column.nullable && column.default.is_none();
    let is_key = |column: &LiveColumn| table.primary_key.contains(&column.name);
    let attempts: [&dyn Fn(&LiveColumn) -> bool; 3] =
        [&|_| true, &|column| is_demanded(column) || is_key(column), &|column| is_demanded(column) && !is_key(column)];
    let mut choices = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        choices.push((column, taken(conn, values, column, number)));
    }
    let combinations = choices.iter().map(|(_, values)| values.len().max(1)).fold(1, usize::saturating_mul);
    let mut first = None;
    for combination in 0..combinations.min(COMBINATIONS) {
        let mut rest = combination;
        let mut chosen = Vec::with_capacity(choices.len());
        for (column, values) in choices.iter().filter(|(_, values)| !values.is_empty()) {
            chosen.push((*column, values[rest % values.len()].as_str()));
            rest /= values.len();
        }
        for wanted in attempts {
            let row = chosen.iter().filter(|(column, _)| wanted(column));
            let (names, values): (Vec<_>, Vec<_>) =
                row.map(|(column, value)| (quote(dialect, &column.name), *value)).unzip();
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
    }
    Err(first.unwrap_or_default())
}

/// What may stand in a column, as far as its type takes it.
fn taken(conn: &mut dyn Connection, values: &Values<'_>, column: &LiveColumn, number: usize) -> Vec<String> {
    let mut found = values.of(column, number);
    let is_guess = found.is_empty();
    if is_guess {
        found = values.guesses(column);
    }
    // PostgreSQL alone has domains, and makes any type of a text.
    if found.len() > 1 && values.dialect == Dialect::Postgres {
        let mut is_taken =
            |value: &String| conn.execute(&format!("SELECT CAST({value} AS {})", column.ty), &[]).is_ok();
        found.retain(|value| is_taken(value));
        found.truncate(if is_guess { 1 } else { found.len() });
    }
    found
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
}
