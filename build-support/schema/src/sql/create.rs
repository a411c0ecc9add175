//! CREATE TABLE.

use crate::sql::identifier::check_distinct;
use crate::sql::key::check_keyed;
use crate::sql::literal::mysql_comment;
use crate::sql::{Problem, check_identifier, column, index, key, literal, quote};
use crate::{Action, Dialect, Index, Table};

/// The statements that make the table, its indexes and its comments.
pub(super) fn create_table(table: &Table, dialect: Dialect) -> Result<Vec<String>, Problem> {
    check(table, dialect)?;
    let name = &table.name;
    let mut parts = Vec::new();
    for each in &table.columns {
        parts.push(column::definition(name, each, dialect)?);
    }
    let numbered = table.columns.iter().any(|column| column.auto_increment);
    let inline_key = match dialect {
        Dialect::Sqlite => numbered,
        Dialect::Postgres | Dialect::Mysql => false,
    };
    if !table.primary_key.is_empty() && !inline_key {
        parts.push(key::primary_key(&table.primary_key, dialect));
    }
    let mut later = Vec::new();
    for (at, each) in table.uniques.iter().enumerate() {
        let constraint = key::unique(name, each, dialect)?;
        let is_key = each.columns == table.primary_key;
        match dialect {
            // Of two keys over the same columns it makes one within a statement, and calls it as the other.
            Dialect::Postgres if is_key || table.uniques[..at].iter().any(|other| other.columns == each.columns) => {
                later.push(format!("ALTER TABLE {} ADD {constraint}", quote(dialect, name)));
            }
            Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => parts.push(constraint),
        }
    }
    for each in &table.foreign_keys {
        parts.push(key::foreign_key(name, each, dialect)?);
    }
    for each in &table.checks {
        parts.push(key::check(name, each, dialect)?);
    }
    let options = options(table, dialect)?;
    let mut statements =
        vec![format!("CREATE TABLE {} (\n    {}\n){options}", quote(dialect, name), parts.join(",\n    "))];
    statements.extend(later);
    for each in &table.indexes {
        statements.push(index::create_index(name, each, dialect)?);
    }
    statements.extend(comments(table, dialect)?);
    Ok(statements)
}

/// What follows the closing parenthesis.
fn options(table: &Table, dialect: Dialect) -> Result<String, Problem> {
    Ok(match dialect {
        Dialect::Sqlite | Dialect::Postgres => String::new(),
        Dialect::Mysql => {
            // InnoDB for transactions and foreign keys, and utf8mb4 for every character, whatever the server's defaults:
            // MariaDB's was latin1 until 11.6.
            let comment = match &table.comment {
                Some(comment) => format!(" COMMENT={}", mysql_comment(comment)?),
                None => String::new(),
            };
            format!(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4{comment}")
        }
    })
}

/// The comments that are statements of their own.
fn comments(table: &Table, dialect: Dialect) -> Result<Vec<String>, Problem> {
    let mut statements = Vec::new();
    match dialect {
        // SQLite keeps no comments, and MySQL has them in the definition.
        Dialect::Sqlite | Dialect::Mysql => {}
        Dialect::Postgres => {
            if let Some(comment) = &table.comment {
                let name = quote(dialect, &table.name);
                statements.push(format!("COMMENT ON TABLE {name} IS {}", literal(dialect, comment)?));
            }
        }
    }
    for column in &table.columns {
        statements.extend(column::comment_statement(&table.name, column, dialect)?);
    }
    Ok(statements)
}

/// Refuses what only the table as a whole can tell.
fn check(table: &Table, dialect: Dialect) -> Result<(), Problem> {
    check_identifier(dialect, &table.name)?;
    let object = format!("table `{}`", table.name);
    if table.columns.is_empty() {
        return Err(Problem::table(&table.name, "it has no columns"));
    }
    check_distinct(dialect, &object, table.columns.iter().map(|column| column.name.as_str()))?;
    let constraints = table.uniques.iter().map(|unique| unique.name_in(&table.name));
    let indexes = table.indexes.iter().map(|index| index.name_in(&table.name));
    let keys: Vec<String> = constraints.chain(indexes).collect();
    check_distinct(dialect, &object, keys.iter().map(String::as_str))?;
    let foreign: Vec<String> = table.foreign_keys.iter().map(|key| key.name_in(&table.name)).collect();
    let checks: Vec<String> = table.checks.iter().map(|check| check.name_in(&table.name)).collect();
    check_distinct(dialect, &object, foreign.iter().chain(&checks).map(String::as_str))?;

    check_primary_key(table, dialect)?;
    for unique in &table.uniques {
        let object = format!("unique constraint `{}`", unique.name_in(&table.name));
        check_keyed(table, &object, unique.columns.iter().map(String::as_str), dialect)?;
    }
    for index in &table.indexes {
        check_index(table, index, dialect)?;
    }
    for key in &table.foreign_keys {
        let object = format!("foreign key `{}`", key.name_in(&table.name));
        check_keyed(table, &object, key.columns.iter().map(String::as_str), dialect)?;
        let sets_null = key.on_delete == Action::SetNull || key.on_update == Action::SetNull;
        let fixed = key.columns.iter().filter_map(|name| table.find_column(name)).find(|column| !column.nullable);
        if let (true, Some(column)) = (sets_null, fixed) {
            let reason = format!("it sets the column `{}` to NULL, which is NOT NULL", column.name);
            return Err(Problem::Invalid { object, reason });
        }
    }
    Ok(())
}

fn check_index(table: &Table, index: &Index, dialect: Dialect) -> Result<(), Problem> {
    let object = format!("index `{}`", index.name_in(&table.name));
    let columns = || index.columns().chain(index.include.iter().map(String::as_str));
    if let Some(missing) = columns().find(|name| table.find_column(name).is_none()) {
        let reason = format!("the table `{}` has no column `{missing}`", table.name);
        return Err(Problem::Invalid { object, reason });
    }
    // An index of another kind holds words or shapes, whatever the column's length.
    let ordered = index.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case("btree"));
    if ordered { check_keyed(table, &object, index.columns(), dialect) } else { Ok(()) }
}

fn check_primary_key(table: &Table, dialect: Dialect) -> Result<(), Problem> {
    let object = format!("the primary key of table `{}`", table.name);
    if !table.primary_key.is_empty() {
        key::check_columns(dialect, &object, &table.primary_key)?;
    }
    check_keyed(table, &object, table.primary_key.iter().map(String::as_str), dialect)?;
    for column in &table.columns {
        let key = table.primary_key.contains(&column.name);
        if key && column.nullable {
            return Err(Problem::column(&table.name, &column.name, "a column of the primary key cannot be NULL"));
        }
        if column.auto_increment && !(key && table.primary_key.len() == 1) {
            let reason = "an auto_increment column must be the whole primary key";
            return Err(Problem::column(&table.name, &column.name, reason));
        }
    }
    Ok(())
}
