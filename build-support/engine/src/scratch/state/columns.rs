//! The columns of all tables, as the catalogue has them, and how the values of each are had as texts.

use glim::error::DatabaseError;
use glim_schema::Dialect;
use glim_schema::sql::quote;

use crate::driver::Connection;
use crate::scratch::query::rows;

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// Its table, qualified where that is needed and quoted.
    pub(super) table: String,
    /// Its table as a person reads it.
    pub(super) shown: String,
    pub(super) name: String,
    /// What gives its value as a text, with its type where values of a column may have several.
    pub(super) text: String,
    /// Whether the database gives it a number for each row.
    pub(super) is_numbered: bool,
    /// The table, as a person reads it, and the column that it refers to.
    pub(super) refers: Option<(String, String)>,
}

/// Each gives the parts of a table's name, a column's name and type, whether the database numbers it, and the table and
/// column that it refers to, the columns of a table in order. Tables of glim's own are left out.
const SQLITE: &str = "SELECT NULL, m.name, c.name, c.type, '0', NULL, NULL \
    FROM main.sqlite_schema m JOIN pragma_table_xinfo(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE 'glim\\_%' ESCAPE '\\' \
    AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND c.hidden <> 1 ORDER BY m.name, c.cid";

const POSTGRES: &str = "SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, NULL), \
      CASE WHEN a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN '1' ELSE '0' END, \
      (SELECT rn.nspname || '.' || rc.relname FROM pg_catalog.pg_class rc \
         JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace WHERE rc.oid = k.confrelid), \
      (SELECT ra.attname::text FROM pg_catalog.pg_attribute ra \
         WHERE ra.attrelid = k.confrelid AND ra.attnum = k.confkey[1]) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
    LEFT JOIN LATERAL (SELECT confrelid, confkey FROM pg_catalog.pg_constraint con \
      WHERE con.conrelid = c.oid AND con.contype = 'f' AND con.conkey = ARRAY[a.attnum] ORDER BY con.oid LIMIT 1) k \
      ON true \
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname !~ '^glim_' \
    ORDER BY 1, 2, a.attnum";

const MYSQL: &str = "SELECT NULL, c.table_name, c.column_name, c.data_type, \
      CASE WHEN c.extra LIKE '%auto_increment%' THEN '1' ELSE '0' END, k.to_table, k.to_column \
    FROM information_schema.columns c JOIN information_schema.tables t \
      ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
    LEFT JOIN (SELECT table_name, column_name, min(referenced_table_name) AS to_table, \
        min(referenced_column_name) AS to_column \
      FROM information_schema.key_column_usage \
      WHERE table_schema = database() AND referenced_table_name IS NOT NULL GROUP BY 1, 2) k \
      ON k.table_name = c.table_name AND k.column_name = c.column_name \
    WHERE c.table_schema = database() AND t.table_type = 'BASE TABLE' \
    AND c.table_name NOT LIKE 'glim!_%' ESCAPE '!' ORDER BY c.table_name, c.ordinal_position";

/// All of them, those of a table one after the other.
pub(super) fn all(conn: &mut dyn Connection) -> Result<Vec<Column>, DatabaseError> {
    let dialect = conn.dialect();
    let sql = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
    };
    let column = |row: Vec<Option<String>>| {
        let [schema, table, name, ty, numbered, refers_to, refers_column] = <[_; 7]>::try_from(row).ok()?;
        let (table, name) = (table?, name?);
        let shown = schema.iter().map(|schema| format!("{schema}.{table}")).next().unwrap_or_else(|| table.clone());
        let parts = schema.iter().chain([&table]).map(|part| quote(dialect, part));
        let table = parts.collect::<Vec<_>>().join(".");
        let text = text(dialect, &quote(dialect, &name), &ty.unwrap_or_default());
        let is_numbered = numbered.as_deref() == Some("1");
        Some(Column { table, shown, name, text, is_numbered, refers: refers_to.zip(refers_column) })
    };
    Ok(rows(conn, sql)?.into_iter().filter_map(column).collect())
}

/// What gives a value as a text.
fn text(dialect: Dialect, column: &str, ty: &str) -> String {
    match dialect {
        // A value of any type may stand in any column.
        Dialect::Sqlite => format!("typeof({column}) || ' ' || quote({column})"),
        Dialect::Postgres => format!("{column}::text"),
        Dialect::Mysql => {
            let bytes = ["blob", "binary", "bit", "geometry", "point", "linestring", "polygon", "collection"];
            if bytes.iter().any(|part| ty.contains(part)) {
                format!("hex({column})")
            } else {
                format!("CAST({column} AS char)")
            }
        }
    }
}
