//! What a server says is there, one line for each object, in one order.

use mysql::prelude::Queryable as _;

/// Columns, constraints (a primary key without its name, which is the server's), indexes, enums and comments of a schema.
pub(crate) const POSTGRES: &str = "
    SELECT line FROM (
        SELECT format('column %s.%s %s %s %s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
                      (SELECT collname FROM pg_collation WHERE oid = a.attcollation),
                      col_description(c.oid, a.attnum)) AS line
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname = $1 AND c.relkind = 'r'
        UNION ALL
        SELECT format('constraint %s %s %s', conrelid::regclass, CASE contype WHEN 'p' THEN '' ELSE conname END,
                      pg_get_constraintdef(k.oid))
        FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
        WHERE n.nspname = $1 AND contype <> 'n'
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes
        WHERE schemaname = $1 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = indexname AND contype = 'p')
        UNION ALL
        SELECT format('enum %s %s %s', t.typname, e.enumlabel, row_number() OVER (PARTITION BY t.oid ORDER BY enumsortorder))
        FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname = $1
        UNION ALL
        SELECT format('table %s %s', relname, obj_description(c.oid, 'pg_class'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND relkind = 'r'
    ) lines ORDER BY line";

/// The lines of what the server would make its tables with, without their order.
pub(crate) fn mysql(connection: &mut mysql::Conn) -> mysql::Result<Vec<String>> {
    let mut found = Vec::new();
    let tables: Vec<String> = connection.query("SHOW TABLES")?;
    for table in tables {
        let shown: Option<(String, String)> = connection.query_first(format!("SHOW CREATE TABLE `{table}`"))?;
        let shown = shown.map(|(_, sql)| sql).unwrap_or_default();
        found.extend(shown.lines().map(|line| {
            let line = line.trim().trim_end_matches(',');
            let words = line.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT="));
            format!("{table}: {}", words.collect::<Vec<_>>().join(" "))
        }));
    }
    found.sort();
    Ok(found)
}
