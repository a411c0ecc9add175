//! Indexes.

use crate::sql::identifier::{check_distinct, quote_list};
use crate::sql::key::check_columns;
use crate::sql::{Problem, check_identifier, quote};
use crate::{Dialect, Index, Indexed};

/// `CREATE [UNIQUE] INDEX name ON table (...)`.
pub(super) fn create_index(table: &str, index: &Index, dialect: Dialect) -> Result<String, Problem> {
    let name = index.name_in(table);
    check_identifier(dialect, table)?;
    check_identifier(dialect, &name)?;
    let object = format!("index `{name}`");
    check_distinct(dialect, &object, index.columns())?;
    index.columns().try_for_each(|column| check_identifier(dialect, column))?;
    if index.parts.is_empty() {
        return Err(Problem::Invalid { object, reason: "it has no columns".to_owned() });
    }
    let mut parts = Vec::new();
    for part in &index.parts {
        let of = match &part.of {
            Indexed::Column(column) => quote(dialect, column),
            Indexed::Expression(sql) => format!("({})", condition(&object, "expression", sql)?),
        };
        parts.push(if part.descending { format!("{of} DESC") } else { of });
    }
    let Method { kind, using } = method(&object, index, dialect)?;
    let include = include(&object, index, dialect)?;
    let predicate = predicate(&object, index, dialect)?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    let (name, table, parts) = (quote(dialect, &name), quote(dialect, table), parts.join(", "));
    Ok(match dialect {
        Dialect::Mysql => format!("CREATE {unique}{kind}INDEX {name}{using} ON {table} ({parts})"),
        Dialect::Sqlite | Dialect::Postgres => {
            format!("CREATE {unique}INDEX {name} ON {table}{using} ({parts}){include}{predicate}")
        }
    })
}

/// The words for an index's kind, before `INDEX` and after its name.
#[derive(Default)]
struct Method {
    kind: &'static str,
    using: String,
}

fn method(object: &str, index: &Index, dialect: Dialect) -> Result<Method, Problem> {
    let Some(method) = index.method.as_deref() else { return Ok(Method::default()) };
    let lower = method.to_ascii_lowercase();
    match (dialect, lower.as_str()) {
        (Dialect::Sqlite, "btree") => Ok(Method::default()),
        (Dialect::Postgres, _) => {
            check_identifier(dialect, method)?;
            Ok(Method { kind: "", using: format!(" USING {}", quote(dialect, &lower)) })
        }
        (Dialect::Mysql, "btree" | "hash") => {
            Ok(Method { kind: "", using: format!(" USING {}", lower.to_uppercase()) })
        }
        (Dialect::Mysql, "fulltext") if !index.unique => Ok(Method { kind: "FULLTEXT ", using: String::new() }),
        (Dialect::Mysql, "spatial") if !index.unique => Ok(Method { kind: "SPATIAL ", using: String::new() }),
        (Dialect::Sqlite | Dialect::Mysql, _) => {
            Err(Problem::unsupported(dialect, format!("the method `{method}` of {object}")))
        }
    }
}

fn include(object: &str, index: &Index, dialect: Dialect) -> Result<String, Problem> {
    if index.include.is_empty() {
        return Ok(String::new());
    }
    check_columns(dialect, object, &index.include)?;
    match dialect {
        Dialect::Postgres => Ok(format!(" INCLUDE ({})", quote_list(dialect, &index.include))),
        Dialect::Sqlite | Dialect::Mysql => {
            Err(Problem::unsupported(dialect, format!("columns that an index holds beside its parts, as in {object}")))
        }
    }
}

fn predicate(object: &str, index: &Index, dialect: Dialect) -> Result<String, Problem> {
    let Some(sql) = &index.predicate else { return Ok(String::new()) };
    let sql = condition(object, "condition", sql)?;
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => Ok(format!(" WHERE {sql}")),
        Dialect::Mysql => {
            Err(Problem::unsupported(dialect, format!("a condition on the rows of an index, as in {object}")))
        }
    }
}

/// The text, unless it is none.
fn condition<'a>(object: &str, what: &str, sql: &'a str) -> Result<&'a str, Problem> {
    let trimmed = sql.trim();
    if trimmed.is_empty() || trimmed.contains('\0') {
        return Err(Problem::Invalid { object: object.to_owned(), reason: format!("{sql:?} is no {what}") });
    }
    Ok(trimmed)
}

/// `DROP INDEX name`, with the table where index names belong to tables.
pub(super) fn drop_index(table: &str, name: &str, dialect: Dialect) -> Result<String, Problem> {
    check_identifier(dialect, table)?;
    check_identifier(dialect, name)?;
    let name = quote(dialect, name);
    Ok(match dialect {
        Dialect::Sqlite | Dialect::Postgres => format!("DROP INDEX {name}"),
        Dialect::Mysql => format!("DROP INDEX {name} ON {}", quote(dialect, table)),
    })
}
