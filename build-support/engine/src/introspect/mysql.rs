//! The catalogue of MySQL and MariaDB.

use glim::error::DatabaseError;

use super::query::{all, column, foreign_keys, indexes};
use super::table::{Live, LiveIndex};
use crate::driver::Connection;

pub(super) const TABLES: &str = "SELECT table_name FROM information_schema.tables \
    WHERE table_schema = $1 AND table_type = 'BASE TABLE' ORDER BY BINARY table_name";

pub(super) const EXISTS: &str = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2";

pub(super) const COLUMNS: &str = "SELECT column_name FROM information_schema.columns \
    WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position";

const DETAILS: &str = "SELECT column_name, column_type, is_nullable = 'YES', column_default \
    FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position";

/// A prefix of a column (`sub_part`) is not the column.
const INDEXES: &str = "SELECT index_name, non_unique = 0, CASE WHEN sub_part IS NULL THEN column_name END \
    FROM information_schema.statistics WHERE table_schema = $1 AND table_name = $2 ORDER BY index_name, seq_in_index";

const FOREIGN_KEYS: &str = "SELECT constraint_name, column_name, referenced_table_name, referenced_column_name \
    FROM information_schema.key_column_usage \
    WHERE table_schema = $1 AND table_name = $2 AND referenced_table_name IS NOT NULL \
    ORDER BY constraint_name, ordinal_position";

pub(super) fn table(conn: &mut dyn Connection, schema: &str, name: &str) -> Result<Live, DatabaseError> {
    let place = [schema, name];
    let columns = all(conn, DETAILS, &place)?.iter().map(|row| column(row)).collect();
    let (primary, others): (Vec<_>, Vec<_>) =
        indexes(&all(conn, INDEXES, &place)?).into_iter().partition(|index| index.name == "PRIMARY");
    let foreign_keys = foreign_keys(&all(conn, FOREIGN_KEYS, &place)?);
    let key = |index: LiveIndex| index.columns;
    let primary_key = primary.into_iter().next().map_or_else(Vec::new, key);
    Ok(Live { name: name.to_owned(), columns, primary_key, indexes: others, foreign_keys })
}
