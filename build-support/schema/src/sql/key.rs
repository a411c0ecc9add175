//! Constraints of tables: primary keys, unique constraints, foreign keys, checks.

use crate::sql::identifier::{check_distinct, quote_list};
use crate::sql::{Problem, check_identifier, quote};
use crate::{Action, Check, ColumnType, Deferral, Dialect, ForeignKey, Table, Unique};

/// `PRIMARY KEY (...)`.
pub(super) fn primary_key(columns: &[String], dialect: Dialect) -> String {
    format!("PRIMARY KEY ({})", quote_list(dialect, columns))
}

/// `CONSTRAINT name UNIQUE (...)`.
pub(super) fn unique(table: &str, unique: &Unique, dialect: Dialect) -> Result<String, Problem> {
    let name = unique.name_in(table);
    check_identifier(dialect, &name)?;
    check_columns(dialect, &format!("unique constraint `{name}`"), &unique.columns)?;
    Ok(format!("CONSTRAINT {} UNIQUE ({})", quote(dialect, &name), quote_list(dialect, &unique.columns)))
}

/// `CONSTRAINT name FOREIGN KEY (...) REFERENCES ...`.
pub(super) fn foreign_key(table: &str, key: &ForeignKey, dialect: Dialect) -> Result<String, Problem> {
    let name = key.name_in(table);
    let object = format!("foreign key `{name}`");
    check_identifier(dialect, &name)?;
    check_identifier(dialect, &key.references)?;
    check_columns(dialect, &object, &key.columns)?;
    check_columns(dialect, &object, &key.referenced_columns)?;
    if key.columns.len() != key.referenced_columns.len() {
        let (from, to) = (key.columns.len(), key.referenced_columns.len());
        return Err(Problem::Invalid { object, reason: format!("{from} columns cannot refer to {to}") });
    }
    Ok(format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}){}{}{}",
        quote(dialect, &name),
        quote_list(dialect, &key.columns),
        quote(dialect, &key.references),
        quote_list(dialect, &key.referenced_columns),
        action("DELETE", key.on_delete, &name, dialect)?,
        action("UPDATE", key.on_update, &name, dialect)?,
        deferral(key.deferral, &name, dialect)?,
    ))
}

fn action(event: &str, action: Action, key: &str, dialect: Dialect) -> Result<String, Problem> {
    let words = match action {
        Action::NoAction => return Ok(String::new()),
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => match dialect {
            Dialect::Sqlite | Dialect::Postgres => "SET DEFAULT",
            // InnoDB refuses it, MariaDB ignores it.
            Dialect::Mysql => {
                return Err(Problem::unsupported(
                    dialect,
                    format!("ON {event} SET DEFAULT, as in foreign key `{key}`"),
                ));
            }
        },
    };
    Ok(format!(" ON {event} {words}"))
}

fn deferral(deferral: Deferral, key: &str, dialect: Dialect) -> Result<&'static str, Problem> {
    let words = match deferral {
        Deferral::Never => return Ok(""),
        Deferral::Possible => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferral::Initial => " DEFERRABLE INITIALLY DEFERRED",
    };
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => Ok(words),
        Dialect::Mysql => Err(Problem::unsupported(dialect, format!("deferring a foreign key, as in `{key}`"))),
    }
}

/// `CONSTRAINT name CHECK (...)`.
pub(super) fn check(table: &str, check: &Check, dialect: Dialect) -> Result<String, Problem> {
    let condition = check.expression.trim();
    if condition.is_empty() || condition.contains('\0') {
        return Err(Problem::table(table, format!("the check {:?} is no condition", check.expression)));
    }
    let name = check.name_in(table);
    check_identifier(dialect, &name)?;
    Ok(format!("CONSTRAINT {} CHECK ({condition})", quote(dialect, &name)))
}

/// Refuses an empty list of columns, and one that names a column twice.
pub(super) fn check_columns(dialect: Dialect, object: &str, columns: &[String]) -> Result<(), Problem> {
    if columns.is_empty() {
        return Err(Problem::Invalid { object: object.to_owned(), reason: "it has no columns".to_owned() });
    }
    check_distinct(dialect, object, columns.iter().map(String::as_str))?;
    columns.iter().try_for_each(|column| check_identifier(dialect, column))
}

/// Refuses columns that the table does not have, and such as this database cannot index.
pub(super) fn check_keyed<'a>(
    table: &Table,
    object: &str,
    columns: impl IntoIterator<Item = &'a str>,
    dialect: Dialect,
) -> Result<(), Problem> {
    let mut bytes = 0;
    for name in columns {
        let Some(column) = table.find_column(name) else {
            let reason = format!("the table `{}` has no column `{name}`", table.name);
            return Err(Problem::Invalid { object: object.to_owned(), reason });
        };
        match dialect {
            Dialect::Sqlite | Dialect::Postgres => {}
            Dialect::Mysql => {
                let Some(most) = mysql_key_bytes(&column.ty) else {
                    let ty = super::type_name(dialect, &column.ty);
                    let reason = format!("{} cannot index `{name}`, which is {ty}; give it a length", dialect.title());
                    return Err(Problem::Invalid { object: object.to_owned(), reason });
                };
                bytes += u64::from(most);
            }
        }
    }
    if bytes > MYSQL_KEY_LIMIT {
        let reason =
            format!("its columns take up to {bytes} bytes, and MySQL/MariaDB indexes {MYSQL_KEY_LIMIT}; shorten them");
        return Err(Problem::Invalid { object: object.to_owned(), reason });
    }
    Ok(())
}

/// What an index of InnoDB holds in its default row format.
const MYSQL_KEY_LIMIT: u64 = 3072;

/// How many bytes of an index the type takes at most; `None` for types that it cannot hold whole. Only texts and bytes
/// come near the limit; the others are rounded up.
fn mysql_key_bytes(ty: &ColumnType) -> Option<u32> {
    match ty {
        ColumnType::Text { length: None } | ColumnType::Bytes { length: None } | ColumnType::Json => None,
        ColumnType::Text { length: Some(length) } => Some(length.saturating_mul(4)),
        ColumnType::Bytes { length: Some(length) } => Some(*length),
        ColumnType::Uuid => Some(36 * 4),
        ColumnType::Decimal { .. } => Some(30),
        ColumnType::Native(_) | ColumnType::Array(_) => Some(0),
        ColumnType::Bool
        | ColumnType::Int8
        | ColumnType::Int16
        | ColumnType::Int32
        | ColumnType::Int64
        | ColumnType::Uint8
        | ColumnType::Uint16
        | ColumnType::Uint32
        | ColumnType::Uint64
        | ColumnType::Float32
        | ColumnType::Float64
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::Enum(_)
        | ColumnType::Timestamp
        | ColumnType::TimestampTz => Some(8),
    }
}
