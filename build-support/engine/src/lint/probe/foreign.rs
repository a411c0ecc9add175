//! Foreign keys whose columns have another type than those that they refer to, where the database takes that.

use std::collections::BTreeSet;

use glim_schema::Dialect;

use crate::driver::{Connection, Result};
use crate::rebuild::affinity;
use crate::scratch::texts;

/// Domains are taken for what they are made of, and a text without a limit for one with any.
const POSTGRES: &str = "SELECT k.conrelid::regclass::text, a.attname, format_type(a.atttypid, NULL), \
     k.confrelid::regclass::text, b.attname, format_type(b.atttypid, NULL) \
     FROM pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, other) \
     JOIN pg_attribute a ON (a.attrelid, a.attnum) = (k.conrelid, pair.own) \
     JOIN pg_attribute b ON (b.attrelid, b.attnum) = (k.confrelid, pair.other) \
     JOIN pg_type s ON s.oid = a.atttypid JOIN pg_type t ON t.oid = b.atttypid \
     WHERE k.contype = 'f' AND k.conparentid = 0 \
     AND replace((CASE s.typtype WHEN 'd' THEN s.typbasetype ELSE s.oid END)::regtype::text, 'character varying', 'text') \
     <> replace((CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END)::regtype::text, 'character varying', 'text')";

const SQLITE: &str = "SELECT m.name, o.name, o.type, f.\"table\", p.name, p.type \
     FROM sqlite_schema m, pragma_foreign_key_list(m.name) f, pragma_table_info(m.name) o, pragma_table_info(f.\"table\") p \
     WHERE m.type = 'table' AND o.name = f.\"from\" COLLATE NOCASE \
     AND (p.name = f.\"to\" COLLATE NOCASE OR f.\"to\" IS NULL AND p.pk = f.seq + 1)";

/// Each such column now: its table, and what is to be said. MySQL and MariaDB refuse them.
pub(super) fn mismatched(conn: &mut dyn Connection) -> Result<BTreeSet<(String, String)>> {
    let dialect = conn.dialect();
    let sql = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Sqlite => SQLITE,
        Dialect::Mysql => return Ok(BTreeSet::new()),
    };
    let mut found = BTreeSet::new();
    for row in texts(conn, sql)? {
        let Ok([table, column, ty, parent, key, other]) = <[String; 6]>::try_from(row) else { continue };
        if dialect == Dialect::Sqlite && affinity(&ty).compares_with(affinity(&other)) {
            continue;
        }
        let said = format!("`{table}.{column}` is {ty}, and `{parent}.{key}`, which it refers to, {other}");
        found.insert((table, said));
    }
    Ok(found)
}
