//! SQLite's catalogue: its pragmas, as table-valued functions.

use glim::error::DatabaseError;

use super::query::{all, column, foreign_keys, indexes, text};
use super::table::Live;
use crate::driver::Connection;

pub(super) const TABLES: &str = "SELECT name FROM main.sqlite_schema \
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND $1 = 'main' ORDER BY name";

pub(super) const EXISTS: &str = "SELECT 1 FROM main.sqlite_schema \
    WHERE type IN ('table', 'view') AND name = $2 COLLATE NOCASE AND $1 = 'main'";

pub(super) const COLUMNS: &str = "SELECT name FROM pragma_table_info($2, $1) ORDER BY cid";

pub(super) fn table(conn: &mut dyn Connection, schema: &str, name: &str) -> Result<Live, DatabaseError> {
    let mut live = Live { name: name.to_owned(), ..Live::default() };
    let mut keys = Vec::new();
    // A hidden column is one of a virtual table; generated ones (2 and 3) are columns like others.
    let columns = "SELECT name, type, \"notnull\" = 0, dflt_value, CAST(pk AS TEXT) \
        FROM pragma_table_xinfo($2, $1) WHERE hidden <> 1 ORDER BY cid";
    for row in all(conn, columns, &[schema, name])? {
        let key: u32 = text(&row, 4).parse().unwrap_or(0);
        if key > 0 {
            keys.push((key, text(&row, 0)));
        }
        live.columns.push(column(&row));
    }
    keys.sort();
    live.primary_key = keys.into_iter().map(|(_, column)| column).collect();
    live.indexes = indexes(&all(
        conn,
        "SELECT l.name, l.\"unique\", i.name FROM pragma_index_list($2, $1) AS l, pragma_index_info(l.name, $1) AS i \
         WHERE l.partial = 0 AND l.origin <> 'pk' ORDER BY l.name, i.seqno",
        &[schema, name],
    )?);
    let foreign =
        "SELECT CAST(id AS TEXT), \"from\", \"table\", \"to\" FROM pragma_foreign_key_list($2, $1) ORDER BY id, seq";
    live.foreign_keys = foreign_keys(&all(conn, foreign, &[schema, name])?);
    Ok(live)
}
