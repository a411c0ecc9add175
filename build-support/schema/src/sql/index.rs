//! Indexes.

use crate::sql::identifier::quote_list;
use crate::sql::key::check_columns;
use crate::sql::{Problem, check_identifier, quote};
use crate::{Dialect, Index};

/// `CREATE [UNIQUE] INDEX name ON table (...)`.
pub(super) fn create_index(table: &str, index: &Index, dialect: Dialect) -> Result<String, Problem> {
    let name = index.name_in(table);
    check_identifier(dialect, table)?;
    check_identifier(dialect, &name)?;
    check_columns(dialect, &format!("index `{name}`"), &index.columns)?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    let (name, table) = (quote(dialect, &name), quote(dialect, table));
    Ok(format!("CREATE {unique}INDEX {name} ON {table} ({})", quote_list(dialect, &index.columns)))
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
