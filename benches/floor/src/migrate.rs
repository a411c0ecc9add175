//! Applying migrations, and looking which are applied.

use std::collections::HashSet;

use crate::Result;
use crate::database::Database;

/// The SQL of one migration, with `NNNNN` for its number. The generated migrations are made from the same file.
const TABLE: &str = include_str!("table.sql");

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS history (name VARCHAR(200) PRIMARY KEY, \
                       applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)";

/// Applies `count` migrations, each in a transaction of its own that also records it.
pub(crate) fn migrate(database: &mut dyn Database, count: usize, one_message: bool, rows: bool) -> Result<()> {
    let done = history(database)?;
    for number in 1..=count {
        let name = name(number);
        if !done.contains(&name) {
            apply(database, &name, &sql(number, rows), one_message)?;
        }
    }
    Ok(())
}

/// The names in the history, which is made if it is not there.
pub(crate) fn history(database: &mut dyn Database) -> Result<HashSet<String>> {
    database.execute(HISTORY)?;
    Ok(database.recorded()?.into_iter().collect())
}

/// Applies one migration and records it, in one transaction.
pub(crate) fn apply(database: &mut dyn Database, name: &str, sql: &str, one_message: bool) -> Result<()> {
    if one_message {
        return database.batch(&format!("BEGIN; {sql} INSERT INTO history (name) VALUES ('{name}'); COMMIT"));
    }
    database.execute("BEGIN")?;
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        database.execute(statement)?;
    }
    database.record(name)?;
    database.execute("COMMIT")
}

/// Reads the history, and fails unless `count` migrations are in it.
pub(crate) fn status(database: &mut dyn Database, count: usize) -> Result<()> {
    let done: HashSet<String> = database.recorded()?.into_iter().collect();
    match (1..=count).map(name).find(|name| !done.contains(name)) {
        Some(name) => Err(format!("{name} is pending").into()),
        None => Ok(()),
    }
}

fn name(number: usize) -> String {
    format!("M{number:05}")
}

/// With `rows`, only the first makes a table, and the others insert a row into it: SQLite reads the whole schema again
/// after each change of it, so that ten thousand tables measure SQLite and nothing else.
fn sql(number: usize, rows: bool) -> String {
    if rows && number > 1 {
        format!("INSERT INTO t00001 (id, title) VALUES ({number}, 'one of many');")
    } else {
        TABLE.replace("NNNNN", &format!("{number:05}"))
    }
}
