//! PostgreSQL's catalogue. Not its `information_schema`, which shows only what the account owns or may use.

use glim::error::DatabaseError;

use super::query::{all, column, flag, foreign_keys, indexes};
use super::table::{Live, LiveIndex};
use crate::driver::Connection;

pub(super) const TABLES: &str = "SELECT c.relname::text FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p') ORDER BY c.relname";

pub(super) const EXISTS: &str = "SELECT 1 FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = $1::text AND c.relname = $2::text AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";

pub(super) const COLUMNS: &str = "SELECT a.attname::text FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = $1::text AND c.relname = $2::text AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

const DETAILS: &str = "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, \
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE n.nspname = $1::text AND c.relname = $2::text AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
    AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// The columns of an index beyond its key (`INCLUDE`) do not count.
const INDEXES: &str = "SELECT ic.relname::text, i.indisunique, a.attname::text, i.indisprimary \
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) \
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0 \
    WHERE n.nspname = $1::text AND c.relname = $2::text AND i.indpred IS NULL AND k.place <= i.indnkeyatts \
    ORDER BY ic.relname, k.place";

const FOREIGN_KEYS: &str = "SELECT con.conname::text, a.attname::text, fc.relname::text, fa.attname::text \
    FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class fc ON fc.oid = con.confrelid \
    CROSS JOIN LATERAL unnest(con.conkey, con.confkey) WITH ORDINALITY AS k(ours, theirs, place) \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.ours \
    JOIN pg_catalog.pg_attribute fa ON fa.attrelid = con.confrelid AND fa.attnum = k.theirs \
    WHERE con.contype = 'f' AND n.nspname = $1::text AND c.relname = $2::text ORDER BY con.conname, k.place";

pub(super) fn table(conn: &mut dyn Connection, schema: &str, name: &str) -> Result<Live, DatabaseError> {
    let place = [schema, name];
    let columns = all(conn, DETAILS, &place)?.iter().map(|row| column(row)).collect();
    let (primary, others): (Vec<_>, Vec<_>) = all(conn, INDEXES, &place)?.into_iter().partition(|row| flag(row, 3));
    let foreign_keys = foreign_keys(&all(conn, FOREIGN_KEYS, &place)?);
    let key = |index: LiveIndex| index.columns;
    Ok(Live {
        name: name.to_owned(),
        columns,
        primary_key: indexes(&primary).into_iter().next().map_or_else(Vec::new, key),
        indexes: indexes(&others),
        foreign_keys,
    })
}
