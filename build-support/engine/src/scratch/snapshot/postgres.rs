//! What a PostgreSQL database holds, in the server's own words for it. What belongs to an extension is the extension's.

use glim::error::DatabaseError;

use crate::driver::Connection;
use crate::scratch::query::texts;

/// What all parts of the question stand on.
const WITH: &str = "WITH ext AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'), \
    ns AS (SELECT oid, nspname FROM pg_catalog.pg_namespace n WHERE nspname !~ '^pg_' \
      AND nspname <> 'information_schema' \
      AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_namespace'::regclass AND objid = n.oid)), \
    rel AS (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS shown FROM pg_catalog.pg_class c \
      JOIN ns n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') \
      AND c.relname !~ '^glim_' \
      AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_class'::regclass AND objid = c.oid))";

/// Each gives a kind, a name and a definition.
const PARTS: [&str; 14] = [
    "SELECT 'schema', quote_ident(nspname), '' FROM ns",
    "SELECT 'extension', extname::text, extversion FROM pg_catalog.pg_extension",
    "SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' \
       WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END, shown, concat_ws(' ', relpersistence::text, \
       CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END, pg_get_expr(relpartbound, oid), reloptions::text, \
       CASE WHEN relrowsecurity THEN 'row level security' END, CASE WHEN relforcerowsecurity THEN 'forced' END, \
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) FROM rel",
    "SELECT 'column', shown || '.' || quote_ident(a.attname), concat_ws(' ', format_type(a.atttypid, a.atttypmod), \
       CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), \
       nullif(a.attidentity::text, ''), nullif(a.attgenerated::text, ''), \
       'COLLATE ' || (SELECT quote_ident(c.collname) FROM pg_catalog.pg_collation c, pg_catalog.pg_type t \
         WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND t.typcollation <> c.oid)) \
       FROM rel JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid \
       LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
       WHERE a.attnum > 0 AND NOT a.attisdropped AND relkind <> 'S'",
    // That a column is NOT NULL is said of the column; since version 18 it is a constraint too.
    "SELECT 'constraint', shown || '.' || quote_ident(conname), pg_get_constraintdef(con.oid) \
       FROM pg_catalog.pg_constraint con JOIN rel ON rel.oid = con.conrelid WHERE contype <> 'n'",
    "SELECT 'index', quote_ident(i.relname) || ' on ' || shown, \
       pg_get_indexdef(x.indexrelid) || CASE WHEN x.indisvalid THEN '' ELSE ' (invalid)' END \
       FROM pg_catalog.pg_index x JOIN rel ON rel.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid",
    "SELECT 'numbers of sequence', shown, concat_ws(' ', format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, \
       seqmax, seqcache, seqcycle) FROM pg_catalog.pg_sequence s JOIN rel ON rel.oid = s.seqrelid",
    "SELECT 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), \
       CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE p.prokind::text END \
       FROM pg_catalog.pg_proc p JOIN ns n ON n.oid = p.pronamespace \
       WHERE NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_proc'::regclass AND objid = p.oid)",
    "SELECT 'trigger', quote_ident(t.tgname) || ' on ' || shown, pg_get_triggerdef(t.oid) || t.tgenabled::text \
       FROM pg_catalog.pg_trigger t JOIN rel ON rel.oid = t.tgrelid WHERE NOT t.tgisinternal",
    "SELECT 'enum', format('%I.%I', n.nspname, t.typname), \
       string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) \
       FROM pg_catalog.pg_type t JOIN ns n ON n.oid = t.typnamespace JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid \
       WHERE NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_type'::regclass AND objid = t.oid) GROUP BY 1, 2",
    "SELECT 'domain', format('%I.%I', n.nspname, t.typname), concat_ws(' ', format_type(t.typbasetype, t.typtypmod), \
       CASE WHEN t.typnotnull THEN 'NOT NULL' END, t.typdefault, \
       (SELECT string_agg(pg_get_constraintdef(c.oid), ' ' ORDER BY c.conname) FROM pg_catalog.pg_constraint c \
         WHERE c.contypid = t.oid)) FROM pg_catalog.pg_type t JOIN ns n ON n.oid = t.typnamespace \
       WHERE t.typtype = 'd' \
       AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_type'::regclass AND objid = t.oid)",
    "SELECT 'policy', quote_ident(p.polname) || ' on ' || shown, concat_ws(' ', p.polcmd::text, \
       p.polpermissive::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) \
       FROM pg_catalog.pg_policy p JOIN rel ON rel.oid = p.polrelid",
    "SELECT 'rule', quote_ident(r.rulename) || ' on ' || shown, pg_get_ruledef(r.oid) \
       FROM pg_catalog.pg_rewrite r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'",
    "SELECT 'comment', shown || coalesce('.' || (SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a \
         WHERE a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0), ''), d.description \
       FROM pg_catalog.pg_description d JOIN rel ON rel.oid = d.objoid AND d.classoid = 'pg_class'::regclass",
];

pub(super) fn objects(conn: &mut dyn Connection) -> Result<Vec<(String, String)>, DatabaseError> {
    let parts = PARTS.map(|part| format!("SELECT * FROM ({part}) AS part (kind, name, definition)"));
    let sql = format!(
        "{WITH} SELECT kind::text, name::text, definition::text FROM ({}) AS all_parts",
        parts.join(" UNION ALL ")
    );
    let named = |row: Vec<String>| match row.as_slice() {
        [kind, name, definition] => Some((format!("{kind} {name}"), definition.clone())),
        _ => None,
    };
    Ok(texts(conn, &sql)?.into_iter().filter_map(named).collect())
}
