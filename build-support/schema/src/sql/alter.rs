//! ALTER TABLE.

use crate::sql::{Problem, check_identifier, column, default, key, quote, type_name};
use crate::{AlterTable, Alteration, Column, Dialect};

/// One statement for each alteration, so that a database without transactional DDL can resume between them.
pub(super) fn alter_table(alter: &AlterTable, dialect: Dialect) -> Result<Vec<String>, Problem> {
    check_identifier(dialect, &alter.table)?;
    let mut table = alter.table.clone();
    let mut statements = Vec::new();
    for alteration in &alter.alterations {
        statements.push(format!("ALTER TABLE {} {}", quote(dialect, &table), action(&table, alteration, dialect)?));
        match alteration {
            Alteration::AddColumn(column) | Alteration::ChangeColumn(column) => {
                statements.extend(column::comment_statement(&table, column, dialect)?);
            }
            // The alterations that follow find the table under its new name.
            Alteration::RenameTo(name) => table.clone_from(name),
            Alteration::DropColumn(_)
            | Alteration::RenameColumn { .. }
            | Alteration::AddUnique(_)
            | Alteration::AddForeignKey(_)
            | Alteration::AddCheck(_)
            | Alteration::DropConstraint(_) => {}
        }
    }
    Ok(statements)
}

/// What follows `ALTER TABLE name`.
fn action(table: &str, alteration: &Alteration, dialect: Dialect) -> Result<String, Problem> {
    match alteration {
        Alteration::AddColumn(column) => add_column(table, column, dialect),
        Alteration::DropColumn(name) => Ok(format!("DROP COLUMN {}", checked(name, dialect)?)),
        Alteration::RenameColumn { from, to } => {
            Ok(format!("RENAME COLUMN {} TO {}", checked(from, dialect)?, checked(to, dialect)?))
        }
        Alteration::RenameTo(name) => Ok(format!("RENAME TO {}", checked(name, dialect)?)),
        Alteration::ChangeColumn(column) => {
            native(dialect, || format!("changing the column `{table}`.`{}` in place", column.name))?;
            change_column(table, column, dialect)
        }
        Alteration::AddUnique(unique) => {
            native(dialect, || format!("adding a unique constraint to table `{table}`; create a unique index"))?;
            Ok(format!("ADD {}", key::unique(table, unique, dialect)?))
        }
        Alteration::AddForeignKey(key) => {
            native(dialect, || format!("adding a foreign key to the existing table `{table}`"))?;
            Ok(format!("ADD {}", key::foreign_key(table, key, dialect)?))
        }
        Alteration::AddCheck(check) => {
            native(dialect, || format!("adding a check to the existing table `{table}`"))?;
            Ok(format!("ADD {}", key::check(table, check, dialect)?))
        }
        Alteration::DropConstraint(name) => {
            native(dialect, || format!("dropping the constraint `{name}` of table `{table}`"))?;
            Ok(format!("DROP CONSTRAINT {}", checked(name, dialect)?))
        }
    }
}

fn add_column(table: &str, column: &Column, dialect: Dialect) -> Result<String, Problem> {
    if column.auto_increment {
        let reason = "an auto_increment column must be the primary key, and cannot be added later";
        return Err(Problem::column(table, &column.name, reason));
    }
    match dialect {
        Dialect::Postgres | Dialect::Mysql => {}
        // It would accept both on a table without rows: refused all the same, or the migration that passed on an empty
        // database would fail on the one that matters.
        Dialect::Sqlite => match &column.default {
            Some(value) if !default::is_constant(value) => {
                let operation =
                    format!("adding the column `{table}`.`{}` with a default that is no constant", column.name);
                return Err(Problem::unsupported(dialect, operation));
            }
            None if !column.nullable => {
                let operation = format!(
                    "adding the column `{table}`.`{}`, which is NOT NULL, without a default for the rows that exist",
                    column.name
                );
                return Err(Problem::unsupported(dialect, operation));
            }
            Some(_) | None => {}
        },
    }
    Ok(format!("ADD COLUMN {}", column::definition(table, column, dialect)?))
}

fn change_column(table: &str, column: &Column, dialect: Dialect) -> Result<String, Problem> {
    let definition = column::definition(table, column, dialect)?;
    match dialect {
        Dialect::Postgres => {
            let name = format!("ALTER COLUMN {}", quote(dialect, &column.name));
            let mut parts = Vec::new();
            // The old default goes first: it need not be a value of the new type. A numbered column has none.
            if !column.auto_increment {
                parts.push(format!("{name} DROP DEFAULT"));
            }
            // No USING: an explicit cast to varchar(n) cuts what is longer, where the server's own conversion fails.
            parts.push(format!("{name} TYPE {}", type_name(dialect, &column.ty)));
            if let Some(value) = &column.default {
                parts.push(format!("{name} SET DEFAULT {}", default::default(table, column, value, dialect)?));
            }
            parts.push(format!("{name} {} NOT NULL", if column.nullable { "DROP" } else { "SET" }));
            Ok(parts.join(", "))
        }
        Dialect::Sqlite | Dialect::Mysql => Ok(format!("MODIFY COLUMN {definition}")),
    }
}

/// Refuses what needs the database to alter a table in place.
fn native(dialect: Dialect, operation: impl FnOnce() -> String) -> Result<(), Problem> {
    if dialect.capabilities().alter_column { Ok(()) } else { Err(Problem::unsupported(dialect, operation())) }
}

fn checked(name: &str, dialect: Dialect) -> Result<String, Problem> {
    check_identifier(dialect, name)?;
    Ok(quote(dialect, name))
}
