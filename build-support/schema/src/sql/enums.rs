//! Enums: types of their own on PostgreSQL, parts of columns' types elsewhere.

use crate::sql::identifier::check_distinct;
use crate::sql::{Problem, alter, check_identifier, literal, quote};
use crate::{AlterEnum, ColumnType, Default, Dialect, EnumType};

/// `CREATE TYPE ... AS ENUM`, where there are such types.
pub(super) fn create_enum(ty: &EnumType, dialect: Dialect) -> Result<Vec<String>, Problem> {
    check(ty, dialect)?;
    Ok(match dialect {
        Dialect::Postgres => {
            vec![format!("CREATE TYPE {} AS ENUM ({})", quote(dialect, &ty.name), values(dialect, ty))]
        }
        Dialect::Sqlite | Dialect::Mysql => Vec::new(),
    })
}

/// `DROP TYPE`, where there are such types.
pub(super) fn drop_enum(name: &str, dialect: Dialect) -> Result<Vec<String>, Problem> {
    check_identifier(dialect, name)?;
    Ok(match dialect {
        Dialect::Postgres => vec![format!("DROP TYPE {}", quote(dialect, name))],
        Dialect::Sqlite | Dialect::Mysql => Vec::new(),
    })
}

/// The statements that give an enum other values. On PostgreSQL, new ones are added to the type; where old ones go, or the
/// order is another, a new type takes the place of the old.
pub(super) fn alter_enum(change: &AlterEnum, dialect: Dialect) -> Result<Vec<String>, Problem> {
    let to = EnumType { name: change.name.clone(), values: change.to.clone() };
    check(&to, dialect)?;
    match dialect {
        Dialect::Sqlite | Dialect::Mysql => {
            let mut statements = Vec::new();
            for each in change.alterations() {
                statements.extend(alter::alter_table(&each, dialect)?);
            }
            Ok(statements)
        }
        Dialect::Postgres => match additions(change) {
            Some(added) => {
                let name = quote(dialect, &change.name);
                let statement = |(value, place): (&String, String)| {
                    Ok(format!("ALTER TYPE {name} ADD VALUE {}{place}", literal(dialect, value)?))
                };
                added.into_iter().map(statement).collect()
            }
            None => replace(change, &to),
        },
    }
}

/// The added values, each with its place among the others; `None` where values were removed or moved, and where one is
/// used at once, since a value can be used only after the transaction that adds it.
fn additions(change: &AlterEnum) -> Option<Vec<(&String, String)>> {
    let is_new = |value: &String| change.to.contains(value) && !change.from.contains(value);
    let mut defaults = change.columns.iter().filter_map(|each| each.column.default.as_ref());
    if defaults.any(|default| matches!(default, Default::Text(value) if is_new(value))) {
        return None;
    }
    let mut old = change.from.iter().peekable();
    let mut added = Vec::new();
    for value in &change.to {
        match old.peek() {
            Some(next) if *next == value => drop(old.next()),
            Some(_) if change.from.contains(value) => return None,
            // A value that was just added is a place for the next one too, but the one after it is there for sure.
            Some(next) => added.push((value, format!(" BEFORE {}", literal(Dialect::Postgres, next).ok()?))),
            None => added.push((value, String::new())),
        }
    }
    old.next().is_none().then_some(added)
}

/// A new type in place of the old one. A row that has a value which is gone makes it fail.
fn replace(change: &AlterEnum, to: &EnumType) -> Result<Vec<String>, Problem> {
    let dialect = Dialect::Postgres;
    let (name, old) = (quote(dialect, &change.name), quote(dialect, &format!("{}_old", change.name)));
    check_identifier(dialect, &format!("{}_old", change.name))?;
    let mut statements = vec![
        format!("ALTER TYPE {name} RENAME TO {old}"),
        format!("CREATE TYPE {name} AS ENUM ({})", values(dialect, to)),
    ];
    for each in change.alterations() {
        statements.extend(alter::alter_table(&each, dialect)?);
    }
    statements.push(format!("DROP TYPE {old}"));
    Ok(statements)
}

/// The values between commas, as literals.
pub(super) fn values(dialect: Dialect, ty: &EnumType) -> String {
    // [`check`] has refused the texts that are no literals.
    let literals = ty.values.iter().map(|value| match dialect {
        // An enum's definition takes no hexadecimal.
        Dialect::Mysql => format!("'{}'", value.replace('\'', "''")),
        Dialect::Sqlite | Dialect::Postgres => literal(dialect, value).unwrap_or_default(),
    });
    literals.collect::<Vec<_>>().join(", ")
}

/// Refuses an enum without values, and values that a database would change.
pub(super) fn check(ty: &EnumType, dialect: Dialect) -> Result<(), Problem> {
    check_identifier(dialect, &ty.name)?;
    let object = format!("enum `{}`", ty.name);
    let invalid = |reason: String| Err(Problem::Invalid { object: object.clone(), reason });
    if ty.values.is_empty() {
        return invalid("it has no values".to_owned());
    }
    for value in &ty.values {
        literal(dialect, value)?;
        match dialect {
            Dialect::Mysql if value.contains('\\') || value.ends_with(' ') => {
                return invalid(format!("{} cannot keep the value {value:?}", dialect.title()));
            }
            Dialect::Postgres if value.len() > 63 || value.is_empty() => {
                return invalid(format!("PostgreSQL cannot keep the value {value:?}, which has no 1 to 63 bytes"));
            }
            Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => {}
        }
    }
    match dialect {
        // It compares values as texts, without regard to capitals.
        Dialect::Mysql => check_distinct(dialect, &object, ty.values.iter().map(String::as_str)),
        Dialect::Sqlite | Dialect::Postgres => {
            let twice = ty.values.iter().enumerate().find(|(at, value)| ty.values[..*at].contains(value));
            twice.map_or(Ok(()), |(_, value)| invalid(format!("the value {value:?} is given twice")))
        }
    }
}

/// The condition that makes a text one of the values, for a database without enums.
pub(super) fn condition(column: &str, ty: &ColumnType, dialect: Dialect) -> String {
    match (dialect, ty) {
        (Dialect::Sqlite, ColumnType::Enum(ty)) => {
            format!(" CHECK ({} IN ({}))", quote(dialect, column), values(dialect, ty))
        }
        _ => String::new(),
    }
}
