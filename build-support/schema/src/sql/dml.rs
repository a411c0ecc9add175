//! The statements of model operations. Parameters are written `$1`, `$2`, as everywhere in migrations.

use crate::sql::identifier::quote_list;
use crate::sql::quote;
use crate::{Dialect, Table};

/// A condition on one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition<'a> {
    /// It equals the next parameter.
    Equals(&'a str),
    /// It is NULL, which equals nothing. Takes no parameter.
    IsNull(&'a str),
}

impl<'a> From<&'a str> for Condition<'a> {
    fn from(column: &'a str) -> Self {
        Self::Equals(column)
    }
}

/// `INSERT` of one row with those columns, the others taking their defaults.
pub fn insert(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let table = quote(dialect, table);
    if columns.is_empty() {
        return match dialect {
            Dialect::Sqlite | Dialect::Postgres => format!("INSERT INTO {table} DEFAULT VALUES"),
            Dialect::Mysql => format!("INSERT INTO {table} () VALUES ()"),
        };
    }
    let places = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({places})", quote_list(dialect, columns))
}

/// [`insert`] that gives columns of the new row back; `None` where the database cannot.
pub fn insert_returning(dialect: Dialect, table: &str, columns: &[&str], returning: &[&str]) -> Option<String> {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => {
            let insert = insert(dialect, table, columns);
            Some(format!("{insert} RETURNING {}", quote_list(dialect, returning)))
        }
        // MariaDB has RETURNING, MySQL has not; both give the number of the new row with their answer.
        Dialect::Mysql => None,
    }
}

/// `SELECT` of the table's columns, in their order, from the rows that meet all conditions.
pub fn select(dialect: Dialect, table: &Table, conditions: &[Condition<'_>]) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let (columns, name) = (quote_list(dialect, &columns), quote(dialect, &table.name));
    format!("SELECT {columns} FROM {name}{}", filter(dialect, conditions, 1))
}

/// `UPDATE` of those columns, at least one, in the rows with that key. The columns' parameters come first, then the key's.
pub fn update(dialect: Dialect, table: &str, set: &[&str], key: &[&str]) -> String {
    let assignments: Vec<String> =
        set.iter().zip(1..).map(|(column, n)| format!("{} = ${n}", quote(dialect, column))).collect();
    let filter = filter(dialect, &equals(key), set.len() + 1);
    format!("UPDATE {} SET {}{filter}", quote(dialect, table), assignments.join(", "))
}

/// `DELETE` of the rows with that key.
pub fn delete(dialect: Dialect, table: &str, key: &[&str]) -> String {
    format!("DELETE FROM {}{}", quote(dialect, table), filter(dialect, &equals(key), 1))
}

fn equals<'a>(columns: &[&'a str]) -> Vec<Condition<'a>> {
    columns.iter().copied().map(Condition::Equals).collect()
}

/// ` WHERE ...`, its parameters numbered from `first`; empty without conditions.
fn filter(dialect: Dialect, conditions: &[Condition<'_>], first: usize) -> String {
    let mut next = first;
    let tests: Vec<String> = conditions
        .iter()
        .map(|condition| match condition {
            Condition::Equals(column) => {
                let place = next;
                next += 1;
                format!("{} = ${place}", quote(dialect, column))
            }
            Condition::IsNull(column) => format!("{} IS NULL", quote(dialect, column)),
        })
        .collect();
    if tests.is_empty() { String::new() } else { format!(" WHERE {}", tests.join(" AND ")) }
}

#[cfg(test)]
mod tests {
    use super::{Condition, delete, insert, insert_returning, select, update};
    use crate::{Column, ColumnType, Dialect, Table};

    #[test]
    fn parameters_are_numbered_through_the_statement() {
        let dialect = Dialect::Postgres;
        assert_eq!(insert(dialect, "t", &["a", "b"]), r#"INSERT INTO "t" ("a", "b") VALUES ($1, $2)"#);
        assert_eq!(
            update(dialect, "t", &["a", "b"], &["k", "l"]),
            r#"UPDATE "t" SET "a" = $1, "b" = $2 WHERE "k" = $3 AND "l" = $4"#
        );
        assert_eq!(delete(dialect, "t", &["k"]), r#"DELETE FROM "t" WHERE "k" = $1"#);
        let table = Table::new("t")
            .column(Column::new("a", ColumnType::Int32))
            .column(Column::new("b", ColumnType::Int32).nullable());
        assert_eq!(
            select(dialect, &table, &[Condition::IsNull("b"), "a".into()]),
            r#"SELECT "a", "b" FROM "t" WHERE "b" IS NULL AND "a" = $1"#
        );
        assert_eq!(select(dialect, &table, &[]), r#"SELECT "a", "b" FROM "t""#);
    }

    #[test]
    fn a_row_of_defaults_can_be_inserted() {
        assert_eq!(insert(Dialect::Sqlite, "t", &[]), "INSERT INTO `t` DEFAULT VALUES");
        assert_eq!(insert(Dialect::Mysql, "t", &[]), "INSERT INTO `t` () VALUES ()");
    }

    #[test]
    fn returning_is_for_those_that_have_it() {
        let returning = |dialect| insert_returning(dialect, "t", &["a"], &["id"]);
        assert_eq!(returning(Dialect::Sqlite).as_deref(), Some("INSERT INTO `t` (`a`) VALUES ($1) RETURNING `id`"));
        assert_eq!(returning(Dialect::Mysql), None);
    }
}
