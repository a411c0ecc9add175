//! Changes as one text that a database's own shell runs.

use crate::sql::{Problem, render};
use crate::{Change, Dialect};

/// The statements that make the changes, in order, each with a semicolon at its end and on a line of its own.
///
/// # Errors
/// [`Problem`] for the first change that the database cannot do.
pub fn script<'a>(changes: impl IntoIterator<Item = &'a Change>, dialect: Dialect) -> Result<String, Problem> {
    let mut text = String::new();
    for change in changes {
        for statement in render(change, dialect)? {
            text.push_str(&statement);
            text.push_str(";\n");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::script;
    use crate::{Change, Column, ColumnType, Dialect, Index, Table};

    #[test]
    fn each_statement_ends_with_a_semicolon_and_a_line() {
        let table = Table::new("t").column(Column::new("a", ColumnType::Int32)).index(Index::new(["a"]));
        let changes = [Change::CreateTable(table), Change::DropTable { table: "t".to_owned() }];
        let text = script(&changes, Dialect::Postgres).expect("a valid table");
        assert_eq!(text.matches(";\n").count(), 3);
        assert!(text.ends_with("DROP TABLE \"t\";\n"), "{text}");
        assert!(script(&[Change::CreateTable(Table::new("t"))], Dialect::Sqlite).is_err());
    }
}
