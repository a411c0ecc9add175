//! ALTER TABLE.

use crate::sql::alter_column::{alter_column, change_column};
use crate::sql::literal::mysql_comment;
use crate::sql::{Problem, check_identifier, column, default, key, literal, quote};
use crate::{AlterTable, Alteration, Column, Dialect};

/// One statement for each alteration where it can be, so that a database without transactional DDL can resume between
/// them.
pub(super) fn alter_table(alter: &AlterTable, dialect: Dialect) -> Result<Vec<String>, Problem> {
    check_identifier(dialect, &alter.table)?;
    let mut table = alter.table.clone();
    let mut statements = Vec::new();
    for alteration in &alter.alterations {
        statements.extend(statements_of(&table, alteration, dialect)?);
        // The alterations that follow find the table under its new name.
        if let Alteration::RenameTo(name) = alteration {
            table.clone_from(name);
        }
    }
    Ok(statements)
}

fn statements_of(table: &str, alteration: &Alteration, dialect: Dialect) -> Result<Vec<String>, Problem> {
    let quoted = quote(dialect, table);
    let start = format!("ALTER TABLE {quoted}");
    let action = match alteration {
        Alteration::AddColumn(column) => {
            let mut statements = vec![format!("{start} {}", add_column(table, column, dialect)?)];
            statements.extend(column::comment_statement(table, column, dialect)?);
            return Ok(statements);
        }
        Alteration::DropColumn(name) => format!("DROP COLUMN {}", checked(name, dialect)?),
        Alteration::RenameColumn { from, to } => {
            format!("RENAME COLUMN {} TO {}", checked(from, dialect)?, checked(to, dialect)?)
        }
        Alteration::RenameTo(name) => format!("RENAME TO {}", checked(name, dialect)?),
        Alteration::ChangeColumn(column) => {
            native(dialect, || format!("changing the column `{table}`.`{}` in place", column.name))?;
            let mut statements = vec![format!("{start} {}", change_column(table, column, dialect)?)];
            statements.extend(column::comment_statement(table, column, dialect)?);
            return Ok(statements);
        }
        Alteration::AlterColumn { from, to } => return alter_column(table, from, to, dialect),
        Alteration::AddUnique(unique) => {
            native(dialect, || format!("adding a unique constraint to table `{table}`; create a unique index"))?;
            format!("ADD {}", key::unique(table, unique, dialect)?)
        }
        Alteration::AddForeignKey(key) => {
            native(dialect, || format!("adding a foreign key to the existing table `{table}`"))?;
            format!("ADD {}", key::foreign_key(table, key, dialect)?)
        }
        Alteration::AddCheck(check) => {
            native(dialect, || format!("adding a check to the existing table `{table}`"))?;
            format!("ADD {}", key::check(table, check, dialect)?)
        }
        Alteration::AddPrimaryKey(columns) => {
            native(dialect, || format!("adding a primary key to the existing table `{table}`"))?;
            key::check_columns(dialect, &format!("the primary key of table `{table}`"), columns)?;
            format!("ADD {}", key::primary_key(columns, dialect))
        }
        Alteration::DropPrimaryKey => match dialect {
            Dialect::Sqlite => {
                return Err(Problem::unsupported(dialect, format!("dropping the primary key of table `{table}`")));
            }
            Dialect::Postgres => return Ok(vec![drop_primary_key(&quoted)?]),
            Dialect::Mysql => "DROP PRIMARY KEY".to_owned(),
        },
        Alteration::DropConstraint(name) => {
            native(dialect, || format!("dropping the constraint `{name}` of table `{table}`"))?;
            format!("DROP CONSTRAINT {}", checked(name, dialect)?)
        }
        Alteration::DropForeignKey { name, index } => {
            let key = checked(name, dialect)?;
            match dialect {
                Dialect::Sqlite => {
                    let operation = format!("dropping the foreign key `{name}` of table `{table}`");
                    return Err(Problem::unsupported(dialect, operation));
                }
                Dialect::Postgres => format!("DROP CONSTRAINT {key}"),
                Dialect::Mysql if *index => format!("DROP FOREIGN KEY {key}, DROP INDEX {key}"),
                Dialect::Mysql => format!("DROP FOREIGN KEY {key}"),
            }
        }
        Alteration::RenameIndex { from, to } => {
            let (old, new) = (checked(from, dialect)?, checked(to, dialect)?);
            match dialect {
                Dialect::Sqlite => {
                    return Err(Problem::unsupported(
                        dialect,
                        format!("renaming the index `{from}` of table `{table}`"),
                    ));
                }
                // The constraint that the index belongs to, if any, is renamed with it.
                Dialect::Postgres => return Ok(vec![format!("ALTER INDEX {old} RENAME TO {new}")]),
                Dialect::Mysql => format!("RENAME INDEX {old} TO {new}"),
            }
        }
        Alteration::SetComment(comment) => match (dialect, comment) {
            (Dialect::Sqlite, _) => return Ok(Vec::new()),
            (Dialect::Postgres, None) => return Ok(vec![format!("COMMENT ON TABLE {quoted} IS NULL")]),
            (Dialect::Postgres, Some(text)) => {
                return Ok(vec![format!("COMMENT ON TABLE {quoted} IS {}", literal(dialect, text)?)]);
            }
            (Dialect::Mysql, _) => format!("COMMENT = {}", mysql_comment(comment.as_deref().unwrap_or_default())?),
        },
    };
    Ok(vec![format!("{start} {action}")])
}

/// The key's name is the server's: it is made when the key is, from the name that the table has then.
fn drop_primary_key(table: &str) -> Result<String, Problem> {
    let name = literal(Dialect::Postgres, table)?;
    let body = format!(
        "BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) \
         FROM pg_constraint WHERE conrelid = {name}::regclass AND contype = 'p'); END"
    );
    Ok(format!("DO {}", literal(Dialect::Postgres, &body)?))
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

/// Refuses what needs the database to alter a table in place.
fn native(dialect: Dialect, operation: impl FnOnce() -> String) -> Result<(), Problem> {
    if dialect.capabilities().alter_column { Ok(()) } else { Err(Problem::unsupported(dialect, operation())) }
}

fn checked(name: &str, dialect: Dialect) -> Result<String, Problem> {
    check_identifier(dialect, name)?;
    Ok(quote(dialect, name))
}
